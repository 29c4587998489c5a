"""A client that sends or takes a byte now and then is given up; one that goes on at a fair rate never is."""

from __future__ import annotations

import contextlib
import fcntl
import socket
import ssl
import struct
import threading
from collections.abc import Iterator

import pytest

from webmap.serving import bounded
from webmap.serving.bounded import Bounded, BoundedSocket, BoundedTLSSocket
from webmap.serving.certificates import authority, site_certificate
from webmap.serving.patience import tls_context

PATIENCE_S = 0.4


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the server's and the client's side of TLS."""
    folder = tmp_path_factory.mktemp("tls")
    (folder / "site.pem").write_bytes(site_certificate(authority(folder, "Test", ["localhost"]), ["localhost"]))
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(folder / "site.pem")
    return tls_context(None, lambda: ours), ssl.create_default_context(cafile=folder / "authority.crt")


@pytest.fixture(params=["plain", "tls"])
def ends(
    request: pytest.FixtureRequest, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> Iterator[tuple[Bounded, socket.socket]]:
    """Return the server's and the client's end of a connection."""
    with _connected() as (server, client):
        if request.param == "plain":
            yield server, client
            return
        with contextlib.ExitStack() as stack:
            made: list[socket.socket] = []
            thread = threading.Thread(
                target=lambda: made.append(contexts[1].wrap_socket(client, server_hostname="localhost"))
            )
            thread.start()
            wrapped = stack.enter_context(
                contexts[0].wrap_socket(server, server_side=True, do_handshake_on_connect=False)
            )
            wrapped.do_handshake()
            thread.join()
            assert isinstance(wrapped, Bounded)
            yield wrapped, stack.enter_context(made[0])


@contextlib.contextmanager
def _connected() -> Iterator[tuple[BoundedSocket, socket.socket]]:
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


def test_a_question_in_single_bytes_is_given_up(ends: tuple[Bounded, socket.socket]) -> None:
    server, client = ends
    server.expect_question()
    found: list[bytes] = []
    with _meanwhile(lambda: client.send(b"x")), pytest.raises(ConnectionResetError):
        found.extend(iter(lambda: server.recv(100), b""))
    assert 0 < len(found) < 100


def test_each_question_has_its_own_time(ends: tuple[Bounded, socket.socket]) -> None:
    server, client = ends
    for _ in range(12):
        server.expect_question()
        with _meanwhile(lambda: client.send(b"x")):
            assert server.recv(100)


def test_one_that_stands_still_is_given_up_before(ends: tuple[Bounded, socket.socket]) -> None:
    server, _ = ends
    server.expect_question()
    with pytest.raises(ConnectionResetError):
        server.recv(100)


def test_an_answer_that_is_taken_in_single_bytes_is_given_up(
    ends: tuple[Bounded, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "LEAST_RATE", 10**8)
    server, client = ends
    with _meanwhile(lambda: client.recv(1000)), pytest.raises(ConnectionResetError):
        server.sendall(b"x" * 50_000_000)


def test_an_answer_that_is_read_arrives_whole(ends: tuple[Bounded, socket.socket]) -> None:
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


def test_a_reader_is_known_by_how_long_he_keeps_waiting_and_by_his_pace(ends: tuple[Bounded, socket.socket]) -> None:
    server, client = ends
    server.expect_question()
    server.sendall(b"x" * 1000)
    quick = server.pace()

    def wait() -> None:
        with pytest.raises(ConnectionResetError):
            server.sendall(b"x" * 50_000_000)

    thread = threading.Thread(target=wait)
    thread.start()
    client.recv(1000)
    while server.waited_s() < PATIENCE_S / 2:
        threading.Event().wait(0.01)
    assert server.pace() < quick
    server.give_up()
    thread.join()
    server.expect_question()
    assert server.waited_s() == 0


def test_a_question_that_comes_at_a_fair_rate_is_no_slow_one(
    ends: tuple[Bounded, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, client = ends
    server.expect_question()
    client.sendall(b"x" * 1000)
    server.recv(1000)
    with server._waiting():
        monkeypatch.setattr(bounded, "LEAST_RATE", 0)
        assert server.asking_s() == 0
        monkeypatch.setattr(bounded, "LEAST_RATE", 10**12)
        assert server.asking_s() > 0
    server.expect_question()
    assert server.pace() == 0


def test_a_question_is_seen_on_the_thousandth_connection(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with _connected() as (server, client):
        far = socket.socket(fileno=fcntl.fcntl(server, fcntl.F_DUPFD, 1024))
        with contexts[0].wrap_socket(far, server_side=True, do_handshake_on_connect=False) as wrapped:
            assert isinstance(wrapped, BoundedTLSSocket)
            assert not wrapped.has_come()
            client.sendall(b"x")
            while not wrapped.has_come():
                threading.Event().wait(0.01)


def test_a_handshake_that_is_never_finished_is_given_up(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with _connected() as (server, client):
        wrapped = contexts[0].wrap_socket(server, server_side=True, do_handshake_on_connect=False)
        with wrapped, _meanwhile(lambda: client.send(b"\x16\x03\x01\x02")), pytest.raises(ConnectionResetError):
            wrapped.do_handshake()


def test_a_listener_without_a_limit_has_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        accepted, _ = listener.accept()
        with BoundedSocket(accepted) as server:
            client.sendall(b"question")
            assert server.recv(100) == b"question"
            server.sendall(b"answer")
            assert client.recv(100) == b"answer"
