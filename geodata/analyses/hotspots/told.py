"""Incidents of communities that planners may know, whatever they ask: sums of the calendar years that are published."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from geodata.analyses.hotspots.periods import YEAR, Months
from geodata.queries.incidents import AreaCount, read_year
from geodata.settings import Settings


def counts_of(settings: Settings, kind: str, period: Months) -> list[AreaCount]:
    """Return the incidents of communities in whole calendar years, in order of code.

    What is withheld in one of the years is withheld in their sum, of which the others could be subtracted.

    Args:
        settings: the deployment.
        kind: of incidents.
        period: as `told_years` lets it pass; none where a year of it isn't told.
    """
    summed: dict[int, AreaCount] = {}
    years = [read_year(settings, kind, month // YEAR) for month in range(period.first, period.last + 1, YEAR)]
    if not all(years):
        return []
    for row in (row for year in years for row in year):
        other = summed.get(row.area_id)
        summed[row.area_id] = row if other is None else _both(other, row)
    return list(summed.values())


def total_of(rows: Sequence[AreaCount], kept: Collection[int]) -> int | None:
    """Return the sum of some communities by their id; None where it would give away what is withheld.

    All together may be known: without those that are told what is withheld comes to no small number. Without one that
    is withheld the rest could be subtracted from all.
    """
    without = any(row.is_withheld for row in rows if row.area_id not in kept)
    inside = [row for row in rows if row.area_id in kept]
    return None if without or all(row.is_withheld for row in inside) else sum(row.total for row in inside)


def _both(one: AreaCount, other: AreaCount) -> AreaCount:
    return replace(
        one,
        total=one.total + other.total,
        is_withheld=one.is_withheld or other.is_withheld,
        is_whole=one.is_whole and other.is_whole,
        is_all=one.is_all and other.is_all,
    )
