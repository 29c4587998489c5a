"""Hostile and absurd files of every kind end in a sentence, within a bounded memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from openpyxl import Workbook

from etl.readers import read
from geodata.errors import InvalidInput
from tests.etl.readers.test_workbook import one_sheet, rewritten
from tests.etl.readers.whole import geometries

MOST_SECONDS = 60
"""Generous: what is tested is that the time doesn't grow with what a file declares."""
MOST_MEMORY = 3 << 30
"""Of addresses, of which the libraries take about 1 GB before the first file is opened."""

_CHILD = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
from etl.readers import OsmSelection, read
from geodata.errors import InvalidInput
try:
    rows = sum(len(b.rows) for part in read(Path(sys.argv[1]), (OsmSelection("a", "ways", {"highway": ("*",)}),))
               for b in part.batches())
    sys.stdout.write(f"{rows} rows")
except InvalidInput as refusal:
    sys.stdout.write(f"refused: {refusal}")
"""


def outcome(path: Path) -> str:
    """Read a file to its end in a process that may not have more than 3 GB of addresses, and say what came of it."""
    command = [sys.executable, "-c", _CHILD, str(path), str(MOST_MEMORY)]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False, cwd=root)
    assert done.returncode == 0, done.stderr
    return done.stdout


def bomb(path: Path, name: str, start: bytes, filling: bytes) -> Path:
    """Zip one file of 300 MB that packs to less than 1 MB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as entry:
        entry.write(start)
        for _ in range(300):
            entry.write(filling * ((1 << 20) // len(filling)))
    return path


@pytest.mark.parametrize(
    ("file", "name", "start"),
    [
        ("a.xlsx", "xl/worksheets/sheet1.xml", b"<worksheet>"),
        ("a.ods", "content.xml", b"<document>"),
        ("a.kmz", "doc.kml", b"<kml>"),
        ("a.zip", "a.shp", b"\x00\x00\x27\x0a"),
    ],
)
def test_zip_bombs(tmp_path: Path, file: str, name: str, start: bytes) -> None:
    seen = outcome(bomb(tmp_path / file, name, start, b"<a>"))
    assert seen.startswith(f"refused: {file} is packed ")


def wide_csv(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text(",".join(f"c{n}" for n in range(10_000)) + "\n" + "1," * 9_999 + "1\n", "utf-8")
    return path


def wide_workbook(folder: Path) -> Path:
    path = folder / "a.xlsx"
    book = Workbook(write_only=True)
    sheet = book.create_sheet("a")
    sheet.append([f"c{n}" for n in range(10_000)])
    sheet.append([1] * 10_000)
    book.save(path)
    return path


def wide_geojson(folder: Path) -> Path:
    path = folder / "a.geojson"
    fields = {f"c{n}": 1 for n in range(10_000)}
    feature = {"type": "Feature", "properties": fields, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    return path


def wide_parquet(folder: Path) -> Path:
    path = folder / "a.parquet"
    pd.DataFrame({f"c{n}": [1] for n in range(10_000)}).to_parquet(path)
    return path


@pytest.mark.parametrize("write", [wide_csv, wide_workbook, wide_geojson, wide_parquet])
def test_ten_thousand_columns_are_refused(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    with pytest.raises(InvalidInput, match=r"^a\.\w+ has 10,000 columns, more than 2,000"):
        read(write(tmp_path))


@pytest.mark.parametrize(
    ("file", "driver"),
    [("a.geojson", "GeoJSON"), ("a.gpkg", "GPKG"), ("a.fgb", "FlatGeobuf"), ("a.shp", "ESRI Shapefile")],
)
def test_an_outline_of_a_million_points_is_read(tmp_path: Path, file: str, driver: str) -> None:
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    circle = shapely.Polygon(np.c_[111.9 + np.cos(angle), 27.7 + np.sin(angle)])
    gpd.GeoDataFrame({"n": [1]}, geometry=[circle], crs="EPSG:4326").to_file(tmp_path / file, driver=driver)
    (outline,) = geometries(read(tmp_path / file)[0])
    assert shapely.get_num_coordinates(outline) == 1_000_001
    assert outline.area == pytest.approx(np.pi, rel=1e-6)


def test_a_sheet_that_reaches_to_the_last_corner(tmp_path: Path) -> None:
    # Declared 1,048,576 x 16,384; every thousandth row is there, with a cell in the last column.
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["A2"], sheet["XFD1048576"] = "名称", "一", "far"
    for row in range(1000, 1_048_576, 1000):
        sheet.cell(row, 16_384, "far")
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert outcome(path) == "1 rows"


def test_a_sheet_that_declares_what_it_does_not_hold(tmp_path: Path) -> None:
    path = one_sheet(tmp_path, [["名称", "户数"], ["一", 1]])
    rewritten(path, lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))
    assert outcome(path) == "1 rows"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [BOMB, OUTSIDE])
@pytest.mark.parametrize(
    ("file", "body"),
    [
        ("a.kml", "<kml><Placemark><name>&l11;</name></Placemark></kml>"),
        ("a.gpx", '<gpx><wpt lat="1" lon="2"><name>&l11;</name></wpt></gpx>'),
        ("a.osm", "<osm version='0.6'><node id='1' lat='1' lon='1'><tag k='highway' v='&l11;'/></node></osm>"),
    ],
)
def test_entities_in_xml(tmp_path: Path, file: str, body: str, head: str) -> None:
    path = tmp_path / file
    path.write_text(head + body, "utf-8")
    assert outcome(path).startswith(f"refused: {file} ")


@pytest.mark.parametrize("head", [BOMB, OUTSIDE])
def test_entities_in_a_workbook(tmp_path: Path, head: str) -> None:
    path = one_sheet(tmp_path, [["名称"], ["一"]])
    rewritten(path, lambda xml: head.encode() + xml.replace("一".encode(), b"&l11;"))
    assert outcome(path).startswith("refused: 台账.xlsx is damaged")


@pytest.mark.parametrize("name", ["kml", "gpx"])
def test_elements_without_end(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"a.{name}"
    path.write_text(f"<{name}>" + "<Folder>" * 1_000_000, "utf-8")
    assert "more than 100 deep" in outcome(path)
