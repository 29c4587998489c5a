"""A secret in every field of every layer: each audience finds its own in each outlet's bytes, and nobody else's."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import re
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pypdf
import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from pmtiles.reader import MmapSource, all_tiles
from sqlalchemy import Engine, event

from geodata import accounts
from geodata.accounts.log import entries
from geodata.layers import LAYERS, get_layer
from geodata.layers.audience import ON_THE_GROUND, Audience
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import CountsByArea
from geodata.publication import publish
from geodata.queries.features import page
from geodata.queries.reading import Reader, open_reading
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put
from tests.vector_tile import read_tile
from webmap import create_app
from webmap.archive import write_folder

pytestmark = pytest.mark.slow

WORD = "correct horse battery"
SIDES = ("w", "e")
LON = {"w": 111.980, "e": 112.010}
LAT = 27.730
TEXTS = ("text", "prose", "code", "names")
BELONGING = ("compound_name", "community", "area_name", "area_code")
"""Words of a record's owner: the owner's own ones are told in their place."""
BOUND = (Audience.GRID_OFFICER, Audience.POLICE)
WHOLLY = (Audience.POLICE, Audience.STEWARD)
"""They see so much that it is enough to look for what may be searched."""
_ROOM = "/api/coverage/police_room"
PLANNERS = (
    "/planner", "/planner/hotspots", "/planner/hotspots?what=hazards", "/planner/access/police_room",
    "/planner/sways/police_room", "/api/hotspots?what=open_hazards", "/api/hotspots/map?what=hazards",
    "/planner/rates?what=coverage", "/api/rates?what=coverage", "/api/rates/map?what=coverage",
    "/api/change?what=hazards", "/api/changeable?change=open_gate&lon=111.98&lat=27.73", "/api/access/police_room",
    "/api/access/police_room/map", "/api/runs", "/api/jobs", "/api/scenarios", _ROOM, f"{_ROOM}/map",
    *(f"{_ROOM}/report.{ending}" for ending in ("xlsx", "gpkg", "html", "pdf")),
)  # fmt: skip
ENDINGS = ("csv", "geojson", "xlsx", "gpkg", "fgb", "zip")


@dataclass(frozen=True)
class Secret:
    """What was written into one field of one record."""

    layer: Layer
    field: Field
    side: str
    value: str

    def is_for(self, audience: Audience) -> bool:
        """Tell whether the declaration lets an audience of the west read it."""
        is_exact = self.field.band is None or audience in self.field.exact_for
        is_here = self.side == "w" or audience not in BOUND or self.layer.is_everywhere
        rule = self.layer.publication(audience)
        if isinstance(rule, CountsByArea):
            return self.field.name == rule.by  # which kinds there are of which there are many is told to all
        return audience in self.field.audiences and is_exact and is_here


def _secret(layer: Layer, field: Field, side: str) -> str | None:
    """Return a value that stands nowhere else, as far as a field's kind has room for one."""
    number = LAYERS.index(layer) * 100 + layer.fields.index(field)
    if field.kind in TEXTS:
        return f"Zq{number:04}{side}vx"
    if field.kind in ("count", "number", "money") and field.unit != "year":
        most = field.maximum or 90_000
        return str(int(most) - 2 * number % 211 - SIDES.index(side))
    if field.kind == "date":
        return f"19{10 + LAYERS.index(layer) % 80:02}-{1 + layer.fields.index(field) % 12:02}-{11 + SIDES.index(side)}"
    return None


PLAIN = {
    "choice": None, "flag": "true", "hours": "Mo-Fr 09:00-17:00", "moment": "2025-05-01T08:30:00+08:00",
    "month": "2024-01-01", "nodes": "{900719925474,900719925475}", "count": "1984",
}  # fmt: skip
KEPT_EMPTY = {"valid_from", "valid_to", "used_to", "ends_on", "aliases"}
FIXED = {
    ("compound", "name"): "Yard {side}", ("area", "code"): "{side}", ("area", "kind"): "community",
    ("hazard", "found_on"): "2025-10-0{n}", ("dispute", "opened_on"): "1904-03-05",
    **{("road", name): value for name, value in (
        ("highway", "residential"), ("access", "yes"), ("foot", "yes"), ("oneway", "no"), ("junction", None))},
}  # fmt: skip


