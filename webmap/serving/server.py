"""The site's processes: gunicorn as the service user, on a socket that we opened, ended with us."""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from geodata.database.service_user import ServiceUser
from geodata.errors import InvalidInput
from geodata.settings import Settings
from webmap.access import is_loopback
from webmap.serving.service_copy import code_for, home_for
from webmap.serving.tls import Certified
from webmap.serving.worker import Kept

START_SECONDS = 90
PATIENCE_S = 20
APPLICATION = "webmap:create_app()"


def listen(host: str, port: int, *, patience_s: int = PATIENCE_S) -> socket.socket:
    """Return a socket that listens; port 0 takes any that is free.

    Args:
        host: a name or an address of this machine.
        port: from 1024 on.
        patience_s: how long a connection may be silent in the middle of a question, or take no byte of its answer.

    Raises:
        InvalidInput: the port is taken or not ours to take, or the host is none of this machine's addresses.
    """
    if not 0 <= port <= 65535:
        raise InvalidInput(f"port {port} doesn't exist: wanted is a number from 1024 to 65535, such as --port 8000")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return _patient(socket.create_server(address, family=family, backlog=2048), patience_s)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise InvalidInput(
                f"port {port} is taken by another program: give another, such as --port {port + 1}"
            ) from None
        if error.errno == errno.EACCES:
            raise InvalidInput(f"port {port} is the system's: give one from 1024 up, such as --port 8000") from None
        raise InvalidInput(f"{host}:{port} can't be served ({error}): wanted is an address of this machine") from None


def _patient(listener: socket.socket, patience_s: int) -> socket.socket:
    """Set how long its connections, which inherit this, may keep a thread waiting. There are few threads."""
    # One that has asked nothing yet reaches no thread at all: browsers open some in advance.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, patience_s)
    waits = struct.pack("ll", patience_s, 0)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, waits)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, waits)
    return listener


def run_server(
    settings: Settings,
    user: ServiceUser,
    listener: socket.socket,
    *,
    has_planners: Callable[[], bool],
    tls: Certified | None = None,
    ready: Callable[[], None],
) -> int:
    """Run the site until SIGTERM, SIGINT or SIGHUP; return the exit code.

    Args:
        settings: the deployment's.
        user: the account that the site runs as.
        listener: where it listens; closed at the end.
        has_planners: says whether planners may sign in: the worker starts once they do.
        tls: the certificate by which it speaks TLS; None for plain HTTP.
        ready: called once it answers.
    """
    with listener:
        environ, folder = _surroundings(settings, user, listener, tls)
        process = _start(user, listener, environ, folder, tls)
        asked_to_end = _forward_signals(process)
        worker = Kept(lambda: _start_worker(user, environ, folder), is_wanted=has_planners)
        try:
            with worker:
                if _answers(process, listener, tls):
                    ready()
                process.wait()
        finally:
            # Whatever ended the first process, none of its workers stays.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return 0 if asked_to_end else 1


def _surroundings(
    settings: Settings, user: ServiceUser, listener: socket.socket, tls: Certified | None
) -> tuple[dict[str, str], Path]:
    """Return environment and folder of the site's processes."""
    if not user.can_reach(Path(sys.executable).resolve()) or not user.can_reach(Path(sys.prefix)):
        raise InvalidInput(f"{user.name}, who runs the site, can't run the Python in {sys.prefix}: use ./csmap serve")
    code = code_for(user)
    environ = {
        **user.environment(),
        "PYTHONPATH": str(code),
        "CSMAP_HOME": str(home_for(user, settings)),
        "CSMAP_DATABASE_URL": settings.database_url or "",
        "CSMAP_BASE_URL": settings.base_url or _own_address(listener, tls),
    }
    return environ, code


def _start(
    user: ServiceUser, listener: socket.socket, environ: dict[str, str], folder: Path, tls: Certified | None
) -> subprocess.Popen[bytes]:
    gunicorn = [sys.executable, "-P", "-m", "gunicorn", "--config", "python:webmap.serving.gunicorn_conf"]
    if tls:
        gunicorn += ["--certfile", str(tls.path)]
    return subprocess.Popen(
        user.command([*gunicorn, "--bind", f"fd://{listener.fileno()}", APPLICATION], dies_with_parent=True),
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        pass_fds=(listener.fileno(),),
        start_new_session=True,  # Ctrl-C reaches us alone: we tell it once
    )


def _start_worker(user: ServiceUser, environ: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    """Start what answers long questions, beside the site."""
    return subprocess.Popen(
        user.command([sys.executable, "-P", "-m", "geodata.command.work"], dies_with_parent=True),
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _own_address(listener: socket.socket, tls: Certified | None) -> str:
    """Return the address of a server for this machine only; "" where others reach it by a name that we can't know.

    A certificate states the name.
    """
    host, port = listener.getsockname()[:2]
    if tls:
        return address_of("localhost" if is_loopback(host) else tls.names[0], port, tls)
    return f"http://localhost:{port}" if is_loopback(host) else ""


def address_of(host: str, port: int, tls: Certified | None) -> str:
    """Return the address of a site for people."""
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def _forward_signals(process: subprocess.Popen[bytes]) -> list[int]:
    """Pass on what ends us: the first time gently, then at once. Returns the list that fills with the signals."""
    seen: list[int] = []

    def forward(number: int, _frame: FrameType | None) -> None:
        process.send_signal(signal.SIGINT if seen else signal.SIGTERM)
        seen.append(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, forward)
    return seen


def _answers(process: subprocess.Popen[bytes], listener: socket.socket, tls: Certified | None) -> bool:
    """Wait until the site answers; False where its process ended before or it takes too long."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = _connection(host, port, tls)
            try:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return True
            finally:
                connection.close()
        time.sleep(0.1)
    return False


def _connection(host: str, port: int, tls: Certified | None) -> http.client.HTTPConnection:
    if tls is None:
        return http.client.HTTPConnection(host, port, timeout=5)
    trusting = ssl.create_default_context(cafile=tls.public)
    return http.client.HTTPSConnection(host, port, timeout=5, context=trusting)
