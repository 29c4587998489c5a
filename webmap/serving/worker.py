"""Keeps a process running: started again when it ends by itself, ended with us."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable

PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
WANTED_EACH_S = 5.0
"""How often it is asked whether somebody wants it, until somebody does."""


class Kept:
    """A process that is there as long as the context lasts: `with Kept(start): ...`.

    It is started once somebody wants it. Where it ends by itself it is started again, after a pause that doubles each
    time, to a minute at most.
    """

    def __init__(
        self,
        start: Callable[[], subprocess.Popen[bytes]],
        *,
        is_wanted: Callable[[], bool] = lambda: True,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._start, self._is_wanted, self._pause_s = start, is_wanted, pause_s
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="keeps the worker", daemon=True)

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process else None

    def __enter__(self) -> Kept:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._is_over.set()
            if self._process:
                self._process.terminate()
        self._thread.join()

    def _keep(self) -> None:
        while not self._is_wanted():
            if self._is_over.wait(WANTED_EACH_S):
                return
        pause_s = self._pause_s
        while True:
            with self._lock:
                if self._is_over.is_set():
                    return
                self._process = self._start()
            self._process.wait()
            if self._is_over.wait(pause_s):
                return
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
