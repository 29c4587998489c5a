"""A file that would move what is known is asked about, whoever says in which system it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.choosing import Wish
from etl.loading import load_file
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.etl.made import write_csv
from tests.etl.test_loading import compounds, rows, sums

NAMES = ("甲苑", "乙苑", "丙苑")
LONGITUDES = "SELECT round(ST_X(ST_Centroid(geom))::numeric, 4)::text FROM live.compound ORDER BY source_id"


@pytest.fixture
def known(deployment: Settings, tmp_path: Path) -> Path:
    """A map file of three compounds that are in the deployment, in WGS 84."""
    path = compounds(tmp_path, *NAMES)
    load_file(deployment, path, Wish())
    return path


def test_a_given_system_that_moves_what_is_known_is_asked_about(deployment: Settings, known: Path) -> None:
    # One GCJ-02 shift here is 656 m (544 m east, 367 m south), one of BD-09 1,221 m.
    says = "3 of its places are known, and lie a median of 656 m as GCJ-02 .*, 0 m as WGS 84, .* give --crs wgs84 if"
    with pytest.raises(InvalidInput, match=says) as refused:
        load_file(deployment, known, Wish(crs="gcj02"))
    assert str(refused.value).endswith("load it with --accept moved")
    assert rows(deployment, LONGITUDES) == [("111.9905",), ("111.9925",), ("111.9945",)]
    # It is meant so: what was known stood in the wrong place.
    load_file(deployment, known, Wish(crs="gcj02", accept=("moved",)))
    assert rows(deployment, LONGITUDES) == [("111.9850",), ("111.9870",), ("111.9890",)]


def test_the_names_of_compounds_tell_where_a_file_of_other_things_lies(
    deployment: Settings, known: Path, tmp_path: Path
) -> None:
    headings = ["出入口编号", "门类型", "小区名称", "所属社区", "经度", "纬度"]
    lines = [[f"G{at}", "主出入口", name, "街心社区", 111.9901 + at / 500, 27.73] for at, name in enumerate(NAMES)]
    path = write_csv(tmp_path / "gates.csv", [headings, *lines])
    with pytest.raises(InvalidInput, match="give --crs wgs84 if that is what it is; it was read as gcj02"):
        load_file(deployment, path, Wish(crs="gcj02"))
    [receipt] = load_file(deployment, path, Wish(crs="wgs84"))
    assert (sums(receipt), receipt.warnings) == ((3, 3, 0, 0, 0), [])


def test_a_thing_that_has_moved_by_itself_is_no_question(deployment: Settings, known: Path) -> None:
    moved = known.with_name("moved.geojson")
    moved.write_text(known.read_text("utf-8").replace("27.73", "27.74"), "utf-8")
    [receipt] = load_file(deployment, moved, Wish())
    assert (sums(receipt), receipt.warnings) == ((3, 3, 0, 0, 0), [])
