"""./csmap serve: answers as a plain account, and ends with all its processes."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geodata import accounts
from geodata.accounts.totp import KEY_NAME
from geodata.analyses.coverage import Question
from geodata.analyses.coverage.question import as_words
from geodata.database.service_user import ServiceUser, find_service_user
from geodata.errors import InvalidInput
from geodata.jobs.queue import ask
from geodata.layers.audience import Audience
from geodata.publication import publish
from geodata.queries.jobs import JobState
from geodata.settings import CONFIG_NAME, Settings
from tests.geodata.jobs.test_jobs import until
from webmap.access import is_loopback
from webmap.serving import service_copy
from webmap.serving.server import listen

ROOT = os.geteuid() == 0
Serve = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def serve(deployment: Settings) -> Iterator[Serve]:
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        environ = {**os.environ, "CSMAP_HOME": str(deployment.home)}
        if deployment.database_url:
            environ["CSMAP_DATABASE_URL"] = deployment.database_url
        line = [sys.executable, "-m", "webmap.command.serve", *words]
        process = subprocess.Popen(line, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
    shutil.rmtree(service_copy.home_copy(deployment.home), ignore_errors=True)


def address_of(process: subprocess.Popen[str]) -> str:
    """Wait for the line with the address, and return that."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "http://localhost:" in line, process.communicate()[1]
    return line.split("http://")[1].split()[0]


def body_of(address: str, path: str = "/healthz") -> str:
    with urllib.request.urlopen(f"http://{address}{path}", timeout=30) as answer:
        return str(answer.read().decode())


def descendants(number: int) -> list[int]:
    """Return the processes that this one has started, whichever of its threads has, and theirs."""
    found = []
    for thread in Path(f"/proc/{number}/task").glob("*/children"):
        for child in thread.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def all_processes(process: subprocess.Popen[str], count: int = 3) -> list[int]:
    """Wait for gunicorn's second worker, which starts after the first may answer already; return so many."""
    deadline = time.monotonic() + 30
    while len(found := descendants(process.pid)) < count:
        assert time.monotonic() < deadline, f"only {found} have started"
        time.sleep(0.05)
    return found


def wait_until_gone(numbers: list[int]) -> None:
    deadline = time.monotonic() + 30
    while alive := [number for number in numbers if Path(f"/proc/{number}").exists()]:
        assert time.monotonic() < deadline, f"{alive} are still there"
        time.sleep(0.05)


@pytest.fixture
def yesterdays(deployment: Settings) -> Iterator[Path]:
    """Have the site draw from a folder of files, and be a day old; return the folder."""
    config = deployment.home / CONFIG_NAME
    kept = config.read_text("utf-8")
    config.write_text(f'archives = "files"\n{kept}', "utf-8")
    publish(replace(deployment, as_of=date(2025, 1, 1)))
    yield deployment.home / "files"
    config.write_text(kept, "utf-8")
    shutil.rmtree(deployment.home / "files", ignore_errors=True)


def test_it_answers_when_it_says_so_and_a_signal_ends_every_process(
    serve: Serve, deployment: Settings, yesterdays: Path
) -> None:
    process = serve("--port", "0")
    assert "ok" in body_of(address_of(process))
    # What the day has changed is published before the first answer, and written where the site draws from files.
    manifest = json.loads((yesterdays / "manifest.json").read_text("utf-8"))
    assert manifest["as_of"] == deployment.today().isoformat()
    children = all_processes(process)
    if ROOT:
        assert all(Path(f"/proc/{child}").stat().st_uid != 0 for child in children)
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 0
    wait_until_gone(children)
    assert f"its files are in {yesterdays}" in said
    # Who runs the site may have no way to them: then somebody is told, and maps come from the database.
    is_read = service_copy.home_for(_user(), deployment) == deployment.home
    assert ("can't read" in said) is not is_read


def _user() -> ServiceUser:
    found = find_service_user()
    assert found
    return found


