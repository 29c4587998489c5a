from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from etl.readers import read
from geodata.errors import InvalidInput
from tests.etl.readers.whole import geometries, whole


def written_by_gdal(path: Path, *, with_index: bool = True) -> Path:
    places = [shapely.Point(500_000 + x, 3_000_000) for x in range(500)]
    frame = gpd.GeoDataFrame({"名称": [f"小区{n}" for n in range(500)]}, geometry=places, crs="EPSG:4546")
    frame.to_file(path, driver="FlatGeobuf", SPATIAL_INDEX="YES" if with_index else "NO")
    return path


@pytest.mark.parametrize("with_index", [True, False])
def test_a_file_written_by_gdal(tmp_path: Path, with_index: bool) -> None:
    (part,) = read(written_by_gdal(tmp_path / "a.fgb", with_index=with_index))
    assert (part.name, part.crs, part.headings) == ("", "EPSG:4546", ("名称",))
    # The index sorts the features by place: the pairs have to hold, whatever the order.
    seen = dict(zip(whole(part)["名称"], shapely.get_x(geometries(part)), strict=True))
    assert seen == {f"小区{n}": 500_000 + n for n in range(500)}


@pytest.mark.parametrize("size", [8, 100, 2_000, -50])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, size: int) -> None:
    path = written_by_gdal(tmp_path / "a.fgb")
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InvalidInput, match=r"^a\.fgb .*cut off"):
        whole(read(path)[0])
