"""How many records figures miss: told by tens, so that no two publications tell of less than ten."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from geodata.layers.audience import Audience
from geodata.layers.figures import FIGURES, get_figure
from geodata.publication import publish
from geodata.queries.hidden import hidden_at_least, is_told
from geodata.queries.reading import RESIDENT, Reader, open_reading
from geodata.settings import Settings
from tests.district import YARD
from tests.geodata.queries.staged import put
from webmap import create_app

CLOSED = get_figure("hazards_closed")
PLANNER = Reader(Audience.PLANNER)


def put_closed(settings: Settings, count: int, year: int) -> None:
    """So many hazards in the open, closed in one year."""
    keys = [f"{year}/{n}" for n in range(count)]
    day = f"{year}-06-01"
    found = [{"source_id": key, "kind": "gas", "found_on": day, "geom": "POINT(112.02 27.75)"} for key in keys]
    put(settings, "hazard", found)
    steps = [
        {"source_id": f"{key}/{kind}", "parent_source_id": key, "kind": kind, "happened_on": day}
        for key in keys
        for kind in ("reported", "closed")
    ]
    put(settings, "hazard_event", steps)


def told(settings: Settings, year: int, reader: Reader = RESIDENT) -> int:
    publish(settings)
    with open_reading(settings, reader) as reading:
        return hidden_at_least(reading, CLOSED, year)


def test_tens_are_told_of_years_that_are_over(deployment: Settings) -> None:
    settings = replace(deployment, as_of=date(2025, 10, 31))
    put_closed(settings, 12, 2025)
    series = []
    for count in (1, 9, 10, 11, 19, 20):
        put_closed(settings, count, 2024)
        series.append(told(settings, 2024))
    # None, one and nine look alike, and so do ten and nineteen: no difference is less than ten.
    assert series == [0, 0, 10, 10, 10, 20]
    assert told(settings, 2023) == 0
    assert told(settings, 2025) == 0, "the year isn't over"
    assert told(settings, 2024, PLANNER) == 20


def test_the_page_says_how_many_more_there_are(deployment: Settings) -> None:
    settings = replace(deployment, as_of=date(2025, 10, 31))
    put(settings, "compound", [{"source_id": "g", "name": "Garden", "geom": YARD}])
    put(settings, "hazard", [{"source_id": "own", "kind": "gas", "found_on": "2024-01-02", "compound_name": "Garden"}])
    put(settings, "hazard_event", [{"parent_source_id": "own", "kind": "closed", "happened_on": "2024-02-01"}])
    pages = []
    for count in (0, 9, 17):
        put_closed(settings, count, 2024)
        publish(settings)
        pages.append(create_app(settings).test_client().get("/governance/hazards?year=2024&lang=en").text)
    none, nine, seventeen = (re.findall(r'figure-why">([^<]+)<', page) for page in pages)
    assert none == nine == ["fewer than 10 more stand at no known compound and aren&#39;t counted"]
    assert seventeen == ["at least 10 more stand at no known compound and aren&#39;t counted"]
    assert all("1 January 2024" in page for page in pages)


def test_only_figures_whose_day_everybody_has_tell_of_what_they_miss() -> None:
    assert {figure.key for figure in FIGURES if is_told(figure, Audience.RESIDENT)} == {"hazards_closed"}
    assert {figure.key for figure in FIGURES if is_told(figure, Audience.PLANNER)} == {
        "hazards_found",
        "hazards_closed",
    }
    assert not any(is_told(figure, Audience.POLICE) for figure in FIGURES)
