"""How long one client may keep a thread: a question has to arrive within a time, and an answer be taken at a rate.

The listening socket ends what stands still (`webmap.server.listen`); a byte now and then would keep a thread for ever.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

QUESTION = 1.5
"""A question may take so many times as long as its sender may stand still."""
LEAST_RATE = 10_000
"""Bytes of an answer a second, over each piece of it, beside the time that standing still may take."""
_LIMIT = struct.Struct("ll")
_AT_ONCE = 65536


class BoundedSocket(socket.socket):
    """A client's connection that is given up where the client is too slow; without a limit of standing still, never."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(fileno=accepted.detach())
        seconds, micros = _LIMIT.unpack(self.getsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _LIMIT.size))
        self._patience_s = seconds + micros / 1e6
        self._ends_s = 0.0

    def expect_question(self) -> None:
        """Begin the time of a question: it ends when all of it has come."""
        self._ends_s = time.monotonic() + QUESTION * self._patience_s

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Return what has come, waiting no longer than until the end of the question's time.

        Raises:
            ConnectionResetError: it is over, or the client has stood still too long.
        """
        self._wait_at_most(self._ends_s, socket.SO_RCVTIMEO)
        with self._giving_up():
            return super().recv(size, flags)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send a piece of an answer.

        Raises:
            ConnectionResetError: it is taken too slowly.
        """
        left = memoryview(data).cast("B")
        ends_s = time.monotonic() + self._patience_s + len(left) / LEAST_RATE
        while left:
            self._wait_at_most(ends_s, socket.SO_SNDTIMEO)
            with self._giving_up():
                left = left[self.send(left[:_AT_ONCE], flags) :]

    @contextlib.contextmanager
    def _giving_up(self) -> Iterator[None]:
        """Take for a client that is gone one for whom the system has waited long enough."""
        try:
            yield
        except BlockingIOError:
            if self.gettimeout() is None:
                raise _too_slow() from None
            raise

    def _wait_at_most(self, ends_s: float, option: int) -> None:
        """Let the system's next call wait until the end at most."""
        if not self._patience_s:
            return
        left_s = ends_s - time.monotonic()
        if left_s <= 0:
            raise _too_slow()
        wait_s = min(left_s, self._patience_s)
        self.setsockopt(socket.SOL_SOCKET, option, _LIMIT.pack(int(wait_s), int(wait_s % 1 * 1e6) + 1))


def _too_slow() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "the client is too slow")


class PatientWorker(ThreadWorker):
    """gunicorn's worker of threads, with clients that are bounded in time."""

    def enqueue_req(self, conn: Any) -> None:
        """Take a connection that has something to read."""
        if not isinstance(conn.sock, BoundedSocket):
            conn.sock = BoundedSocket(conn.sock)
            conn.sock.setblocking(False)
        super().enqueue_req(conn)  # type: ignore[no-untyped-call]

    def handle(self, conn: Any) -> Any:
        """Answer a question."""
        conn.sock.expect_question()
        return super().handle(conn)  # type: ignore[no-untyped-call]
