"""What is asked of rates: of what, by which areas, and in which periods they are shown beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geodata.analyses.hotspots.asked import HAZARDS, check_what, is_hazard, level_asked, years_of
from geodata.analyses.hotspots.periods import YEAR, Months
from geodata.errors import InvalidInput
from geodata.layers.area import LEVELS
from geodata.queries.outlines import list_levels
from geodata.queries.weights import first_hazard
from geodata.settings import Settings

COVERAGE = "coverage"
"""In place of a kind: the share of people within reach of a service."""
TODAY = "today"
"""The column of what is reached without any scenario."""
QUARTER = 3
"""Months."""
SPANS = {"quarter": QUARTER, "year": YEAR}
MOST_PERIODS = 24
"""So many are shown, the last ones."""


@dataclass(frozen=True)
class RateQuestion:
    """What is asked.

    Attributes:
        what: `HAZARDS` by household, or a kind of incidents by resident.
        level: of the areas.
        periods: equally long, one after the other, the last of them over.
    """

    what: str
    level: str
    periods: tuple[Months, ...]

    @property
    def layers(self) -> frozenset[str]:
        """The layers that it is answered from."""
        own = {"hazard", "compound"} if is_hazard(self.what) else {"incident_count", "area_population"}
        return frozenset({"area", *own})


def rate_question(settings: Settings, what: str, *, level: str | None = None, span: str | None = None) -> RateQuestion:
    """Return what is asked about rates.

    Args:
        settings: the deployment.
        what: `HAZARDS`, or a kind of incidents.
        level: of areas; None for the finest above grids that there is. Incidents are told by one level alone.
        span: "quarter" or "year", of hazards; None for the longest of which there are two, else the shortest that is
            over. Incidents are told by calendar year.

    Raises:
        InvalidInput: there is no such kind, level or span, or none of its periods is over yet.
    """
    check_what(settings, what, HAZARDS)
    if span is not None and span not in SPANS:
        raise InvalidInput(
            f"a span of {span!r}; wanted is one of {', '.join(SPANS)}",
            zh=f"无法识别的时段 {span!r}；可选：quarter、year",
        )
    known = spans_of(settings, what)
    if not known or (span is not None and span not in known):
        raise InvalidInput(
            f"no {span or 'quarter or year'} of {what} has been counted from its first to its last month yet",
            zh=f"“{what}”尚无完整的{'年度' if span == 'year' else '季度' if span else '季度或年度'}统计",
        )
    level = level_asked(settings, what, level or usual_level(settings, what))
    return RateQuestion(what, level, known[span or usual_span(known)][-MOST_PERIODS:])


def spans_of(settings: Settings, what: str) -> dict[str, tuple[Months, ...]]:
    """Return the periods that can be shown, by the word for how long they are; spans without any are left out."""
    if not is_hazard(what):
        years = tuple(years_of(settings, what))
        return {"year": years} if years else {}
    since = first_hazard(settings)
    if since is None:
        return {}
    today = settings.today()
    first, now = since.year * 12 + since.month - 1, today.year * 12 + today.month - 1
    found = {}
    for name, months in SPANS.items():
        # What nobody has written down is no 0: a period that the register reaches in part isn't shown.
        begins = range(-(-first // months) * months, now - months + 1, months)
        if periods := tuple(Months(begin, begin + months - 1) for begin in begins):
            found[name] = periods
    return found


def levels_of(settings: Settings, what: str) -> tuple[str, ...]:
    """Return the levels of areas that a question may name, the finest first."""
    if what in (HAZARDS, COVERAGE):
        there = list_levels(settings)
        return tuple(level for level in LEVELS if level in there)
    return (level_asked(settings, what, None),)


def usual_level(settings: Settings, what: str) -> str | None:
    """Return the level of a question that names none: the finest above grids, else grids; None without any areas."""
    levels = levels_of(settings, what)
    return next((level for level in levels if level != LEVELS[0]), levels[0] if levels else None)


def usual_span(known: Mapping[str, tuple[Months, ...]]) -> str:
    """Return the span of a question that names none: the longest with two periods, else the shortest of them."""
    return next((name for name in ("year", "quarter") if len(known.get(name, ())) > 1), min(known, key=_length))


def _length(span: str) -> int:
    return SPANS[span]
