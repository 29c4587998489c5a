"""How a figure has changed against the same days of the year before, said with no more than it can bear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext

from geodata.layers.audience import Audience
from geodata.layers.figure import Figure
from geodata.queries.figures.counts import Count
from geodata.queries.figures.period import Period
from geodata.statistics.rates import PERCENT_BASE, compare
from webmap.wording import MISSING, Wording

LATE_DAYS = 31
"""Records that begin so many days after the earlier period does, or sooner, tell of all of it."""
WITH_INTERVALS = frozenset({Audience.PLANNER, Audience.STEWARD})
"""Who reads intervals; the others read that it is too few to say."""


@dataclass(frozen=True)
class Change:
    """The earlier count and the later one, and what can be said of them.

    Attributes:
        numbers: "192 → 245".
        said: what follows from them; "" where nothing has to.
    """

    numbers: str
    said: str


def change_of(
    figure: Figure, before: Count, after: Count, period: Period, wording: Wording, audience: Audience
) -> Change | None:
    """Return the change of a figure from the same days of the year before; None where there is none to tell of.

    What was counted once stays counted: of stocks and sums no chance is spoken of, and of few nothing in percent.
    Numbers by month are compared where there are as many of as many months.
    """
    earlier = period.a_year_before()
    if figure.when == "now" or before.value is None or after.value is None or before.withheld or after.withheld:
        return None
    if not _tells_of_all(before.known_from, earlier):
        return None
    if (before.months, before.numbers) != (after.months, after.numbers):
        return None
    numbers = f"{said_of(figure, before.value, wording)} → {said_of(figure, after.value, wording)}"
    if before.value == after.value:
        return Change(numbers, "" if figure.measure else gettext("as many"))
    is_sum = figure.amount and not figure.each
    if figure.when != "in" or is_sum or figure.measure:
        return Change(numbers, "")
    return Change(numbers, _verdict(int(before.value), int(after.value), period.days / earlier.days, audience, wording))


def said_of(figure: Figure, value: float | None, wording: Wording) -> str:
    """Return a figure's value as people read it: a number of records, or what was measured on them with its unit."""
    if value is None:
        return MISSING
    return wording.amount(round(value, 1), figure.unit) if figure.measure else wording.number(value)


def _tells_of_all(known_from: date | None, earlier: Period) -> bool:
    return known_from is not None and known_from <= earlier.begins + timedelta(days=LATE_DAYS)


def _verdict(before: int, after: int, exposure: float, audience: Audience, wording: Wording) -> str:
    found = compare(before, after, exposure=exposure)
    is_told, has_base = bool(found.is_beyond_chance), before >= PERCENT_BASE
    share = wording.percent(after / before - 1, 0, signed=True) if has_base else ""
    if audience in WITH_INTERVALS and has_base:
        interval = gettext(
            "%(share)s, 95%% interval %(low)s to %(high)s",
            share=share,
            low=wording.percent(float(found.low) - 1, 0, signed=True),
            high=wording.percent(float(found.high) - 1, 0, signed=True),
        )
        verdict = gettext("beyond chance") if is_told else gettext("can't be told from chance")
        return gettext("%(what)s: %(verdict)s", what=interval, verdict=verdict)
    if not is_told:
        return gettext("too few to say")
    more = gettext("more") if after > before else gettext("fewer")
    return wording.join([more, share]) if share else more
