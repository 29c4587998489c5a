"""What is wrong with the words of a command is told before any data are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.command import access, change, grids, hotspots, runs, sensitivity
from geodata.errors import DatabaseUnavailable, InvalidInput, NotFound
from webmap.command import coverage, scenario, site

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
        (scenario.main, "compare police_room North --minutes 0", "limit of 0 minutes"),
        (runs.main, "--most 0", "newest 0 runs"),
    ],
)
def test_a_wrong_option_is_told_without_data(command: Command, words: str, said: str) -> None:
    with pytest.raises((InvalidInput, NotFound)) as told:
        command(words.split())
    assert said in str(told.value)


def test_this_deployment_has_no_data() -> None:
    with pytest.raises(DatabaseUnavailable):
        coverage.main(["police_room"])
