"""Connections that are bounded in time: a question has to arrive within a time, and an answer be taken at a rate.

The listening socket ends what stands still (`webmap.serving.server.listen`); a byte now and then would keep a thread
for ever.
"""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from typing import Any, Self

QUESTION = 1.5
"""A question may take so many times as long as its sender may stand still."""
LEAST_RATE = 10_000
"""Bytes a second of an answer, over each piece of it, beside the time that standing still may take; and of a question
that others wait for."""
_LIMIT = struct.Struct("ll")
_AT_ONCE = 65536


class Bounded(socket.socket):
    """What plain connections and those over TLS have in common; without a limit of standing still nothing is bounded.

    Attributes:
        patience_s: how long the client may stand still; 0 for ever.
    """

    patience_s = 0.0
    _is_asking = False
    _ends_s = 0.0
    _waited_s = 0.0
    _waits_since_s = 0.0
    _received = 0
    _taken = 0
    _is_given_up = False

    def learn_patience(self) -> Self:
        """Take over what the listening socket has set."""
        seconds, micros = _LIMIT.unpack(self.getsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _LIMIT.size))
        self.patience_s = seconds + micros / 1e6
        return self

    def expect_question(self) -> None:
        """Begin the time of a question: it ends when all of it has come. The answer before it has been taken."""
        self._ends_s = time.monotonic() + QUESTION * self.patience_s
        self._waited_s, self._received, self._taken, self._is_asking = 0.0, 0, 0, True

    def waited_s(self) -> float:
        """Return how long the client has kept its thread waiting: for its question, and for taking the answer."""
        since = self._waits_since_s
        return self._waited_s + (time.monotonic() - since if since else 0.0)

    def asking_s(self) -> float:
        """Return how long its thread has waited for a question of which something is missing; 0 where nothing is.

        0 for one that comes at a fair rate, too: a photo takes its time.
        """
        is_waited_for = self._is_asking and self._waits_since_s and self.pace() <= LEAST_RATE
        return self.waited_s() if is_waited_for else 0.0

    def pace(self) -> float:
        """Return how many bytes a second the reader takes, or whoever is still asking sends."""
        return (self._received if self._is_asking else self._taken) / max(self.waited_s(), 1e-6)

    def give_up(self) -> None:
        """End the connection from another thread: who waits on it is told that the client is gone."""
        self._is_given_up = True
        with contextlib.suppress(OSError):
            # Not TLS's own, which would take the encryption off before.
            socket.socket.shutdown(self, socket.SHUT_RDWR)

    def recv(self, size: int = _AT_ONCE, flags: int = 0) -> bytes:
        """Return what has come, waiting no longer than until the end of the question's time.

        Raises:
            ConnectionResetError: it is over, or the client has stood still too long.
        """
        with self._waiting(), self._within(self._ends_s):
            data = super().recv(size, flags)
        self._received += len(data)
        return data

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send a piece of an answer.

        Raises:
            ConnectionResetError: it is taken too slowly.
        """
        left = memoryview(data).cast("B")
        ends_s = time.monotonic() + self.patience_s + len(left) / LEAST_RATE
        self._is_asking = False
        with self._waiting():
            while left:
                with self._within(ends_s):
                    sent = self.send(left[:_AT_ONCE], flags)
                self._taken += sent
                left = left[sent:]

    @contextlib.contextmanager
    def _waiting(self) -> Iterator[None]:
        """Count how long is waited for the client."""
        self._waits_since_s = begun_s = time.monotonic()
        try:
            yield
        finally:
            self._waits_since_s = 0.0
            self._waited_s += time.monotonic() - begun_s

    @contextlib.contextmanager
    def _within(self, ends_s: float) -> Iterator[None]:
        """Let what is done wait until the end at most; whoever has set another time, or none, keeps it."""
        if not self.patience_s or self.gettimeout() is not None:
            yield
            return
        left_s = ends_s - time.monotonic()
        if left_s <= 0:
            raise _too_slow()
        self.settimeout(min(left_s, self.patience_s))
        try:
            yield
        except OSError as error:
            if self._is_given_up or isinstance(error, TimeoutError):
                raise _too_slow() from None
            raise
        finally:
            self.settimeout(None)


class BoundedSocket(Bounded):
    """A client's connection that is given up where the client is too slow."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(fileno=accepted.detach())
        self.learn_patience()


class BoundedTLSSocket(Bounded, ssl.SSLSocket):
    """The same over TLS, made by the context of which it is the `sslsocket_class`."""

    def do_handshake(self, block: bool = False) -> None:
        """Agree on keys, within the time of a question.

        Raises:
            ConnectionResetError: it takes the client too long.
        """
        self.learn_patience().expect_question()
        with self._waiting(), self._within(self._ends_s):
            super().do_handshake(block)

    def has_come(self) -> bool:
        """Say whether something of a question is there."""
        # No select: it refuses descriptors from 1024 on.
        poll = select.poll()
        poll.register(self, select.POLLIN)
        return self.pending() > 0 or bool(poll.poll(0))


def _too_slow() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "the client is too slow")
