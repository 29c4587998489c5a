"""What planners can ask wrongly is told in both languages of the pages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata.settings import PROJECT

ASKED_ON_PAGES = ("geodata/analyses", "geodata/jobs", "webmap/api", "webmap/bodies.py", "webmap/planning/question.py",
                  "webmap/planning/gathering.py", "webmap/planning/comparing.py")  # fmt: skip
COMMANDS_ONLY = {"speeds.py"}
"""Of the command line alone, which speaks English."""


def files() -> Iterator[Path]:
    for name in ASKED_ON_PAGES:
        path = PROJECT / name
        found = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        yield from (each for each in found if each.name not in COMMANDS_ONLY)


@pytest.mark.parametrize("path", list(files()), ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_refusal_has_its_chinese(path: Path) -> None:
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id in ("InvalidInput", "NotFound"):
            assert any(word.arg == "zh" for word in call.keywords), f"line {call.lineno}"