def test_tls_by_an_authority_of_its_own(serve: Serve, deployment: Settings) -> None:
    accounts.add(deployment, "steward", "correct horse battery", [Audience.STEWARD])
    process = serve("--port", "0", "--tls", "--name", "map.office")
    assert process.stdout is not None
    said: list[str] = []
    while not said or "Ctrl-C" not in said[-1]:
        said.append(process.stdout.readline())
        assert said[-1], process.communicate()[1]
    address = said[-1].split()[-4]
    assert address.startswith("https://localhost:")
    assert any("SHA-256" in line for line in said)
    trusting = ssl.create_default_context(cafile=deployment.home / "tls" / "authority.crt")
    form = urllib.parse.urlencode({"name": "steward", "password": "correct horse battery"}).encode()
    port = int(address.rpartition(":")[2])
    connection = http.client.HTTPSConnection("localhost", port, timeout=30, context=trusting)
    connection.request("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    # Browsers ask again and again over one connection.
    for _ in range(2):
        connection.request("GET", "/healthz")
        assert json.loads(connection.getresponse().read())["status"] == "ok"
    connection.close()
    assert answer.status == 303
    cookie = str(answer.headers["Set-Cookie"])
    assert cookie.startswith("__Host-session=")
    assert "; Secure" in cookie
    homes = (deployment.home, service_copy.home_copy(deployment.home))
    [site] = [home / "tls-site" / "site.pem" for home in homes if (home / "tls-site").exists()]
    assert site.stat().st_mode & 0o777 == 0o600
    shutil.rmtree(deployment.home / "tls")
    shutil.rmtree(site.parent)


def test_a_kill_leaves_no_orphan_and_a_job_is_answered_by_the_next(serve: Serve, deployment: Settings) -> None:
    accounts.add(deployment, "planner", "correct horse battery", [Audience.PLANNER])
    question = as_words(Question("police_room"))
    first = ask(deployment, "coverage", question)
    process = serve("--port", "0")
    address_of(process)
    # Gunicorn and its two workers, and what answers jobs as there is a planner.
    children = all_processes(process, 4)
    until(deployment, first, lambda job: job.state.is_over)
    process.kill()
    process.wait()
    wait_until_gone(children)
    second = ask(deployment, "coverage", question)
    process = serve("--port", "0")
    address_of(process)
    answered = until(deployment, second, lambda job: job.state.is_over)
    # Nothing is loaded here.
    assert (answered.state, answered.message.en.split(":")[0]) == (JobState.FAILED, "police_room has no post")
    children = all_processes(process, 4)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    wait_until_gone(children)


def test_a_killed_gunicorn_ends_it_all_with_1(serve: Serve) -> None:
    process = serve("--port", "0")
    address_of(process)
    children = all_processes(process)
    os.kill(children[0], signal.SIGKILL)
    assert process.wait(timeout=30) == 1
    wait_until_gone(children)


def test_a_taken_port_is_a_sentence(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = serve("--port", str(port))
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 1
    assert said == f"csmap serve: port {port} is taken by another program: give another, such as --port {port + 1}\n"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104
        ("::", False),
        ("192.168.1.4", False),
        ("localhost.example", False),
    ],
)
def test_loopback_is_what_no_other_machine_reaches(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(("host", "port"), [("203.0.113.7", 0), ("no.such.host.invalid", 0), ("127.0.0.1", 99999)])
def test_what_cannot_be_served_is_refused(host: str, port: int) -> None:
    with pytest.raises(InvalidInput, match=r"can't be served|doesn't exist"):
        listen(host, port)


@pytest.mark.skipif(not ROOT, reason="only root serves as someone else")
def test_code_and_home_below_a_private_folder_are_copied(deployment: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    user = find_service_user()
    assert user is not None
    private = Path(tempfile.mkdtemp(prefix="csmap-test-"))  # 0700
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(shutil.rmtree, private)
        for name in service_copy.CODE:
            (private / name).mkdir()
            (private / name / "__init__.py").write_text("")
        (private / "webmap" / "static").mkdir()
        (private / "webmap" / "static" / "main.js").write_text("first")
        monkeypatch.setattr(service_copy, "PROJECT", private)
        for text in ("first", "second"):
            (private / "webmap" / "static" / "main.js").write_text(text)
            copy = service_copy.code_for(user)
            assert copy.parent == Path("/var/lib/csmap")
            assert user.can_reach(copy / "webmap" / "static" / "main.js")
            assert (copy / "webmap" / "static" / "main.js").read_text() == text
        cleanup.callback(shutil.rmtree, copy)
        home = service_copy.home_for(user, deployment)
        assert user.can_reach(home / "csmap.toml")
        assert (home / "csmap.toml").read_text() == (deployment.home / "csmap.toml").read_text()
        key = home / KEY_NAME
        assert (key.stat().st_mode & 0o777, key.stat().st_uid) == (0o600, user.uid)
        assert key.read_text() == (deployment.home / KEY_NAME).read_text(), "the same at each start"
        service_copy.home_for(user, deployment)
        assert key.read_text() == (deployment.home / KEY_NAME).read_text()
        if home != deployment.home:
            cleanup.callback(shutil.rmtree, home)
            assert home.stat().st_mode & 0o077 == 0
