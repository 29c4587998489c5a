"""The figures of the sample's year: those of the story, recomputed from the records and as pages tell them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from etl.sample.records.incidents import FALL
from geodata.layers.audience import Audience
from geodata.queries.features import page
from geodata.queries.figures.conditions import counted_in
from geodata.queries.figures.counts import count_each
from geodata.queries.figures.own import figures_of, listed_layer
from geodata.queries.figures.period import Period
from geodata.queries.reading import RESIDENT, STEWARD, Reader, open_reading
from geodata.settings import Settings
from tests.signing import client_of
from tests.webmap.test_governance import numbers

pytestmark = pytest.mark.xdist_group("sample town")

TO_OCTOBER = Period(date(2025, 1, 1), date(2025, 10, 31))
OF_ALL = {
    "party_branches": 88,
    "compounds_covered": 127,
    "committees_formed": 35,
    "committee_seats": 1_075,
    "grade_a": 12,
    "from_c_to_b": 17,
    "companies_replaced": 5,
    "platform_live": 5,
    "hazards_closed": 466,
    "meetings": 271,
    "issues_solved": 245,
    "projects": 307,
    "projects_of_public_income": 36,
    "trainings": 26,
    "volunteer_brands": 9,
    "volunteer_teams": 25,
    "activities": 582,
}
"""Figures of the story that residents may count themselves."""
OF_STAFF = {"disputes_settled": 244, "consultations": 258}
"""Those that residents get as totals, once the year is over."""
READERS = (
    RESIDENT,
    STEWARD,
    Reader(Audience.PLANNER),
    Reader(Audience.GRID_OFFICER, ("431302001001",)),
    Reader(Audience.POLICE, ("431302001001", "431302001002")),
)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.audience)
def test_figures_are_the_storys_and_as_many_as_their_lists(sample_town: Settings, reader: Reader) -> None:
    with open_reading(sample_town, reader) as reading:
        found = {}
        for figure in figures_of(reading):
            now, before = count_each(reading, figure, (TO_OCTOBER, TO_OCTOBER.a_year_before()))
            found[figure.key] = now.value, before.value
            if figure.measure:
                of = counted_in(reading, figure, TO_OCTOBER)
                assert page(reading, listed_layer(reading, figure), of=of, limit=1).matched == now.of
            elif figure.amount is None:
                of = counted_in(reading, figure, TO_OCTOBER)
                assert page(reading, listed_layer(reading, figure), of=of, limit=1).matched == (now.value or 0)
    if len(reader.area_codes):
        assert 0 < (found["meetings"][0] or 0) < 271
        return
    is_staff = reader is not RESIDENT
    wanted = OF_ALL | (OF_STAFF if is_staff else dict.fromkeys({"consultations"}))
    assert {key: found[key][0] for key in wanted} == wanted
    # "+27.6 % to 245" has one whole base.
    assert found["issues_solved"] == (245, 192)


def test_residents_read_the_storys_figures(sample_town: Settings) -> None:
    html = client_of(sample_town, None).get("/governance?lang=en").text
    found = numbers(html)
    assert {key: int(found[key][0].replace(",", "")) for key in OF_ALL} == OF_ALL
    assert found["disputes"] == ("—", "")
    assert "once a year is over" in html
    # A fifth more than chance would bring, in whole percent; what could be chance is said to be.
    assert "192 → 245: more, +28%" in html
    assert "22 → 35: too few to say" in html
    assert "interval" not in html


def test_the_police_of_jingu_read_the_storys_incidents(sample_town: Settings) -> None:
    police = client_of(sample_town, "police:431302001011")
    html = police.get("/governance/police?lang=en").text
    found = numbers(html)
    for kind, (_, after) in FALL.items():
        number, path = found[f"incidents:{kind}"]
        assert int(number) == after
        assert f"10 records · {after} added up" in police.get(path).text
    # -22.4 %, -32.31 % and -5.08 % of so few say nothing.
    for before, after in FALL.values():
        assert f"{before} → {after}: too few to say" in html


def test_planners_read_intervals(sample_town: Settings) -> None:
    # Clopper-Pearson of 245 of 437 by scipy's binomtest: +5.6 % to +55.5 %.
    html = client_of(sample_town, "planner").get("/governance/meetings?lang=en").text
    assert "192 → 245: +28%, 95% interval +6% to +55%: beyond chance" in html


def test_a_map_shows_each_compound_once_and_all_that_is_counted(sample_town: Settings) -> None:
    asked = client_of(sample_town, None)
    html = asked.get("/governance/meetings?lang=en").text
    lists = html[html.index('class="map-lists"') :]
    compounds = re.findall(r'<li><a href="/compounds/(\d+)">.+?</a>(?: <span class="count">(\d+)</span>)?', lists)
    assert len(compounds) == len({key for key, _ in compounds}) == 127
    assert sum(int(count or 0) for _, count in compounds) == 271
    drawn = html[html.index('class="mechanism-map"') : html.index('class="map-key"')]
    assert drawn.count("<title>") == 127
    graded = asked.get("/governance/property?lang=en").text
    marks = Counter(re.findall(r'<text class="map-mark" x="[\d.]+" y="[\d.]+">([ABC])</text>', graded))
    # One in the legend, too.
    assert marks == {"A": 12 + 1, "B": 50 + 1, "C": 14 + 1}


def test_projects_by_source_stand_on_a_map_each(sample_town: Settings) -> None:
    html = client_of(sample_town, None).get("/governance/projects?lang=en").text
    maps = html.split('class="mechanism-map"')[1:]
    counts = [each.count('class="map-spot"') for each in maps]
    found = numbers(html)
    assert counts == [int(number) for key, (number, _) in found.items() if key.startswith("projects_of_")]
    assert counts[-1] == 36
