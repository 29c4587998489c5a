"""Recipes are checked without being run: each mistake is named with its file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.recipe_files import list_recipes, read_recipe
from etl.steps.personal import is_about_persons
from geodata.errors import InvalidInput
from geodata.layers import LAYERS

GOOD = """
id = "mine"
layer = "compound"
source = "office"
title = { zh = "台账", en = "Register" }
key = ["编号"]

[fields]
name = ["小区名称"]
households = ["户数"]

[requires]
fields = ["name"]

[geometry]
x = ["经度"]
y = ["纬度"]
crs = "gcj02"
"""

CLOSED = 'layer = "hazard_event"\nset = { kind = "closed" }\nfields = { happened_on = ["x"] }\n'


def written(folder: Path, text: str) -> Path:
    """Write a recipe."""
    path = folder / "mine.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_recipe(tmp_path: Path) -> None:
    recipe = read_recipe(written(tmp_path, GOOD))
    assert (recipe.id, recipe.layer.id, recipe.place.kind, recipe.place.crs) == ("mine", "compound", "xy", "gcj02")
    assert recipe.columns((" 小区名称", "户数", "x")) == {"name": " 小区名称", "households": "户数"}


@pytest.mark.parametrize(
    ("change", "to", "says"),
    [
        ('layer = "compound"', 'layer = "compund"', "no layer 'compund'"),
        ('layer = "compound"', 'layer = "hazard_event"', "[[child]]"),
        ('source = "office"', "", "source"),
        ('key = ["编号"]', 'keys = ["编号"]', "keys is no word of a recipe"),
        ('key = ["编号"]', 'key = "编号"', "wanted is a list of texts"),
        ('households = ["户数"]', 'housholds = ["户数"]', "fields.housholds is no field"),
        ('households = ["户数"]', 'households = ["小区名称"]', "means both name and households"),
        ('households = ["户数"]', 'households = [" 小区名称 "]', "means both name and households"),
        ('name = ["小区名称"]\n', "", "requires.fields names 'name'"),
        ('x = ["经度"]\ny = ["纬度"]', "", "geometry is missing"),
        ('y = ["纬度"]', "", "geometry.x stands without geometry.y"),
        ('y = ["纬度"]', 'y = ["纬度"]\nwkt = ["wkt"]', "x and wkt"),
        ('x = ["经度"]', 'x = ["纬度"]', "means both x and y"),
        ('crs = "gcj02"', 'crs = "gcj03"', "geometry.crs"),
        ('crs = "gcj02"', 'crs = "EPSG:2432"', "Beijing"),
        ("[fields]", '[constants]\nkind = "castle"\n[fields]', "constants.kind = 'castle'"),
        ('crs = "gcj02"', 'crs = "gcj02"\n[credit]\nzh = "房产局"', "credit.en"),
        ('source = "office"', 'source = "office"\ncredit = 3', "credit = 3"),
        ("[fields]", "fields", "can't be read as TOML"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, change: str, to: str, says: str) -> None:
    assert change in GOOD
    path = written(tmp_path, GOOD.replace(change, to))
    with pytest.raises(InvalidInput) as refusal:
        read_recipe(path)
    assert str(path) in str(refusal.value)
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("child", "says"),
    [
        ('layer = "compound"\nfields = {}\nwhen = "x"', "doesn't belong to hazard"),
        ('layer = "hazard_event"\nset = { kind = "closed" }\nfields = { happened_on = ["x"] }\nwhen = "kind"', "when"),
        (
            'layer = "hazard_event"\nset = { kind = "closed" }\nfields = { happened_on = ["x"] }\nwhen = []',
            "or several",
        ),
        (
            'layer = "hazard_event"\nset = { kind = "closed" }\nfields = { happened_on = ["x"] }\nwhen = ["kind"]',
            "when",
        ),
        ('layer = "hazard_event"\nfields = { happened_on = ["x"] }\nwhen = "happened_on"', "kind is missing"),
        ('layer = "hazard_event"\nset = { kind = "gone" }\nfields = {}\nwhen = "x"', "'x'"),
    ],
)
def test_mistakes_in_a_child(tmp_path: Path, child: str, says: str) -> None:
    text = f"""
id = "mine"
layer = "hazard"
source = "office"
title = {{ zh = "台账", en = "Register" }}
[fields]
kind = ["隐患类型"]
found_on = ["检查时间"]
[requires]
fields = ["kind"]
[geometry]
x = ["经度"]
y = ["纬度"]
[[child]]
{child}
"""
    with pytest.raises(InvalidInput) as refusal:
        read_recipe(written(tmp_path, text))
    assert "child 1" in str(refusal.value)
    assert says in str(refusal.value)


OSM = """
id = "mine"
layer = "road"
source = "osm"
title = { zh = "路", en = "Roads" }
[fields]
highway = ["highway"]
node_ids = ["@nodes"]
[osm]
elements = "ways"
tags = { highway = ["*"] }
"""


@pytest.mark.parametrize("credit", ["", 'credit = "City of X"'])
def test_what_is_taken_from_openstreetmap_thanks_it(tmp_path: Path, credit: str) -> None:
    with pytest.raises(InvalidInput, match="credit"):
        read_recipe(written(tmp_path, OSM.replace("[fields]", f"{credit}\n[fields]")))
    thanks = 'credit = "© OpenStreetMap contributors (ODbL)"'
    recipe = read_recipe(written(tmp_path, OSM.replace("[fields]", f"{thanks}\n[fields]")))
    assert recipe.credit_words() == "© OpenStreetMap contributors (ODbL)"


def test_a_credit_in_two_languages(tmp_path: Path) -> None:
    assert read_recipe(written(tmp_path, GOOD)).credit_words() == ""
    stated = GOOD.replace("[fields]", 'credit = { zh = "房产局", en = "Housing office" }\n[fields]')
    assert read_recipe(written(tmp_path, stated)).credit_words() == "房产局 / Housing office"


def test_all_recipes_of_the_project_are_right() -> None:
    recipes = list_recipes(is_synthetic=True)
    assert len({recipe.id for recipe in recipes}) == len(recipes)
    filled = {recipe.layer.id for recipe in recipes} | {
        child.layer.id for recipe in recipes for child in recipe.children
    }
    assert filled == {layer.id for layer in LAYERS}


@pytest.mark.parametrize("recipe", list_recipes(is_synthetic=True), ids=lambda recipe: recipe.id)
def test_no_recipe_reads_a_column_about_persons(recipe: object) -> None:
    headings = [heading for synonyms in recipe.fields.values() for heading in synonyms]  # type: ignore[attr-defined]
    assert not [heading for heading in headings if is_about_persons(heading)]


def test_a_real_place_is_never_read_by_the_samples_recipes() -> None:
    generic, all_of_them = list_recipes(), list_recipes(is_synthetic=True)
    assert not [recipe.id for recipe in generic if recipe.source.startswith("leping") or "sample" in recipe.title.en]
    sample = [recipe for recipe in all_of_them if recipe not in generic]
    assert len(sample) > 20
    assert all(recipe.is_own and "csmap sample" in recipe.credit_words() for recipe in sample)


def test_a_deployments_own_recipes_come_on_top(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    own = [recipe for recipe in list_recipes(tmp_path) if recipe.is_own]
    assert [recipe.id for recipe in own] == ["mine"]
    (tmp_path / "other.toml").write_text(GOOD, "utf-8")
    with pytest.raises(InvalidInput, match="taken by another recipe"):
        list_recipes(tmp_path)
