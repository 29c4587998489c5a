"""Names are found by their pinyin: whole, by initials, or a mixture, and by other readings of a character."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.spelling import MOST_WAYS, spelled, typed_pattern


def _finds(typed: str, name: str) -> bool:
    ways, pattern = spelled(name), typed_pattern(typed)
    return ways is not None and pattern is not None and re.search(f"(^|[ ;]){pattern}", ways) is not None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("jinxiu", "锦绣华府"),
        ("jxhf", "锦绣华府"),
        ("JXHF", "锦绣华府"),
        ("jin xiu", "锦绣华府"),
        ("jinxhf", "锦绣华府"),
        ("huafu", "锦绣华府"),
        ("hf", "锦绣华府"),
        ("leping", "乐坪派出所"),
        ("yueping", "乐坪派出所"),
        ("chongqing", "重庆路"),
        ("3haolou", "3号楼"),
        ("xi'an", "西安里"),
        ("lvdi", "绿地家园"),
        ("lüdi", "绿地家园"),
        ("aqu", "A区"),
    ],
)
def test_what_is_typed_finds_the_name(typed: str, name: str) -> None:
    assert _finds(typed, name)


@pytest.mark.parametrize("typed", ["xhj", "inxiu", "jf", "j", "jx%", "锦xiu"])
def test_what_begins_no_syllable_or_leaves_one_out_does_not(typed: str) -> None:
    assert not _finds(typed, "锦绣华府")


def test_a_name_without_hanzi_needs_no_spelling() -> None:
    assert spelled("Rue Grimaldi 12") is None
    assert spelled("") is None


def test_the_likeliest_reading_comes_first() -> None:
    ways = (spelled("乐坪") or "").split(";")
    assert ways[0] == "le ping"
    assert "yue ping" in ways


@given(st.text(alphabet="乐重长行都朝和了", min_size=1, max_size=12))
def test_many_readings_stay_few_and_initials_fit(name: str) -> None:
    ways = (spelled(name) or "").split(";")
    assert 1 <= len(ways) <= MOST_WAYS
    assert {len(way.split()) for way in ways} == {len(name)}
    initials = "".join(syllable[0] for syllable in ways[0].split())
    assert len(name) == 1 or _finds(initials, name)
