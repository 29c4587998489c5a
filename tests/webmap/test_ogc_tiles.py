"""OGC API - Tiles, Part 1: each requirement of the classes that are claimed, by its own name (OGC 20-057, annex A)."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from flask.testing import FlaskClient

from geodata.layers import LAYERS, get_layer
from tests.district import SECRET, Client
from tests.vector_tile import read_tile

HOME = "http://localhost:8000"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
QUAD = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"


@pytest.fixture(scope="module")
def reader(client: Client) -> FlaskClient:
    return client()


def _read(reader: FlaskClient, path: str, status: int = 200) -> Any:
    answer = reader.get(path.removeprefix(HOME))
    assert answer.status_code == status, answer.text
    return json.loads(answer.text)


def _href(document: Any, rel: str) -> str:
    [found] = [link["href"] for link in document["links"] if link["rel"] == rel]
    return str(found)


@pytest.mark.parametrize("above", ["/ogc/", "/ogc/collections/police_post"])
def test_dataset_and_geodata_tilesets(reader: FlaskClient, above: str) -> None:
    """/req/dataset-tilesets/landingpage, /req/geodata-tilesets/desc-links: both lead to their list of tile sets."""
    href = _href(_read(reader, above), f"{REL}tilesets-vector")
    assert href == f"{HOME}{above.rstrip('/')}/tiles"
    assert _read(reader, href)["tilesets"]


@pytest.mark.parametrize("above", ["/ogc", "/ogc/collections/police_post"])
def test_tileset_links_and_description(reader: FlaskClient, above: str) -> None:
    """/req/tilesets-list/tileset-links, /req/tileset/description."""
    [listed] = _read(reader, f"{above}/tiles")["tilesets"]
    assert (listed["dataType"], listed["crs"], listed["tileMatrixSetURI"]) == ("vector", MERCATOR, QUAD)
    assert _href(listed, "self") == f"{HOME}{above}/tiles/WebMercatorQuad"
    whole = _read(reader, _href(listed, "self"))
    for key in listed.keys() - {"links"}:
        assert whole[key] == listed[key]
    assert _read(reader, _href(whole, f"{REL}tiling-scheme"))["id"] == "WebMercatorQuad"
    [item] = [link for link in whole["links"] if link["rel"] == "item"]
    assert item["templated"] is True
    assert item["type"] == "application/vnd.mapbox-vector-tile"
    assert item["href"] == f"{HOME}{above}/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    tile = reader.get(item["href"].removeprefix(HOME).format(tileMatrix=3, tileRow=3, tileCol=6))
    assert (tile.status_code, tile.mimetype) == (200, item["type"])


def test_one_document_is_tilejson_too(reader: FlaskClient) -> None:
    """TileJSON 3.0.0: required are tilejson, tiles, vector_layers; its words and the standard's don't meet."""
    document = _read(reader, "/ogc/tiles/WebMercatorQuad")
    assert document["tilejson"] == "3.0.0"
    assert document["tiles"] == [f"{HOME}/ogc/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"]
    assert [each["id"] for each in document["vector_layers"]] == [each["id"] for each in document["layers"]]
    [compound] = [each for each in document["layers"] if each["id"] == "compound"]
    assert compound["geometryDimension"] == 2
    assert compound["propertiesSchema"]["properties"]["name"]["type"] == "string"
    assert "residents" not in compound["propertiesSchema"]["properties"]


@pytest.mark.parametrize("who", [None, "steward"])
def test_bounds_hold_what_leads_out_of_the_district(client: Client, who: str | None) -> None:
    """TileJSON 3.0.0, bounds: programs ask for no tile outside; Main Road begins and ends there."""
    reader = client(who)
    assert _read(reader, "/ogc/collections/road/tiles/WebMercatorQuad")["bounds"] == [111.94, 27.73, 112.06, 27.731]
    document = _read(reader, "/ogc/tiles/WebMercatorQuad")
    assert document["bounds"] == [111.94, 27.72, 112.06, 27.74]
    assert document["boundingBox"]["lowerLeft"] == [111.94, 27.72]
    empty = _read(reader, "/ogc/collections/water/tiles/WebMercatorQuad")["bounds"]
    assert empty[0] < 112 < empty[2]


def test_tile_matrix_set(reader: FlaskClient) -> None:
    """/req/core/tms, 17-083r4 annex D: the registered set, whose zoom 0 is one tile for the world."""
    [listed] = _read(reader, _href(_read(reader, "/ogc/"), f"{REL}tiling-schemes"))["tileMatrixSets"]
    assert (listed["id"], listed["uri"], listed["crs"]) == ("WebMercatorQuad", QUAD, MERCATOR)
    found = _read(reader, _href(listed, "self"))
    assert found["wellKnownScaleSet"] == "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"
    assert [each["id"] for each in found["tileMatrices"]] == [str(z) for z in range(23)]
    # The registered definition's figures.
    first, last = found["tileMatrices"][0], found["tileMatrices"][18]
    assert first["scaleDenominator"] == pytest.approx(559082264.028717, rel=1e-12)
    assert first["cellSize"] == pytest.approx(156543.033928041, rel=1e-12)
    assert last["scaleDenominator"] == pytest.approx(2132.72958384978, rel=1e-12)
    assert (first["matrixWidth"], last["matrixHeight"]) == (1, 262144)
    for each in found["tileMatrices"]:
        assert each["pointOfOrigin"] == pytest.approx([-20037508.3427892, 20037508.3427892], rel=1e-12)
        assert each["cellSize"] * 256 * each["matrixWidth"] == pytest.approx(40075016.6855784, rel=1e-12)
    _read(reader, "/ogc/tileMatrixSets/WorldCRS84Quad", 404)


CARRIED = {"Number": int | float, "Boolean": bool, "String": str}


@pytest.mark.parametrize("who", [None, "planner", "steward"])
def test_all_that_tiles_hold_is_described(client: Client, who: str | None) -> None:
    """TileJSON 3.0.0, vector_layers: each layer of a tile and each field, as it is carried."""
    reader = client(who)
    document = _read(reader, "/ogc/tiles/WebMercatorQuad")
    described = {each["id"]: each["fields"] for each in document["vector_layers"]}
    seen: set[tuple[str, str]] = set()
    for z in (9, 12, 14, 16):
        for name, features in read_tile(
            reader.get(f"/ogc/tiles/WebMercatorQuad/{_place(z, 112.0005, 27.7305)}").data
        ).items():
            for field, value in ((field, value) for each in features for field, value in each.properties.items()):
                assert isinstance(value, CARRIED[described[name][field]]), (name, field, value)
                seen.add((name, field))
    cells = {("police_post", name) for name in ("records", "west", "south", "east", "north", "stacked", "name_text")}
    assert {("compound_label", "name"), *cells} <= seen
    # What only a tile of too many bytes has.
    assert {"coarser", "records", "west"} <= described["road"].keys()
    for each in document["layers"]:
        kinds = {field: said["type"].capitalize() for field, said in each["propertiesSchema"]["properties"].items()}
        assert kinds == described[each["id"]]


def _place(z: int, lon: float, lat: float) -> str:
    column = int((lon + 180) / 360 * 2**z)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    return f"{z}/{row}/{column}"


def test_a_tile_of_all_has_what_the_layers_have(client: Client) -> None:
    """/req/core/tc-success; for each audience just its layers, and nothing that is hidden from it."""
    for who in (None, "planner", "steward", "police:W"):
        reader, place = client(who), _place(14, 112.0005, 27.7305)
        answer = reader.get(f"/ogc/tiles/WebMercatorQuad/{place}")
        assert answer.status_code == 200
        found = read_tile(answer.data)
        described = {each["id"] for each in _read(reader, "/ogc/tiles/WebMercatorQuad")["layers"]}
        assert {"compound", "police_post", "road"} <= {name.removesuffix("_label") for name in found} <= described
        for name in {name.removesuffix("_label") for name in described}:
            own = reader.get(f"/ogc/collections/{name}/tiles/WebMercatorQuad/{place}").data
            assert own in answer.data, name
        if who in (None, "planner"):
            assert SECRET.encode() not in answer.data


@pytest.mark.parametrize("who", [None, "planner", "grid_officer:W", "police:W", "steward"])
def test_a_tile_of_the_base_map_has_each_feature_of_its_layers(client: Client, who: str | None) -> None:
    """What is left of a feature is what its drawing reads, as the layer's own tile has it for the same reader."""
    reader, base = client(who), [layer for layer in LAYERS if layer.is_base and layer.geometry]
    for z in (12, 16):
        place = _place(z, 112.0005, 27.7305)
        answer = reader.get(f"/ogc/base/tiles/WebMercatorQuad/{place}")
        assert answer.status_code == 200
        found = read_tile(answer.data)
        wanted: dict[str, list[Any]] = {}
        for layer in base:
            single = reader.get(f"/ogc/collections/{layer.id}/tiles/WebMercatorQuad/{place}")
            wanted |= read_tile(single.data)
        assert found.keys() == wanted.keys()
        for name, features in wanted.items():
            reads = get_layer(name.removesuffix("_label")).style.reads  # type: ignore[union-attr]
            kept = None if reads is None else {field for field, lowest in reads if lowest <= z}
            assert sorted(map(_told, found[name])) == sorted(_told(each, kept) for each in features), (name, z)
    assert "road" in found


