"""Up to which day a layer's data tell: by the dates in them, and only without any by the day of a load."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers.audience import Audience
from geodata.publication import publish
from geodata.queries.facts import layer_facts
from geodata.queries.reading import RESIDENT, STEWARD, Reader, open_reading
from geodata.queries.status import layer_statuses
from geodata.settings import Settings
from tests.geodata.queries.staged import put

SQUARE = "MULTIPOLYGON(((112 27.72, 112.01 27.72, 112.01 27.74, 112 27.74, 112 27.72)))"
CLOCK = date(2025, 10, 31)


@pytest.fixture
def clocked(deployment: Settings) -> Settings:
    """A deployment at the end of October 2025 with one community."""
    settings = replace(deployment, as_of=CLOCK)
    put(settings, "area", [{"source_id": "A", "code": "A", "name": "A", "kind": "community", "geom": SQUARE}])
    return settings


def _date(settings: Settings, layer: str, reader: Reader = STEWARD) -> date | None:
    with open_reading(settings, reader) as reading:
        return layer_facts(reading)[layer].data_date


def _put_incidents(settings: Settings, *months: str) -> None:
    rows = [
        {"source_id": month, "area_code": "A", "month": f"{month}-01", "kind": "theft", "incidents": 20}
        for month in months
    ]
    put(settings, "incident_count", rows)


def test_months_of_long_ago_stay_old_when_they_are_loaded_today(clocked: Settings) -> None:
    _put_incidents(clocked, "2024-03")
    assert _date(clocked, "incident_count") == date(2024, 3, 31)
    with engine_for(clocked, Login.STAFF).connect() as connection:
        assert layer_statuses(connection, clocked)["incident_count"].data_date == date(2024, 3, 31)


def test_no_data_are_of_days_to_come(clocked: Settings) -> None:
    _put_incidents(clocked, "2025-09", "2025-12")
    assert _date(clocked, "incident_count") == date(2025, 9, 30)
    _put_incidents(clocked, "2025-10")
    assert _date(replace(clocked, as_of=date(2025, 10, 20)), "incident_count") == date(2025, 10, 20)


def test_totals_are_of_their_newest_whole_year_and_expected_a_year_later(clocked: Settings) -> None:
    _put_incidents(clocked, *(f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)), "2025-09")
    publish(clocked)
    assert _date(clocked, "incident_count", RESIDENT) == date(2024, 12, 31)
    with open_reading(clocked, RESIDENT) as reading:
        assert reading.layer("incident_count").stale_after_days == 410
    with open_reading(clocked, STEWARD) as reading:
        assert reading.layer("incident_count").stale_after_days == 45


def test_each_audience_gets_the_date_of_what_it_sees(clocked: Settings) -> None:
    put(clocked, "compound", [{"source_id": "a", "name": "Garden", "geom": SQUARE}])
    hazards = [
        {"source_id": day, "kind": "gas", "found_on": day, "geom": "POINT(112.005 27.73)"}
        for day in ("2025-09-30", "2025-10-30")
    ]
    put(clocked, "hazard", hazards)
    publish(clocked)
    assert _date(clocked, "hazard", RESIDENT) == date(2025, 9, 30)
    assert _date(clocked, "hazard", Reader(Audience.PLANNER)) == date(2025, 10, 30)
    assert _date(clocked, "hazard") == date(2025, 10, 30)


def test_a_register_is_of_the_newest_load_that_brought_news(deployment: Settings) -> None:
    post = {"source_id": "p", "name": "Post", "geom": "POINT(112 27.73)"}
    for day, file in (
        ("2025-03-01", "spring"),
        ("2025-06-01", "summer"),
        ("2025-08-01", "spring"),
    ):
        put(deployment, "police_post", [post])
        with engine_for(deployment, Login.OWNER).begin() as connection:
            connection.execute(
                text(
                    "UPDATE ledger.load SET finished = CAST(:day AS timestamptz), file_sha256 = :file "
                    "WHERE id = (SELECT max(id) FROM ledger.load)"
                ),
                {"day": f"{day} 12:00+08", "file": file},
            )
    # The file of summer confirmed all of it; that of spring, loaded once more, said nothing new.
    assert _date(deployment, "police_post") == date(2025, 6, 1)
    put(deployment, "police_post", [{**post, "name": "Renamed"}])
    assert _date(replace(deployment, as_of=CLOCK), "police_post") == CLOCK


def test_what_has_a_place_and_which_looks_there_are(clocked: Settings) -> None:
    put(clocked, "area", [{"source_id": "B", "code": "B", "name": "B", "kind": "community"}])
    kinds = ["kiosk", "kiosk", None]
    rows = [
        {"source_id": str(n), "name": "P", "kind": kind, "geom": "POINT(112 27.73)"} for n, kind in enumerate(kinds)
    ]
    put(clocked, "police_post", rows)
    publish(clocked)
    for reader in (STEWARD, RESIDENT):
        with open_reading(clocked, reader) as reading:
            facts = layer_facts(reading)
            assert (facts["area"].count, facts["area"].placed) == (2, 1)
            assert facts["police_post"].looks == {"kiosk", ""}
            assert facts["gate"].looks == frozenset()
