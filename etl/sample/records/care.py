"""Who looks after each compound over the years: compounds without manager, authority and guards, and how they got out.

A 三无 compound lacks all three. It leaves that state by one of three ways: it manages itself, a company takes it on,
or the grid does the little that is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from etl.sample.city import City
from etl.sample.records.days import Period, spread
from etl.sample.records.office import compound_cells, sheet_title, signed
from etl.sample.records.table import Column, Row, Table, plain

SELF, PROFESSIONAL, GRID, NONE = "自筹自管", "专业托管", "网格微管", "无人管理"
EXITS = {PROFESSIONAL: 9, SELF: 12, GRID: 10}
_STAYING = 12
_IN_YEAR_SHARE = 0.6
_SURVEYED = Period(date(2021, 3, 1), date(2021, 9, 30))
_FEES = {
    SELF: ("每户每月15元", "每户每月20元", "每户每年120元"),
    PROFESSIONAL: ("0.45元/平方米·月", "0.60元/平方米·月", "0.80元/平方米·月", "1.20元/平方米·月"),
    GRID: ("每户每月5元", "不收费，街道补助"),
}


@dataclass(frozen=True)
class Care:
    """How one compound is looked after.

    Attributes:
        since: when its way of management was first put on record.
        left: the day on which it stopped being 三无; None where it never was or still is.
        is_three_nos: lacks all three today.
        mode: how it is managed today.
        lacks: manager, authority, guards, as of today.
    """

    compound: int
    since: date
    left: date | None
    is_three_nos: bool
    mode: str
    lacks: tuple[bool, bool, bool]
    fee: str


def plan_care(city: City, as_of: date, rng: np.random.Generator) -> list[Care]:
    """Return each compound's care, in the order of the compounds; exits take place in the last two years."""
    ways = _pick_ways(city, rng)
    leaving = sorted(number for number, way in ways.items() if way != NONE)
    days = _exit_days(len(leaving), as_of, rng)
    left = dict(zip(leaving, (days[at] for at in rng.permutation(len(days))), strict=True))
    return [_care(city, number, ways.get(number), left.get(number), rng) for number in range(len(city.compounds))]


def _pick_ways(city: City, rng: np.random.Generator) -> dict[int, str]:
    """Return, for the compounds that were 三无 two years ago, how each left that state; NONE for those still in it."""
    # The smallest open areas stay longest; slabs whose company went away find a way of their own first.
    rank = {"old_open": 0, "unit_yard": 1, "slab_estate": 2, "tower": 3}
    order = sorted(range(len(city.compounds)), key=lambda n: (rank[city.compounds[n].kind] + rng.random() * 1.6, n))
    managed = [n for n in order if city.compounds[n].company]
    bare = [n for n in order if not city.compounds[n].company]
    professional = managed[: EXITS[PROFESSIONAL]]
    staying, rest = bare[:_STAYING], bare[_STAYING:]
    ways = dict.fromkeys(professional, PROFESSIONAL) | dict.fromkeys(staying, NONE)
    ways |= dict.fromkeys(rest[: EXITS[GRID]], GRID)
    return ways | dict.fromkeys(rest[EXITS[GRID] : EXITS[GRID] + EXITS[SELF]], SELF)


def _exit_days(count: int, as_of: date, rng: np.random.Generator) -> list[date]:
    """Return the days of the exits: most in the year, early enough that one can see what came of it."""
    year = Period(date(as_of.year, 2, 10), date(as_of.year, 7, 31))
    before = Period(date(as_of.year - 1, 3, 1), date(as_of.year - 1, 11, 30))
    in_year = round(count * _IN_YEAR_SHARE)
    return spread(before, count - in_year, rng) + spread(year, in_year, rng)


def _care(city: City, number: int, way: str | None, left: date | None, rng: np.random.Generator) -> Care:
    compound = city.compounds[number]
    since = _SURVEYED.draw(rng)
    if way == NONE:
        return Care(number, since, None, True, NONE, (True, True, True), "")
    mode = way or (PROFESSIONAL if compound.company else SELF)
    lacks = (mode != PROFESSIONAL, False, mode == GRID) if way else (not compound.company, False, False)
    return Care(number, since, left, False, mode, lacks, str(rng.choice(_FEES[mode])))


def exits(cares: Sequence[Care]) -> Mapping[int, date]:
    """Return the day on which each compound that was 三无 left that state, by the compound's index."""
    return {care.compound: care.left for care in cares if care.left is not None}


def care_tables(cares: Sequence[Care], city: City, as_of: date) -> list[Table]:
    """Return the sheets: what each compound lacks and lacked, and how it is and was managed."""
    lacking: list[Row] = []
    managed: list[Row] = []
    for care in cares:
        named = compound_cells(city, care.compound)
        if care.left or care.is_three_nos:
            lacking.append(_lacks(named, care.since, care.left, (True, True, True)))
            managed.append(_mode(named, NONE, care.since, care.left, ""))
        if care.left or (not care.is_three_nos and any(care.lacks)):
            lacking.append(_lacks(named, care.left or care.since, None, care.lacks))
        if not care.is_three_nos:
            managed.append(_mode(named, care.mode, care.left or care.since, None, care.fee))
    groups = {
        "无物业管理": "三无情形",
        "无主管部门": "三无情形",
        "无人防物防": "三无情形",
        "起": "起止时间",
        "止": "起止时间",
    }
    return [
        Table(
            part="三无小区", layer="compound_status", title=sheet_title(city, "三无小区动态台账", as_of),
            columns=[Column(name, groups.get(name, ""))
                     for name in ("小区名称", "所属社区", "无物业管理", "无主管部门", "无人防物防", "起", "止")],
            rows=lacking, footer=signed(city, "物业管理办公室", as_of),
        ),
        Table(
            part="管理模式", layer="management_mode", title="住宅小区管理模式登记表",
            columns=plain("小区名称 所属社区 管理模式 开始日期 结束日期 收费标准"),
            rows=managed,
        ),
    ]  # fmt: skip


def _lacks(named: Mapping[str, object], first: date, last: date | None, lacks: tuple[bool, bool, bool]) -> Row:
    said = ["是" if lack else "否" for lack in lacks]
    flags = {
        f"三无情形 {name}": word for name, word in zip(("无物业管理", "无主管部门", "无人防物防"), said, strict=True)
    }
    return Row({**named, **flags, "起止时间 起": first, "起止时间 止": last})  # type: ignore[dict-item]


def _mode(named: Mapping[str, object], mode: str, first: date, last: date | None, fee: str) -> Row:
    cells = {"管理模式": mode, "开始日期": first, "结束日期": last, "收费标准": fee or "—"}
    return Row({**named, **cells})  # type: ignore[dict-item]
