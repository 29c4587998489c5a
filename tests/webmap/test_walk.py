"""One hazard and one funding line, from the source's row to every page, tile, file and figure, and to nothing else."""

from __future__ import annotations

import io
import json
import math
import re
import tempfile
from dataclasses import dataclass
from datetime import date

import openpyxl
import pyogrio
import pytest
from flask.testing import FlaskClient

from geodata.layers import get_layer
from geodata.publication import publish
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put
from tests.signing import client_of
from tests.vector_tile import read_tile

pytestmark = pytest.mark.slow

HAZARD_AT, TILE_ZOOM = (112.0005, 27.7305), 16
HAZARD = {"source_id": "h1", "kind": "gas", "found_on": "2025-09-01", "geom": "POINT(112.0005 27.7305)"}
OTHER_HAZARD = {"source_id": "h2", "kind": "gas", "found_on": "2025-09-02", "geom": "POINT(112.0105 27.7305)"}
LINE = {"source_id": "l1", "parent_source_id": "m1", "funder": "street", "planned": "100.50"}
OTHER_LINE = {"source_id": "l2", "parent_source_id": "m2", "funder": "street", "planned": "70"}

FILLED = ("area", "compound", "police_post", "hazard", "micro_project", "funding_line")
"""The layers that have records here; the others have nothing that could change."""

ENDINGS = ("csv", "geojson", "xlsx", "gpkg", "fgb", "zip")
ANY_LAYER = ENDINGS[:4]
"""The others are for layers with places."""
LOW_ZOOM = 10
"""There points are counted by cells."""

Seen = dict[str, object]


def _yard(lon: float) -> str:
    box = f"{lon} 27.73, {lon + 0.002} 27.73, {lon + 0.002} 27.732, {lon} 27.732, {lon} 27.73"
    return f"MULTIPOLYGON((({box})))"


@pytest.fixture
def district(deployments: Deployments) -> Settings:
    """Two compounds, each with a hazard and with a project that has one source of money."""
    settings = deployments.make("Walk", synthetic=True, as_of=date(2025, 10, 31))
    west, east = (
        "111.98 27.72, 112.005 27.72, 112.005 27.74, 111.98 27.74, 111.98 27.72",
        ("112.005 27.72, 112.03 27.72, 112.03 27.74, 112.005 27.74, 112.005 27.72"),
    )
    put(
        settings,
        "area",
        [
            {"source_id": code, "code": code, "name": name, "kind": "community", "geom": f"MULTIPOLYGON((({box})))"}
            for code, name, box in (("W", "West", west), ("E", "East", east))
        ],
    )
    yards = (("c1", "Garden", 112.0), ("c2", "Court", 112.01))
    put(settings, "compound", [{"source_id": key, "name": name, "geom": _yard(lon)} for key, name, lon in yards])
    put(settings, "police_post", [{"source_id": "p", "name": "Post", "geom": "POINT(112.005 27.73)"}])
    put(settings, "hazard", [HAZARD, OTHER_HAZARD])
    projects = (("m1", "Lamps", "Garden"), ("m2", "Ramp", "Court"))
    put(
        settings,
        "micro_project",
        [{"source_id": key, "name": name, "budget": "500", "compound_name": at} for key, name, at in projects],
    )
    put(settings, "funding_line", [LINE, OTHER_LINE])
    publish(settings)
    return settings


def _tile(layer_id: str, zoom: int = TILE_ZOOM) -> str:
    """Return the address of a layer's tile at the hazard, or of the tile of all layers for ""."""
    lon, lat = HAZARD_AT
    column = int((lon + 180) / 360 * 2**zoom)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)
    return f"/ogc{f'/collections/{layer_id}' if layer_id else ''}/tiles/WebMercatorQuad/{zoom}/{row}/{column}"


def _read(path: str, body: bytes) -> object:
    """Return what an answer says, without the moment at which it was written."""
    if path.endswith(".xlsx"):
        sheets = openpyxl.load_workbook(io.BytesIO(body)).worksheets
        return [[cell.value for cell in row] for sheet in sheets for row in sheet.iter_rows()]
    if path.endswith((".gpkg", ".fgb", ".zip")):
        with tempfile.NamedTemporaryFile(suffix=path[path.rindex(".") :]) as file:
            file.write(body)
            file.flush()
            return str(pyogrio.read_dataframe(file.name).to_csv())
    if re.search(r"/tiles/\w+/\d", path):
        return str(read_tile(body))
    if path.startswith("/api/"):
        # These say of which publication they are.
        return {name: said for name, said in json.loads(body).items() if name not in ("run", "receipt")}
    return re.sub(r'"timeStamp": ?"[^"]*"', "", body.decode("utf-8-sig"))


