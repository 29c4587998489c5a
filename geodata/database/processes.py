"""The processes of a PostgreSQL server, found by the folder in which they work."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from geodata.errors import DatabaseUnavailable


def list_processes(data: Path) -> list[int]:
    """Return the number of every process of PostgreSQL's that works in the folder `data`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or someone else's
            if (entry / "comm").read_text("utf-8") == "postgres\n" and (entry / "cwd").readlink() == data:
                found.append(int(entry.name))
    return found


def find_noted_number(data: Path) -> int | None:
    """Return the process number that the server in `data` has noted, alive or not."""
    try:
        return int((data / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def find_postmaster(data: Path) -> int | None:
    """Return the number of the first process of the server that runs in `data`."""
    number = find_noted_number(data)
    return number if number is not None and number in list_processes(data) else None


def end_orphans(data: Path, patience_s: float = 20) -> None:
    """End what a killed server left behind: it still holds the shared memory, so no new server may start beside it.

    Raises:
        DatabaseUnavailable: some of them are still there after `patience_s` seconds.
    """
    deadline = time.monotonic() + patience_s
    while orphans := list_processes(data):
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(
                f"Processes {orphans} of an older server in {data} don't end: end them, then try again"
            )
        for number in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGQUIT)
        time.sleep(0.1)
