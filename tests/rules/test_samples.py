"""Every layer has a recipe, a good sample that loads whole and a bad one of which nothing is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etl.chinese import in_chinese
from etl.choosing import Wish
from etl.loading import load_file
from etl.receipt import Receipt
from etl.recipe_files import list_recipes
from geodata.layers import LAYERS, get_layer
from geodata.queries.areas import get_area
from geodata.queries.features import get
from geodata.queries.reading import STEWARD, open_reading
from geodata.settings import Settings

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
IN_ORDER = (
    *("area", "compound"),
    *(layer.id for layer in LAYERS if layer.id not in ("area", "compound") and any(SAMPLES.glob(f"{layer.id}.good.*"))),
    "osm",
)
"""Areas and compounds come before what refers to them, parents before children; osm holds the base map."""


def _sample(name: str, quality: str) -> Path:
    [path] = SAMPLES.glob(f"{name}.{quality}.*")
    return path


def _load(settings: Settings, name: str, quality: str) -> list[Receipt]:
    return load_file(settings, _sample(name, quality), Wish(layer=None, recipe=None, crs=CRS.get(name)))


CRS = dict.fromkeys(("police_post", "hazard", "micro_project", "service_point", "gate", "population_cell"), "wgs84")


def test_every_layer_has_a_recipe_or_comes_with_its_parent() -> None:
    reached = set()
    for recipe in list_recipes():
        reached.add(recipe.layer.id)
        reached.update(child.layer.id for child in recipe.children)
    assert reached == {layer.id for layer in LAYERS}


def test_good_samples_load_whole_and_reach_every_layer(deployment: Settings) -> None:
    loaded: dict[str, int] = {}
    for name in IN_ORDER:
        for receipt in _load(deployment, name, "good"):
            assert receipt.quarantined == receipt.ignored == 0, receipt
            assert receipt.read == receipt.loaded, receipt
            loaded[receipt.layer] = loaded.get(receipt.layer, 0) + receipt.loaded
    assert {layer for layer, count in loaded.items() if count} == {layer.id for layer in LAYERS}


@pytest.mark.parametrize("name", IN_ORDER)
def test_of_a_bad_sample_nothing_is_kept_and_the_reason_is_said(deployment: Settings, name: str) -> None:
    for needed in _needed(name):
        _load(deployment, needed, "good")
    receipts = _load(deployment, name, "bad")
    assert receipts
    for receipt in receipts:
        assert receipt.loaded == 0, receipt
        assert receipt.read == receipt.quarantined + receipt.ignored, receipt
    issues = [issue for receipt in receipts for issue in receipt.issues]
    assert issues
    assert [issue.message for issue in issues if in_chinese(issue) == issue.message] == [], "no Chinese for them"


def _needed(name: str) -> list[str]:
    """Return the samples that a record of another refers to, so that a bad one is refused for itself."""
    layer = next((layer for layer in LAYERS if layer.id == name), None)
    if layer is None or layer.geometry:
        return []
    needed = ["area", "compound"]
    parents = []
    while layer is not None and layer.parent:
        parents.append(layer.parent)
        layer = get_layer(layer.parent)
    return needed + parents[::-1]


def test_an_area_may_come_in_two_versions(deployment: Settings, tmp_path: Path) -> None:
    [good] = SAMPLES.glob("area.good.*")
    feature = json.loads(good.read_text("utf-8"))["features"][0]
    versions = []
    for valid_from, valid_to in (("2015-01-01", "2020-01-01"), ("2020-01-01", None)):
        words = {**feature["properties"], "起用日期": valid_from, "停用日期": valid_to}
        versions.append({**feature, "properties": words})
    path = tmp_path / "versions.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": versions}), "utf-8")
    [receipt] = load_file(deployment, path, Wish(layer=None, recipe=None, crs=None))
    assert (receipt.loaded, receipt.quarantined) == (2, 0)
    with open_reading(deployment, STEWARD) as reading:
        area = get_area(reading, "990001")
        assert get(reading, reading.layer("area"), area.id).values["valid_to"] is None
