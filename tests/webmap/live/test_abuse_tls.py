"""Over TLS, too, whoever stands still, trickles or talks nonsense keeps nobody waiting."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator

import pytest

from tests.webmap.live.conftest import Live, live_tls

__all__ = ["live_tls"]

pytestmark = pytest.mark.xdist_group("live server")

Way = Callable[[Live, contextlib.ExitStack], None]


def _connected(server: Live, stack: contextlib.ExitStack) -> socket.socket:
    client = stack.enter_context(socket.socket())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", server.port))
    return client


def _agreed(server: Live, stack: contextlib.ExitStack) -> ssl.SSLSocket:
    assert server.trusting
    return stack.enter_context(server.trusting.wrap_socket(_connected(server, stack), server_hostname="localhost"))


def _half_a_handshake(server: Live, stack: contextlib.ExitStack) -> None:
    _connected(server, stack).sendall(b"\x16\x03\x01\x02\x00\x01")


def _no_tls_at_all(server: Live, stack: contextlib.ExitStack) -> None:
    _connected(server, stack).sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")


def _half_a_question(server: Live, stack: contextlib.ExitStack) -> None:
    _agreed(server, stack).sendall(b"GET /ogc/collec")


def _nothing_read(server: Live, stack: contextlib.ExitStack) -> None:
    _agreed(server, stack).sendall(b"GET /ogc/api HTTP/1.1\r\nHost: a\r\n\r\n" * 20)


@pytest.mark.parametrize("way", [_half_a_handshake, _no_tls_at_all, _half_a_question, _nothing_read])
def test_twice_as_many_as_there_are_threads_keep_nobody_waiting(live_tls: Live, way: Way) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(16):
            way(live_tls, stack)
        assert live_tls.status("/healthz") == 200


def test_connections_that_stay_and_ask_nothing_are_in_nobodys_way(live_tls: Live) -> None:
    with contextlib.ExitStack() as stack:
        staying = [_agreed(live_tls, stack) for _ in range(40)]
        assert live_tls.status("/ogc/collections") == 200
        for client in staying[-1::-20]:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert client.recv(4096).startswith(b"HTTP/1.1 200")


@pytest.fixture(scope="module", autouse=True)
def no_failure_of_ours(live_tls: Live) -> Iterator[None]:
    yield
    log = live_tls.log.read_text()
    assert " 500 " not in log
    assert "/webmap/" not in log
