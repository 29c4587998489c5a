"""What planners may ask about, in which periods: incidents only in whole years of their own count."""

from __future__ import annotations

from geodata.analyses.hotspots.periods import YEAR, Months, check_pair, last_year, month_said, parse_months
from geodata.errors import InvalidInput
from geodata.layers.area import LEVELS
from geodata.queries.incidents import counted_months
from geodata.queries.outlines import list_levels
from geodata.queries.weights import first_hazard, list_incident_kinds
from geodata.settings import Settings

HAZARDS = "hazards"
"""In place of a kind of incidents: hazards of known compounds by the day on which they were found."""
OPEN = "open_hazards"
"""The hazards that are open today, whenever they were found."""
TOLD_LEVELS = tuple(level for level in LEVELS if level != "grid")
"""Incidents are told of communities and wider areas."""


def check_what(settings: Settings, what: str, *others: str) -> None:
    """Raise where nothing is counted so.

    Raises:
        InvalidInput: it is neither one of `others` nor a kind of incidents.
    """
    known = (*others, *list_incident_kinds(settings))
    if what not in known:
        raise InvalidInput(f"nothing is counted as {what!r}; wanted is one of {', '.join(known)}")


def level_asked(settings: Settings, what: str, level: str | None) -> str:
    """Return the level of areas that is asked about; None for the finest above grids that the deployment has.

    Raises:
        InvalidInput: there is no such level, or incidents are asked of grids.
    """
    if level is None:
        there = list_levels(settings)
        return next((known for known in TOLD_LEVELS if known in there), TOLD_LEVELS[0])
    wanted = LEVELS if is_hazard(what) else TOLD_LEVELS
    if level not in wanted:
        raise InvalidInput(f"{what} by {level!r}; wanted is one of {', '.join(wanted)}")
    return level


def is_hazard(what: str) -> bool:
    """Tell whether hazards are asked about, which planners may know by compound."""
    return what in (HAZARDS, OPEN)


def years_of(settings: Settings, kind: str) -> list[Months]:
    """Return the years in which a kind of incidents has been counted, from its first month on; the last is whole, too.

    Incidents are told for these alone: periods that could be moved by a month could be subtracted from each other.
    """
    counted = counted_months(settings, kind)
    if counted is None:
        return []
    first, last = (day.year * 12 + day.month - 1 for day in counted)
    return [Months(start, start + YEAR - 1) for start in range(first, last - YEAR + 2, YEAR)]


def period_asked(settings: Settings, what: str, words: str | None) -> Months:
    """Return the period that words such as "2025-01..2025-10" name; without words the last year.

    Raises:
        InvalidInput: they name none, or incidents aren't told for it.
    """
    months = parse_months(words) if words else None
    if is_hazard(what):
        if months and months.days[0] > settings.today():
            raise InvalidInput(f"{months} hasn't begun; wanted are months up to {settings.today():%Y-%m}")
        return months or last_year(settings.today())
    return told_years(settings, what, months)


def told_years(settings: Settings, kind: str, months: Months | None) -> Months:
    """Return the months for which incidents of a kind may be told; None stands for their last year.

    Raises:
        InvalidInput: they aren't told for these months.
    """
    years = _years(settings, kind)
    return years[-1] if months is None else _whole(kind, months, years)


def pair_asked(settings: Settings, what: str, before: str | None, after: str | None) -> tuple[Months, Months]:
    """Return the two periods of a comparison.

    Args:
        settings: the deployment.
        what: as `check_what` lets it pass.
        before: the earlier period; None for the same months of a year before, as most counts have seasons, and of
            hazards the months just before where their register doesn't reach back so far.
        after: the later one; None for the last year.

    Raises:
        InvalidInput: they aren't equally long, overlap, or aren't counted from their first month on.
    """
    later = period_asked(settings, what, after)
    since = _since(settings, what)
    if before:
        earlier = parse_months(before)
        check_pair(earlier, later)
        if not is_hazard(what):
            _whole(what, earlier, _years(settings, what))
    else:
        shift = -(-later.count // YEAR) * YEAR
        earlier = Months(later.first - shift, later.last - shift)
        just_before = Months(later.first - later.count, later.first - 1)
        if is_hazard(what) and earlier.first < since <= just_before.first:
            earlier = just_before
    if earlier.first < since:
        # What nobody has written down is no 0.
        raise InvalidInput(
            f"{what} are known from {month_said(since)} on and not for all of {earlier}; "
            "wanted are two periods since then"
        )
    return earlier, later


def _since(settings: Settings, what: str) -> int:
    """Return the first month that is counted."""
    if not is_hazard(what):
        return _years(settings, what)[0].first
    first = first_hazard(settings)
    if first is None:
        raise InvalidInput("there are no hazards; load their table")
    return first.year * 12 + first.month - 1


def _years(settings: Settings, kind: str) -> list[Months]:
    years = years_of(settings, kind)
    if not years:
        raise InvalidInput(f"{kind} has been counted for less than a year; incidents are told by the year")
    return years


def _whole(what: str, period: Months, years: list[Months]) -> Months:
    """Return a period of incidents that begins and ends with their years."""
    first = years[0].first
    if (period.first - first) % YEAR or period.count % YEAR or period.first < first or period.last > years[-1].last:
        said = ", ".join(map(str, years))
        raise InvalidInput(f"{what} for {period}: incidents are told for whole years only; wanted are {said}")
    return period
