"""Census tables of other cities: people by area and day, the city's total beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.settings import Settings
from tests.etl.incidents import EAST, WEST, areas, load
from tests.etl.made import write_csv
from tests.etl.test_loading import rows, sums

CENSUS = ["Community Area Number", "COMMUNITY AREA NAME", "Census date", "Total population", "Aged 65 and over"]


@pytest.fixture
def town(deployment: Settings, tmp_path: Path) -> Settings:
    """A deployment named Test with the areas W and E."""
    load(deployment, areas(tmp_path, [("W", WEST), ("E", EAST)]))
    return deployment


def test_people_by_area_and_the_citys_total_left_out(town: Settings, tmp_path: Path) -> None:
    told = [["W", "West side", "2020-04-01", 1200, 150], ["E", "East side", "2020-04-01", 800, ""],
            ["", "TEST", "2020-04-01", 2000, 150], ["X", "Nowhere", "2020-04-01", 5, 1]]  # fmt: skip
    [receipt] = load(town, write_csv(tmp_path / "census.csv", [CENSUS, *told]))
    assert sums(receipt) == (4, 2, 0, 1, 1)
    assert receipt.reasons == {("ignored", "total_row"): 1, ("quarantined", "no_area"): 1}
    found = (
        "SELECT p.area_code, residents, aged_65, a.name FROM live.area_population p JOIN live.area a ON a.id = area_id"
    )
    assert sorted(rows(town, found)) == [("E", 800, None, "E"), ("W", 1200, 150, "W")]


def test_an_area_that_has_the_citys_name_and_a_code_is_an_area(town: Settings, tmp_path: Path) -> None:
    [receipt] = load(town, write_csv(tmp_path / "census.csv", [CENSUS, ["W", "Test", "2020-04-01", 1200, 150]]))
    assert sums(receipt) == (1, 1, 0, 0, 0)
