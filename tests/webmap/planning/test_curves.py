"""Curves lie where their values are, between round numbers."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webmap.planning.curves import Frame, curve, ticks

FRAME = Frame(left=0, right=100, top=0, bottom=50)


def test_a_curve_by_hand() -> None:
    # From 130 to 190 in steps of 20: 120, 140 ... 200; 130 is an eighth of the way up.
    found = curve([0, 1, 2], [130, 170, 190], FRAME, whole_x=True)
    assert [value for value, _ in found.y_ticks] == [120, 140, 160, 180, 200]
    assert found.points == ((0, 43.8), (50, 18.8), (100, 6.2))
    assert found.x_ticks == ((0, 0), (1, 50), (2, 100))
    assert found.path == "M0 43.8L50 18.8L100 6.2"


def test_a_curve_that_does_not_rise_is_drawn_too() -> None:
    found = curve([0, 1], [0, 0], FRAME, whole_x=True)
    assert found.points == ((0, 50), (100, 50))


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9))
@example(0.0, 5e-324)
def test_ticks_hold_what_they_are_for(least: float, span: float) -> None:
    found = ticks(least, least + span)
    slack = 1e-6 * max(1, abs(least), span)
    assert found[0] <= least + slack
    assert found[-1] >= least + span - slack
    assert 2 <= len(found) <= 8


@pytest.mark.parametrize(("most", "step"), [(4, 1), (5, 2), (100, 50), (7, 2)])
def test_steps_are_round(most: float, step: float) -> None:
    found = ticks(0, most)
    assert found[1] - found[0] == step
