"""A layer as a file: read back by GDAL and openpyxl, with all its records and nothing that its reader may not see."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import geopandas
import openpyxl
import pyogrio
import pytest
from flask.testing import FlaskClient

from geodata.database.engine import reading_engine
from geodata.database.logins import Login
from geodata.errors import TooBusy
from geodata.layers import LAYERS, get_layer
from geodata.queries.download import shape_bytes
from geodata.queries.facts import facts_of
from geodata.queries.reading import RESIDENT, open_reading
from geodata.settings import PROJECT, Settings
from tests.district import SECRET, Client
from webmap import create_app
from webmap.files import vectors, workbook
from webmap.files.formats import FORMATS
from webmap.files.shapefile import short_names
from webmap.files.spool import own_turn, spool_folder
from webmap.files.texts import FORMULA_STARTS, csv_lines
from webmap.files.wish import Wish

GIS = ("gpkg", "zip", "fgb")
ENDINGS = [form.ending for form in FORMATS]
NOTICE = "Synthetic data: places and figures are invented."


def take(reader: FlaskClient, folder: Path, name: str, query: str = "lang=en") -> Path:
    answer = reader.get(f"/download/{name}?{query}")
    assert answer.status_code == 200, answer.text
    assert name in answer.headers["Content-Disposition"]
    (folder / name).write_bytes(answer.data)
    return folder / name


def got(reader: FlaskClient, path: str) -> Any:
    return json.loads(reader.get(path).text)


def sheets(path: Path) -> tuple[list[Any], list[Any]]:
    book = openpyxl.load_workbook(path)
    about, records = book.worksheets
    return [[cell.value for cell in row] for row in about], list(records)


def spooled(settings: Settings) -> list[Path]:
    return [path for folder in settings.home.glob("files-*") for path in folder.iterdir()]


@pytest.mark.parametrize("audience", [None, "steward"])
def test_every_layer_has_as_many_records_in_each_format_as_in_the_api(
    client: Client, tmp_path: Path, audience: str | None
) -> None:
    reader = client(audience)
    for layer in (each["id"] for each in got(reader, "/ogc/collections")["collections"]):
        wanted = got(reader, f"/ogc/collections/{layer}/items?limit=1")["numberMatched"]
        for ending in GIS if get_layer(layer).geometry else ("gpkg",):
            path = take(reader, tmp_path, f"{layer}.{ending}")
            assert pyogrio.read_info(path, force_feature_count=True)["features"] == wanted, path.name
        assert len(sheets(take(reader, tmp_path, f"{layer}.xlsx"))[1]) == wanted + 1, layer


def test_no_public_file_holds_a_hidden_value(client: Client, tmp_path: Path) -> None:
    resident = client()
    for layer in (layer for layer in LAYERS if layer.id in resident.get("/ogc/collections").text):
        for ending in ENDINGS:
            answer = resident.get(f"/download/{layer.id}.{ending}")
            if answer.status_code == 404:
                continue
            for part in unpacked(answer.data):
                assert SECRET.encode() not in part, (layer.id, ending)
                # GDAL notes when it wrote a table, to the millisecond.
                said = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", b"", part)
                assert b"987" not in said or ending == "fgb", (layer.id, ending)
    assert any(SECRET.encode() in part for part in unpacked(client("police:W").get("/download/hazard.xlsx").data))


def unpacked(body: bytes) -> list[bytes]:
    if not body.startswith(b"PK"):
        return [body]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_files_say_that_they_are_invented_and_what_their_columns_are(client: Client, tmp_path: Path) -> None:
    reader = client()
    package = take(reader, tmp_path, "police_post.gpkg")
    assert NOTICE in pyogrio.read_info(package)["layer_metadata"]["DESCRIPTION"]
    assert pyogrio.read_info(package)["layer_metadata"]["IDENTIFIER"] == "Police posts"
    flat = pyogrio.read_info(take(reader, tmp_path, "police_post.fgb"))["layer_metadata"]
    assert NOTICE in flat["DESCRIPTION"]
    with zipfile.ZipFile(take(reader, tmp_path, "compound.zip")) as archive:
        readme = archive.read("README.txt").decode("utf-8-sig")
        assert archive.read("compound.cpg") == b"UTF-8"
    assert NOTICE in readme
    assert "building_c = building_count: Buildings (buildings)" in readme
    assert "    unit_yard = Work-unit yard" in readme
    about, _ = sheets(take(reader, tmp_path, "police_post.xlsx"))
    assert ["Notice", NOTICE] in [line[:2] for line in about]


def _said_of_a_row(row: dict[str, str]) -> str:
    return "\n".join(row[name] for name in ("notice", "credit", "data_date"))


def _words_of(path: Path) -> list[str]:
    """Return what a file says of itself, as a program of somebody else's reads it; of CSV, for each of its rows."""
    match path.suffix:
        case ".csv":
            return [_said_of_a_row(row) for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))]
        case ".geojson":
            return [_said_of_a_row(json.loads(path.read_text()))]
        case ".xlsx":
            return ["\n".join(str(cell) for line in sheets(path)[0] for cell in line)]
        case ".zip":
            return [zipfile.ZipFile(path).read("README.txt").decode("utf-8-sig")]
        case _:
            return ["\n".join(pyogrio.read_info(path)["layer_metadata"].values())]


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_file_says_whose_data_it_has_of_which_day_and_that_they_are_invented(
    client: Client, tmp_path: Path, ending: str
) -> None:
    for who in (None, "steward"):
        for said in _words_of(take(client(who), tmp_path, f"hazard.{ending}")):
            assert NOTICE in said
            assert "Test office" in said
            # Residents don't see the one that was found yesterday yet.
            assert ("2025-10-30" if who else "2025-10-01") in said


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_cell_of_a_csv_begins_as_a_formula(published: Settings, start: str) -> None:
    with open_reading(published, RESIDENT) as view:
        layer = view.layer("police_post")
        wish = SimpleNamespace(layer=layer, conditions=(), notice=f"{start}1", facts=facts_of(view, layer))
        rows = list(csv.DictReader(io.StringIO("".join(csv_lines(view, cast(Wish, wish))).removeprefix("\ufeff"))))
    assert {row["notice"] for row in rows} == {f"'{start}1"}


