from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from etl.readers import parquet, read
from geodata.errors import InvalidInput
from tests.etl.readers.whole import outlines, records, whole


def written_by_geopandas(path: Path, crs: str | None = "EPSG:4546") -> Path:
    frame = gpd.GeoDataFrame(
        {"名称": ["一", "二", "三"], "户数": [300, 120, 7], "日": [dt.date(2025, 3, 5)] * 3},
        geometry=[shapely.Point(0, 1), None, shapely.box(0, 0, 1, 1)],
        crs=crs,
    )
    frame.to_parquet(path)
    return path


@pytest.mark.parametrize("ending", [".parquet", ".geoparquet"])
def test_a_file_written_by_geopandas(tmp_path: Path, ending: str) -> None:
    (part,) = read(written_by_geopandas(tmp_path / f"a{ending}"))
    assert (part.name, part.crs, part.headings) == ("", "EPSG:4546", ("名称", "户数", "日"))
    assert records(part) == {
        1: ["一", "300", "2025-03-05"],
        2: ["二", "120", "2025-03-05"],
        3: ["三", "7", "2025-03-05"],
    }
    assert outlines(part) == ["POINT (0 1)", None, "POLYGON ((1 0, 1 1, 0 1, 0 0, 1 0))"]


@pytest.mark.parametrize(("crs", "seen"), [("OGC:CRS84", "EPSG:4326"), ("EPSG:4490", "EPSG:4490"), (None, None)])
def test_coordinate_systems(tmp_path: Path, crs: str | None, seen: str | None) -> None:
    assert read(written_by_geopandas(tmp_path / "a.parquet", crs))[0].crs == seen


def with_geo(path: Path, geo: bytes) -> Path:
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), path)
    return path


def test_a_system_that_is_left_out_is_wgs84(tmp_path: Path) -> None:
    path = written_by_geopandas(tmp_path / "a.parquet")
    columns = {"geometry": {"encoding": "WKB", "geometry_types": []}}
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": columns}
    assert read(with_geo(path, json.dumps(geo).encode()))[0].crs == "EPSG:4326"


@pytest.mark.parametrize(
    ("geo", "sentence"),
    [
        (b"{", "nothing sound"),
        (b"[]", "nothing sound"),
        (b'{"primary_column": "geometry", "columns": {}}', "nothing sound"),
        (b'{"primary_column": "geometry", "columns": {"geometry": {"encoding": "point"}}}', "GEOMETRY_ENCODING=WKB"),
        (b'{"primary_column": "gone", "columns": {"gone": {"encoding": "WKB"}}}', "lacks the column"),
        (b'{"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "crs": "x"}}}', "system"),
    ],
)
def test_unsound_words_about_geometries_are_refused(tmp_path: Path, geo: bytes, sentence: str) -> None:
    path = with_geo(written_by_geopandas(tmp_path / "a.parquet"), geo)
    with pytest.raises(InvalidInput, match=rf"^a\.parquet .*{sentence}"):
        read(path)


def test_geometries_that_cannot_be_built_are_none_and_named(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    geo = {"primary_column": "g", "columns": {"g": {"encoding": "WKB"}}}
    table = pa.table({"n": [1, 2], "g": [shapely.Point(1, 2).wkb, b"\x01\x02"]})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    (part,) = read(path)
    assert outlines(part) == ["POINT (1 2)", None]
    assert list(part.notes) == ["The geometry of row 2 can't be built: these rows have none."]


def test_a_plain_table_has_no_geometries(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    words = pa.array(["甲", "甲", None]).dictionary_encode()
    pq.write_table(pa.table({"名称": words, "率": [0.5, 2.0, None], "是": [True, False, None]}), path)
    (part,) = read(path)
    assert part.crs is None
    assert records(part) == {1: ["甲", "0.5", "true"], 2: ["甲", "2", "false"], 3: [None, None, None]}
    assert [batch.geometry for batch in part.batches()] == [None]


def test_rows_run_on_over_batches(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": range(70_000)}), path, row_group_size=30_000)
    (part,) = read(path)
    assert all(len(batch.rows) <= 65_536 for batch in part.batches())
    assert whole(part)["n"].astype(int).tolist() == list(range(70_000))
    assert whole(part).index.tolist() == list(range(1, 70_001))


@pytest.mark.parametrize("size", [4, 200, -8, -1])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, size: int) -> None:
    path = written_by_geopandas(tmp_path / "a.parquet")
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InvalidInput, match=r"^a\.parquet can't be read as Parquet"):
        read(path)


def test_damage_inside_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": [f"{n}" for n in range(10_000)]}), path, compression="gzip")
    content = path.read_bytes()
    path.write_bytes(content[:200] + b"\xff" * 500 + content[700:])
    with pytest.raises(InvalidInput, match=r"^a\.parquet can't be read as Parquet"):
        whole(read(path)[0])


def test_no_rows_and_too_many_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": pa.array([], pa.int64())}), path)
    with pytest.raises(InvalidInput, match=r"^a\.parquet has no rows"):
        read(path)
    pq.write_table(pa.table({f"c{n}": [1] for n in range(2_001)}), path)
    with pytest.raises(InvalidInput, match=r"^a\.parquet has 2,001 columns"):
        read(path)


def test_rows_that_swell_come_in_small_batches(tmp_path: Path) -> None:
    # A text of 100 kB in each of 2,000 rows: 200 MB of rows in a file of a few kB.
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": ["x" * 100_000] * 2_000}), path)
    assert path.stat().st_size < 1_000_000
    (part,) = read(path)
    sizes = [int(batch.rows["n"].str.len().sum()) for batch in part.batches()]
    assert sum(sizes) == 200_000_000
    assert max(sizes) <= 70_000_000


def test_a_row_repeated_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "MOST_ROWS", 1000)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": [1] * 1001}), path)
    with pytest.raises(InvalidInput, match=r"^a\.parquet has 1,001 rows, more than 1,000"):
        read(path)


def test_a_row_beyond_all_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "MOST_ROW_BYTES", 1 << 20)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": ["x", "x" * (2 << 20)]}), path)
    with pytest.raises(InvalidInput, match=r"^a\.parquet has a row of over 1 MB"):
        whole(read(path)[0])
