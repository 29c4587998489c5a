"""Rates in words: what is measured, what periods and classes are called, and each area's row of the table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from flask_babel import gettext

from geodata.analyses.hotspots import HAZARDS
from geodata.analyses.hotspots.periods import YEAR, Months
from geodata.analyses.rates import CLASSES, COVERAGE, FEW, QUARTER, TODAY, UNKNOWN, Rates
from geodata.analyses.rates.report import told_by
from geodata.layers.text import Text
from geodata.services import services_of
from webmap.planning.words import modes, weights
from webmap.wording import MISSING, Wording

_TODAY = Text("现状", "today")
_QUARTER = Text("{year}年{quarter}季度", "{year} Q{quarter}")


@dataclass(frozen=True)
class Row:
    """An area in one column: its number in the table of rates, its class, and its figures in words."""

    at: int
    key: str
    name: str
    bbox: str
    step: int
    rate: str
    interval: str
    count: str
    base: str


@dataclass(frozen=True)
class Step:
    """A class of the legend: what it holds in words, and how many areas are in it."""

    step: int
    said: str
    areas: int


def column_said(column: Months | str, wording: Wording) -> str:
    """Return what a period, or a scenario, is called."""
    if isinstance(column, str):
        return wording.say(_TODAY) if column == TODAY else column
    year, month = divmod(column.first, YEAR)
    if column.count == QUARTER:
        return wording.fill(_QUARTER, year=year, quarter=month // QUARTER + 1)
    return str(year) if column.count == YEAR and not month else str(column).replace("..", " – ")


def unit_said(what: str) -> str:
    """Return the unit of a measure's rates."""
    if what == COVERAGE:
        return gettext("share of all who are counted")
    return gettext("by 1,000 households and year") if what == HAZARDS else gettext("by 1,000 residents and year")


def question_said(found: Rates, wording: Wording) -> str:
    """Return how people within reach were asked about; nothing for other measures."""
    asked = found.receipt.get("asked")
    if not isinstance(asked, dict):
        return ""
    title = wording.say(services_of(found.settings)[asked["service"]].title)
    at = wording.hours(asked["at"]) if asked["at"] else gettext("at any time")
    return " · ".join((title, modes()[asked["mode"]], gettext("%(minutes)s min", minutes=f"{asked['minutes']:g}"), at))


def heads(found: Rates) -> tuple[str, str]:
    """Return what a measure's counts and its base are called; of people within reach, who they are."""
    what, asked = found.what, found.receipt.get("asked")
    if what == COVERAGE:
        of = weights()[asked.get("weight", "residents") if isinstance(asked, dict) else "residents"]
        return gettext("Within reach"), of[:1].upper() + of[1:]
    return (
        (gettext("Hazards"), gettext("Households")) if what == HAZARDS else (gettext("Incidents"), gettext("Residents"))
    )


def rate_said(found: Rates, rate: float, wording: Wording) -> str:
    """Return a rate, or a share, as people read it: three digits, as far as the interval has any use for them."""
    if not np.isfinite(rate):
        return MISSING
    if found.what == COVERAGE:
        return f"{rate:.0%}"
    return wording.number(round(rate)) if rate >= 100 else f"{rate:.1f}" if rate >= 1 else f"{rate:.2f}"


def tick_said(found: Rates, value: float) -> str:
    """Return a round number beside an axis of rates: no more digits than it has."""
    return f"{value:.0%}" if found.what == COVERAGE and value else f"{value:g}"


def rows_of(found: Rates, column: int, wording: Wording) -> list[Row]:
    """Return the areas, the highest rate first; those without one behind, by their code alone."""
    why = {"withheld": gettext("withheld"), "few": gettext("too few"), "unknown": gettext("not known")}
    order = sorted(range(len(found.areas)), key=lambda at: -np.nan_to_num(found.rates[at, column], nan=-1.0))
    rows = []
    for at in order:
        told, rate = told_by(found, at, column), found.rates[at, column]
        low, high = (rate_said(found, each[at, column], wording) for each in (found.low, found.high))
        has_interval = told == "rate" and np.isfinite(found.low[at, column])
        rows.append(Row(
            at=at,
            key=found.keys[at],
            name=found.areas[at].name,
            bbox=",".join(f"{edge:.6f}" for edge in found.shapes[at].bounds),
            step=int(found.classes[at, column]),
            rate=rate_said(found, rate, wording) if told == "rate" else why[told],
            interval=gettext("%(low)s to %(high)s", low=low, high=high) if has_interval else "",
            count=_number(found.counts[at, column], wording),
            base=_number(found.base[at, column], wording),
        ))  # fmt: skip
    return rows


def steps_of(found: Rates, column: int) -> list[Step]:
    """Return the classes with their areas, the lowest first; too few and not known behind where there are any."""
    bounds = [f"{each:.0%}" if found.what == COVERAGE else f"{each:g}" for each in found.breaks]
    said = [gettext("below %(most)s", most=bounds[0])]
    said += [f"{low} – {high}" for low, high in pairwise(bounds)]
    said.append(gettext("%(least)s and more", least=bounds[-1]))
    of = found.classes[:, column]
    steps = [Step(step, said[step - 1], int((of == step).sum())) for step in range(1, CLASSES + 1)]
    others = {FEW: gettext("too few, or withheld"), UNKNOWN: gettext("not known")}
    return steps + [Step(step, words, int((of == step).sum())) for step, words in others.items() if (of == step).any()]


def _number(value: float, wording: Wording) -> str:
    return wording.number(round(value)) if np.isfinite(value) else MISSING
