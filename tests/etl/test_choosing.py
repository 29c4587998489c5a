"""Which recipe a file gets, and how its coordinates are meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from etl.choosing import Choice, Wish, choose, wanted_recipes
from etl.readers import read
from etl.recipe_files import list_recipes
from etl.understanding import make_task
from geodata import crs
from geodata.errors import InvalidInput, NotFound
from tests.etl.made import GROUND, write_csv

POSTS = ("名称", "地址", "经度", "纬度")


def chosen(path: Path, wish: Wish | None = None, own: Path | None = None) -> Choice:
    """Return the one choice for a file with one part."""
    found = choose(path.name, read(path), wanted_recipes(own, wish or Wish()), wish or Wish()).choices
    assert len(found) == 1
    return found[0]


def posts(folder: Path, points: Sequence[tuple[object, object]], headings: Sequence[str] = POSTS) -> Path:
    """Write a register of police posts."""
    return write_csv(folder / "posts.csv", [headings, *(("甲", "乙", x, y) for x, y in points)])


def test_headings_tell_the_recipe(tmp_path: Path) -> None:
    assert chosen(posts(tmp_path, [(112.0, 27.73)])).recipe.id == "police_post_register"
    hazards = write_csv(tmp_path / "hazards.csv", [["隐患类型", "检查时间", "小区名称"], ["燃气", "2025-03-05", "甲"]])
    assert chosen(hazards).recipe.id == "hazard_register"


def test_nothing_that_fits_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "odd.csv", [["名称", "地址"], ["甲", "乙"]])
    with pytest.raises(
        InvalidInput, match=r"odd\.csv fits no recipe: its headings are 名称, 地址.*needs also coordinates"
    ):
        chosen(path)


def test_a_tie_is_refused_and_broken_by_name(tmp_path: Path) -> None:
    text = (Path("etl/recipes") / "police_post_register.toml").read_text("utf-8")
    own = tmp_path / "recipes"
    own.mkdir()
    for name in ("first", "second"):
        (own / f"{name}.toml").write_text(text.replace('id = "police_post_register"', f'id = "{name}"'), "utf-8")
    path = posts(tmp_path, [(112.0, 27.73)])
    with pytest.raises(InvalidInput, match="first and second equally well; say which one with --recipe"):
        chosen(path, own=own)
    assert chosen(path, Wish(recipe="second"), own).recipe.id == "second"


def test_an_unknown_recipe_or_layer_is_refused() -> None:
    with pytest.raises(NotFound, match="--recipe 'x': there is none; there are"):
        wanted_recipes(None, Wish(recipe="x"))
    with pytest.raises(NotFound, match="compound"):
        wanted_recipes(None, Wish(layer="bus_stop"))
    assert {recipe.layer.id for recipe in wanted_recipes(None, Wish(layer="compound"))} == {"compound"}


def test_degrees_in_china_need_their_system(tmp_path: Path) -> None:
    choice = chosen(posts(tmp_path, [(112.0, 27.73)]))
    with pytest.raises(InvalidInput, match=r"posts\.csv doesn't say .* --crs"):
        make_task("posts.csv", choice, GROUND, Wish())
    task, notes = make_task("posts.csv", choice, GROUND, Wish(crs="火星坐标"))
    assert (task.system, task.is_turned) == ("gcj02", False)
    assert "GCJ-02" in notes[0]
    assert "--crs" in notes[0]


def test_degrees_elsewhere_are_wgs84(tmp_path: Path) -> None:
    chicago = replace(
        GROUND, boundary=shapely.box(-87.9, 41.6, -87.5, 42.1), extent=shapely.box(-88, 41.5, -87.4, 42.2)
    )
    path = write_csv(
        tmp_path / "p.csv", [["name", "address", "location"], ["A", "1 Main St", "1 Main St (41.85 -87.62)"]]
    )
    task, notes = make_task("p.csv", chosen(path), chicago, Wish())
    assert (task.system, task.is_turned) == ("wgs84", True)
    assert len(notes) == 2
    feet = write_csv(tmp_path / "f.csv", [["name", "address", "x", "y"], ["A", "1 Main St", "1176000", "1890000"]])
    with pytest.raises(InvalidInput, match="--crs"):
        make_task("f.csv", chosen(feet), chicago, Wish())


def test_survey_columns_say_by_the_boundary_which_is_north(tmp_path: Path) -> None:
    east, north = crs.convert([112.0, 112.01], [27.73, 27.74], source="wgs84", target="EPSG:4546")
    surveyed = posts(tmp_path, list(zip(north, east, strict=True)), ("名称", "地址", "X坐标", "Y坐标"))
    task, _ = make_task("posts.csv", chosen(surveyed), GROUND, Wish(crs="EPSG:4546"))
    assert task.is_turned
    plain = posts(tmp_path, list(zip(east, north, strict=True)), ("名称", "地址", "X坐标", "Y坐标"))
    task, _ = make_task("posts.csv", chosen(plain), GROUND, Wish(crs="EPSG:4546"))
    assert not task.is_turned


def test_named_columns_are_never_turned(tmp_path: Path) -> None:
    swapped = posts(tmp_path, [(27.73, 112.0)])
    task, _ = make_task("posts.csv", chosen(swapped), GROUND, Wish(crs="wgs84"))
    assert not task.is_turned


def test_systems_that_move_by_nothing_are_refused_by_name(tmp_path: Path) -> None:
    choice = chosen(posts(tmp_path, [(112.0, 27.73)]))
    for system in ("EPSG:2435", "西安80"):
        with pytest.raises(InvalidInput, match=r"Beijing 1954|Xian 1980"):
            make_task("posts.csv", choice, GROUND, Wish(crs=system))


def test_the_list_of_recipes_is_not_empty() -> None:
    assert len(list_recipes()) > 8


@pytest.mark.parametrize(
    ("headings", "wanted"),
    [
        (("id", "lat", "lon"), "points_of_interest"),
        (("id", "lat", "lon", "name"), "points_of_interest"),
        (("id", "lon", "lat", "population"), "population_cell_points"),
        (("Case Number", "Date", "Primary Type", "Latitude", "Longitude"), "incident_list"),
        (("Crime ID", "Month", "Longitude", "Latitude", "LSOA code", "Crime type"), "street_crime"),
    ],
)
def test_tables_of_other_cities(tmp_path: Path, headings: Sequence[str], wanted: str) -> None:
    path = write_csv(tmp_path / "t.csv", [headings, ["1"] * len(headings)])
    assert chosen(path).recipe.id == wanted


def test_a_list_of_places_says_nothing_else(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", [("id", "lat", "lon", "suspect"), ("1", "27.73", "112", "a")])
    with pytest.raises(InvalidInput, match=r"points_of_interest .*no headings that it doesn't know \(suspect\)"):
        chosen(path)
    # Who names the recipe knows what the file is.
    assert chosen(path, Wish(recipe="points_of_interest")).recipe.id == "points_of_interest"
