"""The figures of the governance records, counted again from the source files."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from statistics import median

import geopandas
import pytest

from etl.sample import Sample
from tests.etl.sample.clerk import Cells, count, day, good_rows, moment

YEAR = (date(2025, 1, 1), date(2025, 10, 31))
YEAR_BEFORE = (date(2024, 1, 1), date(2024, 10, 31))


def within(value: object, period: tuple[date, date]) -> bool:
    when = day(value)
    return when is not None and period[0] <= when <= period[1]


@pytest.fixture(scope="module")
def official(compounds: geopandas.GeoDataFrame, sample: Sample) -> dict[tuple[str, str], str]:
    """(community, name or other name) -> the compound's official name."""
    found = {(row["所属社区"], row["小区名称"]): row["小区名称"] for row in compounds.to_dict("records")}
    others = good_rows(sample, "old_names.xlsx", "别名")
    return found | {(row["所属社区"], row["别名"]): row["小区名称"] for row in others}


def test_88_branches_cover_each_of_the_127_compounds_some_twice(
    sample: Sample, official: dict[tuple[str, str], str]
) -> None:
    branches = good_rows(sample, "party_branches.xlsx", "党支部")
    covered = good_rows(sample, "party_branches.xlsx", "覆盖小区")
    assert len({row["支部编号"] for row in branches}) == len({row["支部名称"] for row in branches}) == 88
    assert set(Counter(row["支部类型"] for row in branches)) == {"小区党支部", "联合党支部", "功能型党支部"}
    by_compound = Counter(official[row["所属社区"], row["覆盖小区"]] for row in covered)
    by_branch = Counter(row["支部编号"] for row in covered)
    assert len(by_compound) == 127
    assert set(by_branch) == {row["支部编号"] for row in branches}
    assert max(by_compound.values()) > 1
    assert max(by_branch.values()) > 1
    founded = {row["支部编号"]: day(row["成立时间"]) for row in branches}
    assert all((day(row["覆盖起始时间"]) or date.min) >= (founded[row["支部编号"]] or date.max) for row in covered)


def test_35_committees_were_formed_or_re_elected_and_all_have_1075_seats(sample: Sample) -> None:
    committees = good_rows(sample, "owners_committees.xlsx", "业委会")
    terms = good_rows(sample, "owners_committees.xlsx", "届次")
    in_force = [
        row
        for row in terms
        if (day(row["任期 起始"]) or date.max) <= sample.as_of < (day(row["任期 届满"]) or date.min)
    ]
    assert sum(row["委员席位 总数"] for row in in_force) == 1_075
    assert all(row["委员席位 总数"] % 2 == 1 and row["委员席位 其中党员"] <= row["委员席位 总数"] for row in terms)
    new = Counter(row["产生方式"] for row in terms if within(row["任期 起始"], YEAR))
    assert new == {"新组建": 16, "换届": 19}
    active = {row["业委会编号"] for row in committees if row["运行状态"] == "履职中"}
    assert {row["业委会编号"] for row in in_force} == active
    assert len(in_force) == len(active)
    assert len({(row["所属社区"], row["所在小区"]) for row in committees}) == len(committees)
    for row in terms:
        assert (row["产生方式"] == "新组建") == (row["届次"] == 1)


def test_grades_rose_companies_were_replaced(sample: Sample, official: dict[tuple[str, str], str]) -> None:
    contracts = good_rows(sample, "property_companies.xlsx", "服务合同")
    assert sum(row["退出原因"] == "更换" and within(row["合同期 止"], YEAR) for row in contracts) == 5
    grades: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for row in good_rows(sample, "property_companies.xlsx", "红黑榜"):
        key = row["企业编号"], official[row["所属社区"], row["被评小区"]]
        grades[row["评价周期"]][key] = row["等级"].translate(str.maketrans("ＡＢＣ", "ABC"))
    before, after = grades["2024年度"], grades["2025年1-10月"]
    assert Counter(after.values())["A"] == 12
    assert Counter(before.values())["A"] == 9
    moves = Counter((before[key], after[key]) for key in before.keys() & after.keys())
    assert moves["C", "B"] == 17
    # A compound whose company was replaced isn't a grade that rose.
    by_compound = Counter(
        (before[key], other) for key in before for against, other in after.items() if key[1] == against[1]
    )
    assert by_compound["C", "B"] == 17


def test_contracts_in_force_are_those_of_the_compound_register(
    sample: Sample, compounds: geopandas.GeoDataFrame, official: dict[tuple[str, str], str]
) -> None:
    contracts = good_rows(sample, "property_companies.xlsx", "服务合同")
    in_force = {
        official[row["所属社区"], row["服务小区"]]: row["物业服务企业"] for row in contracts if row["合同期 止"] is None
    }
    register = compounds.dropna(subset=["物业公司"]).set_index("小区名称")["物业公司"].to_dict()
    assert in_force == register


