"""Clients that nobody here wrote read what the site serves: GDAL's drivers for OGC API, vector tiles and files."""

from __future__ import annotations

import json
import math
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pyogrio
import pytest

from geodata.layers import get_layer
from geodata.queries.download import count_of
from geodata.queries.reading import RESIDENT, open_reading
from tests.webmap.live.conftest import Live, live

__all__ = ["live"]

pytestmark = pytest.mark.xdist_group("live server")


def document(server: Live, path: str) -> Any:
    with urllib.request.urlopen(server.address + path, timeout=30) as answer:  # noqa: S310
        return json.loads(answer.read())


def counts(server: Live) -> dict[str, int]:
    """Return how many records a resident has of each layer, asked of the database."""
    with open_reading(server.settings, RESIDENT) as view:
        return {layer.id: count_of(view, layer) for layer in view.layers}


def test_gdal_reads_every_public_collection(live: Live) -> None:
    wanted = counts(live)
    source = f"OAPIF:{live.address}/ogc/"
    assert {name for name, _ in pyogrio.list_layers(source)} == set(wanted)
    for layer, count in wanted.items():
        read = pyogrio.read_dataframe(source, layer=layer)
        assert len(read) == count, layer
        if count:
            assert {"id", *(field.name for field in get_layer(layer).fields if field.is_listed)} & set(read.columns)
    posts = pyogrio.read_dataframe(source, layer="police_post")
    assert len(set(posts["name"])) == 26
    assert posts.crs.to_authority() == ("OGC", "CRS84")
    assert posts.total_bounds == pytest.approx([112.0, 27.73, 112.0024, 27.735])


def test_gdals_filters_are_answered_by_the_server(live: Live) -> None:
    source = f"OAPIF:{live.address}/ogc/"
    asked = {"name = 'Post 07'": 1, "name >= 'Post 20' AND kind IS NULL": 5, "name = 'nobody''s'": 0}
    for where, count in asked.items():
        assert len(pyogrio.read_dataframe(source, layer="police_post", where=where)) == count, where
    # Its driver knows a draft of CQL2 only; it hands over what fields are equal to, as the OpenAPI document offers it.
    assert live.was_asked("&name=Post%2007 ")
    box = pyogrio.read_dataframe(source, layer="police_post", bbox=(112.0019, 27.72, 112.0021, 27.74))
    assert len(box) == 3
    assert live.was_asked("bbox=112.0019")


def test_a_filter_in_cql2_reaches_the_server_through_gdals_json_driver(live: Live) -> None:
    query = urllib.parse.urlencode(
        {"filter": "name LIKE 'Post 1%' AND S_INTERSECTS(geometry, BBOX(112,27,112.0012,28))"}
    )
    found = pyogrio.read_dataframe(f"{live.address}/ogc/collections/police_post/items?{query}")
    assert sorted(found["name"]) == ["Post 10", "Post 11", "Post 12"]


def test_gdal_reads_a_tile_by_its_tilejson(live: Live, tmp_path: Path) -> None:
    about = document(live, "/ogc/collections/police_post/tiles/WebMercatorQuad")
    (tmp_path / "metadata.json").write_text(json.dumps(about))
    z = about["maxzoom"]
    x = int((112.001 + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(27.73))) / math.pi) / 2 * 2**z)
    address = about["tiles"][0].format(z=z, x=x, y=y)
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
        (tmp_path / "one.mvt").write_bytes(answer.read())
    read = pyogrio.read_dataframe(
        tmp_path / "one.mvt", X=str(x), Y=str(y), Z=str(z), METADATA_FILE=str(tmp_path / "metadata.json")
    )
    there = pyogrio.read_dataframe(f"OAPIF:{live.address}/ogc/", layer="police_post").to_crs(3857)
    size = 2 * 20037508.342789244 / 2**z
    west, north = -20037508.342789244 + x * size, 20037508.342789244 - y * size
    inside = there.cx[west : west + size, north - size : north]
    assert len(inside) > 0
    assert set(inside["name"]) <= set(read["name"])
    assert read.crs.to_epsg() == 3857
    met = read.merge(inside, on="name", suffixes=("", "_there"))
    assert met.set_geometry("geometry").distance(met.set_geometry("geometry_there"), align=False).max() < size / 1000
