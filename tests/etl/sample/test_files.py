"""The files as an office hands them over: counts, encodings, sums, names."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, datetime

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from etl.sample import Sample
from etl.sample.names import COMMUNITIES
from etl.sample.projects import FUNDERS
from geodata.crs import convert
from tests.etl.sample.clerk import PARTS, Cells, all_rows, degrees, faults, good_rows
from tests.etl.sample.conftest import METRIC, Extract, file_of, table

STEPS = ("检查时间", "立案时间", "派遣时间", "整改完成日期", "复查时间", "销号时间")


def day(text: str) -> date:
    """A date in any of the four ways in which the ledger writes it."""
    year, month, number = re.findall(r"\d+", text)
    return date(int(year), int(month), int(number))


def test_counts_are_those_in_the_files(
    sample: Sample,
    extract: Extract,
    ledger: list[Cells],
    compounds: geopandas.GeoDataFrame,
    gates: geopandas.GeoDataFrame,
    buildings: list[BaseGeometry],
    projects: list[Cells],
) -> None:
    recounted = {
        "area": len(geopandas.read_file(file_of(sample, "areas.geojson"))),
        "compound": len(compounds),
        "police_post": len(table(file_of(sample, "police_posts.xlsx"))),
        **{layer: sum(len(good_rows(sample, name, part)) for name, part in places) for layer, places in PARTS.items()},
        "hazard_event": sum(bool(row[step]) for row in ledger for step in STEPS),
        "funding_line": sum(row[f"{funder}计划(元)"] is not None for row in projects for funder in FUNDERS),
        "road": len(extract.roads),
        "turn_restriction": len(extract.restrictions),
        "building": len(buildings),
        "barrier": len(extract.walls),
        "gate": len(gates),
        "service_point": len(table(file_of(sample, "service_points.xlsx")))
        + len(file_of(sample, "hydrants.csv").read_bytes().splitlines())
        - 1,
    }
    assert dict(sample.counts) == recounted
    assert recounted["road"] >= 600
    assert recounted["building"] >= 1500
    assert recounted["compound"] == 127
    assert recounted["turn_restriction"] >= 5


def test_boundary_is_one_feature_of_the_size_of_a_sub_district(sample: Sample) -> None:
    feature = json.loads(sample.boundary.read_text(encoding="utf-8"))
    assert feature["type"] == "Feature"
    outline = geopandas.GeoSeries([shapely.geometry.shape(feature["geometry"])], crs=4326).to_crs(METRIC).iloc[0]
    west, south, east, north = outline.bounds
    assert 3000 < east - west < 4000
    assert 4000 < north - south < 5000
    assert outline.is_valid


def test_areas_are_nested_by_their_codes(sample: Sample) -> None:
    areas = geopandas.read_file(file_of(sample, "areas.geojson"))
    assert areas["代码"].is_unique
    assert areas["名称"].is_unique
    communities = areas[areas["级别"] == "社区"]
    assert list(zip(communities["代码"], communities["名称"], strict=True)) == list(COMMUNITIES)
    grids = areas[areas["级别"] == "网格"]
    assert 75 <= len(grids) <= 110
    assert set(grids["上级代码"]) == set(communities["代码"])
    assert all(code.startswith(parent) for code, parent in zip(grids["代码"], grids["上级代码"], strict=True))


def test_compound_names_are_unique_and_some_differ_by_one_character(
    compounds: geopandas.GeoDataFrame, sample: Sample
) -> None:
    names = list(compounds["小区名称"])
    aliases = [row["别名"] for row in good_rows(sample, "old_names.xlsx", "别名")]
    assert len(set(names)) == 127
    assert len({*names, *aliases}) == len(names) + len(aliases), "an alias names another compound"
    assert len(aliases) >= 20
    close = [
        (a, b)
        for a in names
        for b in names
        if a < b and len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
    ]
    assert len(close) >= 3


def test_compounds_are_of_four_kinds_in_all_communities(compounds: geopandas.GeoDataFrame) -> None:
    kinds = Counter(compounds["类型"])
    assert set(kinds) == {"单位院落", "开放式老旧小区", "商品房小区", "高层小区"}
    assert min(kinds.values()) >= 10
    assert set(compounds["所属社区"]) == {name for _, name in COMMUNITIES}
    counted = compounds.dropna(subset=["户数", "人口数"], how="all")
    assert len(counted) == 121
    assert (counted["户数"] > 0).all()
    a_home = counted["人口数"] / counted["户数"]
    assert a_home.between(2.1, 3.2).all()


def test_police_posts_keep_different_hours(sample: Sample) -> None:
    posts = table(file_of(sample, "police_posts.xlsx"))
    assert Counter(row["类别"] for row in posts) == {"派出所": 1, "社区警务室": 12, "警务亭": 4}
    assert len({row["开放时间"] for row in posts}) == 3
    assert all(re.fullmatch(r"0738-8000\d{3}", str(row["电话"])) for row in posts)
    outline = shapely.geometry.shape(json.loads(sample.boundary.read_text(encoding="utf-8"))["geometry"])
    assert all(outline.contains(shapely.Point(float(str(row["经度"])), float(str(row["纬度"])))) for row in posts)


def test_ledger_is_gb18030_and_nothing_else(sample: Sample) -> None:
    raw = file_of(sample, "hazards.csv").read_bytes()
    assert raw.decode("gb18030").startswith("隐患编号,隐患类型,")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


def test_hazard_dates_are_in_order_and_written_in_four_ways(sample: Sample, ledger: list[Cells]) -> None:
    closed = [row for row in ledger if row["状态"] == "已销号"]
    assert len(closed) == 466
    assert all(row[step] for row in closed for step in STEPS)
    for row in ledger:
        days = [day(row[step]) for step in STEPS if row[step]]
        assert days == sorted(days)
        assert days[-1] <= sample.as_of
    ways = {re.sub(r"\d+", "", row["检查时间"]) for row in ledger}
    assert ways == {"--", "//", "年月日", ".."}


def test_open_hazards_are_of_every_age(sample: Sample, ledger: list[Cells]) -> None:
    opened = [row for row in ledger if not row["销号时间"]]
    ages = np.array([(sample.as_of - day(row["检查时间"])).days for row in opened])
    assert 50 <= len(opened) <= 70
    assert (ages < 7).sum() >= 5
    assert sum(row["状态"] == "整改中" and day(row["整改期限"]) < sample.as_of for row in opened) >= 10


def test_gcj02_places_lie_in_their_compounds(
    ledger: list[Cells], compounds: geopandas.GeoDataFrame, sample: Sample
) -> None:
    walls = compounds.set_index("小区名称").geometry
    others = {row["别名"]: row["小区名称"] for row in good_rows(sample, "old_names.xlsx", "别名")}
    lon = [degrees(row["经度"]) for row in ledger]
    lat = [degrees(row["纬度"]) for row in ledger]
    x, y = convert(lon, lat, source="gcj02", target=METRIC)
    own = walls.loc[[others.get(row["所在小区"], row["所在小区"]) for row in ledger]].array
    assert shapely.contains_xy(np.asarray(own, dtype=object), x, y).all()
    # Read as WGS 84 they would lie some 650 m away.
    wrong_x, wrong_y = convert(lon, lat, source="wgs84", target=METRIC)
    assert np.hypot(wrong_x - x, wrong_y - y).min() > 500


def yuan(value: object) -> float | None:
    """An amount, also as 2.3万; None for a formula that was never calculated."""
    text = str(value)
    if text.startswith("="):
        return None
    return round(float(text.removesuffix("万")) * (10_000 if text.endswith("万") else 1))


def test_funding_adds_up(projects: list[Cells]) -> None:
    rows = pd.DataFrame(projects)
    assert len(rows) == 307
    assert rows["项目名称"].is_unique
    money = {
        stage: rows[[f"{funder}{stage}(元)" for funder in FUNDERS]].fillna(0) for stage in ("计划", "到位", "支出")
    }
    total = rows["计划总额(元)"].map(yuan)
    assert total.isna().sum() == 1
    assert (money["计划"].sum(axis=1) == total)[total.notna()].all()
    assert (money["计划"].to_numpy() >= money["到位"].to_numpy()).all()
    assert (money["到位"].to_numpy() >= money["支出"].to_numpy()).all()
    assert int((rows["公共收益计划(元)"].fillna(0) > 0).sum()) == 36


def test_project_dates_follow_their_status(sample: Sample, projects: list[Cells]) -> None:
    for row in projects:
        started, finished = row["开工日期"], row["完工日期"]
        assert (started is not None) == (row["状态"] != "计划")
        assert (finished is not None) == (row["状态"] == "已完工")
        if isinstance(started, datetime) and isinstance(finished, datetime):
            assert started < finished
            assert finished.date() <= sample.as_of


def test_bd09_places_lie_in_their_compounds(projects: list[Cells], compounds: geopandas.GeoDataFrame) -> None:
    assert 80 <= check_projects_places(projects, compounds) <= 170


def check_projects_places(projects: list[Cells], compounds: geopandas.GeoDataFrame) -> int:
    """Those that have one; return how many."""
    rows = [row for row in projects if row["经度"] is not None]
    lon, lat = [float(str(row["经度"])) for row in rows], [float(str(row["纬度"])) for row in rows]
    x, y = convert(lon, lat, source="bd09", target=METRIC)
    own = compounds.set_index("小区名称").geometry.loc[[row["所在小区"] for row in rows]].array
    assert shapely.contains_xy(np.asarray(own, dtype=object), x, y).all()
    return len(rows)


def test_no_row_holds_a_person_but_the_invented_ones(sample: Sample) -> None:
    text = json.dumps(
        [all_rows(sample, name, part) for places in PARTS.values() for name, part in places],
        ensure_ascii=False,
        default=str,
    )
    assert set(re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)) == {"13900000000"}
    assert set(re.findall(r"(?<!\d)\d{17}[\dXx](?!\d)", text)) == {"990100199001010012"}
    assert not re.search("姓名|联系人|户主|填表人", text)


def test_planted_faults_are_many_and_of_many_kinds(sample: Sample) -> None:
    lines = ("footer", "total_row", "subtotal_row")
    planted = [fault for fault in faults(sample) if fault["kind"] not in lines]
    assert len(planted) >= 50
    assert len({fault["kind"] for fault in planted}) >= 40
    assert {fault["outcome"] for fault in planted} == {"loaded", "quarantined", "ignored"}
    for fault in planted:
        row = all_rows(sample, fault["file"], fault["part"])[fault["row"]]
        assert fault["key"] is None or fault["key"] in {str(value or "") for value in row.values()}