def test_studio_figures(sample: Sample) -> None:
    trainings = good_rows(sample, "studio.xlsx", "培训")
    assert len(trainings) == 26
    assert 1_500 <= sum(row["参训人次"] or 0 for row in trainings) < 1_600
    consultations = good_rows(sample, "studio.xlsx", "法律咨询")
    assert len(consultations) == len({row["咨询编号"] for row in consultations}) == 258
    assert all(within(row["培训日期"], YEAR) for row in trainings)
    assert all(within(row["咨询日期"], YEAR) for row in consultations)
    weekly = [day(row["坐诊日期"]) for row in good_rows(sample, "studio.xlsx", "坐诊") if row["工作室编号"] == "GZS01"]
    assert len(weekly) >= 42
    assert {when.weekday() for when in weekly if when} == {3}


def test_244_disputes_were_mediated(sample: Sample) -> None:
    disputes = good_rows(sample, "disputes.csv")
    outcomes = Counter(row["处理结果"] for row in disputes)
    assert outcomes["调解成功"] == 244
    assert sum(row["处理结果"] == "调解成功" and within(row["办结日期"], YEAR) for row in disputes) == 244
    assert all((day(row["办结日期"]) is None) == (row["处理结果"] == "调解中") for row in disputes)


def test_five_compounds_are_live_on_the_platform(sample: Sample) -> None:
    states = Counter(row["接入状态"] for row in good_rows(sample, "platform.csv"))
    assert states["已上线"] == 5
    assert states["计划接入"] > 0


def test_271_meetings_245_solved_on_a_base_of_192(sample: Sample) -> None:
    now, before = (good_rows(sample, "meetings.xlsx", f"{year}年1-10月") for year in (2025, 2024))
    assert len({row["会议编号"] for row in now}) == len(now) == 271
    assert all(within(row["召开日期"], YEAR) for row in now)
    assert all(within(row["召开日期"], YEAR_BEFORE) for row in before)
    ends = {row["议题编号"]: row for row in good_rows(sample, "meetings.xlsx", "办理情况")}
    solved = [row for row in ends.values() if row["办理状态"] == "已解决"]
    assert sum(within(row["解决日期"], YEAR) for row in solved) == 245
    assert sum(within(row["解决日期"], YEAR_BEFORE) for row in solved) == 192
    assert len(solved) == 245 + 192
    held = {row["会议编号"]: day(row["召开日期"]) for row in (*now, *before)}
    issues = good_rows(sample, "meetings.xlsx", "议题")
    assert {row["议题编号"] for row in issues} == set(ends)
    for row in issues:
        end = day(ends[row["议题编号"]]["解决日期"])
        assert end is None or end > (held[row["会议编号"]] or date.max)


def test_25_teams_of_9_brands_did_582_things(sample: Sample, official: dict[tuple[str, str], str]) -> None:
    brands = {row["品牌编号"] for row in good_rows(sample, "volunteers.xlsx", "志愿品牌")}
    teams = good_rows(sample, "volunteers.xlsx", "志愿队伍")
    activities = good_rows(sample, "volunteers.xlsx", "志愿活动")
    assert len(brands) == 9
    assert len(teams) == 25
    assert {row["品牌编号"] for row in teams} == brands
    assert len({row["活动编号"] for row in activities}) == len(activities) == 582
    assert {row["队伍编号"] for row in activities} <= {row["队伍编号"] for row in teams}
    assert all(within(row["活动日期"], YEAR) for row in activities)
    assert all(count(row["参与人次"]) > 0 for row in activities)
    since = sample.as_of - timedelta(days=90)
    lately = {
        official[row["所属社区"], row["活动小区"]]
        for row in activities
        if row["活动小区"] and (day(row["活动日期"]) or date.min) > since
    }
    assert 20 <= 127 - len(lately) <= 80, "compounds with nothing in 90 days"


def test_whistles_are_answered_most_of_them_in_time(sample: Sample) -> None:
    blown = {row["哨单编号"]: moment(row["吹哨时间"]) for row in good_rows(sample, "whistles.xlsx", "哨单")}
    answers = good_rows(sample, "whistles.xlsx", "部门响应")
    assert {row["哨单编号"] for row in answers} == set(blown)
    came = [(moment(row["时限"]), moment(row["到场 时间"])) for row in answers if row["到场 时间"]]
    on_time = sum(arrived <= due for due, arrived in came if due and arrived) / len(came)
    assert 0.8 < on_time < 0.95
    hours = [
        (arrived - start).total_seconds() / 3600
        for row in answers
        if (arrived := moment(row["到场 时间"])) and (start := blown[row["哨单编号"]])
    ]
    assert min(hours) > 0
    assert 5 < median(hours) < 60
    assert all(isinstance(start, datetime) and within(start, YEAR) for start in blown.values())


