"""What an answer depends on: speeds, how far from a street counts, and the roads' date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from geodata.analyses.coverage.sways import moment_of, sways, sways_as_json
from geodata.command import sensitivity
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.geodata.analyses.test_coverage import STREET, asked, house, laid_village
from tests.geodata.queries.staged import put

FAR = "MULTIPOLYGON(((112.003 27.7307, 112.0031 27.7307, 112.0031 27.7308, 112.003 27.7308, 112.003 27.7307)))"


@pytest.fixture
def village(deployment: Settings) -> Settings:
    """A home on the street, one 78 m off it, and a road that came later than the rest."""
    laid_village(deployment)
    put(deployment, "building", [house(112.001, residents=30), {"geom": FAR, "source_id": "far", "residents": 20}])
    return deployment


def test_how_far_from_a_street_counts_is_told(village: Settings) -> None:
    answer = asked(village, minutes=10, at="Mon 10:00", demand="building")
    found = sways(answer)
    assert list(found) == ["speed_0.8", "speed_1.2", "snap_50_m", "snap_200_m"]
    assert (answer.covered, found["snap_50_m"].covered, found["snap_200_m"].covered) == (50, 30, 50)
    assert found["snap_50_m"].lost_share == found["snap_50_m"].changed_share == pytest.approx(20 / 50)
    told = sways_as_json(found)
    assert told["snap_50_m"]["changed_share"] == 0.4
    assert "streets up to 50 m away" in sensitivity.in_words(
        {"service": "police_room", "covered": 50, "demand_total": 50, "sways": told}
    )


def test_roads_are_those_that_were_known_then(village: Settings) -> None:
    then = datetime.now(UTC)
    # The street is closed to walkers, and another one comes.
    put(
        village,
        "road",
        [{"source_id": "s", "highway": "residential", "foot": "no", "node_ids": "{1,2,3,4,5,6}", "geom": STREET}],
    )
    put(
        village,
        "road",
        [{"source_id": "new", "highway": "residential", "geom": "MULTILINESTRING((112 27.73, 112.0012 27.73))"}],
    )
    answer = asked(village, minutes=10, at="Mon 10:00", demand="building")
    assert answer.covered == 30
    [(name, before)] = [each for each in sways(answer, roads_on=then).items() if each[0].startswith("roads_")]
    assert name == f"roads_{then:%Y-%m-%dT%H:%M}"
    assert (before.covered, before.lost_share) == (50, 0)
    assert before.gained_share == pytest.approx(20 / 50)
    with pytest.raises(InvalidInput, match=r"no roads were known on .*; the first were loaded on \d{4}-"):
        sways(answer, roads_on=then - timedelta(days=400))


def test_a_day_ends_where_the_place_is(village: Settings) -> None:
    zone = ZoneInfo(village.time_zone)
    assert moment_of(village, "2025-06-30") == datetime(2025, 7, 1, tzinfo=zone)
    assert moment_of(village, "2025-06-30T12:00") == datetime(2025, 6, 30, 12, tzinfo=zone)
    for wrong in ("soon", "2025-13-01", "9999-12-31", ""):
        with pytest.raises(InvalidInput, match="is no day"):
            moment_of(village, wrong)
