"""gunicorn's threads, of which there are few: whoever is too slow is given up, and sooner where somebody else waits."""

from __future__ import annotations

import math
import ssl
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker

from webmap.serving.bounded import Bounded, BoundedSocket, BoundedTLSSocket

LASTING = 0.5
"""So many times as long as it might stand still a reader may keep a thread waiting that somebody else waits for."""
ASKING = 0.15
"""The same of a client that hasn't finished its question, where less than the least rate of it comes."""
QUEUE_S = 1.0
"""So long somebody waits for a thread before the slowest reader has to give up his."""


class PatientWorker(ThreadWorker):
    """gunicorn's worker of threads, with clients that are bounded in time.

    A reader just above the least rate may take as long as he likes, as long as nobody else needs his thread.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]
        self._lock = Lock()
        self._queue: dict[Any, float] = {}
        self._answered: set[Any] = set()

    def enqueue_req(self, conn: Any) -> None:
        """Take a connection that has something to read."""
        if not isinstance(conn.sock, Bounded):
            conn.sock = BoundedSocket(conn.sock)
            conn.sock.setblocking(False)
        with self._lock:
            self._queue[conn] = time.monotonic()
        super().enqueue_req(conn)  # type: ignore[no-untyped-call]

    def handle(self, conn: Any) -> Any:
        """Answer a question."""
        with self._lock:
            self._queue.pop(conn, None)
            self._answered.add(conn)
        try:
            conn.sock.expect_question()
            if self.cfg.is_ssl and not conn.initialized:
                return self._greet(conn)
            return super().handle(conn)  # type: ignore[no-untyped-call]
        finally:
            with self._lock:
                self._answered.discard(conn)

    def _greet(self, conn: Any) -> Any:
        """Agree on keys, and answer if there is a question already; whoever has none yet keeps no thread.

        Browsers open connections in advance, a dozen at a time.
        """
        conn.sock.setblocking(True)
        try:
            conn.init()
        except OSError:  # no TLS, or too slow
            return False
        conn.data_ready = conn.sock.has_come()
        return super().handle(conn) if conn.data_ready else _DEFER  # type: ignore[no-untyped-call]

    def murder_keepalived(self, force: bool = False) -> None:
        """Look each second after those who keep others waiting, too."""
        self._make_room()
        super().murder_keepalived(force)  # type: ignore[no-untyped-call]

    def _make_room(self) -> None:
        """Where somebody waits for a thread, give up who asks too slowly, and the slowest of those who take long."""
        with self._lock:
            if time.monotonic() - min(self._queue.values(), default=math.inf) < QUEUE_S:
                return
            clients = [conn.sock for conn in self._answered]
            asking = [each for each in clients if each.asking_s() > 0]
            for each in asking:
                if each.asking_s() > ASKING * each.patience_s > 0:
                    each.give_up()
            readers = [each for each in clients if each not in asking]
            lasting = [each for each in readers if each.waited_s() > LASTING * each.patience_s > 0]
            if lasting:
                min(lasting, key=Bounded.pace).give_up()


def tls_context(_config: Any, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Return gunicorn's own context for TLS, with connections that are bounded in time."""
    context = default()
    context.sslsocket_class = BoundedTLSSocket
    return context