def three_nos_on(rows: list[Cells], when: date, official: dict[tuple[str, str], str]) -> set[str]:
    """The compounds that lack manager, authority and guards on a day."""
    kinds = ("三无情形 无物业管理", "三无情形 无主管部门", "三无情形 无人防物防")
    return {
        official[row["所属社区"], row["小区名称"]]
        for row in rows
        if all(row[kind] == "是" for kind in kinds)
        and (day(row["起止时间 起"]) or date.max) <= when
        and ((end := day(row["起止时间 止"])) is None or end > when)
    }


def test_three_nos_become_fewer_and_each_exit_has_its_way(sample: Sample, official: dict[tuple[str, str], str]) -> None:
    rows = good_rows(sample, "three_nos.xlsx", "三无小区")
    months = [date(2023 + (10 + n) // 12, (10 + n) % 12 + 1, 1) for n in range(24)]
    series = [len(three_nos_on(rows, month, official)) for month in (*months, sample.as_of)]
    assert series == sorted(series, reverse=True)
    assert series[0] == 43
    assert series[-1] == 12
    modes = good_rows(sample, "three_nos.xlsx", "管理模式")
    today = {official[row["所属社区"], row["小区名称"]]: row["管理模式"] for row in modes if row["结束日期"] is None}
    assert len(today) == 127
    left = three_nos_on(rows, date(2023, 11, 1), official) - three_nos_on(rows, sample.as_of, official)
    assert Counter(today[name] for name in left) == {"专业托管": 9, "自筹自管": 12, "网格微管": 10}
    assert {name for name, mode in today.items() if mode == "无人管理"} == three_nos_on(rows, sample.as_of, official)


def test_compounds_that_left_three_nos_have_fewer_open_hazards(
    sample: Sample, official: dict[tuple[str, str], str]
) -> None:
    left = {
        official[row["所属社区"], row["小区名称"]]: end
        for row in good_rows(sample, "three_nos.xlsx", "三无小区")
        if (end := day(row["起止时间 止"])) and end.year == 2025
    }
    assert len(left) >= 15
    open_days: dict[str, list[int]] = {"before": [0, 0], "after": [0, 0]}
    hazards = [
        (left[name], day(row["检查时间"]), day(row["销号时间"]))
        for row in good_rows(sample, "hazards.csv")
        if (name := official[row["所属社区"], row["所在小区"]]) in left
    ]
    for n in range((YEAR[1] - YEAR[0]).days + 1):
        when = YEAR[0] + timedelta(days=n)
        for end in left.values():
            open_days["before" if when < end else "after"][1] += 1
        for end, found, closed in hazards:
            if found and found <= when and (closed is None or closed > when):
                open_days["before" if when < end else "after"][0] += 1
    before, after = (opened / days for opened, days in open_days.values())
    assert after < before / 2


def test_incident_counts_of_jingu_and_of_the_others(sample: Sample) -> None:
    kinds = {"刑事发案": (49, 38), "盗窃警情": (65, 44), "诈骗案件": (59, 56)}
    sizes = []
    for kind, wanted in kinds.items():
        rows = good_rows(sample, "incidents.xlsx", kind)
        assert len(rows) == 24 * 12
        assert {row["案件类别"] for row in rows} == {kind}
        by_month = Counter({(row["社区"], *month(row)): row["起数"] for row in rows})
        assert len(by_month) == 24 * 12
        sums = [sum(by_month["金谷社区", year, number] for number in range(1, 11)) for year in (2024, 2025)]
        assert tuple(sums) == wanted
        communities = {row["社区"] for row in rows}
        sizes += [sum(by_month[name, 2024, number] for number in range(1, 13)) for name in communities]
    assert sum(size >= 10 for size in sizes) >= 12
    assert sum(size < 10 for size in sizes) >= 5


def month(row: Cells) -> tuple[int, int]:
    year, _, number = str(row["月份"]).rstrip("月").partition("年")
    return int(year), int(number)


def test_populations_agree_with_grids_and_compounds(sample: Sample, compounds: geopandas.GeoDataFrame) -> None:
    names = ("户数", "人口 常住人口", "人口 65岁及以上")
    communities = good_rows(sample, "population.xlsx", "社区人口")
    grids = good_rows(sample, "population.xlsx", "网格人口")
    areas = geopandas.read_file(next(path for path in sample.files if path.name == "areas.geojson"))
    assert {row["网格代码"] for row in grids} == set(areas[areas["级别"] == "网格"]["代码"])
    assert len(communities) == 2 * 12
    for row in communities:
        own = [grid for grid in grids if (grid["社区"], grid["统计日期"]) == (row["社区"], row["统计日期"])]
        assert [sum(grid[name] for grid in own) for name in names] == [row[name] for name in names]
        assert row["人口 65岁及以上"] < row["人口 常住人口"] / 2
    inside = compounds.groupby("所属社区")[["户数", "人口数"]].sum()
    for row in communities[12:]:
        assert row["户数"] >= inside.loc[row["社区"], "户数"]
        assert row["人口 常住人口"] >= inside.loc[row["社区"], "人口数"]
        assert 2.0 < row["人口 常住人口"] / row["户数"] < 3.2
