"""Rates of areas in periods beside each other, with the limits under which none is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geodata.analyses.facts import both, ground_facts
from geodata.analyses.hotspots.asked import is_hazard
from geodata.analyses.hotspots.change import SMALL
from geodata.analyses.hotspots.periods import YEAR, Months
from geodata.analyses.hotspots.told import counts_of, total_of
from geodata.analyses.rates.breaks import LEAST_BASE, LEAST_CASES, Classes, Floats, classes_of, ladder_of
from geodata.analyses.rates.question import RateQuestion
from geodata.errors import InvalidInput
from geodata.layers.text import Text
from geodata.queries.demand import read_compounds
from geodata.queries.outlines import AreaOutline, read_outlines
from geodata.queries.populations import read_residents
from geodata.queries.weights import read_hazards
from geodata.settings import Settings
from geodata.statistics.rates import count_interval

A_THOUSAND = 1_000.0
HAZARD_RATE = Text(
    "每千户每年发现的隐患：小区隐患除以户数已知的小区的户数，按小区中心所在的区域合计；季度按四倍折算为年。",
    "Hazards found by 1,000 households and year: those of compounds whose households are known, by these households, "
    "in the area that a compound's middle lies in; a quarter counts four times.",
)
INCIDENT_RATE = Text(
    "每千人每年的警情：社区一个自然年的警情数除以当年年底前最近一次统计的居民数；没有更早的统计时用最早的一次。",
    "Incidents by 1,000 residents and year: those of a community in a calendar year, by its residents as last counted "
    "before the end of it, or as first counted where that came later.",
)
TOO_FEW = Text(
    f"少于 {LEAST_CASES} 起，或基数不足 {LEAST_BASE} 的，不计算率，地图上以斜线表示。",
    f"Of fewer than {LEAST_CASES} cases, or on fewer than {LEAST_BASE}, no rate is told: such areas are hatched.",
)


@dataclass(frozen=True, eq=False)
class Rates:
    """Rates of n areas in c columns.

    Attributes:
        settings: of the deployment.
        what: `HAZARDS`, a kind of incidents, or `COVERAGE`.
        level: of the areas.
        areas: (n,) in order of code.
        shapes: (n,) their outlines, WGS 84.
        columns: (c,) periods, or names of scenarios.
        counts: (n, c) cases, or people within reach; NaN where it isn't known or told.
        base: (n, c) people or households; NaN where nobody has counted.
        rates: (n, c) by a thousand and year, or shares; NaN where none is told.
        low, high: (n, c) the rates' exact 95 % intervals; NaN for shares, which are sums and no samples.
        classes: (n, c) as `classes_of` tells.
        is_withheld: (n, c) counts that are too small to be told, and those that would give them away.
        totals: (c,) all counts of the areas together; NaN where it would give a withheld one away.
        breaks: between the classes, the same in every column.
        left_out: hazards in none of the areas, or of compounds without known households, in all columns; of incidents
            the areas that aren't counted in some column.
        receipt: what the answer stands on.
    """

    settings: Settings
    what: str
    level: str
    areas: Sequence[AreaOutline]
    shapes: npt.NDArray[np.object_]
    columns: Sequence[Months | str]
    counts: Floats
    base: Floats
    rates: Floats
    low: Floats
    high: Floats
    classes: Classes
    is_withheld: npt.NDArray[np.bool_]
    totals: Floats
    breaks: tuple[float, ...]
    left_out: int
    receipt: Mapping[str, object]

    @property
    def keys(self) -> list[str]:
        """(n,) what each area is known by: its code, else its name."""
        return [area.code or area.name for area in self.areas]


def definition_of(what: str) -> Text:
    """Return what is measured of hazards, or of a kind of incidents."""
    return HAZARD_RATE if is_hazard(what) else INCIDENT_RATE


def rates_of(settings: Settings, question: RateQuestion) -> Rates:
    """Return the rates of all areas in all periods that are asked about.

    Raises:
        InvalidInput: there are no areas of the level.
    """
    areas, shapes = read_outlines(settings, question.level)
    if not areas:
        raise InvalidInput(
            f"there are no areas of the level {question.level}: load their outlines first",
            zh=f"没有这一级（{question.level}）的区域：请先导入边界",
        )
    if is_hazard(question.what):
        counts, base, totals, left_out = _hazards(settings, question, shapes, len(areas))
        hidden, small = np.zeros(counts.shape, dtype=np.bool_), {}
    else:
        counts, base, hidden, totals, left_out = _incidents(settings, question, areas)
        small = {"small_counts": both(SMALL)}
    # Where nobody has counted the base, no number of cases would do.
    is_few = hidden | ((counts < LEAST_CASES) & np.isfinite(base)) | (base < LEAST_BASE)
    a_year = YEAR / np.array([period.count for period in question.periods], dtype=np.float64)
    by = np.where(is_few | np.isnan(counts), np.nan, base) / (A_THOUSAND * a_year)
    rates = counts / by
    low, high = (bound / by for bound in count_interval(np.nan_to_num(counts)))
    breaks = ladder_of(rates)
    return Rates(
        settings, question.what, question.level, areas, shapes, question.periods,
        counts=np.where(hidden, np.nan, counts),
        base=base,
        rates=rates,
        low=low,
        high=high,
        classes=classes_of(rates, breaks, is_few),
        is_withheld=hidden,
        totals=totals,
        breaks=breaks,
        left_out=left_out,
        receipt={
            "definition": both(definition_of(question.what)),
            "too_few": both(TOO_FEW),
            "breaks": list(breaks),
            "level_of_confidence": 0.95,
            **small,
            **ground_facts(settings, question.layers),
        },
    )  # fmt: skip


def _hazards(
    settings: Settings, question: RateQuestion, shapes: npt.NDArray[np.object_], areas: int
) -> tuple[Floats, Floats, Floats, int]:
    """Return hazards and households of compounds whose households are known, by area; sums, and what is left out."""
    compounds, outlines = read_compounds(settings)
    inside = shapely.STRtree(shapes).query(shapely.point_on_surface(outlines), predicate="intersects")
    # On a border the first area by code counts.
    area_of = dict(inside.T[::-1].tolist())
    counted = {
        compounds[number].id: area for number, area in area_of.items() if (compounds[number].households or 0) > 0
    }
    households = np.zeros(areas)
    for number, area in area_of.items():
        households[area] += compounds[number].households or 0
    counts, left_out = np.zeros((areas, len(question.periods))), 0
    for column, period in enumerate(question.periods):
        for compound, found in read_hazards(settings, *period.days).items():
            area = None if compound is None else counted.get(compound)
            if area is None:
                left_out += found
            else:
                counts[area, column] += found
    base = np.repeat(np.where(households > 0, households, np.nan)[:, None], len(question.periods), axis=1)
    return counts, base, counts.sum(axis=0), left_out


def _incidents(
    settings: Settings, question: RateQuestion, areas: Sequence[AreaOutline]
) -> tuple[Floats, Floats, npt.NDArray[np.bool_], Floats, int]:
    """Return incidents and residents of areas, which of the former are withheld, sums, and how many areas are left out.

    An area is told of the years that were counted in its outline of today.
    """
    shape = len(areas), len(question.periods)
    counts, base, hidden = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=np.bool_)
    totals, others = np.full(shape[1], np.nan), set()
    residents = read_residents(settings)
    number = {area.id: at for at, area in enumerate(areas)}
    for column, period in enumerate(question.periods):
        rows = counts_of(settings, question.what, period)
        whole = {row.area_id for row in rows if row.is_whole and row.area_id in number}
        total = total_of(rows, whole)
        totals[column] = np.nan if total is None else total
        others |= {row.area_id for row in rows if not row.is_withheld and row.area_id not in whole}
        for row in rows:
            if row.area_id in whole:
                counts[number[row.area_id], column] = row.total
                hidden[number[row.area_id], column] = row.is_withheld
        for at, area in enumerate(areas):
            known = residents.get(area.id, [])
            before = [people for day, people in known if day <= period.days[1]]
            base[at, column] = before[-1] if before else known[0][1] if known else np.nan
    return counts, base, hidden, totals, len(others)
