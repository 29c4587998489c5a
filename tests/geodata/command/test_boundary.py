"""Outlines as command lines name them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from geodata.command.boundary import read_boundary
from geodata.errors import InvalidInput

NODES = '<node id="1" lat="-30.1" lon="-51.2"/><node id="2" lat="-29.9" lon="-51.1"/>'


def extract(folder: Path, inside: str) -> str:
    """Write a small file of OpenStreetMap."""
    path = folder / "city.osm"
    path.write_text(f'<osm version="0.6" generator="hand">{inside}</osm>', "utf-8")
    return str(path)


def test_a_box_in_degrees() -> None:
    assert read_boundary("-51.27,-30.12,-51.13,-29.98").bounds == (-51.27, -30.12, -51.13, -29.98)


def test_the_box_that_an_extract_states(tmp_path: Path) -> None:
    stated = '<bounds minlat="-30" minlon="-51.5" maxlat="-29" maxlon="-51"/>'
    assert read_boundary(extract(tmp_path, stated + NODES)).bounds == (-51.5, -30, -51, -29)


def test_the_box_of_its_nodes_where_an_extract_states_none(tmp_path: Path) -> None:
    assert read_boundary(extract(tmp_path, NODES)).bounds == (-51.2, -30.1, -51.1, -29.9)


def test_all_areas_of_a_map_file_together(tmp_path: Path) -> None:
    shapes = [shapely.box(7, 43, 8, 44), shapely.box(8, 43, 9, 44), shapely.Point(20, 20)]
    features = [
        {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(shape))} for shape in shapes
    ]
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    assert read_boundary(str(path)).equals(shapely.box(7, 43, 9, 44))


@pytest.mark.parametrize(
    ("inside", "says"),
    [("", "holds no place"), ("<node", "can't be read as OpenStreetMap data")],
)
def test_an_extract_without_places_is_refused(tmp_path: Path, inside: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        read_boundary(extract(tmp_path, inside))


@pytest.mark.parametrize("text", ["nowhere.geojson", "1,2,3", "8,43,7,44", "a,b,c,d"])
def test_what_names_no_outline_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"W,S,E,N|west < east"):
        read_boundary(text)
