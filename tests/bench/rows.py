"""What a bench of coverage prints: CPU seconds of csmap and of others for the same task, and whether they agree.

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

ENVIRONMENT = PROJECT / ".venv-bench"
TIMES = 5


@dataclass(frozen=True)
class Row:
    """One line of the table: CPU seconds; the peer's without and with building what it works on."""

    task: str
    peer: str
    own_s: float
    peer_s: float | None
    agrees: str
    build_s: float = 0.0

    @property
    def ratio(self) -> float | None:
        """How many times as long the peer takes."""
        return None if self.peer_s is None else self.peer_s / self.own_s


def cpu(task: Callable[[], Any], *, times: int = TIMES) -> tuple[float, Any]:
    """Return the median CPU seconds of a task, the first time (which compiles) not counted, and its answer."""
    answer = task() if times > 1 else None
    took = []
    for _ in range(times):
        began = time.process_time()
        answer = task()
        took.append(time.process_time() - began)
    return statistics.median(took), answer


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
