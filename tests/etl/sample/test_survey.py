"""The survey of buildings: read by GDAL, in GBK and Gauss-Kruger metres, its people those of the register."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import geopandas
import pytest

from etl.readers import read
from etl.sample import Sample
from etl.sample.dbf import Column, dbf_lines
from etl.sample.survey import shared_out
from tests.etl.sample.conftest import file_of

HEADINGS = ["楼栋编号", "名称", "用途", "所属小区名", "地上建筑层", "户数", "常住人口数"]


def test_headings_are_cut_to_five_characters_of_gbk(sample: Sample, survey: geopandas.GeoDataFrame) -> None:
    assert list(survey.columns[:-1]) == HEADINGS
    with zipfile.ZipFile(file_of(sample, "buildings.zip")) as archive:
        assert {Path(name).suffix for name in archive.namelist()} == {".shp", ".shx", ".dbf", ".prj"}
        table = archive.read("fwpc.dbf")
    assert "楼栋编号".encode("gbk") in table
    assert "楼栋编号".encode() not in table


def test_our_reader_knows_its_system_and_encoding(sample: Sample) -> None:
    [part] = read(file_of(sample, "buildings.zip"))
    assert part.crs == "EPSG:4546"
    assert list(part.headings) == HEADINGS


def test_people_add_up_to_the_register(survey: geopandas.GeoDataFrame, compounds: geopandas.GeoDataFrame) -> None:
    owned = survey.dropna(subset=["所属小区名"])
    sums = owned.groupby("所属小区名")[["户数", "常住人口数"]].sum(min_count=1)
    register = compounds.set_index("小区名称")[["户数", "人口数"]]
    assert sums["户数"].to_dict() == pytest.approx(register["户数"].to_dict(), nan_ok=True)
    assert sums["常住人口数"].to_dict() == pytest.approx(register["人口数"].to_dict(), nan_ok=True)


def test_where_nobody_counted_there_is_no_number(
    survey: geopandas.GeoDataFrame, compounds: geopandas.GeoDataFrame
) -> None:
    unknown = compounds[compounds["户数"].isna()]
    assert len(unknown) >= 5
    assert unknown["人口数"].isna().all()
    assert survey[survey["所属小区名"].isin(unknown["小区名称"])][["户数", "常住人口数"]].isna().all(axis=None)
    assert survey["户数"].isna().sum() < 0.05 * len(survey)


def test_parts_of_a_whole_add_up() -> None:
    assert shared_out(10, [1, 1, 1]) == [3, 4, 3]  # 3.33, 6.67, 10 rounded: 3, 7, 10
    assert shared_out(0, [2, 3]) == [0, 0]
    assert shared_out(7, [0, 0]) == [0, 0]


def test_a_text_too_long_for_its_column_is_refused() -> None:
    with pytest.raises(ValueError, match="has 6 bytes; the column 名称 holds 4"):
        list(dbf_lines([Column("名称", 4)], [["三个字"]], date(2025, 10, 31)))
