"""What planners may ask about, in which periods: incidents only in calendar years, as they are published."""

from __future__ import annotations

import math

from geodata.analyses.hotspots.periods import YEAR, Months, check_pair, last_year, month_said, parse_months
from geodata.errors import InvalidInput
from geodata.layers.area import LEVELS
from geodata.queries.incidents import list_told_kinds, list_told_years
from geodata.queries.outlines import list_levels
from geodata.queries.totals import TOLD_BY
from geodata.queries.weights import first_hazard
from geodata.settings import Settings

HAZARDS = "hazards"
"""In place of a kind of incidents: hazards of known compounds by the day on which they were found."""
OPEN = "open_hazards"
"""The hazards that are open on the deployment's day, whenever they were found."""


def check_stated(*periods: str | None, radius_m: float | None = None) -> None:
    """Raise where words can't be understood, whatever the data are; no data are read for that.

    Args:
        periods: as they are stated, the earlier first; None for the usual.
        radius_m: of a neighbourhood; None for the usual.

    Raises:
        InvalidInput: one is no period, two can't be compared, or the radius isn't more than 0.
    """
    months = [parse_months(words) for words in periods if words]
    if len(months) > 1:
        check_pair(*months)
    if radius_m is not None and not 0 < radius_m < math.inf:
        raise InvalidInput(f"a radius of {radius_m:g} m; wanted is more than 0", zh=f"半径 {radius_m:g} 米；应大于 0")


def check_what(settings: Settings, what: str, *others: str) -> None:
    """Raise where nothing is told so.

    Raises:
        InvalidInput: it is neither one of `others` nor a kind of incidents that has a year to be told.
    """
    known = (*others, *list_told_kinds(settings))
    if what not in known:
        raise InvalidInput(
            f"nothing is counted as {what!r}, or not for a calendar year that is over; "
            f"wanted is one of {', '.join(known)}",
            zh=f"没有“{what}”的统计，或尚无完整的自然年；可选：{'、'.join(known)}",
        )


def level_asked(settings: Settings, what: str, level: str | None) -> str:
    """Return the level of areas that is asked about; None for the finest above grids that the deployment has.

    Raises:
        InvalidInput: there is no such level, or incidents are asked of another one than they are published by.
    """
    there = list_levels(settings)
    if is_hazard(what):
        finest = next((known for known in LEVELS[1:] if known in there), LEVELS[1])
        wanted: tuple[str, ...] = LEVELS
    else:
        # A second table of sums, by wider areas, could be subtracted from the first.
        finest = next((known for known in TOLD_BY if known in there), TOLD_BY[0])
        wanted = (finest,)
    if level is None:
        return finest
    if level not in wanted:
        raise InvalidInput(
            f"{what} by {level!r}; wanted is one of {', '.join(wanted)}",
            zh=f"“{what}”不能按 {level!r} 统计；可选：{'、'.join(wanted)}",
        )
    return level


def is_hazard(what: str) -> bool:
    """Tell whether hazards are asked about, which planners may know by compound."""
    return what in (HAZARDS, OPEN)


def years_of(settings: Settings, kind: str) -> list[Months]:
    """Return the calendar years for which a kind of incidents may be told, the oldest first.

    These are the years of the publications, and no others: years that begin in another month could be subtracted from
    them, and the difference would be a few months of a community.
    """
    return [Months(year * YEAR, year * YEAR + YEAR - 1) for year in list_told_years(settings, kind)]


def period_asked(settings: Settings, what: str, words: str | None) -> Months:
    """Return the period that words such as "2025-01..2025-10" name; without words the last year.

    Raises:
        InvalidInput: they name none, or incidents aren't told for it.
    """
    months = parse_months(words) if words else None
    if is_hazard(what):
        today = settings.today()
        if months and months.days[0] > today:
            raise InvalidInput(
                f"{months} hasn't begun; wanted are months up to {today:%Y-%m}",
                zh=f"{months} 尚未开始；请选择 {today:%Y-%m} 及以前的月份",
            )
        return months or last_year(today)
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
        after: the later one; None for the last year, and of hazards that are known for less than two years for the
            later half of what is known, against the half before it.

    Raises:
        InvalidInput: they aren't equally long, overlap, or aren't counted from their first month on.
    """
    return (_hazard_pair if is_hazard(what) else _incident_pair)(settings, what, before, after)


def _incident_pair(settings: Settings, kind: str, before: str | None, after: str | None) -> tuple[Months, Months]:
    years = _years(settings, kind)
    later = told_years(settings, kind, parse_months(after) if after else None)
    if before:
        earlier = parse_months(before)
        check_pair(earlier, later)
        return _whole(kind, earlier, years), later
    earlier = Months(later.first - later.count, later.first - 1)
    if not _is_told(earlier, years):
        told = [str(year.first // YEAR) for year in years]
        raise InvalidInput(
            f"{kind} can be told for calendar years that are over, so far {', '.join(told)}: nothing as long stands "
            "just before that could be compared with it",
            zh=f"“{kind}”只按已结束的自然年公布，目前有 {'、'.join(told)} 年：此前没有同样长的时段，暂时不能比较升降",
        )
    return earlier, later


def _hazard_pair(settings: Settings, what: str, before: str | None, after: str | None) -> tuple[Months, Months]:
    since = _since(settings)
    later = period_asked(settings, what, after)
    if before:
        earlier = parse_months(before)
        check_pair(earlier, later)
    else:
        shift = -(-later.count // YEAR) * YEAR
        earlier = Months(later.first - shift, later.last - shift)
        just_before = Months(later.first - later.count, later.first - 1)
        if earlier.first < since <= just_before.first:
            earlier = just_before
        half = (later.last - since + 1) // 2
        if after is None and earlier.first < since and half:
            return Months(later.last - 2 * half + 1, later.last - half), Months(later.last - half + 1, later.last)
    if earlier.first < since:
        # What nobody has written down is no 0.
        raise InvalidInput(
            f"{what} are known from {month_said(since)} on and not for all of {earlier}; "
            "wanted are two periods since then",
            zh=f"隐患从 {month_said(since)} 起才有登记，{earlier} 并非每月都有；请选择此后的两个时段",
        )
    return earlier, later


def _since(settings: Settings) -> int:
    """Return the first month in which a hazard was found."""
    first = first_hazard(settings)
    if first is None:
        raise InvalidInput("there are no hazards; load their table", zh="没有隐患：请先导入隐患台账")
    return first.year * 12 + first.month - 1


def _years(settings: Settings, kind: str) -> list[Months]:
    years = years_of(settings, kind)
    if not years:
        raise InvalidInput(
            f"{kind} has been counted for no calendar year that is over; incidents are told by the calendar year",
            zh=f"“{kind}”尚无完整的自然年统计；警情只按自然年公布，一年结束后才公布",
        )
    return years


def _whole(what: str, period: Months, years: list[Months]) -> Months:
    """Return a period of incidents that is made of their years."""
    if not _is_told(period, years):
        told = _said(years)
        raise InvalidInput(
            f"{what} for {period}: incidents are told for whole calendar years only; wanted are {told}",
            zh=f"“{what}”不能按 {period} 统计：警情只按自然年公布；可选：{told}",
        )
    return period


def _is_told(period: Months, years: list[Months]) -> bool:
    """Tell whether a period begins with a calendar year and has years only that are told."""
    firsts = {year.first for year in years}
    wanted = set(range(period.first, period.last + 1, YEAR))
    return period.first % YEAR == 0 and period.count % YEAR == 0 and wanted <= firsts


def _said(years: list[Months]) -> str:
    return ", ".join(map(str, years))
