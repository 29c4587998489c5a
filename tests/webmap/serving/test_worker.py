"""What serve keeps running beside the site is started again when it ends, and ended with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from webmap.serving import worker
from webmap.serving.worker import Kept

SECONDS = 30
LINE = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(600)"


def started(file: Path, count: int) -> list[int]:
    """Wait until so many processes have begun, and return them."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        begun = [int(line) for line in file.read_text().split()] if file.exists() else []
        if len(begun) >= count:
            return begun
        time.sleep(0.02)
    raise AssertionError(f"after {SECONDS} s only these have begun: {begun}")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_process_is_started_again_and_the_last_one_ends_with_us(tmp_path: Path) -> None:
    file = tmp_path / "begun"
    with Kept(lambda: subprocess.Popen([sys.executable, "-c", LINE, str(file)]), pause_s=0.01) as kept:
        (first,) = started(file, 1)
        os.kill(first, signal.SIGKILL)
        _, second = started(file, 2)
        assert kept.pid == second
        assert is_alive(second)
    assert not is_alive(second)
    assert len(started(file, 2)) == 2


def test_what_nobody_wants_begins_once_somebody_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as the answers to planners' questions, where the first planner gets an account while the site runs."""
    monkeypatch.setattr(worker, "WANTED_EACH_S", 0.01)
    file, asked, wanted = tmp_path / "begun", threading.Semaphore(0), threading.Event()

    def is_wanted() -> bool:
        asked.release()
        return wanted.is_set()

    with Kept(lambda: subprocess.Popen([sys.executable, "-c", LINE, str(file)]), is_wanted=is_wanted) as kept:
        assert all(asked.acquire(timeout=SECONDS) for _ in range(3))
        assert kept.pid is None
        wanted.set()
        assert started(file, 1) == [kept.pid]


def test_one_that_cannot_stay_is_ended_all_the_same(tmp_path: Path) -> None:
    with Kept(lambda: subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"]), pause_s=60):
        time.sleep(0.5)
    # Leaving didn't wait for the pause.
