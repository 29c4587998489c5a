"""One hazard and one funding line, from the source's row to every page, tile, file and figure, and to nothing else."""

from __future__ import annotations

import gzip
import io
import json
import math
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from flask.testing import FlaskClient
from pmtiles.reader import MmapSource, all_tiles

from geodata.layers import get_layer
from geodata.publication import publish
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put
from tests.signing import client_of
from tests.vector_tile import read_tile
from webmap import create_app
from webmap.archive import write_folder
from webmap.static_site.addresses import OWN_PAGES

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
    """Return the address of a layer's tile at the hazard, of that of all layers for "", and of the base map's."""
    lon, lat = HAZARD_AT
    column = int((lon + 180) / 360 * 2**zoom)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)
    above = f"/collections/{layer_id}" if layer_id not in ("", "/base") else layer_id
    return f"/ogc{above}/tiles/WebMercatorQuad/{zoom}/{row}/{column}"


_OF_THE_MOMENT = re.compile(
    r'"timeStamp": ?"[^"]*"'  # at which it was written
    r"|第 ?\d+ ?[次版]发布|ublication no\. \d+"  # of which publication it is
    r'|name="key" value="[^"]*"'  # by which a form is recorded once, though sent twice: another one each time
)


def _read(path: str, body: bytes) -> object:
    """Return what an answer says, without what is another each time or with each publication."""
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
    return _OF_THE_MOMENT.sub("", body.decode("utf-8-sig"))


@dataclass(frozen=True)
class Reader:
    """One of an audience, and all that it can open.

    Attributes:
        client: asks for them.
        is_brief: of what is made alike for all audiences one kind is enough: files, records as pages, areas.
    """

    client: FlaskClient
    is_brief: bool = False

    def everything(self) -> Seen:
        """Return what each page, tile, file and list says now, by its address."""
        layers = [get_layer(layer_id) for layer_id in FILLED]
        endings, pages = (ENDINGS[:1], ("panel",)) if self.is_brief else (ENDINGS, ("panel", "places"))
        paths = ["/", "/briefing/W", "/communities/W", "/style.json", "/ogc/collections"]
        paths += [
            _tile(""),
            _tile("", LOW_ZOOM),
            _tile("/base"),
            "/ogc/tiles/WebMercatorQuad",
            "/search?q=Lamps",
            "/search?q=Garden",
        ]
        paths += ["/officer?due=all", "/officer/hazards", "/api/hotspots?what=hazards", "/api/rates?what=hazards"]
        more = ["/about", "/list", "/briefing/", "/briefing/E", "/communities/E", "/governance", "/governance/hazards"]
        paths += [] if self.is_brief else more
        for layer in layers:
            paths += [f"/ogc/collections/{layer.id}", f"/ogc/collections/{layer.id}/items", f"/list?layer={layer.id}"]
            paths += [f"/download/{layer.id}.{ending}" for ending in endings]
            paths += [_tile(layer.id), _tile(layer.id, LOW_ZOOM)] if layer.geometry else []
            features = json.loads(self.client.get(f"/ogc/collections/{layer.id}/items").text)["features"]
            for feature in features:
                paths += [f"/{page}/{layer.id}/{feature['id']}" for page in pages]
                if layer.id == "compound":
                    paths += [f"{page}/{feature['id']}" for page in ("/compounds", "/officer/compounds")]
        return {path: said for path in paths if (said := self._said(path)) is not None}

    def again(self, paths: Iterable[str]) -> Seen:
        """Return what these say now."""
        return {path: self._said(path) for path in paths}

    def _said(self, path: str) -> object:
        answer = self.client.get(path)  # a file's connection is busy until it is read to its end
        return _read(path, answer.data) if answer.status_code == 200 else None

    def number_of(self, layer_id: str, name: str) -> int:
        """Return the number of the record that is called so."""
        features = json.loads(self.client.get(f"/ogc/collections/{layer_id}/items").text)["features"]
        [found] = [each["id"] for each in features if name in each["properties"].values()]
        return int(found)

    def pages_of(self, layer_id: str, name: str) -> set[str]:
        """Return the pages of the record that is called so."""
        return {f"/{page}/{layer_id}/{self.number_of(layer_id, name)}" for page in ("panel", "places")}


def _changed(before: Seen, after: Seen) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def _of_layer(layer_id: str) -> set[str]:
    files = {
        f"/download/{layer_id}.{ending}" for ending in ENDINGS if ending in ANY_LAYER or get_layer(layer_id).geometry
    }
    return {f"/ogc/collections/{layer_id}/items", f"/list?layer={layer_id}", *files}


