"""Texts, codes, choices, flags and lists of names as people write them."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from etl.steps.parsed import MISSING, Parsed, refused
from geodata.folding import fold, tidy
from geodata.layers.field import Field

NOTHING = frozenset(
    {"", "无", "—", "-", "--", "——", "―", "/", "\\", "暂无", "待定", "空", "未知", "不详", "(空)", "…", "......"}
    | {"n/a", "na", "#n/a", "null", "none", "nan", "nil", "<na>"}
)
"""Folded, lower-case ways of writing nothing."""
DITTO = frozenset({"同上", "〃", "″", '"', "ditto", "do."})

_SEPARATORS = re.compile(r"[、,，;；|\n]+")
_ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_FLOAT_CODE = re.compile(r"(\d+)\.0+")
_TRUE = {"是", "有", "√", "✓", "yes", "y", "true", "t", "1", "对"}
_FALSE = {"否", "没有", "×", "✗", "x", "no", "n", "false", "f", "0"}
_LONGEST = 10_000


def is_nothing(text: str) -> bool:
    """Tell whether a cell says that there is nothing to say."""
    return fold(text).casefold() in NOTHING


def parse_text(text: str) -> Parsed:
    """Keep a text as it is, with full-width digits and letters plain and control marks out."""
    value = tidy(text)
    if len(value) > _LONGEST:
        return refused("too_long", f"a text of at most {_LONGEST:,} characters")
    return Parsed(value) if value else MISSING


def parse_code(text: str, length: int | None) -> Parsed:
    """Read a code; one that a spreadsheet has rounded is refused, never repaired."""
    value = fold(text)
    if _ROUNDED.fullmatch(value):
        return refused("rounded_code", "the code in full: a spreadsheet has rounded this one; make the column text")
    as_float = _FLOAT_CODE.fullmatch(value)
    if as_float:
        value = as_float[1]
    if length is not None and len(value) != length:
        return refused("wrong_length", f"a code of {length} characters, this one has {len(value)}")
    return Parsed(value, "number_as_code", f"{value} was taken") if as_float else Parsed(value)


def parse_choice(text: str, field: Field) -> Parsed:
    """Find the declared value that a text stands for: the value, its label in either language, or a synonym."""
    value = _choices(field).get(_choice_key(text))
    if value is not None:
        return Parsed(value)
    labels = ", ".join(choice.label.zh for choice in field.choices)
    return refused("unknown_choice", f"one of {labels}")


def parse_flag(text: str) -> Parsed:
    """Read yes or no."""
    folded = fold(text).casefold()
    if folded in _TRUE:
        return Parsed("true")
    return Parsed("false") if folded in _FALSE else refused("bad_flag", "是 or 否")


def parse_names(text: str) -> Parsed:
    """Read a list of names as PostgreSQL's array text; one that comes twice is kept once."""
    found = split_names(text)
    return Parsed(array_text(found)) if found else MISSING


def split_names(text: str) -> tuple[str, ...]:
    """Return the names of a list in their order, each once."""
    return tuple(dict.fromkeys(name for part in _SEPARATORS.split(tidy(text)) if (name := part.strip())))


def parse_nodes(text: str) -> Parsed:
    """Read OpenStreetMap node ids in order, parted by spaces or commas, as PostgreSQL's array text."""
    ids = text.strip(" {}[]").replace(",", " ").split()
    if not ids or not all(one.lstrip("-").isdigit() for one in ids):
        return refused("bad_nodes", "node numbers parted by spaces")
    return Parsed("{" + ",".join(ids) + "}")


def array_text(items: tuple[str, ...]) -> str:
    """Return a PostgreSQL array text of quoted items."""
    quoted = (json.dumps(item, ensure_ascii=False) if '"' in item or "\\" in item else f'"{item}"' for item in items)
    return "{" + ",".join(quoted) + "}"


def _choice_key(text: str) -> str:
    return re.sub(r"\s+", "", fold(text)).casefold()


@lru_cache(maxsize=200)
def _choices(field: Field) -> dict[str, str]:
    found: dict[str, str] = {}
    for choice in field.choices:
        for word in (choice.value, choice.label.zh, choice.label.en, *choice.synonyms):
            found.setdefault(_choice_key(word), choice.value)
    return found
