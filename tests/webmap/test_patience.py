"""A client that sends or takes a byte now and then is given up; one that goes on at a fair rate never is."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from webmap import patience
from webmap.patience import BoundedSocket

PATIENCE_S = 0.4


@pytest.fixture
def ends() -> Iterator[tuple[BoundedSocket, socket.socket]]:
    """Return the server's and the client's end of a connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        waits = struct.pack("ll", 0, int(PATIENCE_S * 1e6))
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.setsockopt(socket.SOL_SOCKET, option, waits)
        with socket.create_connection(listener.getsockname()) as client:
            accepted, _ = listener.accept()
            with BoundedSocket(accepted) as server:
                server.setblocking(True)
                yield server, client


@contextlib.contextmanager
def _meanwhile(step: object, every_s: float = PATIENCE_S / 4) -> Iterator[None]:
    """Do something again and again, less than the patience apart."""
    is_over = threading.Event()

    def repeat() -> None:
        with contextlib.suppress(OSError):
            while not is_over.wait(every_s):
                step()  # type: ignore[operator]

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def test_a_question_in_single_bytes_is_given_up(ends: tuple[BoundedSocket, socket.socket]) -> None:
    server, client = ends
    server.expect_question()
    found: list[bytes] = []
    with _meanwhile(lambda: client.send(b"x")), pytest.raises(ConnectionResetError):
        found.extend(iter(lambda: server.recv(100), b""))
    assert 0 < len(found) < 100


def test_each_question_has_its_own_time(ends: tuple[BoundedSocket, socket.socket]) -> None:
    server, client = ends
    for _ in range(12):
        server.expect_question()
        with _meanwhile(lambda: client.send(b"x")):
            assert server.recv(100)


def test_one_that_stands_still_is_given_up_before(ends: tuple[BoundedSocket, socket.socket]) -> None:
    server, _ = ends
    server.expect_question()
    with pytest.raises(ConnectionResetError):
        server.recv(100)


def test_an_answer_that_is_taken_in_single_bytes_is_given_up(
    ends: tuple[BoundedSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LEAST_RATE", 10**8)
    server, client = ends
    with _meanwhile(lambda: client.recv(1000)), pytest.raises(ConnectionResetError):
        server.sendall(b"x" * 50_000_000)


def test_an_answer_that_is_read_arrives_whole(ends: tuple[BoundedSocket, socket.socket]) -> None:
    server, client = ends
    body, found = bytes(range(256)) * 20_000, bytearray()

    def read() -> None:
        while part := client.recv(65536):
            found.extend(part)

    thread = threading.Thread(target=read)
    thread.start()
    server.sendall(memoryview(body))
    server.shutdown(socket.SHUT_WR)
    thread.join()
    assert bytes(found) == body


def test_a_listener_without_a_limit_has_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        accepted, _ = listener.accept()
        with BoundedSocket(accepted) as server:
            client.sendall(b"question")
            assert server.recv(100) == b"question"
            server.sendall(b"answer")
            assert client.recv(100) == b"answer"
