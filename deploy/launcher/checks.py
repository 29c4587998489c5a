"""Runs all checks at once and tells of each as soon as it has ended: what failed is read while the others run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from launcher.pages import LIBRARIES
from launcher.steps import PROJECT, say

Checks = Mapping[str, Sequence[str | Path]]


def checks_with(tools: Path) -> Checks:
    """Return the command line of each check, by what it checks.

    Args:
        tools: the environment's folder of programs.
    """
    checks: dict[str, list[str | Path]] = {
        "format": [tools / "ruff", "format", "--check"],
        "lint": [tools / "ruff", "check"],
        "types": [tools / "mypy"],
        "types of the launcher": [tools / "mypy", "--cache-dir=.mypy_cache/launcher", "csmap", "deploy/launcher"],
        "import contracts": [tools / "lint-imports"],
    }
    if (LIBRARIES / "typescript").exists():
        checks["types of the front end"] = [tools / "npm", "run", "--silent", "check"]
    return checks


def run_checks(checks: Checks, environ: Mapping[str, str]) -> list[str]:
    """Run all of them, say of each how it ended and what it said, in the end which failed; return these in order."""
    path = os.pathsep.join([*{str(Path(line[0]).parent): None for line in checks.values()}, environ["PATH"]])
    failed = set()
    with ThreadPoolExecutor(len(checks)) as side_by_side:
        running = {side_by_side.submit(_run, line, {**environ, "PATH": path}): title for title, line in checks.items()}
        for ended in as_completed(running):
            title, done = running[ended], ended.result()
            say(f"{title}: {'FAILED' if done.returncode else 'passed'} ({_called(checks[title])})")
            sys.stdout.write(done.stdout)
            sys.stdout.flush()
            if done.returncode:
                failed.add(title)
    if failed:
        say(f"{len(failed)} of {len(checks)} checks failed; what each said stands above:")
    for title in (title for title in checks if title in failed):
        say(f"  {title} ({_called(checks[title])})")
    if not failed:
        say(f"all {len(checks)} checks passed")
    return [title for title in checks if title in failed]


def _run(line: Sequence[str | Path], environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in line]
    return subprocess.run(
        words, cwd=PROJECT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )


def _called(line: Sequence[str | Path]) -> str:
    return " ".join([Path(line[0]).name, *map(str, line[1:])])