def _told(feature: Any, kept: set[str] | None = None) -> str:
    told = {key: said for key, said in feature.properties.items() if kept is None or key in kept}
    return f"{feature.x} {feature.y} {sorted(told.items())}"


@pytest.mark.parametrize("above", ["/ogc", "/ogc/collections/police_post"])
@pytest.mark.parametrize("place", ["23/0/0", "3/8/0", "3/0/8", f"22/{2**22}/0", f"{'9' * 30}/0/0"])
def test_errors_of_tiles(reader: FlaskClient, above: str, place: str) -> None:
    """/req/core/tc-error: outside the set it is 400, before the database is asked."""
    assert _read(reader, f"{above}/tiles/WebMercatorQuad/{place}", 400)["detail"].startswith("no tile ")


def test_layers_without_places_have_no_tiles(reader: FlaskClient) -> None:
    for path in ("funding_line/tiles", "funding_line/tiles/WebMercatorQuad", "hazard_event/tiles"):
        _read(reader, f"/ogc/collections/{path}", 404)
    described = _read(reader, "/ogc/collections/funding_line")
    assert f"{REL}tilesets-vector" not in [link["rel"] for link in described["links"]]


def test_operation_ids(reader: FlaskClient) -> None:
    """/req/oas30/operation-id: programs find the operations by the ends of their names."""
    document = _read(reader, "/ogc/api")
    named = {path: operations["get"].get("operationId") for path, operations in document["paths"].items()}
    for above, kind in (("", "dataset"), ("/collections/{layer}", "collection")):
        path = f"{above}/tiles"
        assert named[path] == f".{kind}.vector.getTileSetsList"
        assert named[path + "/{tileMatrixSetId}"] == f".{kind}.vector.getTileSet"
        assert named[path + "/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"] == f".{kind}.vector.getTile"
    assert named["/tileMatrixSets"] == "getTileMatrixSetsList"
    assert named["/tileMatrixSets/{tileMatrixSetId}"] == "getTileMatrixSet"


def test_conformance(reader: FlaskClient) -> None:
    claimed = set(_read(reader, "/ogc/conformance")["conformsTo"])
    tiles, sets = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/", "http://www.opengis.net/spec/tms/2.0/conf/"
    assert {each.removeprefix(tiles) for each in claimed if each.startswith(tiles)} == {
        "core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "mvt", "oas30",
    }  # fmt: skip
    assert {each.removeprefix(sets) for each in claimed if each.startswith(sets)} == {
        "tilematrixset", "json-tilematrixset", "tilesetmetadata", "json-tilesetmetadata",
    }  # fmt: skip
