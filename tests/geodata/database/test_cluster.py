"""The embedded cluster: made once, started by anyone who may, alive again after a kill, and closed to the network."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from geodata.database import postgres
from geodata.database.cluster import Cluster
from geodata.database.logins import Login
from geodata.database.postgres import ADMIN
from geodata.database.processes import find_postmaster, list_processes
from geodata.database.service_user import ServiceUser, find_service_user, user_of
from geodata.errors import DatabaseUnavailable

ROOT = os.geteuid() == 0

pytestmark = pytest.mark.xdist_group("cluster")


def connect(cluster: Cluster, login: str = ADMIN) -> psycopg.Connection:
    return psycopg.connect(cluster.url(login).replace("+psycopg", "", 1), autocommit=True)


def asked(cluster: Cluster, question: str) -> object:
    with connect(cluster) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that other accounts may enter, which pytest's own aren't; every cluster below it is ended."""
    folder = Path(tempfile.mkdtemp(prefix="csmap-test-"))
    folder.chmod(0o755)
    yield folder
    for home in [path.parent for path in [*folder.glob("**/db"), *folder.glob("**/cluster.path")]]:
        cluster = Cluster.at(home)
        cluster.stop()
        if cluster.folder != home:
            shutil.rmtree(cluster.folder)
        if cluster.socket_folder.parent == Path("/tmp") and cluster.socket_folder.is_dir():  # noqa: S108
            shutil.rmtree(cluster.socket_folder)
    shutil.rmtree(folder)


@pytest.fixture
def place() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def made() -> Iterator[Cluster]:
    """A new cluster that rests: to copy it takes a tenth of making another."""
    with open_folder() as folder:
        first = Cluster.at(folder / "home")
        first.ensure()
        first.stop()
        yield first


@pytest.fixture
def cluster(made: Cluster, place: Path) -> Cluster:
    copy = Cluster.at(place / "home")
    copy.home.mkdir()
    subprocess.run(["cp", "-a", made.data, copy.home], check=True)
    copy.ensure()
    return copy


def test_a_cluster_has_checksums_its_own_database_and_no_port(cluster: Cluster) -> None:
    assert cluster.is_running()
    assert asked(cluster, "SHOW data_checksums") == "on"
    assert asked(cluster, "SHOW server_encoding") == "UTF8"
    assert asked(cluster, "SHOW timezone") == "UTC"
    assert asked(cluster, "SHOW fsync") == "on"
    assert asked(cluster, "SHOW listen_addresses") == ""
    # Who has gone away doesn't have the server work on for nobody.
    assert asked(cluster, "SHOW client_connection_check_interval") == "10s"
    assert asked(cluster, "SELECT current_database()") == "csmap"
    # No process of the server holds a TCP socket that listens (state 0A).
    inodes = {
        line.split()[9]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    }
    held = {
        link.readlink().name for number in list_processes(cluster.data) for link in Path(f"/proc/{number}/fd").iterdir()
    }
    assert held, "the server's open files must be readable for this test to say anything"
    assert not held & {f"socket:[{inode}]" for inode in inodes}


def test_files_and_socket_are_private_and_never_roots(cluster: Cluster) -> None:
    for folder in (cluster.data, cluster.socket_folder, cluster.log.parent):
        seen = folder.stat()
        assert stat.S_IMODE(seen.st_mode) == 0o700, folder
        assert seen.st_uid != 0, folder
    assert find_postmaster(cluster.data) is not None
    assert all(Path(f"/proc/{number}").stat().st_uid != 0 for number in list_processes(cluster.data))


def test_everything_is_there_after_a_second_ensure_a_stop_and_a_start(cluster: Cluster) -> None:
    with connect(cluster) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    before = find_postmaster(cluster.data)
    cluster.ensure()
    assert find_postmaster(cluster.data) == before
    assert cluster.stop() is True
    assert not cluster.is_running()
    assert list_processes(cluster.data) == []
    assert cluster.stop() is False
    cluster.ensure()
    assert asked(cluster, "SELECT n FROM kept") == 7


def test_a_killed_server_comes_back_with_what_was_committed(cluster: Cluster) -> None:
    with connect(cluster) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
        # A backend that is busy doesn't notice that its postmaster died: it has to be ended too.
        with connect(cluster) as busy, ThreadPoolExecutor() as threads:
            lost = threads.submit(busy.execute, "SELECT count(*) FROM generate_series(1, 1000000000)")
            while not connection.execute("SELECT 1 FROM pg_stat_activity WHERE query ~ '^SELECT count'").fetchone():
                time.sleep(0.01)
            postmaster = find_postmaster(cluster.data)
            assert postmaster is not None
            os.kill(postmaster, signal.SIGKILL)
            cluster.ensure()
            with pytest.raises(psycopg.OperationalError):
                lost.result(timeout=30)
    assert asked(cluster, "SELECT n FROM kept") == 7
    assert postmaster not in list_processes(cluster.data)


def test_a_noted_number_that_another_program_has_by_now_does_not_block(cluster: Cluster) -> None:
    # After a power cut the number in postmaster.pid may be anyone's, such as another program of the same account.
    pid_file = cluster.data / "postmaster.pid"
    noted = pid_file.read_text().split("\n", 1)[1]
    cluster.stop()
    pid_file.write_text(f"{os.getpid()}\n{noted}")
    shutil.chown(pid_file, cluster.owner.uid, cluster.owner.gid)
    cluster.ensure()
    assert cluster.is_running()