def _shape(layer: Layer, side: str) -> str | None:
    lon = LON[side]
    if layer.geometry == "area":
        box = (lon - 0.01, 27.72, lon + 0.01, 27.74) if layer.id == "area" else (lon, LAT, lon + 0.002, LAT + 0.002)
        return str(shapely.MultiPolygon([shapely.box(*box)]).wkt)
    if layer.geometry == "line":
        return f"MULTILINESTRING(({lon} {LAT}, {lon + 0.002} {LAT + 0.001}))"
    return f"POINT({lon + 0.0005} {LAT + 0.0005})" if layer.geometry else None


def _row(layer: Layer, side: str) -> tuple[dict[str, object], list[Secret]]:
    row: dict[str, object] = {"source_id": side, "geom": _shape(layer, side)}
    if layer.parent:
        row["parent_source_id"] = side
    planted = []
    for field in (field for field in layer.fields if field.is_loaded and field.name not in KEPT_EMPTY):
        fixed = FIXED.get((layer.id, field.name))
        if (layer.id, field.name) in FIXED:
            row[field.name] = fixed and fixed.format(side=side.upper(), n=1 + SIDES.index(side))
        elif field.name in BELONGING and layer.id != "compound":
            own = {"compound_name": f"Yard {side.upper()}", "area_code": side.upper()}
            row[field.name] = own.get(field.name)
        else:
            value = _secret(layer, field, side)
            if value is not None:
                planted.append(Secret(layer, field, side, value))
            row[field.name] = value or (field.choices[0].value if field.choices else PLAIN[field.kind])
    return row, planted


@dataclass(frozen=True)
class Planted:
    """The deployment and all that was written into it."""

    settings: Settings
    secrets: tuple[Secret, ...]


@pytest.fixture(scope="module")
def planted(deployments: Deployments) -> Planted:
    """Two communities with a record of every layer in each, and an account for each audience of staff."""
    settings = deployments.make("Secrets", synthetic=True, as_of=date(2025, 10, 31))
    secrets: list[Secret] = []
    first = [get_layer("area"), get_layer("compound")]
    for layer in [*first, *(layer for layer in LAYERS if layer not in first)]:
        rows = []
        for side in SIDES:
            row, found = _row(layer, side)
            secrets += found
            months = range(1, 13) if layer.id == "incident_count" else (1,)
            for month in months:
                more = {"source_id": f"{side}{month}", "month": f"2024-{month:02}-01"} if len(months) > 1 else {}
                rows.append({**row, **more})
        put(settings, layer.id, rows)
    publish(settings)
    for audience in (each for each in Audience if each is not Audience.RESIDENT):
        accounts.add(settings, audience.replace("_", "-"), WORD, [audience], ["W"] if audience in BOUND else [])
    return Planted(settings, tuple(secrets))


@pytest.fixture(scope="module")
def app(planted: Planted) -> Flask:
    made = create_app(planted.settings)
    made.testing = True
    return made


class Door:
    """One audience's way in."""

    def __init__(self, app: Flask, audience: Audience) -> None:
        self.client: FlaskClient = app.test_client()
        self.root = "" if audience is Audience.RESIDENT else "/staff"
        self.name = audience.replace("_", "-")
        self.raw = b""
        self.heard: dict[tuple[str, str], str] = {}
        if self.root:
            answer = self.client.post("/sign-in", data={"name": audience.replace("_", "-"), "password": WORD})
            assert answer.status_code == 303

    def get(self, path: str, *, wanted: tuple[int, ...] = (200,)) -> bytes:
        """Return the body of an answer, unpacked."""
        answer = self.client.get(self.root + path)
        assert answer.status_code in wanted, (path, answer.status_code, answer.data[:300])
        body = bytes(answer.data)
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.raw, told = body, unpacked(body)
        way, _ = self.client.application.url_map.bind("localhost").match(path.partition("?")[0])
        self.heard |= {(word.decode(), str(way)): path for word in _WORDS.findall(told)}
        return told

    def check_log(self, planted: Planted) -> int:
        """Find in the log whatever was heard of layers of which residents get nothing exact; return how much."""
        noted = {(each.layer, each.way) for each in entries(planted.settings, account=self.name, limit=10_000)}
        layer_of = {each.value: each.layer for each in planted.secrets}
        heard = {
            (layer_of[word].id, way): path for (word, way), path in self.heard.items() if layer_of[word].is_guarded
        }
        assert [path for (layer, way), path in heard.items() if not {(layer, way), ("", way)} & noted] == []
        return len(heard)


