from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from etl.readers import read
from geodata.errors import InvalidInput
from tests.etl.readers.whole import outlines, whole

START = '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
TRACK = '<trk><name>某人</name><trkseg><trkpt lat="27.7" lon="111.9"/><trkpt lat="27.8" lon="111.9"/></trkseg></trk>'
ROUTE = '<rte><rtept lat="27.7" lon="111.9"/></rte>'


def written_by_gdal(path: Path) -> Path:
    places = gpd.points_from_xy([111.9, 112.0], [27.7, 27.8])
    frame = gpd.GeoDataFrame({"name": ["AED 一", "AED 二"], "ele": [120.5, None]}, geometry=places, crs="EPSG:4326")
    frame.to_file(path, driver="GPX", layer="waypoints")
    return path


def test_waypoints_written_by_gdal(tmp_path: Path) -> None:
    (part,) = read(written_by_gdal(tmp_path / "a.gpx"))
    assert (part.name, part.crs) == ("", "EPSG:4326")
    assert whole(part)["name"].tolist() == ["AED 一", "AED 二"]
    assert whole(part)["ele"].tolist()[0] == "120.5"
    assert [shapely.force_2d(shapely.from_wkt(o)).wkt for o in outlines(part) if o] == [
        "POINT (111.9 27.7)",
        "POINT (112 27.8)",
    ]
    assert list(part.notes) == []


def test_tracks_and_routes_are_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.gpx"
    path.write_text(f'{START}<wpt lat="27.7" lon="111.9"><name>岗亭</name></wpt>{ROUTE}{TRACK}{TRACK}</gpx>', "utf-8")
    (part,) = read(path)
    assert whole(part)["name"].tolist() == ["岗亭"]
    assert outlines(part) == ["POINT (111.9 27.7)"]
    assert list(part.notes) == ["Left out, as they are about persons: tracks (2) and routes (1)."]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (f"{START}{TRACK}</gpx>", r"^a\.gpx has no rows: it holds only tracks, which are about persons"),
        (f"{START}</gpx>", r"^a\.gpx has no rows: it holds nothing"),
        (f'{START}<wpt lat="27.7" lon="111.9">', r"^a\.gpx can't be read as GPX, it is damaged or cut off"),
        (f'<!DOCTYPE g SYSTEM "file:///etc/passwd">{START[21:]}<wpt lat="1" lon="2"/></gpx>', "DOCTYPE"),
        (f'<!DOCTYPE g [<!ENTITY e "ha">]>{START[21:]}<wpt lat="1" lon="2"><name>&e;</name></wpt></gpx>', "DOCTYPE"),
    ],
)
def test_what_holds_no_waypoints_or_is_broken_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "a.gpx"
    path.write_text(content, "utf-8")
    with pytest.raises(InvalidInput, match=sentence):
        read(path)
