"""Runs a command as a whole process and says what it took; and says on which machine."""

from __future__ import annotations

import contextlib
import os
import platform
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer


class Unended(Exception):
    """A command had more time than it was given, and was ended."""


@dataclass(frozen=True)
class Took:
    """What a process took: wall and CPU seconds, its largest resident memory, what it said, and the server's CPU."""

    wall_s: float
    cpu_s: float
    memory_mb: float
    said: str = ""
    server_s: float = 0


def run(
    words: Sequence[str | Path], environment: Mapping[str, str] | None = None, *, most_s: float | None = None
) -> Took:
    """Run a command to its end, or for so many seconds at the most.

    Raises:
        RuntimeError: it failed; the message holds what it said.
        Unended: it hadn't ended by then.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        [str(word) for word in words],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        patience = Timer(most_s or 0, process.kill)
        if most_s is not None:
            patience.start()
        said = process.stdout.read() if process.stdout else b""
        patience.cancel()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall_s = time.perf_counter() - started
    words_said = said.decode("utf-8", "replace")
    if most_s is not None and wall_s >= most_s:
        raise Unended(f"{words[0]} hadn't ended after {most_s:,.0f} s")
    if process.returncode != 0:
        raise RuntimeError(f"{words[0]} ended with {process.returncode}:\n{words_said[-2000:]}")
    return Took(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, words_said)


def family_cpu_s(number: int) -> float:
    """Return the CPU seconds of a process and all its children, those that have ended too."""
    ticks = sum(_ticks(number))
    for child in Path(f"/proc/{number}/task/{number}/children").read_text("ascii").split():
        with contextlib.suppress(OSError):  # it has ended meanwhile, and its parent counts it
            ticks += sum(_ticks(int(child))[:2])
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(number: int) -> list[int]:
    """Return a process's user and system time, and the same of its children that have ended."""
    words = Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()
    return [int(word) for word in words[11:15]]


def peak_mb() -> float:
    """Return the most memory that this process has had since it forgot; getrusage tells its parent's, too."""
    (stated,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(stated.split()[1]) / 1024


def forget_peak() -> None:
    """Have `peak_mb` begin again with what is held now."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def heading() -> str:
    """Return the machine and the day, which every figure stands under."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores of {model}, {memory_gb:.0f} GB"