def unpacked(body: bytes) -> bytes:
    """Return bytes with what a zip holds in place of the zip, and the text of a PDF in place of it."""
    if body.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages).encode()
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return b"\n".join(name.encode() + b"\n" + archive.read(name) for name in archive.namelist())


def _tile_path(layer: str, z: int, side: str) -> str:
    lon, lat = LON[side] + 0.0005, LAT + 0.0005
    column = int((lon + 180) / 360 * 2**z)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    of = f"/collections/{layer}" if layer else ""
    return f"/ogc{of}/tiles/WebMercatorQuad/{z}/{row}/{column}"


_WORDS = re.compile(rb"Zq\d{4}[we]vx")


class Judge:
    """Knows what one audience may find."""

    def __init__(self, secrets: tuple[Secret, ...], audience: Audience) -> None:
        self.allowed = {secret for secret in secrets if secret.is_for(audience)}
        known = {secret.value for secret in self.allowed}
        self.forbidden = {secret.value: secret for secret in secrets if secret.value not in known}

    def texts(self, layer: Layer, *, listed: bool = False) -> set[str]:
        """Return the words that stand in whatever has all of a layer, or all that is listed of it."""
        return {
            secret.value
            for secret in self.allowed
            if secret.layer is layer and secret.field.kind in TEXTS and (secret.field.is_listed or not listed)
        }

    def look(self, body: bytes, where: str) -> set[str]:
        """Return the words that are found, once none is found that isn't theirs, nor a date."""
        words = {found.decode() for found in _WORDS.findall(body)}
        words |= {found.decode() for found in re.findall(rb"19[1-9]\d-[01]\d-1[12]", body)}
        assert not words & self.forbidden.keys(), (
            where,
            [self.forbidden[word] for word in words if word in self.forbidden][:2],
        )
        return words

    def values(self, layer: Layer, rows: list[dict[str, Any]], where: str, names: set[str]) -> None:
        """Check the fields and the numbers of decoded records."""
        numbers = {
            secret.value
            for secret in self.forbidden.values()
            if secret.layer.id == layer.id and secret.field.kind in ("count", "number", "money")
        }
        for row in rows:
            assert set(row) <= names, (where, set(row) - names)
            for value in row.values():
                assert str(value).removesuffix(".0").removesuffix(".00") not in numbers, (where, value)


def _field_names(layer: Layer, audience: Audience) -> set[str]:
    fields = {field.name for field in layer.seen_by(audience).fields_for(audience)}
    parent = {f"{layer.parent}_id", f"{layer.parent}_name"} if layer.parent else set()
    return fields | parent


def rows_of(body: bytes, ending: str) -> list[dict[str, Any]]:
    """Return the records of a file as programs read them; of a sheet the cells, by where they stand."""
    if ending == "csv":
        return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    if ending == "xlsx":
        first = openpyxl.load_workbook(io.BytesIO(body), read_only=True).worksheets[0]
        return [{f"{number}": cell for number, cell in enumerate(row)} for row in first.iter_rows(values_only=True)]
    if ending == "geojson":
        return [each["properties"] for each in json.loads(body)["features"]]
    with tempfile.NamedTemporaryFile(suffix=f".{ending}") as file:
        file.write(body)
        file.flush()
        frame = pyogrio.read_dataframe(file.name)
    frame = frame.drop(columns="geometry", errors="ignore")
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


