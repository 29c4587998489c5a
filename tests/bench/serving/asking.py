"""Asks servers over connections that are kept, each in a process of its own, and counts what they answer.

python -m tests.bench.serving.client < QUESTION.json
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 4
CLIENT = Path(__file__).with_name("client.py")


@dataclass(frozen=True)
class Asked:
    """What came back: seconds for an answer as the server gives them, how many, and their bytes and statuses."""

    each_s: float
    count: int
    size: int
    statuses: tuple[int, ...]


def warmed(addresses: Sequence[str], paths: Sequence[str], *, headers: Mapping[str, str] | None = None) -> Asked:
    """Ask for each path once, which opens what servers keep open, then over and over; return what the latter gave."""
    ask(addresses, paths, seconds=0, headers=headers)
    return ask(addresses, paths, headers=headers)


def ask(
    addresses: Sequence[str], paths: Sequence[str], *, seconds: float = 3, headers: Mapping[str, str] | None = None
) -> Asked:
    """Ask for paths over and over, from four connections; those of one address after the other where there are more.

    Args:
        addresses: host:port, of servers that answer the same.
        paths: what is asked, each connection beginning with another.
        seconds: for so long; 0 for each path once.
        headers: beside the usual.

    Raises:
        RuntimeError: an answer isn't 200, 204 or 304, or none came.
    """
    words = [sys.executable, "-I", str(CLIENT)]
    processes = []
    for number in range(CONNECTIONS):
        begin = number * len(paths) // CONNECTIONS
        share = paths[number::CONNECTIONS] if not seconds else [*paths[begin:], *paths[:begin]]
        asked = {
            "address": addresses[number % len(addresses)],
            "paths": share,
            "seconds": seconds,
            "headers": dict(headers or {}),
        }
        process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        processes.append((process, json.dumps(asked)))
    for process, question in processes:
        assert process.stdin
        process.stdin.write(question)
        process.stdin.close()
    found = []
    for process, _ in processes:
        assert process.stdout
        assert process.stderr
        said, failed = process.stdout.read(), process.stderr.read()
        if process.wait() != 0:
            raise RuntimeError(f"{addresses}: {failed[-1000:]}")
        found.append(json.loads(said))
    statuses = {status for each in found for status in each["statuses"]}
    if not statuses <= {200, 204, 304}:
        raise RuntimeError(f"{addresses} {paths[0]}: answered {sorted(statuses)}")
    rate = sum(each["count"] / each["took_s"] for each in found if each["count"])
    count, size = (sum(each[name] for each in found) for name in ("count", "size"))
    return Asked(1 / rate, count, size, tuple(sorted(statuses)))
