"""Party branches and the compounds that they cover; each compound is covered, some by two branches. No persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from etl.sample.city import City
from etl.sample.records.days import Period
from etl.sample.records.office import community_cells, compound_cells, sheet_title, signed
from etl.sample.records.table import Row, Table, plain

BRANCHES, FUNCTIONAL = 88, 6
_MOST_TOGETHER = 5
_FUNCTIONS = ("平安志愿", "邻里调解", "银发先锋", "商圈快递", "文明养犬", "楼道治理")


@dataclass(frozen=True)
class Branch:
    """A party branch; `covers` are indices of compounds, with the day since when."""

    code: str
    name: str
    kind: str
    community: int
    founded: date
    covers: tuple[tuple[int, date], ...]


def found_branches(city: City, as_of: date, rng: np.random.Generator) -> list[Branch]:
    """Return the branches: one for each larger compound, joint ones for small neighbours, some for one purpose."""
    groups = [[number] for number in range(len(city.compounds))]
    while len(groups) > BRANCHES - FUNCTIONAL:
        _join_smallest(groups, city)
    found = [_branch(f"{rank:03d}", group, city, as_of, rng) for rank, group in enumerate(groups, start=1)]
    for rank, purpose in enumerate(_FUNCTIONS, start=len(found) + 1):
        community = int(
            rng.choice([number for number in range(len(city.district.communities)) if _members(city, number)])
        )
        own = _members(city, community)
        size = min(len(own), int(rng.integers(2, 5)))
        picked = sorted(rng.choice(own, size=size, replace=False).tolist())
        since = Period(date(2023, 3, 1), as_of).draw(rng)
        name = f"{city.district.communities[community][1]}{purpose}功能型党支部"
        covers = tuple((number, since) for number in picked)
        found.append(Branch(f"{rank:03d}", name, "功能型党支部", community, since, covers))
    return found


def _members(city: City, community: int) -> list[int]:
    return [number for number, compound in enumerate(city.compounds) if compound.community == community]


def _join_smallest(groups: list[list[int]], city: City) -> None:
    """Join the two smallest groups of one community that are small enough together."""

    def size(group: list[int]) -> int:
        return sum(city.compounds[number].households for number in group)

    pairs = []
    for community in range(len(city.district.communities)):
        own = sorted((group for group in groups if city.compounds[group[0]].community == community), key=size)
        fitting = [(size(a) + size(b), community, a, b) for a, b in pairwise(own)
                   if len(a) + len(b) <= _MOST_TOGETHER]  # fmt: skip
        pairs += fitting[:1]
    _, _, one, other = min(pairs)
    groups.remove(other)
    one += other


def _branch(code: str, group: list[int], city: City, as_of: date, rng: np.random.Generator) -> Branch:
    largest = max(group, key=lambda number: city.compounds[number].households)
    name, community = city.compounds[largest].name, city.compounds[largest].community
    founded = Period(date(2018, 7, 1), date(as_of.year - 1, 12, 31)).draw(rng)
    later = Period(founded, as_of)
    covers = tuple((number, founded if number == largest else later.draw(rng)) for number in sorted(group))
    if len(group) == 1:
        return Branch(code, f"{name}党支部", "小区党支部", community, founded, covers)
    return Branch(code, f"{name}等{len(group)}个小区联合党支部", "联合党支部", community, founded, covers)


def branch_tables(branches: Sequence[Branch], city: City, as_of: date) -> list[Table]:
    """Return the sheets: the branches, ordered by community, and what they cover."""
    in_order = sorted(branches, key=lambda branch: (branch.community, branch.code))
    rows = [
        Row({
            "支部编号": branch.code, "支部名称": branch.name, "支部类型": branch.kind,
            **community_cells(city, branch.community), "成立时间": branch.founded,
        })
        for branch in in_order
    ]  # fmt: skip
    covered = [
        Row({"支部编号": branch.code, **compound_cells(city, number, "覆盖小区"), "覆盖起始时间": since})
        for branch in in_order
        for number, since in branch.covers
    ]
    headings = "所属社区 社区代码 支部编号 支部名称 支部类型 成立时间"
    return [
        Table(
            part="党支部", layer="party_branch", title=sheet_title(city, "小区党组织覆盖情况", as_of), key="支部编号",
            columns=plain(headings), rows=rows, merged=("所属社区", "社区代码"),
            footer=signed(city, "党建工作办公室", as_of),
        ),
        Table(
            part="覆盖小区", layer="branch_covers_compound", title="党支部覆盖小区对照表",
            columns=plain("支部编号 覆盖小区 所属社区 覆盖起始时间"), rows=covered,
        ),
    ]  # fmt: skip