def _in_files(settings: Settings, folder: Path) -> Seen:
    """Return what residents' page says that needs no application, as it is written now, by the names of its files."""
    with create_app(settings).app_context():
        stamp = write_folder(settings, folder)["version"]
    seen: Seen = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".pmtiles" and stamp in name:
            with path.open("rb") as file:
                tiles = all_tiles(MmapSource(file))
                seen[name.replace(stamp, "*")] = {at: str(read_tile(gzip.decompress(data))) for at, data in tiles}
        elif stamp in name or (
            path.suffix == ".html" and "-" not in name and name.partition("/")[0] in {name, *OWN_PAGES.values()}
        ):
            # What names the publication's files, or its day and number, has no other words for that.
            seen[name.replace(stamp, "*")] = _OF_THE_MOMENT.sub("", path.read_text("utf-8").replace(stamp, "*"))
    return seen


@dataclass(frozen=True)
class Walk:
    """A row that changes: what it says then, whose pages tell it, what counts it, and which files have it.

    Attributes:
        rows: of its layer, from now on.
        word: what is new in them.
        owners: (layer, name) of the records that tell of it.
        figures: addresses with figures of it, besides.
        of_officers: those that officers and police alone have.
        of_few: those of who has so few records that one of them stands for itself.
        files: the kinds of files that a file server hands out, the last part of their names left out.
    """

    rows: list[dict[str, str]]
    word: str
    owners: tuple[tuple[str, str], ...]
    files: frozenset[str]
    figures: frozenset[str] = frozenset()
    of_officers: frozenset[str] = frozenset()
    of_few: frozenset[str] = frozenset()


WALKS = {
    "hazard": Walk(
        [{**HAZARD, "kind": "electric"}, OTHER_HAZARD],
        "electric",
        (("hazard", "Garden"), ("compound", "Garden"), ("area", "West")),
        frozenset({"hazard-*", "index", "briefing-*"}),
        frozenset({"/", "/communities/W", "/briefing/", "/briefing/W", _tile("hazard"), _tile("")}),
        frozenset({"/officer?due=all"}),
        frozenset({_tile("hazard", LOW_ZOOM), _tile("", LOW_ZOOM)}),
    ),
    "funding_line": Walk(
        [{**LINE, "planned": "321.75"}, OTHER_LINE],
        "321.75",
        (("funding_line", "Lamps"), ("micro_project", "Lamps"), ("compound", "Garden"), ("area", "West")),
        frozenset(),
        frozenset({"/communities/W"}),
    ),
}


def test_a_changed_row_moves_all_that_depends_on_it_with_the_next_publication_and_nothing_else(
    district: Settings, tmp_path: Path
) -> None:
    resident = Reader(client_of(district, None))
    police, planner, officer = (
        Reader(client_of(district, who), is_brief=True) for who in ("police:W,E", "planner", "grid_officer:W")
    )
    # One walk after the other: what the first one ends with is what the second one begins with.
    seen = {reader: reader.everything() for reader in (resident, police, planner, officer)}
    files = _in_files(district, tmp_path / "public")
    for layer_id, walk in WALKS.items():
        pages = set().union(*(resident.pages_of(layer, name) for layer, name in walk.owners))
        number = resident.number_of("compound", "Garden")
        wanted = pages | _of_layer(layer_id) | walk.figures | {f"/compounds/{number}"}
        own = wanted | walk.of_officers | {f"/officer/compounds/{number}"}
        assert wanted <= seen[resident].keys()
        assert own - wanted <= seen[police].keys()
        put(district, layer_id, walk.rows)
        for reader, expected in ((police, own), (officer, own | walk.of_few)):
            seen[reader], before = reader.everything(), seen[reader]
            assert _changed(before, seen[reader]) == expected & (seen[reader].keys()), "staff read what is recorded"
        assert resident.again(wanted) == {path: seen[resident][path] for path in wanted}, "not published yet"
        publish(district)
        for reader in (resident, planner):
            seen[reader], before = reader.everything(), seen[reader]
            assert _changed(before, seen[reader]) == wanted & seen[reader].keys()
        assert walk.word in str(seen[resident][f"/ogc/collections/{layer_id}/items"])
        files, before = _in_files(district, tmp_path / "public"), files
        records = {
            f"{OWN_PAGES[layer]}/{resident.number_of(layer, name)}" if layer in OWN_PAGES else f"records-*/{layer}"
            for layer, name in walk.owners
        }
        assert {_kind(name) for name in _changed(before, files)} == records | walk.files | {f"lists-*/{layer_id}"}


def _kind(name: str) -> str:
    """Return what a file is, whatever its language, its block and its ending."""
    folder, _, rest = name.partition("/")
    return f"{folder.partition('.')[0]}/{re.split('[-/.]', rest)[0]}" if rest else folder.partition(".")[0]
