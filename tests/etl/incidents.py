"""Files of incidents and the town in which they happened, for the tests of counting."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
import shapely

from etl.choosing import Wish
from etl.loading import load_file
from etl.receipt import Receipt
from geodata.settings import Settings
from tests.etl.made import write_csv
from tests.etl.test_loading import rows

BY_PLACE = ["案件编号", "发案时间", "案件类别", "经度", "纬度", "地址"]
BY_CODE = ["Crime ID", "Month", "Reported by", "Longitude", "Latitude", "LSOA code", "LSOA name", "Crime type"]
# West and east of 112 degrees, side by side: each a hundredth of a degree wide.
WEST, EAST = shapely.box(111.99, 27.72, 112.0, 27.73), shapely.box(112.0, 27.72, 112.01, 27.73)


def load(settings: Settings, path: Path) -> list[Receipt]:
    """Load a file whose coordinates are WGS 84."""
    return load_file(settings, path, Wish(crs="wgs84"))


def areas(folder: Path, named: Iterable[tuple[str, shapely.Geometry]], level: str = "社区") -> Path:
    """Write a map file of areas, their code being their name."""
    features = [
        {"type": "Feature", "properties": {"代码": code, "名称": code, "级别": level},
         "geometry": json.loads(shapely.to_geojson(outline))}
        for code, outline in named
    ]  # fmt: skip
    path = folder / f"{level}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


@pytest.fixture
def town(deployment: Settings, tmp_path: Path) -> Settings:
    """A deployment with two communities, W and E, that share the meridian of 112 degrees."""
    load(deployment, areas(tmp_path, [("W", WEST), ("E", EAST)]))
    return deployment


def incidents(folder: Path, *told: Sequence[object], name: str = "incidents.csv") -> Path:
    """Write a table of incidents: key, day, kind, longitude, latitude."""
    return write_csv(folder / name, [BY_PLACE, *([*one, "第三街 5 号"] for one in told)])


def counts(settings: Settings) -> dict[tuple[object, ...], object]:
    """Return (area, month, kind) -> incidents."""
    found = rows(settings, "SELECT area_code, month::text, kind, incidents FROM live.incident_count ORDER BY id")
    return {tuple(row[:3]): row[3] for row in found}


def crimes(folder: Path, *told: Sequence[object], name: str = "crimes.csv") -> Path:
    """Write a table of crimes by area code: key, month, reporter, code, name, kind."""
    return write_csv(folder / name, [BY_CODE, *([*one[:3], 112.0, 27.725, *one[3:]] for one in told)])
