"""The small district as gunicorn serves it, with the configuration that people run."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from geodata.settings import Settings
from webmap.serving.certificates import authority, site_certificate
from webmap.serving.server import listen

START_S = 60
PATIENCE_S = 2
LOG_S = 10


@dataclass(frozen=True)
class Live:
    """A server that answers."""

    settings: Settings
    port: int
    log: Path
    process: subprocess.Popen[bytes]
    trusting: ssl.SSLContext | None = None
    """What a client needs where it speaks TLS."""

    @property
    def address(self) -> str:
        return f"http{'s' if self.trusting else ''}://127.0.0.1:{self.port}"

    def resident_mb(self) -> float:
        """Return how much memory its workers hold."""
        workers = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        assert len(workers) == 2
        states = [Path(f"/proc/{worker}/status").read_text() for worker in workers]
        return sum(int(state.partition("VmRSS:")[2].split()[0]) for state in states) / 1024

    def was_asked(self, part: str) -> bool:
        """Tell whether a request of the log holds `part`: its line is written after the client has its answer."""
        deadline = time.monotonic() + LOG_S
        while part not in self.log.read_text():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.address + path, timeout=60, context=self.trusting) as answer:  # noqa: S310
                answer.read()
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


@pytest.fixture(scope="module")
def live(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Return residents' server of the small district."""
    with serving(published, tmp_path_factory.mktemp("live")) as found:
        yield found


@pytest.fixture(scope="module")
def live_tls(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The same over TLS."""
    with serving(published, tmp_path_factory.mktemp("live tls"), speaks_tls=True) as found:
        yield found


@contextmanager
def serving(published: Settings, folder: Path, *, speaks_tls: bool = False) -> Iterator[Live]:
    """Serve with what `folder` takes: a log, and the certificate where it speaks TLS."""
    log, names = folder / "gunicorn.log", ["localhost", "127.0.0.1"]
    if speaks_tls:
        (folder / "site.pem").write_bytes(site_certificate(authority(folder, "Test", names), names))
    trusting = ssl.create_default_context(cafile=folder / "authority.crt") if speaks_tls else None
    with listen("127.0.0.1", 0, patience_s=PATIENCE_S) as listener, log.open("wb") as sink:
        port = listener.getsockname()[1]
        # What the system takes off our hands of an answer makes no reader slow: little, and the same everywhere.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        environ = {**os.environ, "CSMAP_HOME": str(published.home), "CSMAP_BASE_URL": f"http://127.0.0.1:{port}"}
        if published.database_url:
            environ["CSMAP_DATABASE_URL"] = published.database_url
        bound = ["--config", "python:webmap.serving.gunicorn_conf", "--bind", f"fd://{listener.fileno()}"]
        bound += ["--access-logfile", "-", *(["--certfile", str(folder / "site.pem")] if speaks_tls else [])]
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *bound, "webmap:create_app()"],
            env=environ,
            stdout=sink,
            stderr=sink,
            pass_fds=(listener.fileno(),),
        )
    found = Live(published, port, log, process, trusting)
    try:
        _wait(found)
        yield found
    finally:
        process.terminate()
        process.wait(30)


def _wait(server: Live) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            if server.status("/healthz") == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(server.log.read_text())
