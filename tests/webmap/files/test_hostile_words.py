"""Words that break programs, in the headings and the cells of a file: each outlet hands on the cells, and just them."""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pyogrio

from etl.choosing import Wish
from etl.loading import load_file
from geodata.layers import get_layer
from geodata.layers.audience import Audience
from geodata.publication import publish
from geodata.settings import Settings
from tests.browsing import serving
from tests.signing import client_of
from webmap import create_app
from webmap.files.texts import FORMULA_STARTS

WORDS = (
    "Robert'); DROP TABLE live.police_post;--", 'He said "no"', "[0].name}{", "a;b,c|d\\e", "SELECT", "%s %(x)s",
    "{{7*7}}<script>alert(1)</script>&amp;", "派出所·Ünïcödé 😀", "ابجد\u200f", "e\u0301", "x" * 200, "=1+1",
    "$1", "..\\..\\etc",
)  # fmt: skip
HEADINGS = [
    'na"me', "na'me; DROP TABLE live.area;--", "[name]", "geom", "id", "order", "select", "user", "名称]", "x" * 200,
    "a,b", "😀",    "area_ids", "recorded_from", "csmap.id", "%(name)s", "{name}", "",
]  # fmt: skip
"""Columns that no recipe reads, some called as ours are."""
GDAL = """
import json, sys
from pyogrio.raw import read
names, addresses = read(sys.argv[1], columns=["name", "address"], read_geometry=False)[3]
print(json.dumps(list(zip(names, addresses))))
"""
"""Reads in a process of its own: while GDAL waits for an answer no thread of its process goes on."""
Z, LON, LAT = 16, 112.002, 27.73
TILE = (int((LON + 180) / 360 * 2**Z), int((1 - math.asinh(math.tan(math.radians(LAT))) / math.pi) / 2 * 2**Z))


def test_hostile_headings_reach_no_outlet_and_hostile_cells_reach_each_as_they_are(
    deployment: Settings, tmp_path: Path
) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"编号": f"P{number}", "名称": word, "地址": word, "类别": "派出所"}
            | {"经度": LON + 0.0001 * (number + 1), "纬度": LAT}
            | dict.fromkeys(HEADINGS, f"INSIDE {word}"),
            "geometry": None,
        }
        for number, word in enumerate(WORDS)
    ]
    path = tmp_path / "posts.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    [receipt] = load_file(deployment, path, Wish(layer="police_post", crs="wgs84"))
    assert receipt.loaded == len(WORDS), receipt
    publish(deployment)
    reader = client_of(deployment, None)
    declared = {field.name for field in get_layer("police_post").fields_for(Audience.RESIDENT)}
    items = "/ogc/collections/police_post/items"
    told = json.loads(reader.get(items).text)["features"]
    names = [feature["properties"]["name"] for feature in told]
    assert sorted(names) == sorted(WORDS), "as they came"
    assert set(told[0]["properties"]) <= declared
    x, y = TILE
    for ending, address in {
        **{ending: f"/download/police_post.{ending}" for ending in ("gpkg", "fgb", "zip", "geojson", "csv", "xlsx")},
        "mvt": f"/ogc/collections/police_post/tiles/WebMercatorQuad/{Z}/{y}/{x}",
        "items.json": items,
    }.items():
        body = reader.get(address).data
        assert b"INSIDE" not in body, ending
        columns, found = _read(tmp_path / f"out.{ending}", body)
        assert sorted(found) == sorted(_in_csv(names) if ending in ("csv",) else names), ending
        assert not {"area_ids", "recorded_from", 'na"me', "[name]", "order", "user", "x" * 200} & columns, ending
    for word in names:
        query = "filter=" + quote("name = '" + word.replace("'", "''") + "'")
        asked = json.loads(reader.get(f"{items}?{query}").text)
        assert [each["properties"]["name"] for each in asked["features"]] == [word], query
    with serving(app := create_app(deployment)) as address:
        app.config["SETTINGS"] = replace(deployment, base_url=address)  # the client follows links
        source = f"OAPIF:{address}/ogc/collections/police_post"
        run = subprocess.run([sys.executable, "-c", GDAL, source], capture_output=True, text=True, check=True)
    assert sorted(json.loads(run.stdout)) == [[word, word] for word in sorted(WORDS)]
    page = reader.get("/list?layer=police_post").text
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


def _read(path: Path, body: bytes) -> tuple[set[str], list[str]]:
    """Return the columns and the names that a program finds in a file."""
    path.write_bytes(body)
    if path.suffix == ".xlsx":
        rows = list(openpyxl.load_workbook(path).worksheets[-1].iter_rows(values_only=True))
        at = rows[0].index("名称")
        return {str(each) for each in rows[0]}, [str(row[at]) for row in rows[1:]]
    if path.suffix == ".csv":
        lines = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
        return set(lines[0]), [line["name"] for line in lines]
    more = {"X": str(TILE[0]), "Y": str(TILE[1]), "Z": str(Z)} if path.suffix == ".mvt" else {}
    frame = pyogrio.read_dataframe(path, **more)
    return set(frame.columns), list(frame["name"])


def _in_csv(names: list[str]) -> list[str]:
    """Return names as a sheet opens them that takes some beginnings for formulas."""
    return [f"'{name}" if name.startswith(tuple(FORMULA_STARTS)) else name for name in names]