def test_a_geopackage_titles_its_columns(client: Client, tmp_path: Path) -> None:
    path = take(client(), tmp_path, "police_post.gpkg", "lang=zh-CN")
    with sqlite3.connect(path) as database:
        titles = dict(database.execute("SELECT column_name, name FROM gpkg_data_columns"))
    database.close()
    assert titles["name"] == "名称"


def test_a_workbook_takes_no_text_for_a_formula_and_keeps_codes_as_texts(client: Client, tmp_path: Path) -> None:
    _, rows = sheets(take(client(), tmp_path, "police_post.xlsx"))
    [formula] = [cell for row in rows for cell in row if cell.value == "=1+1"]
    assert formula.data_type == "s"
    _, rows = sheets(take(client(), tmp_path, "compound.xlsx"))
    heads = [cell.value for cell in rows[0]]
    code = rows[1][heads.index("Code")]
    assert (code.value, code.data_type, code.number_format) == ("C1", "s", "@")
    # What people read, not what the store keeps.
    assert rows[1][heads.index("Households (households)")].value == "300–599 households"


def test_a_file_can_be_narrowed_and_placed_in_another_system(client: Client, tmp_path: Path) -> None:
    reader = client()
    box = take(reader, tmp_path, "police_post.gpkg", "bbox=112.0019,27.72,112.0021,27.74")
    assert pyogrio.read_info(box)["features"] == 3
    named = geopandas.read_file(take(reader, tmp_path, "police_post.zip", "filter=name='Post 07'&lang=en"))
    assert list(named["name"]) == ["Post 07"]
    assert "Narrowed to: filter=name='Post 07'" in (
        zipfile.ZipFile(tmp_path / "police_post.zip").read("README.txt").decode("utf-8-sig")
    )
    systems = got(reader, "/ogc/collections/police_post")["crs"]
    metric = next(each for each in systems if each.rpartition("/")[2] not in ("CRS84", "4326", "3857", "4490"))
    placed = geopandas.read_file(take(reader, tmp_path, "police_post.fgb", f"crs={metric}"))
    assert placed.crs.to_epsg() == int(metric.rpartition("/")[2])
    there = geopandas.read_file(take(reader, tmp_path, "police_post.gpkg")).to_crs(placed.crs)
    assert placed.sort_values("id").distance(there.sort_values("id"), align=False).max() < 1
    assert reader.get("/download/police_post.csv?area=W").text.count("Post ") == 25


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("police_post.csv?limit=3", 400, "limit"),
        ("police_post.csv?crs=http://www.opengis.net/def/crs/OGC/1.3/CRS84", 400, "crs"),
        ("police_post.gpkg?bbox=1,2,3", 400, "bbox"),
        ("police_post.gpkg?area=NOWHERE", 404, ""),
        ("police_post.exe", 404, ""),
        ("funding_line.zip", 404, ""),
        ("hazard_event.xlsx", 404, ""),
    ],
)
def test_a_file_that_cant_be_is_refused_in_a_sentence(client: Client, path: str, status: int, said: str) -> None:
    answer = client().get(f"/download/{path}")
    assert answer.status_code == status
    assert said in answer.text


