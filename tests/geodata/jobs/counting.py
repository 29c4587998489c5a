"""A worker with tasks that a test can watch: python -m tests.geodata.jobs.counting HOME."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geodata.analyses.progress import SOLVING
from geodata.errors import InvalidInput
from geodata.jobs.worker import Progress, Task, work
from geodata.layers.text import Text
from geodata.settings import Settings, load_settings


def count(settings: Settings, question: Mapping[str, Any], progress: Progress) -> int | None:
    """Count to a number in steps of 20 ms; every beginning is a line in a file."""
    with Path(question["file"]).open("a") as begun:
        begun.write("begun\n")
    for number in range(question["to"]):
        progress.tell(number / question["to"], Text(f"第 {number} 步", f"at {number}"))
        time.sleep(0.02)
    return int(question["to"])


def refuse(settings: Settings, question: Mapping[str, Any], progress: Progress) -> int | None:
    """Refuse every question."""
    raise InvalidInput("there are no roads: load them first", zh="没有道路数据")


def fail(settings: Settings, question: Mapping[str, Any], progress: Progress) -> int | None:
    """Fail in the middle as a fault of ours does."""
    progress.tell(0.5, SOLVING)
    raise ZeroDivisionError("a secret of the code")


TASKS: dict[str, Task] = {"count": count, "refuse": refuse, "fail": fail}

if __name__ == "__main__":
    work(load_settings(sys.argv[1]), TASKS)
