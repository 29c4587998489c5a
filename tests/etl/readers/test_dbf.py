from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from etl.readers import read
from geodata.errors import InvalidInput
from tests.etl.readers.whole import records


def written_by_gdal(folder: Path, encoding: str = "UTF-8") -> Path:
    frame = gpd.GeoDataFrame(
        {"名称": ["乐坪一小区", "二"], "户数": [300, 120], "面积": [1.5, None]},
        geometry=[shapely.Point(0, 0), shapely.Point(1, 1)],
        crs="EPSG:4326",
    )
    frame.to_file(folder / "a.shp", encoding=encoding)
    for file in folder.glob("a.*"):
        if file.suffix not in (".dbf", ".cpg"):
            file.unlink()
    return folder / "a.dbf"


@pytest.mark.parametrize(("encoding", "keeps_cpg"), [("UTF-8", True), ("UTF-8", False), ("GB18030", False)])
def test_attributes_alone_in_any_encoding(tmp_path: Path, encoding: str, keeps_cpg: bool) -> None:
    path = written_by_gdal(tmp_path, encoding)
    content = bytearray(path.read_bytes())
    content[29] = 0  # the header names no code page
    path.write_bytes(content)
    if not keeps_cpg:
        path.with_suffix(".cpg").unlink(missing_ok=True)
    (part,) = read(path)
    assert (part.name, part.crs, part.headings) == ("", None, ("名称", "户数", "面积"))
    assert records(part) == {1: ["乐坪一小区", "300", "1.5"], 2: ["二", "120", None]}
    assert [batch.geometry for batch in part.batches()] == [None]
    assert list(part.notes) == (["The encoding GB18030 was detected."] if encoding == "GB18030" else [])


def test_the_shapefile_beside_it_is_asked_for(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.Point(0, 0)], crs="EPSG:4326").to_file(tmp_path / "a.shp")
    with pytest.raises(InvalidInput, match=r"^a\.dbf belongs to a\.shp, which lies beside it"):
        read(tmp_path / "a.dbf")


@pytest.mark.parametrize("size", [20, 60, -3])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, size: int) -> None:
    path = written_by_gdal(tmp_path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InvalidInput, match=r"^a\.dbf (is cut off|holds)"):
        read(path)
