"""What is wrong with the words of a command is told before any data are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import geodata
from geodata.command import access, change, grids, hotspots, runs, sensitivity
from geodata.door import Door
from geodata.errors import DatabaseUnavailable, InvalidInput, NotFound
from webmap.command import coverage, rates, scenario, site

Command = Callable[[list[str]], int]
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture(autouse=True)
def without_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment whose database nobody reaches: whatever reads data fails otherwise."""
    (tmp_path / "csmap.toml").write_text('name = "Nowhere"\nmetric_crs = "EPSG:4546"\ntime_zone = "UTC"\n')
    monkeypatch.setenv("CSMAP_HOME", str(tmp_path))
    monkeypatch.setenv("CSMAP_DATABASE_URL", NOWHERE)


@pytest.mark.parametrize(
    ("command", "words", "said"),
    [
        (coverage.main, "police_room --at someday", "no moment"),
        (coverage.main, "police_room --minutes 0", "limit of 0 minutes"),
        (coverage.main, "police_room --by planet --out c.pdf", "no level of areas 'planet'"),
        (coverage.main, "police_room --sites 2", "without --out"),
        (coverage.main, "police_room --sites -2 --out c.pdf", "-2 posts to add"),
        (coverage.main, "police_room --out c.shp", "ends in .gpkg"),
        (coverage.main, "police_station", "no service 'police_station'"),
        (site.main, "police_room --add -1", "-1 posts to add"),
        (site.main, "police_room --candidates hazard", "no posts are put at the places of hazard"),
        (site.main, "police_room --objective cmclp --capacity 4 --weight elderly", "capacities are for residents"),
        (site.main, "clinic --objective cmclp --capacity 4", "for how many residents"),
        (site.main, "police_room --at Mon", "no moment"),
        (sensitivity.main, "police_room --minutes -1", "limit of -1 minutes"),
        (access.main, "police_room --at x", "no moment"),
        (grids.main, "balance --goal 2", "spread of 2.0"),
        (hotspots.main, "theft --months 2025", "no months"),
        (hotspots.main, "open_hazards --radius -1", "radius of -1 m"),
        (change.main, "theft --before 2024-01..2024-12 --after 2025-01..2025-06", "equal length"),
        (rates.main, "coverage", "of which service"),
        (rates.main, "hazards --out r.pdf", "ends in .csv, .xlsx"),
        (scenario.main, "compare police_room North --minutes 0", "limit of 0 minutes"),
        (runs.main, "--most 0", "newest 0 runs"),
    ],
)
def test_a_wrong_option_is_told_without_data(command: Command, words: str, said: str) -> None:
    with pytest.raises((InvalidInput, NotFound)) as told:
        command(words.split())
    assert said in str(told.value)


PLACE = "police_room"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda town: town.coverage(PLACE, minute=5), "nothing is called 'minute' here; there are at, by, changes, "),
        (lambda town: town.coverage(7), 'service is 7; wanted is a text such as "police_room"'),
        (lambda town: town.coverage(PLACE, minutes="5"), "minutes is '5'; wanted is a number or None"),
        (lambda town: town.coverage(PLACE, minutes=True), "minutes is True; wanted is a number or None"),
        (lambda town: town.coverage(PLACE, minutes=float("nan")), "a limit of nan minutes"),
        (lambda town: town.coverage(PLACE, at=22), 'at is 22; wanted is a text such as "Mon 22:00" or None'),
        (lambda town: town.coverage(PLACE, mode=["walk"]), "mode is ['walk']; wanted is a text"),
        (lambda town: town.coverage(PLACE, weight=None), "weight is None; wanted is a text"),
        (lambda town: town.coverage(PLACE, weight="hazards", period="2025-13"), "'2025-13' is no period"),
        (lambda town: town.coverage(PLACE, weight="hazards", period=2025), "period is 2025; wanted is its first and"),
        (
            lambda town: town.coverage(PLACE, weight="hazards", period=("2025", "2026")),
            "wanted is its first and its last",
        ),
        (lambda town: town.coverage(PLACE, speeds={"footway": "4"}), "wanted is a mapping of words to numbers"),
        (lambda town: town.coverage(PLACE, keeps_turns=1), "keeps_turns is 1; wanted is True or False or None"),
        (lambda town: town.coverage(PLACE, changes=["close"]), "change 1 is"),
        (lambda town: town.site(PLACE, add=2.5), "add is 2.5; wanted is a whole number"),
        (lambda town: town.site(PLACE, add="3"), "add is '3'; wanted is a whole number"),
        (
            lambda town: town.site(PLACE, objectives="mclp"),
            "nothing is called 'objectives' here; there are add, at, by,",
        ),
        (lambda town: town.site(PLACE, time_limit_s=float("nan")), "a time limit of nan s"),
        (lambda town: town.site(PLACE, candidates=None), "candidates is None; wanted is a text"),
        (lambda town: town.site(PLACE, existing="closable"), "0 posts to close; wanted is 1 or more"),
        (lambda town: town.layer("road", audience="everyone"), "no audience 'everyone'; there are resident, planner,"),
        (lambda town: town.layer("road", own_areas="431302001"), "wanted are several codes"),
    ],
)
def test_a_wrong_argument_in_python_is_told_without_data(asked: Callable[[Door], object], said: str) -> None:
    with pytest.raises(InvalidInput) as told:
        asked(geodata.open())
    assert said in str(told.value)


def test_this_deployment_has_no_data() -> None:
    with pytest.raises(DatabaseUnavailable):
        coverage.main(["police_room"])