@pytest.mark.parametrize("audience", list(Audience))
def test_each_outlet_of_each_layer_holds_what_its_reader_may_see_and_nothing_else(
    planted: Planted, app: Flask, audience: Audience
) -> None:
    door, judge = Door(app, audience), Judge(planted.secrets, audience)
    for layer in LAYERS:
        items = f"/ogc/collections/{layer.id}/items"
        if audience not in layer.audiences:
            for path in (items, f"/download/{layer.id}.csv", f"/ogc/collections/{layer.id}", f"/panel/{layer.id}/1"):
                judge.look(door.get(path, wanted=(404,)), path)
            continue
        names, texts = _field_names(layer, audience), judge.texts(layer)
        features = json.loads(door.get(f"{items}?limit=1000"))["features"]
        assert features or layer.seen_by(audience).is_totals, items
        judge.values(layer, [feature["properties"] for feature in features], items, names)
        assert texts <= judge.look(json.dumps(features).encode(), items)
        for ending in ENDINGS:
            path = f"/download/{layer.id}.{ending}"
            body = door.get(path, wanted=(200, 404) if not layer.geometry and ending in ("fgb", "zip") else (200,))
            if body[:9] != b'{"detail"' and not (not layer.geometry and ending in ("fgb", "zip")):
                assert texts <= judge.look(body, path), path
                rows = rows_of(door.raw, ending)
                assert rows or not features, path
                named = set(rows[0] if rows else ())
                if ending != "zip":  # whose names are cut to ten letters: households_band is called as what it hides
                    named -= {field.name for field in layer.fields}
                judge.values(layer, rows, path, names | named)
        for path in (f"{items}?f=html", f"/ogc/collections/{layer.id}", f"/ogc/collections/{layer.id}/queryables"):
            judge.look(door.get(path), path)
        if layer.geometry:
            for side in SIDES:
                for z in (12, 16):
                    path = _tile_path(layer.id, z, side)
                    body = door.get(path, wanted=(200, 204))
                    judge.look(body, path)
                    for name, found in read_tile(body).items():
                        if z == 16 and name == layer.id:
                            listed = {value for value in judge.texts(layer, listed=True) if value[6] == side}
                            assert listed <= judge.look(body, path), path
                        judge.values(
                            layer,
                            [
                                {k: v for k, v in each.properties.items() if k in {f.name for f in layer.fields}}
                                for each in found
                            ],
                            path,
                            names,
                        )
        if layer.style is None or not layer.is_base:
            for feature in features[:1]:
                for page in ("places", "panel"):
                    path = f"/{page}/{layer.id}/{feature['id']}"
                    judge.look(door.get(path, wanted=(200, 404)), path)
            judge.look(door.get(f"/list?layer={layer.id}", wanted=(200, 404)), layer.id)
    if audience in ON_THE_GROUND:
        assert door.check_log(planted) > 5


@pytest.mark.parametrize("audience", list(Audience))
def test_pages_searches_and_refusals_hold_nothing_that_is_not_their_readers(
    planted: Planted, app: Flask, audience: Audience
) -> None:
    door, judge = Door(app, audience), Judge(planted.secrets, audience)
    found: set[str] = set()
    for path in (
        "/",
        "/about",
        "/style.json",
        "/briefing/",
        "/briefing/W",
        "/briefing/E",
        "/ogc/api",
        "/ogc/collections",
        "/list",
        *(_tile_path("", z, side) for z in (8, 12, 16) for side in SIDES),
        *(_tile_path("", 16, side).replace("/ogc/", "/ogc/base/") for side in SIDES),
    ):
        found |= judge.look(door.get(path, wanted=(200, 204, 404)), path)
    assert found, "a briefing tells of places"
    # What is found by a name is a name that its reader may read; what isn't theirs is found by no word of it.
    for secret in planted.secrets:
        if secret.field.kind not in TEXTS or not (
            secret.field.is_searched
            or (audience not in WHOLLY and (secret.side == "e" or secret.field.kind == "prose"))
        ):
            continue
        path = f"/search?q={secret.value}"
        hits = json.loads(door.get(path))
        is_found = bool(
            hits if isinstance(hits, list) else hits.get("hits") or hits.get("features") or hits.get("places")
        )
        if secret.value in judge.forbidden:
            assert not is_found, (secret.layer.id, secret.field.name, secret.side)
            judge.look(json.dumps(hits).encode(), path)
        elif secret.field.is_searched and secret.layer.geometry:
            assert is_found, (secret.layer.id, secret.field.name, secret.side)
    # Hidden fields can't be asked about: the refusal is that of a field that there isn't.
    for layer in LAYERS:
        if audience not in layer.audiences:
            continue
        names = _field_names(layer, audience)
        for field in (field for field in layer.fields if field.name not in names):
            for query in ("filter={} IS NULL", "{}=1", "sortby={}"):
                path = f"/ogc/collections/{layer.id}/items?{query}"
                hidden, unknown = (
                    json.loads(door.get(path.format(name), wanted=(400,)))["detail"]
                    for name in (field.name, "none_such")
                )
                assert re.sub(rf"\b{field.name}\b", "none_such", hidden) == unknown, path
    if audience in ON_THE_GROUND:
        door.check_log(planted)