def test_more_records_than_a_sheet_holds_are_refused_with_another_way(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 26)
    answer = client().get("/download/police_post.xlsx?lang=en")
    assert answer.status_code == 400
    assert "26 records and a sheet of Excel holds 25: take CSV" in answer.text
    assert "请下载CSV" in client().get("/download/police_post.xlsx?lang=zh-CN").text


def test_nothing_of_a_file_stays_and_what_a_killed_process_left_goes(client: Client, published: Settings) -> None:
    answer = client().get("/download/police_post.gpkg")
    assert spooled(published) == []
    [folder] = published.home.glob("files-*")
    (folder / "left").mkdir()
    (folder / "left" / "half.gpkg").write_bytes(b"half")
    again = client().get("/download/police_post.gpkg", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert len(spooled(published)) == 1
    client().get("/download/police_post.gpkg").close()
    assert spooled(published) == []


@pytest.mark.parametrize("layer", ["police_post", "compound", "road", "hazard"])
def test_more_than_a_shapefile_holds_is_told_before_anything_is_written(
    client: Client, monkeypatch: pytest.MonkeyPatch, layer: str
) -> None:
    monkeypatch.setattr(vectors, "MOST_BYTES", 100)
    answer = client().get(f"/download/{layer}.zip?lang=en")
    assert answer.status_code == 400
    assert "2 GB is the most: take GeoPackage, or less at a time" in answer.text
    assert "请改用 GeoPackage" in client().get(f"/download/{layer}.zip?lang=zh-CN").text
    assert client().get(f"/download/{layer}.gpkg").status_code == 200


def test_the_size_of_shapes_is_what_gdal_writes(client: Client, published: Settings, tmp_path: Path) -> None:
    for layer in ("police_post", "compound", "road"):
        path = take(client(), tmp_path, f"{layer}.zip")
        with zipfile.ZipFile(path) as archive, open_reading(published, RESIDENT) as view:
            written = archive.getinfo(f"{layer}.shp").file_size
            assert shape_bytes(view, view.layer(layer)) == written


ON_A_FULL_DISK = """
import json, sys
from webmap import create_app
from geodata.settings import load_settings
client = create_app(load_settings(sys.argv[1])).test_client()
found = {}
for ending in ("xlsx", "gpkg", "zip", "fgb", "csv", "geojson"):
    answer = client.get(f"/download/police_post.{ending}?lang=en")
    found[ending] = [answer.status_code, answer.get_data(as_text=True)]
print(json.dumps(found))
"""


def test_of_four_threads_one_is_left_by_those_who_write_files_or_wait_to() -> None:
    seen: list[str] = []

    def want() -> None:
        try:
            with own_turn():
                seen.append("written")
        except TooBusy:
            seen.append("refused")

    wanting = [threading.Thread(target=want) for _ in range(2)]
    with own_turn(), own_turn():
        for thread in wanting:
            thread.start()
        while not seen:
            threading.Event().wait(0.01)
        assert seen == ["refused"], "at once, as one waits already"
    for thread in wanting:
        thread.join()
    assert seen == ["refused", "written"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives itself a small disk")
def test_a_full_disk_ends_a_file_with_a_sentence(published: Settings) -> None:
    folder = spool_folder(published, os.geteuid())
    folder.mkdir(mode=0o700, exist_ok=True)
    mounted = f'mount -t tmpfs -o size=48k none {shlex.quote(str(folder))} && exec "$@"'
    words = ["unshare", "-m", "sh", "-c", mounted, "sh", sys.executable, "-c", ON_A_FULL_DISK, str(published.home)]
    environ = {**os.environ, "CSMAP_DATABASE_URL": published.database_url or ""}
    ended = subprocess.run(words, cwd=PROJECT, env=environ, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    for ending in ("xlsx", "gpkg", "zip", "fgb"):
        status, body = found.pop(ending)
        assert status == 507, ending
        assert "no room left to write this file" in body
        assert "Traceback" not in body
    assert {ending: status for ending, (status, _) in found.items()} == {"csv": 200, "geojson": 200}


@pytest.mark.parametrize("ending", ["csv", "geojson"])
def test_texts_are_packed_on_their_way_for_who_takes_that(client: Client, published: Settings, ending: str) -> None:
    plain = client().get(f"/download/police_post.{ending}?lang=en", headers={"Accept-Encoding": "identity"})
    answer = client().get(f"/download/police_post.{ending}?lang=en", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Content-Length" not in answer.headers
    assert {plain.headers["Vary"], answer.headers["Vary"]} == {"Accept-Encoding"}
    assert gzip.decompress(answer.data) == plain.data
    app = create_app(published)
    with app.test_request_context(f"/download/police_post.{ending}", headers={"Accept-Encoding": "gzip"}):
        left = app.full_dispatch_request()
        assert left.is_streamed
        next(iter(left.response))
        left.close()
    # Whoever goes away in the middle keeps no connection.
    assert "Connections in pool" in (status := reading_engine(app.config["SETTINGS"], Login.PUBLIC).pool.status())
    assert "Checked out connections: 0" in status


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_file_is_sent_as_it_is_read_and_known_by_its_publication(published: Settings, ending: str) -> None:
    app = create_app(published)
    with app.test_request_context(f"/download/police_post.{ending}"):
        answer = app.full_dispatch_request()
        assert answer.is_streamed
        assert answer.headers["ETag"]
        answer.close()


def test_long_names_are_cut_apart() -> None:
    names = short_names(["id", "households_band", "households_share", "households", "HOUSEHOLDS_X"])
    assert names == {
        "id": "id",
        "households_band": "househol_2",
        "households_share": "househol_3",
        "households": "households",
        "HOUSEHOLDS_X": "HOUSEHOL_4",
    }


def test_residents_find_a_workbook_and_paper_and_all_other_formats_under_for_developers(client: Client) -> None:
    page = client().get("/list?layer=compound&lang=en").text
    offered, folded = page.split('class="take-away"')[1].split("<details", 1)
    assert offered.count("download>") == 1
    assert "compound.xlsx" in offered
    assert "data-print" in offered
    assert "For developers" in folded
    assert sorted(re.findall(r"/download/compound\.(\w+)", folded.split("</details>")[0])) == sorted(
        form.ending for form in FORMATS if form.ending != "xlsx"
    )
    for address in (f"/compounds/{_compound(client())}", "/communities/W"):
        page = client().get(f"{address}?lang=en").text
        assert page.count(" download>") == 1
        assert f'href="{address}/page.xlsx?lang=en" download' in page
        assert "data-print" in page


def test_the_workbook_of_a_page_says_what_the_page_says(client: Client) -> None:
    compound = _compound(client())
    book = openpyxl.load_workbook(io.BytesIO(client().get(f"/compounds/{compound}/page.xlsx?lang=en").data))
    facts = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows(min_row=2)}
    assert facts["Compounds"] == "Garden"
    assert facts["Notice"] == NOTICE
    assert [cell.value for cell in book["Micro-projects"]["A"]] == ["Name", "Lamps"]
    assert book["Safety hazards"].max_row == 1 + 2
    book = openpyxl.load_workbook(io.BytesIO(client().get("/communities/W/page.xlsx?lang=zh-CN").data))
    assert [cell.value for cell in book["小区"]["A"]][1:] == ["Garden"]
    # 26 posts by hand (25 in a row and one beside the yard): "=1+1" is the name of one and no formula.
    posts = {cell.value: cell.data_type for cell in book["社区办公处与警务点"]["A"][1:]}
    assert len(posts) == 26
    assert posts["=1+1"] == "s"
    assert client().get("/compounds/99999/page.xlsx").status_code == 404


def _compound(reader: FlaskClient) -> int:
    return int(reader.get("/ogc/collections/compound/items?limit=1").get_json()["features"][0]["id"])
