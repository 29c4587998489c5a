"""How many people live in each community and grid, at two dates; the compounds' own figures are part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from etl.sample.city import City
from etl.sample.records.days import written
from etl.sample.records.office import sheet_title, signed
from etl.sample.records.table import Column, Row, Table, plain
from etl.sample.survey import shared_out, survey

_AGED = {"unit_yard": 0.27, "old_open": 0.22, "slab_estate": 0.16, "tower": 0.09}
_AGED_ELSEWHERE = 0.19


@dataclass(frozen=True)
class People:
    """Those who live in one grid."""

    residents: int
    households: int
    aged_65: int


def count_people(city: City, rng: np.random.Generator) -> list[People]:
    """Return the people of each grid, in the order of `city.grids`.

    They are those of the survey of buildings, and those of the compounds in which nobody has counted.
    """
    homes, residents, aged_share = [], [], []
    for compound in city.compounds:
        flats = [house.flats for house in compound.layout.houses]
        homes += compound.layout.houses
        residents += shared_out(compound.residents, flats)
        aged_share += [_AGED[compound.kind]] * len(flats)
    for one in survey(city):
        if not one.compound:
            homes.append(one.house)
            residents.append(one.residents or 0)
            aged_share.append(_AGED_ELSEWHERE)
    grid_of = np.array(_grid_of([house.outline for house in homes], city))
    columns = (residents, [house.flats for house in homes], rng.binomial(residents, aged_share))
    sums = [
        [int(np.asarray(column)[grid_of == number].sum()) for column in columns] for number in range(len(city.grids))
    ]
    return [People(*counted) for counted in sums]


def _grid_of(outlines: Sequence[shapely.Polygon], city: City) -> list[int]:
    """The grid in which the middle of each outline lies; -1 outside of all."""
    points, grids = shapely.centroid(outlines), shapely.STRtree([shape for _, shape, _ in city.grids])
    found = [-1] * len(outlines)
    for home, grid in zip(*grids.query(points, predicate="intersects"), strict=True):
        found[home] = int(grid)
    return found


def population_tables(city: City, as_of: date, rng: np.random.Generator) -> list[Table]:
    """Return the sheets: communities and grids, at the end of the year before and a month before `as_of`."""
    now = count_people(city, rng)
    before = [_a_year_before(people, rng) for people in now]
    days = (date(as_of.year - 1, 12, 31), date(as_of.year, as_of.month - 1, 30))
    communities: list[Row] = []
    grids: list[Row] = []
    for day, counted in zip(days, (before, now), strict=True):
        for number, (code, name) in enumerate(city.district.communities):
            own = [people for (community, *_), people in zip(city.grids, counted, strict=True) if community == number]
            communities.append(_row(day, _sum(own), {"社区": name, "社区代码": code}))
            grids += [
                _row(day, people, {"社区": name, "网格": f"{name}第{rank}网格", "网格代码": f"{code}{rank:02d}"})
                for rank, people in enumerate(own, start=1)
            ]
    figures = [Column("常住人口", "人口"), Column("65岁及以上", "人口")]
    return [
        Table(
            part="社区人口", layer="area_population", title=sheet_title(city, "社区人口统计表", as_of),
            unit="单位：户、人",
            columns=[*plain("统计日期 社区 社区代码 户数"), *figures],
            rows=communities, merged=("统计日期",), by="统计日期", summed=("户数", "人口 常住人口", "人口 65岁及以上"),
        ),
        Table(
            part="网格人口", layer="area_population", title="网格人口统计表", unit="单位：户、人",
            columns=[*plain("统计日期 社区 网格 网格代码 户数"), *figures],
            rows=grids, merged=("统计日期", "社区"), footer=signed(city, "公共服务办公室", as_of),
        ),
    ]  # fmt: skip


def _a_year_before(people: People, rng: np.random.Generator) -> People:
    """The same homes with a few more or fewer people in them."""
    residents = round(people.residents * rng.uniform(0.985, 1.02))
    return People(residents, people.households, min(residents, round(people.aged_65 * rng.uniform(0.95, 0.99))))


def _sum(parts: Sequence[People]) -> People:
    return People(
        sum(one.residents for one in parts), sum(one.households for one in parts), sum(one.aged_65 for one in parts)
    )


def _row(day: date, people: People, area: dict[str, str]) -> Row:
    figures = {"户数": people.households, "人口 常住人口": people.residents, "人口 65岁及以上": people.aged_65}
    return Row({"统计日期": written(day, 2), **area, **figures})