def test_a_record_of_other_areas_answers_like_one_that_there_isnt(planted: Planted, app: Flask) -> None:
    """By status, bytes and headers, and with the same questions to the database: time has nothing to tell by."""
    door, asked = Door(app, Audience.GRID_OFFICER), list[str]()
    there, own = (_ids(planted.settings, each) for each in (Audience.STEWARD, Audience.GRID_OFFICER))
    hidden = {layer_id: min(there[layer_id] - ids, default=None) for layer_id, ids in own.items()}
    assert len([number for number in hidden.values() if number]) > 10
    event.listen(Engine, "before_cursor_execute", note := lambda *seen: asked.append(seen[2]))
    for layer_id, number in hidden.items():
        for path in _OF_ONE[: len(_OF_ONE) if layer_id == "hazard" else 1] if number else ():
            told = []
            for stated in (str(number), "123456789"):
                asked.clear()
                answer = door.client.get(door.root + path.format(layer_id, stated), headers={"Accept-Encoding": ""})
                body = re.sub(rf"(/|%2F|')(\w+/)?{stated}\b", "N", answer.text)
                told.append((body, {**answer.headers, "Content-Length": ""}, [*asked]))
                assert answer.status_code == 404, (path, layer_id)
            assert told[0] == told[1], (path, layer_id)
    event.remove(Engine, "before_cursor_execute", note)


_OF_ONE = ("/ogc/collections/{}/items/{}", "/panel/{}/{}", "/list?layer=hazard&of={}/{}")


def _ids(settings: Settings, audience: Audience) -> dict[str, set[int]]:
    """Return the records that somebody of the west has, by layer; of totals, which are all theirs, none."""
    with open_reading(settings, Reader(audience, ("W",) if audience in BOUND else ())) as reading:
        layers = [layer for layer in reading.layers if not layer.is_totals]
        return {layer.id: {row.id for row in page(reading, layer, limit=1000).records} for layer in layers}


def test_planners_pages_answers_and_reports_hold_what_planners_may_see(planted: Planted, app: Flask) -> None:
    door, judge = Door(app, Audience.PLANNER), Judge(planted.secrets, Audience.PLANNER)
    for path in PLANNERS:
        # Hazards of one month can't be compared with those before.
        body = door.get(path, wanted=(400,) if "/change?" in path else (200,))
        words = judge.look(body, path)
        assert "/report." not in path or words or b"Yard" in body, f"{path} tells of places"


def test_the_files_of_a_file_server_hold_what_residents_may_see(planted: Planted, app: Flask, tmp_path: Path) -> None:
    judge = Judge(planted.secrets, Audience.RESIDENT)
    with app.app_context():
        write_folder(planted.settings, tmp_path / "public")
    found: set[str] = set()
    for path in (path for path in (tmp_path / "public").rglob("*") if path.is_file()):
        body = path.read_bytes()
        judge.look(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body, path.name)
        if path.suffix == ".pmtiles":
            with path.open("rb") as file:
                for _, data in all_tiles(MmapSource(file)):
                    found |= judge.look(gzip.decompress(data), path.name)
    wanted = set().union(*(judge.texts(layer, listed=True) for layer in LAYERS if layer.geometry))
    assert wanted <= found


def test_the_secrets_could_be_found(planted: Planted) -> None:
    """Each layer has some, they differ, and each audience has some to find and some not to find."""
    texts = [secret.value for secret in planted.secrets if secret.field.kind in TEXTS]
    assert len(set(texts)) == len(texts) > 140
    for audience in Audience:
        judge = Judge(planted.secrets, audience)
        assert judge.allowed
        if audience is not Audience.STEWARD:
            assert len([value for value in judge.forbidden if value.startswith("Zq")]) > 5, audience
