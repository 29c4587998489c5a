"""A command's end: its exit code, one sentence for a wrong call, a traceback for a fault of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from geodata.settings import PROJECT


def ended(tmp_path: Path, body: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command whose main has this body, as `python FILE` runs it."""
    script = tmp_path / "weigh.py"
    script.write_text(
        "from geodata.command.entry import run\n"
        "import argparse, errno, os, signal, sys\n"
        "from geodata.errors import InvalidInput\n"
        f"def main(argv=None):\n    {body}\n"
        "run(main)\n"
    )
    environ = {**os.environ, "PYTHONPATH": str(PROJECT)}
    line = [sys.executable, str(script), *words]
    return subprocess.run(line, capture_output=True, text=True, env=environ, check=False)


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("return 0", 0, ""),
        ("raise InvalidInput('7 is odd')", 1, "csmap weigh: 7 is odd\n"),
        ("raise KeyboardInterrupt", 130, ""),
        ("raise PermissionError(errno.EACCES, 'Permission denied', 'x.csv')", 1, "Give this account the right to"),
        ("raise OSError(errno.ENOSPC, 'No space left on device', 'x.csv')", 1, "csmap weigh: x.csv: No space left"),
    ],
)
def test_each_end_has_its_code_and_no_traceback(tmp_path: Path, body: str, code: int, said: str) -> None:
    told = ended(tmp_path, body)
    assert told.returncode == code
    assert said in told.stderr
    assert told.stderr.count("\n") == (1 if said else 0)


def test_a_wrong_word_is_usage(tmp_path: Path) -> None:
    told = ended(tmp_path, "argparse.ArgumentParser(prog='csmap weigh').parse_args(argv)", "--scale")
    assert told.returncode == 2
    assert told.stderr.startswith("usage: csmap weigh")


@pytest.mark.parametrize("body", ["raise ValueError('odd')", "raise OSError(errno.EIO, 'Input/output error')"])
def test_a_fault_of_ours_keeps_its_traceback(tmp_path: Path, body: str) -> None:
    told = ended(tmp_path, body)
    assert told.returncode == 1
    assert "Traceback" in told.stderr


def test_a_reader_that_has_gone_is_no_fault(tmp_path: Path) -> None:
    told = ended(tmp_path, "r, w = os.pipe(); os.close(r); os.dup2(w, 1); print('x' * 10); return 0")
    assert told.returncode == 141
    assert told.stderr == ""
