"""Moments of the week, as people write them."""

from __future__ import annotations

import pytest

from geodata.errors import InvalidInput
from geodata.layers.moment import parse_moment


@pytest.mark.parametrize(
    "text", ["Mon 22:00", "Mo 22:00", "周一 22:00", "星期一22点", "monday 10pm", "周一晚上10:00", "周一 22：00"]
)
def test_one_moment_in_many_words(text: str) -> None:
    assert str(parse_moment(text)) == "Mo 22:00"


@pytest.mark.parametrize("text", ["", "22:00", "Mon", "Mon 25:00", "Mon 24:00", "Mon-Tue 22:00", "Moon 22:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="no moment of the week"):
        parse_moment(text)


def test_hours_that_nobody_knows_neither_hold_nor_fail() -> None:
    late = parse_moment("Sun 23:30")
    assert late.holds("Mo-Fr 09:00-17:00") is False
    assert late.holds("Su 22:00-06:00") is True
    assert late.holds(None) is None
    assert late.holds("when the moon is full") is None
