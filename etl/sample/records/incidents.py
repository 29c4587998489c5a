"""Incidents of three kinds by community and month, over two years; counts only, no incident is ever written down."""

from __future__ import annotations

from datetime import date

import numpy as np

from etl.sample.city import City
from etl.sample.records.office import signed
from etl.sample.records.table import Row, Table, plain

KINDS = ("刑事发案", "盗窃警情", "诈骗案件")
MONTHS = 24
JINGU = 10
"""The index of 金谷社区, where counts really fell."""
FALL = {"刑事发案": (49, 38), "盗窃警情": (65, 44), "诈骗案件": (59, 56)}
"""In 金谷, from January to October: a year before and now."""
_A_YEAR_PER_1000 = {"刑事发案": 2.0, "盗窃警情": 3.6, "诈骗案件": 3.2}
_QUIET, _QUIET_SHARE = 4, 0.22
"""So many communities have next to no incidents, too few for their years' sums to be published."""
_SEASON = {
    "刑事发案": (0.9, 0.8, 0.95, 1.0, 1.05, 1.1, 1.15, 1.15, 1.05, 1.0, 0.95, 0.9),
    "盗窃警情": (1.35, 1.1, 0.9, 0.85, 0.9, 0.95, 1.0, 0.95, 0.9, 0.95, 1.0, 1.15),
    "诈骗案件": (1.1, 0.9, 1.0, 1.0, 0.95, 1.05, 1.0, 0.95, 1.0, 0.9, 1.15, 1.0),
}


def months_until(last: date) -> list[date]:
    """Return the first days of the MONTHS months that end with the month of `last`."""
    end = last.year * 12 + last.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(end - MONTHS + 1, end + 1)]


def incident_tables(city: City, as_of: date, rng: np.random.Generator) -> list[Table]:
    """Return one sheet a kind: each month with the twelve communities, their sum below."""
    months = months_until(as_of)
    people = [0.0] * len(city.district.communities)
    for community, _, households in city.grids:
        people[community] += households * 2.6 / 1000
    # Places differ for reasons that no table knows.
    quiet = np.ones(len(city.district.communities))
    quiet[rng.choice(len(city.district.communities), size=_QUIET, replace=False)] = _QUIET_SHARE
    nature = {kind: rng.gamma(9.0, 1 / 9.0, len(city.district.communities)) * quiet for kind in KINDS}
    found = []
    for kind in KINDS:
        rates = np.array(people) * nature[kind] * _A_YEAR_PER_1000[kind] / 12
        season = np.array([_SEASON[kind][month.month - 1] for month in months])
        counts = rng.poisson(np.outer(season, rates))
        counts[:, JINGU] = _fall(kind, months, season, as_of, rng)
        found.append(_sheet(city, kind, months, counts.tolist(), as_of))
    return found


def _fall(kind: str, months: list[date], season: np.ndarray, as_of: date, rng: np.random.Generator) -> list[int]:
    """The counts of 金谷: exact sums over the same months of both years, Poisson noise in all others."""
    before, now = FALL[kind]
    counts = rng.poisson(season * before / as_of.month)
    for year, total in ((as_of.year - 1, before), (as_of.year, now)):
        own = np.array([month.year == year and month.month <= as_of.month for month in months])
        weights = season * own
        counts[own] = rng.multinomial(total, weights / weights.sum())[own]
    return [int(count) for count in counts]


def _sheet(city: City, kind: str, months: list[date], counts: list[list[int]], as_of: date) -> Table:
    rows = [
        Row({
            "月份": f"{month.year}年{month.month}月", "社区代码": code, "社区": name, "案件类别": kind, "起数": count,
        })
        for month, of_month in zip(months, counts, strict=True)
        for (code, name), count in zip(city.district.communities, of_month, strict=True)
    ]  # fmt: skip
    return Table(
        part=kind, layer="incident_count", title=f"{city.district.name}{kind}分社区月度统计", unit="单位：起",
        columns=plain("月份 社区代码 社区 案件类别 起数"), rows=rows,
        merged=("月份", "案件类别"), by="月份", summed=("起数",), footer=signed(city, "派出所（仅统计数）", as_of),
    )  # fmt: skip
