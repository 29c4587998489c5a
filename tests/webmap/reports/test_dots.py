"""Places as dots: as large as their people are many, where single places may be told with their amount."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geodata.analyses.coverage import Question, cover
from geodata.settings import Settings
from tests.webmap.reports.conftest import PEOPLE, street
from webmap.reports.dots import LEAST, band_dots, by_size, sizes_of, spots_of
from webmap.reports.told import Report, tell
from webmap.wording import Wording

__all__ = ["street"]


@pytest.fixture
def report(street: Settings) -> Report:
    answer = cover(street, Question("police_room", minutes=5))
    return tell(street, Wording("en"), answer, None, notice="")


def test_areas_go_by_people_within_bounds(report: Report) -> None:
    sizes = dict(zip(report.answer.known.tolist(), sizes_of(report).tolist(), strict=True))
    # 200 people in 4 places: 50 is the usual one, and 100 people have twice its area.
    assert sizes[50] == 1
    assert sizes[100] == pytest.approx(2**0.5)
    assert sizes[20] == pytest.approx((20 / 50) ** 0.5)
    # Two huts, one place where nobody has counted, and a tower: the usual one of the three has 134.
    uneven = replace(report.answer.places, people=np.array([1.0, 1.0, np.nan, 400.0]))
    told = sizes_of(replace(report, answer=replace(report.answer, places=uneven)))
    assert told.tolist() == [LEAST, LEAST, 1, pytest.approx((400 / 134) ** 0.5)]


def test_places_whose_amount_may_not_be_told_are_all_alike(report: Report) -> None:
    told = replace(report.answer, asked=replace(report.answer.asked, weight="elderly"))
    assert sizes_of(replace(report, answer=told)).tolist() == [1] * len(PEOPLE)


def test_small_places_are_drawn_last(report: Report) -> None:
    for look in band_dots(report, spots_of(report)):
        assert look.sizes.tolist() == sorted(look.sizes.tolist(), reverse=True)
        assert len(look.sizes) == len(look.spots)
        sorted_out = by_size(look)
        # Files tell few sizes apart and leave no place out; the usual one is just itself.
        assert np.concatenate([np.empty((0, 2)), *(spots for _, spots in sorted_out)]).tolist() == look.spots.tolist()
        assert all(size == 1 for size, _ in sorted_out if set(look.sizes.tolist()) == {1})
