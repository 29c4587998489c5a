"""A promise that every style sheet keeps: colours and sizes of letters come from tokens.css alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geodata.settings import PROJECT
from webmap import sheets

SHEETS = sorted(
    path for path in (PROJECT / "webmap").rglob("*.css") if "static" not in path.parts and path.name != "tokens.css"
)
LITERAL = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(|light-dark\(|font(-size)?:[^;]*\d(px|rem|pt)")


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_colours_and_sizes_of_letters_come_from_the_tokens(path: Path) -> None:
    # A selector begins with # as well, but stands before its brace.
    said = re.findall(r"[{;]\s*([\w-]+:[^;{}]*)", path.read_text("utf-8"))
    assert [each for each in said if LITERAL.search(each)] == []


def test_each_token_that_is_used_is_there_and_each_that_is_there_is_used() -> None:
    tokens = (sheets.FOLDER / "tokens.css").read_text("utf-8")
    given = set(re.findall(r"^\s*(--[\w-]+):", tokens, re.MULTILINE))
    used = {name for path in [*SHEETS, sheets.FOLDER / "tokens.css"] for name in _used(path.read_text("utf-8"))}
    own = {name for path in SHEETS for name in re.findall(r"^\s*(--[\w-]+):", path.read_text("utf-8"), re.MULTILINE)}
    assert used - own == given


def _used(text: str) -> list[str]:
    return re.findall(r"var\((--[\w-]+)", text)
