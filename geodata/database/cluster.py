"""The embedded PostgreSQL of a deployment: a private cluster on a unix socket, started by whoever needs it."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from geodata.database import postgres
from geodata.database.postgres import ADMIN, DATABASE, PORT
from geodata.database.private import lock, own_folder, run_as, write_as
from geodata.database.processes import end_orphans, find_noted_number, find_postmaster
from geodata.database.service_user import SERVICE_FOLDER, ServiceUser, find_service_user, user_of
from geodata.errors import DatabaseUnavailable

PATH_NAME = "cluster.path"
LONGEST_SOCKET_PATH = 107
START_SECONDS = 120
BIG_LOG_BYTES = 10_000_000


@dataclass(frozen=True)
class Cluster:
    """The cluster of the deployment in the folder `home`.

    It lies in that folder, or, where the account that runs it can't go there, in a folder of /var/lib/csmap that
    `home/cluster.path` names. Data, socket and log are its folders db, run and log.
    """

    home: Path

    @classmethod
    def at(cls, home: Path | str) -> Cluster:
        """Return the cluster of a deployment, whether or not it is made yet."""
        return cls(Path(home).resolve())

    @property
    def folder(self) -> Path:
        """Where the cluster lies, or will lie unless its user can't go there."""
        note = self.home / PATH_NAME
        return Path(note.read_text("utf-8").strip()) if note.exists() else self.home

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.folder / "db"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "log" / "postgresql.log"

    @property
    def is_made(self) -> bool:
        """True once the cluster has been created; from then on it is only ever started."""
        return self.data.is_dir()

    @property
    def owner(self) -> ServiceUser:
        """The account that runs it.

        Raises:
            DatabaseUnavailable: root asks, and there is nobody else.
        """
        user = user_of(self.data.stat().st_uid) if self.is_made else find_service_user()
        if user is None:
            raise DatabaseUnavailable(
                "PostgreSQL refuses to run as root, and this machine has no user postgres: "
                "run ./csmap setup, or start csmap through sudo"
            )
        return user

    @property
    def socket_folder(self) -> Path:
        """Where the socket is; a short folder of /tmp where the path would be too long for a socket."""
        inside = self.folder / "run"
        fits = len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH
        if fits and not set(str(inside)) & set(',"'):  # a comma separates folders, for the server and for libpq
            return inside
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(f"/tmp/csmap-{self.owner.uid}-{mark}")  # noqa: S108  owner and mode are checked

    def url(self, login: str, database: str = DATABASE) -> str:
        """Return the SQLAlchemy URL with which `login` connects; there is no password."""
        query = {"host": str(self.socket_folder), "port": str(PORT)}
        url = URL.create("postgresql+psycopg", username=login, database=database, query=query)
        return url.render_as_string(hide_password=False)

    def is_running(self) -> bool:
        """Say whether it takes connections."""
        return self.is_made and self._answer() == "ready"

    def ensure(self) -> None:
        """Start the cluster, which is made first where there is none; nothing happens where it runs.

        Raises:
            DatabaseUnavailable: PostgreSQL isn't installed, belongs to someone else, or doesn't start: with the
                reason and the last lines of its log.
        """
        self._refuse_strangers()
        if self.is_running() and self._names_are_current():
            return
        self._make_home()
        with lock(self.home):
            if not self.is_made:
                self._make()
            self._start()

    def stop(self) -> bool:
        """Stop the cluster after its running statements were broken off; False where it didn't run."""
        self._refuse_strangers()
        if not self.is_made:
            return False
        with lock(self.home):
            if find_postmaster(self.data) is None:
                return False
            ended = self._control("stop", "-m", "fast", "-t", str(START_SECONDS))
            if ended.returncode != 0:
                raise postgres.failure(f"The database in {self.data} doesn't stop", ended.stderr + ended.stdout)
        return True

    # Making

    def _make_home(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnavailable(
                f"{self.home} can't be made ({error.strerror}): name another folder in CSMAP_HOME"
            ) from None
        if not self.is_made and not os.access(self.home, os.W_OK):
            me = user_of(os.geteuid()).name
            raise DatabaseUnavailable(f"{me} can't write in {self.home}: give the right to, or use another CSMAP_HOME")

    def _make(self) -> None:
        """Create the cluster with its database; it takes its final name only when it is whole."""
        owner = self.owner
        server = postgres.get_postgres()
        folder = self._choose_folder(owner)
        half = folder / "db.new"
        if half.exists():
            shutil.rmtree(half)
        own_folder(half, owner)
        # UTF-8 sorts by its bytes as it does by its characters, and comparing bytes is faster.
        locale = ["--locale=C.UTF-8", "--lc-collate=C", "--lc-messages=C"]
        options = ["-k", "-E", "UTF8", *locale, "-U", ADMIN, "-A", "peer"]
        steps: list[tuple[list[str | Path], str]] = [
            ([server.programs / "initdb", "-D", half, *options, "--no-instructions"], ""),
            ([server.programs / "postgres", "--single", "-D", half, "template1"], f"CREATE DATABASE {DATABASE};\n"),
            (["sh", "-c", 'cat >> "$1"', "sh", half / "postgresql.conf"], "include 'csmap.conf'\n"),
        ]
        for words, said in steps:
            made = run_as(owner, words, said=said)
            if made.returncode != 0 or "ERROR:" in made.stderr:
                shutil.rmtree(half, ignore_errors=True)
                raise postgres.failure(f"The database can't be made in {folder}", made.stdout + made.stderr)
        half.rename(folder / "db")
        if folder != self.home:
            (self.home / PATH_NAME).write_text(f"{folder}\n", "utf-8")

    def _choose_folder(self, owner: ServiceUser) -> Path:
        """Return where a new cluster will lie: at home, or where its owner can go."""
        if owner.can_reach(self.home):
            return self.home
        SERVICE_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
        # Chance, not a hash of the path: a home that was deleted and made anew must not find the old data.
        folder = SERVICE_FOLDER / f"{self.home.parent.name}-{secrets.token_hex(6)}"
        own_folder(folder, owner)
        return folder

    # Starting

    def _start(self) -> None:
        """Start what is made, unless another process has done so before we got the lock."""
        self._settle()
        self._write_settings()
        if self._answer() == "ready":
            self._control("reload")
            return
        self._forget_recycled_number()
        if self.log.exists() and self.log.stat().st_size > BIG_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        written = self.log.stat().st_size if self.log.exists() else 0
        started = self._control("start", "-l", "log/postgresql.log", "-t", str(START_SECONDS))
        if started.returncode != 0:
            log = self.log.read_bytes()[written:].decode("utf-8", "replace") if self.log.exists() else ""
            raise postgres.failure(f"The database in {self.data} doesn't start", started.stderr + log)

    def _write_settings(self) -> None:
        """Write our settings anew: they follow the code, whatever version made the cluster."""
        owner = self.owner
        for folder in (self.socket_folder, self.log.parent):
            own_folder(folder, owner)
        write_as(owner, self.data / "csmap.conf", postgres.settings_text(self.socket_folder))
        write_as(owner, self.data / "pg_hba.conf", postgres.access_text())
        write_as(owner, self.data / "pg_ident.conf", self._names())

    def _names(self) -> str:
        return postgres.names_text([self.owner.name, user_of(0).name])

    def _names_are_current(self) -> bool:
        return (self.data / "pg_ident.conf").read_text("utf-8") == self._names()

    def _settle(self) -> None:
        """Wait for a server on its way up or down, and end what a killed one left behind."""
        deadline = time.monotonic() + START_SECONDS
        while find_postmaster(self.data) is not None:
            if self._answer() == "ready" or time.monotonic() > deadline:
                return
            time.sleep(0.05)
        end_orphans(self.data)

    def _forget_recycled_number(self) -> None:
        """Remove the lock files of a dead server whose process number some other program has by now."""
        number = find_noted_number(self.data)
        if number is not None and Path(f"/proc/{number}").exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    # Asking

    def _answer(self) -> str:
        """Return "ready", "busy" (on its way up or down) or "silent"."""
        if not self.socket_folder.is_dir():
            return "silent"
        pg_isready = postgres.get_postgres(self.data).programs / "pg_isready"
        words: list[str | Path] = [
            pg_isready,
            "-q",
            "-h",
            self.socket_folder,
            "-p",
            str(PORT),
            "-d",
            DATABASE,
            "-U",
            ADMIN,
        ]
        code = run_as(user_of(os.geteuid()), words).returncode
        return {0: "ready", 1: "busy"}.get(code, "silent")

    def _refuse_strangers(self) -> None:
        """Raise unless the caller is root or the account that runs the cluster."""
        me = os.geteuid()
        if self.is_made and me not in (0, self.data.stat().st_uid):
            raise DatabaseUnavailable(
                f"The database in {self.data} belongs to {self.owner.name}, and this is {user_of(me).name}: "
                f"run the command as {self.owner.name}, or with sudo"
            )

    def _control(self, *words: str) -> subprocess.CompletedProcess[str]:
        pg_ctl = postgres.get_postgres(self.data).programs / "pg_ctl"
        # pg_ctl puts what it is given into a shell's line unquoted: no path of ours may go there.
        return run_as(self.owner, [pg_ctl, "-s", "-w", *words], folder=self.folder, environ={"PGDATA": str(self.data)})