@dataclass(frozen=True)
class Reader:
    """One of an audience, and all that it can open."""

    client: FlaskClient

    def everything(self) -> Seen:
        """Return what each page, tile, file and list says now, by its address."""
        layers = [get_layer(layer_id) for layer_id in FILLED]
        paths = ["/", "/about", "/list", "/briefing/", "/briefing/W", "/briefing/E", "/style.json", "/ogc/collections"]
        paths += [_tile(""), _tile("", LOW_ZOOM), "/ogc/tiles/WebMercatorQuad", "/search?q=Lamps", "/search?q=Garden"]
        paths += ["/planner/hotspots", "/api/hotspots"]
        for layer in layers:
            paths += [f"/ogc/collections/{layer.id}", f"/ogc/collections/{layer.id}/items", f"/list?layer={layer.id}"]
            paths += [f"/download/{layer.id}.{ending}" for ending in ENDINGS]
            paths += [_tile(layer.id), _tile(layer.id, LOW_ZOOM)] if layer.geometry else []
            features = json.loads(self.client.get(f"/ogc/collections/{layer.id}/items").text)["features"]
            for feature in features:
                paths += [f"/{page}/{layer.id}/{feature['id']}" for page in ("panel", "places")]
        return {path: said for path in paths if (said := self._said(path)) is not None}

    def _said(self, path: str) -> object:
        answer = self.client.get(path)  # a file's connection is busy until it is read to its end
        return _read(path, answer.data) if answer.status_code == 200 else None

    def pages_of(self, layer_id: str, name: str) -> set[str]:
        """Return the pages of the record that is called so."""
        features = json.loads(self.client.get(f"/ogc/collections/{layer_id}/items").text)["features"]
        [found] = [each["id"] for each in features if name in each["properties"].values()]
        return {f"/{page}/{layer_id}/{found}" for page in ("panel", "places")}


def _changed(before: Seen, after: Seen) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def _of_layer(layer_id: str) -> set[str]:
    files = {
        f"/download/{layer_id}.{ending}" for ending in ENDINGS if ending in ANY_LAYER or get_layer(layer_id).geometry
    }
    return {f"/ogc/collections/{layer_id}/items", f"/list?layer={layer_id}", *files}


TELL_THEIR_PUBLICATION = {"/planner/hotspots", "/about", "/briefing/", "/briefing/W", "/briefing/E"}
"""These say of which publication they are: of residents' ones all change with each."""


@dataclass(frozen=True)
class Walk:
    """A row that changes: what it says then, whose pages tell it, and what counts it."""

    rows: list[dict[str, str]]
    word: str
    owners: tuple[tuple[str, str], ...]
    figures: frozenset[str] = frozenset()
    briefings: frozenset[str] = frozenset()


WALKS = {
    "hazard": Walk(
        [{**HAZARD, "kind": "electric"}, OTHER_HAZARD],
        "electric",
        (("hazard", "Garden"), ("compound", "Garden"), ("area", "West")),
        frozenset({"/", _tile("hazard"), _tile("")}),
        frozenset({"/briefing/", "/briefing/W"}),
    ),
    "funding_line": Walk(
        [{**LINE, "planned": "321.75"}, OTHER_LINE],
        "321.75",
        (("funding_line", "Lamps"), ("micro_project", "Lamps"), ("compound", "Garden"), ("area", "West")),
    ),
}


def test_a_changed_row_moves_all_that_depends_on_it_with_the_next_publication_and_nothing_else(
    district: Settings,
) -> None:
    resident, steward, planner = (Reader(client_of(district, who)) for who in (None, "steward", "planner"))
    # One walk after the other: what the first one ends with is what the second one begins with.
    public, own, planned = (reader.everything() for reader in (resident, steward, planner))
    for layer_id, walk in WALKS.items():
        owners = set().union(*(resident.pages_of(layer, name) for layer, name in walk.owners))
        wanted = owners | _of_layer(layer_id) | walk.figures
        put(district, layer_id, walk.rows)
        own, before = steward.everything(), own
        of_the_last_walk = set() if layer_id == next(iter(WALKS)) else TELL_THEIR_PUBLICATION
        assert _changed(before, own) - of_the_last_walk == wanted | walk.briefings
        assert resident.everything() == public, "residents see it once it is published"
        publish(district)
        public, before = resident.everything(), public
        assert _changed(before, public) - TELL_THEIR_PUBLICATION == wanted
        planned, before = planner.everything(), planned
        assert _changed(before, planned) - TELL_THEIR_PUBLICATION == wanted
        assert walk.word in str(public[f"/ogc/collections/{layer_id}/items"])