def test_many_may_ask_for_the_same_new_cluster_at_once(place: Path) -> None:
    cluster = Cluster.at(place / "home")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: cluster.ensure(), range(4)))
    assert asked(cluster, "SELECT 1") == 1
    assert sorted(path.name for path in cluster.home.iterdir()) == ["db", "log", "run"]


def test_what_a_broken_off_start_left_is_no_cluster(place: Path) -> None:
    half = place / "home" / "db.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    cluster = Cluster.at(place / "home")
    assert not cluster.is_made
    cluster.ensure()
    assert not half.exists()
    assert cluster.is_running()


def test_two_deployments_stand_side_by_side(place: Path, cluster: Cluster) -> None:
    other = Cluster.at(place / "other")
    other.ensure()
    with connect(other) as connection:
        connection.execute("CREATE TABLE only_here (n int)")
    assert asked(cluster, "SELECT to_regclass('only_here')") is None
    other.stop()
    assert cluster.is_running()


@pytest.mark.parametrize("name", ["a" * 120, "with, a comma", 'it\'s "quoted" 50% $(id) 乐平'])
def test_any_folder_will_do(place: Path, name: str) -> None:
    cluster = Cluster.at(place / name / "home")
    cluster.ensure()
    assert asked(cluster, "SELECT 1") == 1
    assert len(os.fsencode(cluster.socket_folder)) < 108


def test_a_short_folder_of_someone_elses_is_refused(place: Path) -> None:
    cluster = Cluster.at(place / ("a" * 120) / "home")
    cluster.socket_folder.symlink_to(place)
    try:
        with pytest.raises(DatabaseUnavailable, match="move it out of the way"):
            cluster.ensure()
    finally:
        cluster.socket_folder.unlink()


@pytest.mark.skipif(not ROOT, reason="only root runs the cluster as someone else")
def test_below_a_private_folder_of_roots_the_cluster_lives_elsewhere(place: Path) -> None:
    private = place / "private"
    private.mkdir(mode=0o700)
    cluster = Cluster.at(private / "home")
    cluster.ensure()
    assert cluster.folder.parent == Path("/var/lib/csmap")
    assert (private / "home" / "cluster.path").read_text() == f"{cluster.folder}\n"
    assert asked(cluster, "SELECT 1") == 1
    cluster.stop()
    Cluster.at(private / "home").ensure()
    assert len(list(Path("/var/lib/csmap").glob("private-*"))) == 1


def test_the_logins_are_let_in_by_name_and_nobody_else(cluster: Cluster) -> None:
    with connect(cluster) as connection:
        for login in Login:
            connection.execute(f"CREATE ROLE csmap_{login} LOGIN".encode())
        connection.execute("CREATE ROLE stranger LOGIN")
    for login in Login:
        with connect(cluster, f"csmap_{login}") as connection:
            assert connection.execute("SELECT current_user").fetchone() == (f"csmap_{login}",)
    with pytest.raises(psycopg.OperationalError, match='Peer authentication failed for user "stranger"'):
        connect(cluster, "stranger")


def test_who_may_not_is_told_who_may(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = cluster.owner.uid + 1
    monkeypatch.setattr("os.geteuid", lambda: stranger)
    with pytest.raises(DatabaseUnavailable, match=f"belongs to {cluster.owner.name}"):
        cluster.ensure()
    with pytest.raises(DatabaseUnavailable, match="or with sudo"):
        cluster.stop()


def test_a_server_that_is_not_installed_is_named(
    place: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "PROGRAMS", place / "nothing")
    with pytest.raises(DatabaseUnavailable, match=r"apt-get install postgresql-15 postgresql-15-postgis-3"):
        Cluster.at(place / "new").ensure()
    version = (cluster.data / "PG_VERSION").read_text().strip()
    with pytest.raises(DatabaseUnavailable, match=f"was made by PostgreSQL {version}"):
        cluster.ensure()


def test_a_server_that_does_not_start_says_why(cluster: Cluster) -> None:
    cluster.stop()
    with (cluster.data / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(DatabaseUnavailable, match=r"(?s)doesn't start.*no_such_setting"):
        cluster.ensure()


def test_a_full_disk_is_said_in_words() -> None:
    error = postgres.failure("The database doesn't start", "pg_ctl: could not\nFATAL: No space left on device\n")
    assert str(error).startswith("The database doesn't start. The disk is full")
    assert str(error).endswith("FATAL: No space left on device")


@pytest.mark.skipif(not ROOT, reason="only root has to find someone else")
def test_root_hands_the_servers_to_whoever_stands_behind_sudo() -> None:
    nobody = user_of(65534)
    assert find_service_user({"SUDO_UID": "65534"}) == nobody
    for not_a_user in ("0", "4294967290", "x", ""):
        found = find_service_user({"SUDO_UID": not_a_user})
        assert found is not None
        assert found.name == "postgres"
    assert nobody.command(["id"])[0] == "setpriv"


def test_reach_counts_every_folder_above(place: Path) -> None:
    nobody = ServiceUser(65534, 65534, "nobody") if ROOT else user_of(os.geteuid())
    inner = place / "open" / "inner"
    inner.mkdir(parents=True)
    assert nobody.can_reach(inner)
    assert nobody.can_reach(inner / "not" / "there" / "yet")
    inner.parent.chmod(0o600)
    try:
        assert not nobody.can_reach(inner)
    finally:
        inner.parent.chmod(0o755)
