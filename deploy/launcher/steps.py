"""What the steps of set-up share: where the project is, telling the person, running other programs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from geodata.database.service_user import find_service_user

PROJECT = Path(__file__).resolve().parents[2]


class SetupError(Exception):
    """Set-up can't go on. The message is for the person in front."""


class StepFailed(SetupError):
    """A program that a step ran has failed; `output` is all that it said."""

    def __init__(self, message: str, output: str) -> None:
        lines = [line.rstrip() for line in output.splitlines() if line.strip()]
        # npm names the reason in its first lines, pip and apt-get in their last ones.
        shown = lines if len(lines) <= 12 else [*lines[:4], "...", *lines[-8:]]
        super().__init__("\n  ".join([message, *shown]))
        self.output = output


def say(text: str) -> None:
    """Tell what is going on, beside the command's own output."""
    sys.stderr.write(f"csmap: {text}\n")
    sys.stderr.flush()


def run_step(words: Sequence[str | Path], failure: str, *, environ: Mapping[str, str] | None = None) -> None:
    """Run a program in the project's folder; what it says is shown only where it fails.

    Args:
        words: the program and its arguments.
        failure: the sentence for when it fails, without a full stop.
        environ: variables to set besides the caller's.

    Raises:
        StepFailed: with the last lines of its output.
    """
    try:
        done = subprocess.run(
            [str(word) for word in words],
            cwd=PROJECT,
            env={**os.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise SetupError(f"{failure}: {words[0]}: {error.strerror}") from None
    if done.returncode != 0:
        raise StepFailed(f"{failure}; what was said:", done.stdout)


def as_project_owner(words: Sequence[str | Path]) -> list[str]:
    """Return the line that leaves no file of root's in the clone of the person behind sudo."""
    user = find_service_user() if os.geteuid() == 0 else None
    if user is None or PROJECT.stat().st_uid != user.uid:
        return [str(word) for word in words]
    account = user.environment()
    return user.command(["env", f"HOME={account['HOME']}", f"USER={user.name}", *words])
