"""Demand by what is known of areas or compounds only: shared over the places where people live, to the unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import shapely

from geodata.analyses.coverage.places import Places, all_compounds, inhabited, read_places
from geodata.analyses.coverage.question import Asked
from geodata.analyses.coverage.totals import finest
from geodata.analyses.hotspots.asked import told_years
from geodata.analyses.hotspots.periods import months_of
from geodata.analyses.hotspots.told import counts_of
from geodata.coverage.demand import share_out
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.queries.demand import PlaceRow
from geodata.queries.incidents import list_told_kinds
from geodata.queries.weights import Totals, first_hazard, read_elderly, read_hazards, with_outlines
from geodata.settings import Settings

UNITS = ("residents", "households")


def demand_of(settings: Settings, asked: Asked) -> Places:
    """Return the places of a question, weighted as it asks.

    Raises:
        InvalidInput: there is nothing to weight them by.
    """
    if asked.weight in UNITS:
        return read_places(settings, asked.demand, asked.weight)
    if asked.weight == "hazards":
        return _hazards(settings, asked)
    if asked.weight == "elderly":
        return inhabited(elderly_of(settings, asked.demand))
    kind = _kind(settings, asked)
    told, is_whole = _told(settings, kind, period_of(settings, asked))
    places = inhabited(_shared(settings, asked.demand, told, f"{kind} incidents"))
    return places if is_whole else replace(places, left_out=None)


def period_of(settings: Settings, asked: Asked) -> tuple[date, date]:
    """Return the days that a question is about; unless it says others, the year that ends today.

    Raises:
        InvalidInput: incidents are asked of other than calendar years that are over.
    """
    if asked.weight == "incidents":
        months = None if asked.period is None else months_of(*asked.period)
        return told_years(settings, _kind(settings, asked), months).days
    if asked.period is not None:
        return asked.period
    today = settings.today()
    # The first of the next month, a year ago: twelve whole months.
    return date(today.year - (today.month < 12), today.month % 12 + 1, 1), today


def _kind(settings: Settings, asked: Asked) -> str:
    """Return the kind of incidents: cases, calls and reports are never added up."""
    kinds = list_told_kinds(settings)
    if asked.kind in kinds or (asked.kind is None and len(kinds) == 1):
        return asked.kind or kinds[0]
    if not kinds:
        raise InvalidInput(
            "no incidents are counted: load a table of incident counts first", zh="没有警情统计：请先导入"
        )
    wrong = (
        "incidents of several kinds are never added up"
        if asked.kind is None
        else f"incidents of the kind {asked.kind!r} aren't counted"
    )
    raise InvalidInput(
        f"{wrong}; wanted is one of {', '.join(kinds)}",
        zh=f"警情分为多个类别，不能相加；请选择类别：{'、'.join(kinds)}",
    )


def _told(settings: Settings, kind: str, period: tuple[date, date]) -> tuple[Totals, bool]:
    """Return the incidents of areas that may be told, and whether they are all that is known.

    What is worked out from them may be told, too. Areas with few incidents, the ones that would give those away, and
    areas that weren't counted in each month are left out as unknown (docs/decisions.md).
    """
    rows = counts_of(settings, kind, months_of(*period))
    told = {row.area_id: row.total for row in rows if row.is_whole and not row.is_withheld}
    areas, outlines = with_outlines(settings, told)
    kept = [n for n, outline in enumerate(outlines) if areas[n].is_held and outline is not None]
    if not kept:
        raise InvalidInput(
            f"there are too few {kind} incidents in each community to be told, or they have no outlines; ask for "
            "another year of them, or load outlines",
            zh="警情数量太少，不能公布，或社区没有边界：请改选年份，或先导入边界",
        )
    is_whole = len(kept) == len(rows) and all(row.is_all for row in rows)
    return ([areas[n] for n in kept], outlines[kept]), is_whole


def _hazards(settings: Settings, asked: Asked) -> Places:
    """Return the compounds by their hazards: planners see no single one."""
    found = read_hazards(settings, *period_of(settings, asked))
    compounds = all_compounds(settings)
    counts = np.array([found.get(row.id, 0) for row in compounds.rows], dtype=np.float64)
    if not counts.sum():
        raise _no_hazards(settings, asked)
    return inhabited(replace(compounds, people=counts, left_out=float(sum(found.values()) - counts.sum())))


def _no_hazards(settings: Settings, asked: Asked) -> InvalidInput:
    """Return why a period has no hazards of compounds: it hasn't come, nothing is on record, or none were found."""
    if period_of(settings, asked)[0] > settings.today():
        return InvalidInput(
            "that period hasn't come yet, so no hazards were found in it; choose an earlier one",
            zh="所选时段尚未到来，还没有隐患：请改选更早的时段",
        )
    if first_hazard(settings) is None:
        return InvalidInput("there are no hazards; load a hazard ledger first", zh="没有隐患：请先导入隐患台账")
    return InvalidInput(
        "no hazards of known compounds were found in that period; choose another one",
        zh="该时段内没有发现小区隐患：请改选时段",
    )


def elderly_of(settings: Settings, demand: str | None) -> Places:
    """Return places with the people aged 65 and over, also those where it is known that none are.

    Raises:
        InvalidInput: they are known of no area with an outline.
    """
    return _shared(settings, demand, read_elderly(settings), "people aged 65 and over")


def _shared(settings: Settings, demand: str | None, totals: Totals, what: str) -> Places:
    """Share the totals of areas over the places in them by residents; an area without any stays a place of its own.

    A place in no counted area has an unknown part, not none.
    """
    used = finest(totals[0], _metres(settings, totals[1]))
    if not used.areas:
        raise InvalidInput(
            f"no {what} are known of any area with an outline that holds today: load their table first",
            zh="没有按区域统计的这类数据：请先导入",
        )
    areas, shapes = used.areas, used.shapes
    amounts = np.array([each.total for each in areas], dtype=np.int64)
    if not amounts.sum():
        raise InvalidInput(
            f"the {what} of all areas add up to 0: there is nothing to weigh places by; ask for residents",
            zh="各区域的数量合计为 0，无法加权；请改按居民计算",
        )
    places = read_places(settings, demand, "residents")
    place, area = shapely.STRtree(shapes).query(places.points, predicate="intersects")
    place, first = np.unique(place, return_index=True)
    area = area[first]
    is_known = ~np.isnan(places.people[place])
    place, area = place[is_known], area[is_known]
    people = np.full(len(places.people), np.nan)
    people[place] = share_out(amounts, area.astype(np.int64), places.people[place])
    empty = [n for n in np.setdiff1d(np.arange(len(areas)), area).tolist() if areas[n].total]
    rows = [PlaceRow(areas[n].id, areas[n].code or "", areas[n].name, None, None, None, None) for n in empty]
    return replace(
        places,
        rows=[*places.rows, *rows],
        layers=[*places.layers, *["area"] * len(empty)],
        people=np.concatenate([people, amounts[empty]]),
        shape=np.concatenate([places.shape, shapely.point_on_surface(shapes[empty])]),
        compound=np.concatenate([places.compound, np.zeros(len(empty), dtype=np.int64)]),
        room_m=np.concatenate([places.room_m, [np.sqrt(areas[n].area_m2 / np.pi) for n in empty]]),
        left_out=used.left_out,
    )


def _metres(settings: Settings, outlines: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return outlines in metres, None where there is none."""
    found = np.full(len(outlines), None, dtype=object)
    there = ~shapely.is_missing(outlines)
    found[there] = to_metric(list(outlines[there]), settings.metric_crs)
    return found
