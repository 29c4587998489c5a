"""What a bench prints: seconds of csmap and of others for the same task, and whether they agree.

Peers run one after another in an environment of their own, which is made from requirements-bench.txt the first time.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geodata.settings import PROJECT
from tests.bench.goals import GOALS, NONE, Goal

ENVIRONMENT = PROJECT / ".venv-bench"
TIMES = 5


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        task: what was done; with the peer it names the goal in `GOALS`.
        peer: who did it, too; nothing for nobody.
        own_s: seconds of CPU; of the clock where somebody waits for another process.
        peer_s: the same of the peer, without building what it works on.
        agrees: whether the answers do; `NO` and why where they don't, or are wrong by themselves.
        build_s: what the peer takes to build what it works on.
        wall_s: seconds of the clock; None where they weren't measured.
        gap: by which share a choice of sites may miss the best.
        proven: so many instances of several are proven.
        mb: the most memory that the process has had.
    """

    task: str
    peer: str
    own_s: float
    peer_s: float | None
    agrees: str
    build_s: float = 0.0
    wall_s: float | None = None
    gap: float | None = None
    proven: int | None = None
    mb: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times as long the peer takes."""
        return None if self.peer_s is None else self.peer_s / self.own_s

    @property
    def goal(self) -> Goal:
        """What it is held to."""
        return GOALS.get(f"{self.task} / {self.peer}" if self.peer else self.task, NONE)

    @property
    def verdict(self) -> str:
        """`met` or `short`; `wrong` whatever the goal where answers are; nothing where there is no goal."""
        if self.agrees.startswith("NO"):
            return "wrong"
        goal = self.goal
        if goal == NONE:
            return "-"
        pairs = (
            (self.own_s, goal.most_s, 1),
            (self.ratio, goal.least_x, -1),
            (self.gap, goal.most_gap, 1),
            (self.proven, goal.least_proven, -1),
            (self.mb, goal.most_mb, 1),
        )
        is_short = any(
            found is None or found * sign > limit * sign for found, limit, sign in pairs if limit is not None
        )
        return "short" if is_short else "met"

    def line(self) -> str:
        """Return it as a line under `HEADING`."""
        cells = (
            (self.peer_s, "10.5f"),
            (self.ratio, "9.1f"),
            (self.wall_s, "9.2f"),
            (self.gap, "9.3%"),
            (self.mb, "8,.0f"),
        )
        told = "".join(
            f"{'-':>{form.partition('.')[0].strip(',')}}" if value is None else f"{value:{form}}"
            for value, form in cells
        )
        goal = "" if self.goal == NONE else f"; {self.goal}"
        own = f"{self.task:44}{self.peer:23}{self.own_s:9.5f}"
        return f"{own}{told}{self.build_s:10.2f}  {self.verdict:7}{self.agrees}{goal}"


HEADING = (
    f"{'task':44}{'peer':23}{'ours s':>9}{'peer s':>10}{'x':>9}{'wall s':>9}{'gap':>9}{'MB':>8}{'+ built s':>10}"
    "  verdict; answers; goal"
)


def cpu(task: Callable[[], Any], *, times: int = TIMES) -> tuple[float, Any]:
    """Return the median CPU seconds of a task, the first time (which compiles) not counted, and its answer."""
    answer = task() if times > 1 else None
    took = []
    for _ in range(times):
        began = time.process_time()
        answer = task()
        took.append(time.process_time() - began)
    return statistics.median(took), answer


def once(task: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the CPU seconds of a task that is done once, those of the clock, and its answer."""
    began, began_cpu = time.perf_counter(), time.process_time()
    answer = task()
    return time.process_time() - began_cpu, time.perf_counter() - began, answer


def peer(python: Path, task: str, given: Mapping[str, Any]) -> tuple[float, float, np.ndarray]:
    """Return the CPU seconds of another library for a task, those to build what it works on, and its answer."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "given.npz"), Path(folder, "answer.npz")
        np.savez(source, **given)
        words: list[str | Path] = [python, "-P", Path(__file__).with_name("peers.py"), task, source, target]
        said = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
        took = json.loads(said.strip().splitlines()[-1])
        with np.load(target) as answer:
            return took["took_s"], took["build_s"], answer["answer"]


def agree(own: np.ndarray, other: np.ndarray, *, within: float = 0.0) -> str:
    if not np.array_equal(np.isfinite(own), np.isfinite(other)):
        return "NO: other places are reached"
    finite = np.isfinite(own)
    most = float(np.abs(own[finite] - other[finite]).max(initial=0.0))
    if most == 0:
        return "bit for bit"
    return f"within {most:.1g}" if most <= within else f"NO: {most:.3g} off"


def environment() -> Path:
    """Return the Python that has the peers; made the first time."""
    python = ENVIRONMENT / "bin" / "python"
    stamp = ENVIRONMENT / "made-from"
    wanted = (PROJECT / "requirements-bench.txt").read_text("utf-8")
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        print("csmap: installing what is measured against into .venv-bench", file=sys.stderr)
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        words: list[str | Path] = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "-r",
            "requirements-bench.txt",
        ]
        subprocess.run(words, check=True, cwd=PROJECT)
        stamp.write_text(wanted, "utf-8")
    return python
