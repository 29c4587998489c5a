from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from etl.readers import read
from geodata.errors import InvalidInput
from tests.etl.readers.whole import geometries, outlines, records, whole


def points(names: list[str], crs: str | None = "EPSG:4490") -> gpd.GeoDataFrame:
    places = [shapely.Point(x, 2) for x in range(len(names))]
    return gpd.GeoDataFrame({"名称": names, "户数": range(len(names))}, geometry=places, crs=crs)


def insert(path: Path, table: str, wkb: bytes) -> None:
    """Put a geometry into a GeoPackage past GDAL, as other programs write them."""
    database = sqlite3.connect(path)
    database.execute(f"INSERT INTO {table} (geom) VALUES (?)", (b"GP\x00\x01" + struct.pack("<i", 4326) + wkb,))
    database.commit()
    database.close()


def test_every_layer_with_rows_is_a_part(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    points(["一", "二"]).to_file(path, layer="小区", driver="GPKG")
    points(["空"]).iloc[:0].to_file(path, layer="空", driver="GPKG")
    pyogrio.write_dataframe(pd.DataFrame({"年": [2024, 2025], "金额": [1.0, 2.5]}), path, layer="资金", driver="GPKG")
    pyogrio.write_dataframe(pd.DataFrame({"styleQML": ["<qgis/>"]}), path, layer="layer_styles", driver="GPKG")
    places, money = read(path)
    assert (places.name, places.crs, places.headings) == ("小区", "EPSG:4490", ("fid", "名称", "户数"))
    assert records(places) == {1: ["1", "一", "0"], 2: ["2", "二", "1"]}
    assert outlines(places) == ["POINT (0 2)", "POINT (1 2)"]
    assert (money.name, money.crs, money.headings) == ("资金", None, ("fid", "年", "金额"))
    assert records(money) == {1: ["1", "2024", "1"], 2: ["2", "2025", "2.5"]}
    assert [batch.geometry for batch in money.batches()] == [None]


def test_null_geometries_stay_none(tmp_path: Path) -> None:
    frame = points(["一", "二", "三"])
    frame.loc[1, "geometry"] = None
    frame.to_file(tmp_path / "a.gpkg", driver="GPKG")
    assert outlines(read(tmp_path / "a.gpkg")[0]) == ["POINT (0 2)", None, "POINT (2 2)"]


def test_a_system_without_a_code_comes_as_wkt(tmp_path: Path) -> None:
    own = "+proj=tmerc +lat_0=0 +lon_0=112.5 +k=0.9999 +x_0=500000 +ellps=GRS80 +units=m"
    points(["一"], own).to_file(tmp_path / "a.gpkg", driver="GPKG")
    crs = read(tmp_path / "a.gpkg")[0].crs
    assert crs is not None
    assert crs.startswith("PROJCS[")
    assert "112.5" in crs


def test_curves_are_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    box = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4326")
    box.to_file(path, layer="a", driver="GPKG", geometry_type="Unknown", SPATIAL_INDEX="NO")
    insert(path, "a", struct.pack("<BII6d", 1, 8, 3, 0, 0, 1, 1, 2, 0))  # CIRCULARSTRING (0 0, 1 1, 2 0)
    (part,) = read(path)
    with pytest.raises(InvalidInput, match=r"^a\.gpkg holds curves .* CONVERT_TO_LINEAR"):
        whole(part)


def test_solids_are_none_and_named(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    box = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4326")
    box.to_file(path, layer="a", driver="GPKG", geometry_type="Unknown", SPATIAL_INDEX="NO")
    triangle = struct.pack("<BIII8d", 1, 17, 1, 4, 0, 0, 1, 0, 1, 1, 0, 0)
    insert(path, "a", struct.pack("<BII", 1, 16, 1) + triangle)  # a TIN of one triangle
    (part,) = read(path)
    first, second = geometries(part)
    assert (first.geom_type, second) == ("Polygon", None)
    assert "row 2 can't be built" in part.notes[0]


def test_rows_run_on_over_batches(tmp_path: Path) -> None:
    count = 70_000
    frame = gpd.GeoDataFrame({"n": range(count)}, geometry=shapely.points(range(count), range(count)), crs="EPSG:4326")
    frame.to_file(tmp_path / "a.gpkg", driver="GPKG", SPATIAL_INDEX="NO")
    (part,) = read(tmp_path / "a.gpkg")
    assert [len(batch.rows) for batch in part.batches()] == [65_536, count - 65_536]
    rows = whole(part)
    assert rows.index.tolist() == list(range(1, count + 1))
    assert rows["n"].astype(int).tolist() == list(range(count))
    assert shapely.get_x(geometries(part)).tolist() == list(range(count))


@pytest.mark.parametrize("size", [50, 5000, -4096, -100])
def test_a_geopackage_that_is_cut_off_is_refused(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.gpkg"
    points(["一"]).to_file(path, driver="GPKG")
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InvalidInput, match=r"^a\.gpkg is cut off"):
        read(path)


def test_another_database_is_refused(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "a.gpkg")
    database.execute("CREATE TABLE a (n integer)")
    database.commit()
    database.close()
    with pytest.raises(InvalidInput, match=r"^a\.gpkg "):
        read(tmp_path / "a.gpkg")


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    points(["一", "二"]).to_file(tmp_path / "a.gpkg", driver="GPKG")
    (part,) = read(tmp_path / "a.gpkg")
    whole(part)
    batches = part.batches()
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert list(folder.iterdir()) == []


def test_the_real_districts_of_the_azores(shared_data: Callable[[str], Path]) -> None:
    (part,) = read(shared_data("pop-azores/concelhos.gpkg"))
    expected = gpd.read_file(shared_data("pop-azores/concelhos.gpkg"))
    assert part.crs == "EPSG:4326"
    assert whole(part)["name"].tolist() == expected["name"].tolist()
    assert len(expected) == 6
    assert (geometries(part) == expected.geometry.to_numpy()).all()
