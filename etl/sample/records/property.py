"""Property companies, their contracts with compounds, and the grades that they are given for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from etl.sample.city import City
from etl.sample.names import COMPANIES
from etl.sample.records.care import PROFESSIONAL, Care
from etl.sample.records.days import Period, written
from etl.sample.records.office import compound_cells, sheet_title, signed
from etl.sample.records.table import Column, Row, Table, plain

REPLACED, A_BEFORE, A_AFTER, ROSE = 5, 9, 12, 17
_A_FELL = 1
_REPLACED = "更换"
_SCHEME, _ISSUER = "物业服务质量星级评价", "物业管理联席会议"
_ITEMS = ("秩序维护", "环境保洁", "绿化养护", "设施维修", "消防管理", "投诉处理", "公共收益公示")


@dataclass(frozen=True)
class Contract:
    """What a company and a compound agreed on; `ends` is None for a contract in force."""

    company: str
    compound: int
    starts: date
    ends: date | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Grade:
    """What one company was given for its work in one compound."""

    company: str
    compound: int
    period: str
    day: date
    grade: str
    items: str


def sign_contracts(city: City, cares: Sequence[Care], as_of: date, rng: np.random.Generator) -> list[Contract]:
    """Return the contracts: one in force for each managed compound, REPLACED new ones this year, some older ones."""
    managed = [care for care in cares if city.compounds[care.compound].company]
    long_managed = [care for care in managed if care.left is None]
    at = rng.permutation(len(long_managed))
    replaced = {long_managed[number].compound for number in at[:REPLACED]}
    expired = {long_managed[number].compound for number in at[REPLACED : REPLACED + 8]}
    found = []
    for care in managed:
        company = city.compounds[care.compound].company
        if care.left:
            found.append(Contract(company, care.compound, care.left))
            continue
        older = Period(date(2015, 1, 1), date(as_of.year - 2, 10, 31)).draw(rng)
        if care.compound not in replaced | expired:
            found.append(Contract(company, care.compound, older))
            continue
        other = str(rng.choice([name for name in COMPANIES if name != company]))
        is_new = care.compound in replaced
        starts = Period(date(as_of.year, 2, 1), as_of - timedelta(days=40)).draw(rng) if is_new else older
        before = starts.replace(year=starts.year - 3, day=1)
        ended = starts - timedelta(days=1)
        found.append(Contract(other, care.compound, before, ended, _REPLACED if is_new else "合同到期"))
        found.append(Contract(company, care.compound, starts))
    found += _withdrawn(city, cares, rng)
    return sorted(found, key=lambda contract: (COMPANIES.index(contract.company), contract.starts, contract.compound))


def _withdrawn(city: City, cares: Sequence[Care], rng: np.random.Generator) -> list[Contract]:
    """The contracts of compounds that a company walked away from: they manage themselves, or nobody does."""
    left = [care for care in cares if not city.compounds[care.compound].company and care.left is None][:4]
    return [
        Contract(str(rng.choice(COMPANIES)), care.compound, date(2016, 5, 1), date(2020, 12, 31), "撤出")
        for care in left
        if care.mode != PROFESSIONAL
    ]


def grade(contracts: Sequence[Contract], as_of: date, rng: np.random.Generator) -> list[Grade]:
    """Return the grades of two periods: A_BEFORE A in the first, A_AFTER in the second, ROSE went from C to B.

    Contracts in force all of the time are graded twice, those that were ended only in the first period; a company
    isn't graded in its first months.
    """
    before, after = date(as_of.year - 1, 11, 20), as_of - timedelta(days=11)
    was = [c for c in contracts if c.starts < before and (c.ends is None or c.ends > before)]
    both = [contract for contract in was if contract.ends is None]
    follows = {contract.compound for contract in contracts if contract.reason == _REPLACED}
    late = [c for c in contracts if before <= c.starts < date(as_of.year, 5, 1) and c.compound not in follows]
    first = dict(zip(both, _first_grades(len(both), rng), strict=True))
    second = _second_grades(both, first, rng)
    first |= dict.fromkeys((contract for contract in was if contract.ends), "C")
    second |= {contract: str(rng.choice(["B", "C"])) for contract in late}
    periods = ((f"{as_of.year - 1}年度", before, first), (f"{as_of.year}年1-{as_of.month}月", after, second))
    return [
        Grade(c.company, c.compound, period, day, graded[c], _items(graded[c], rng))
        for period, day, graded in periods
        for c in contracts
        if c in graded
    ]


def _first_grades(count: int, rng: np.random.Generator) -> list[str]:
    c_count = round(count * 0.36)
    grades = ["A"] * A_BEFORE + ["C"] * c_count + ["B"] * (count - A_BEFORE - c_count)
    return [grades[at] for at in rng.permutation(count)]


def _second_grades(
    both: Sequence[Contract], first: Mapping[Contract, str], rng: np.random.Generator
) -> dict[Contract, str]:
    after: dict[Contract, str] = {}
    moves = {"A": [("B", _A_FELL)], "B": [("A", A_AFTER - A_BEFORE + _A_FELL), ("C", 3)], "C": [("B", ROSE)]}
    for grade_before, changes in moves.items():
        having = [contract for contract in both if first[contract] == grade_before]
        order = [having[at] for at in rng.permutation(len(having))]
        for new, count in changes:
            after |= dict.fromkeys(order[:count], new)
            order = order[count:]
        after |= dict.fromkeys(order, grade_before)
    return after


def _items(grade: str, rng: np.random.Generator) -> str:
    """What points were taken off for."""
    count = {"A": 1, "B": 2, "C": 4}[grade]
    picked = rng.choice(_ITEMS, size=count, replace=False)
    return "；".join(f"{item}扣{int(rng.integers(1, 4 if grade == 'A' else 9))}分" for item in picked)


def property_tables(
    contracts: Sequence[Contract], grades: Sequence[Grade], city: City, as_of: date, rng: np.random.Generator
) -> list[Table]:
    """Return the sheets: companies, contracts, grades (the red and black list)."""
    codes = {name: f"WY{rank:02d}" for rank, name in enumerate(COMPANIES, start=1)}
    # The companies work all over the county: one list has them all.
    listed = {} if city.district.number else codes
    companies = [Row({"企业编号": code, "物业服务企业": name}) for name, code in listed.items()]
    signed_ones = [
        Row({
            "企业编号": codes[contract.company], "物业服务企业": contract.company,
            **compound_cells(city, contract.compound, "服务小区", by_alias=bool(rng.random() < 0.15)),
            "合同期 起": written(contract.starts, 2), "合同期 止": written(contract.ends, 2),
            "退出原因": contract.reason,
        })
        for contract in contracts
    ]  # fmt: skip
    graded = [
        Row({
            "企业编号": codes[one.company], **compound_cells(city, one.compound, "被评小区"), "评价办法": _SCHEME,
            "评价单位": city.district.name + _ISSUER, "评价周期": one.period, "评定日期": one.day, "等级": one.grade,
            "扣分项目": one.items,
        })
        for one in grades
    ]  # fmt: skip
    contract_columns = plain("企业编号 物业服务企业 服务小区 所属社区")
    contract_columns += [Column("起", "合同期"), Column("止", "合同期"), Column("退出原因")]
    grade_names = "企业编号 被评小区 所属社区 评价办法 评价单位 评价周期 评定日期 等级 扣分项目"
    return [
        Table(part="物业企业", layer="property_company", title=sheet_title(city, "物业服务企业名录", as_of),
              key="企业编号", columns=plain("企业编号 物业服务企业"), rows=companies),
        Table(part="服务合同", layer="engagement", title="物业服务合同备案表", columns=contract_columns,
        rows=signed_ones,
              merged=("物业服务企业",)),
        Table(part="红黑榜", layer="assessment", title="物业服务企业红黑榜",
        columns=plain(grade_names),
              rows=graded, merged=("评价办法", "评价单位", "评价周期"), footer=signed(city, "物业管理办公室", as_of)),
    ]  # fmt: skip
