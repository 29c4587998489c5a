"""An answer for other programs: one JSON object, and a table of places for a map."""

from __future__ import annotations

import geopandas
import numpy as np

from geodata.analyses.coverage.answer import Answer, AreaShare
from geodata.analyses.coverage.idle import idle_posts
from geodata.analyses.coverage.minutes import rounded_minutes
from geodata.analyses.coverage.remedies import remedies_of
from geodata.analyses.facts import plain
from geodata.coverage.streets import DS_A_MINUTE
from geodata.crs import STORAGE_SRID, from_metric
from geodata.settings import Settings

MOST_PLACES = 200
"""So many uncovered places are listed in the JSON object, the fullest first; a file has them all."""


def as_json(answer: Answer, *, most: int = MOST_PLACES) -> dict[str, object]:
    """Return an answer as JSON can hold it; numbers of people are whole where their source's are.

    Args:
        answer: of `cover`.
        most: how many uncovered places to list, those with the most people first.
    """
    asked, uncovered = answer.asked, _uncovered(answer, most)
    return {
        "service": asked.service.id,
        "mode": asked.mode.id,
        "minutes": plain(asked.minutes),
        "at": None if asked.at is None else str(asked.at),
        "demand": answer.places.kind,
        "weight": asked.weight,
        "changes": list(asked.changes),
        "changes_left_out": list(asked.changes_left_out),
        "demand_total": plain(answer.demand_total),
        "covered": plain(answer.covered),
        "share": round(answer.share, 6),
        "by_cause": by_cause_as_json(answer),
        "places_by_cause": answer.places_by_cause(),
        "straight_line_covered": plain(answer.straight_line_covered),
        "straight_line_limit_m": round(answer.straight_limit_m),
        "served": None if answer.served is None else plain(answer.served),
        "bands": {f"{minutes:g}": plain(people) for minutes, people in answer.bands().items()},
        "sensitivity": {name: plain(value) for name, value in answer.sensitivity().items()},
        "areas": [_area(area) for area in answer.areas],
        "idle_posts": [idle.as_json() for idle in idle_posts(answer)],
        "uncovered": uncovered,
        "uncovered_left_out": sum(answer.places_by_cause().values()) - len(uncovered),
        "receipt": dict(answer.receipt),
    }


def by_cause_as_json(answer: Answer) -> dict[str, float | None]:
    """Return the people by cause; null where nobody has counted them."""
    return {cause: None if people is None else plain(people) for cause, people in answer.told_by_cause().items()}


def frame_of(settings: Settings, answer: Answer) -> geopandas.GeoDataFrame:
    """Return the places as a GeoDataFrame in WGS 84, with the receipt and the sums in its attrs.

    `minutes` and `post` are empty where there is no way, `people` where nobody has counted, and for incidents.
    """
    rows = answer.places.rows
    has_way = np.isfinite(answer.time_ds)
    minutes = np.where(has_way, answer.time_ds / DS_A_MINUTE, np.nan)
    columns = {
        "layer": list(answer.places.layers),
        "id": [row.id for row in rows],
        "code": [row.code for row in rows],
        "name": [row.name for row in rows],
        "people": answer.places.people if answer.asked.has_amounts else np.full(len(rows), np.nan),
        "minutes": minutes,
        "minutes_over": np.where(answer.is_covered, 0.0, minutes - answer.asked.minutes),
        "post": [answer.posts[post].code if post >= 0 else None for post in answer.post],
        "is_covered": answer.is_covered,
        "cause": list(answer.cause),
        "lifted": [",".join(lifted) for lifted in answer.lifted],
        "snap_m": answer.snap_m,
        "straight_m": np.where(np.isfinite(answer.straight_m), answer.straight_m, np.nan),
        "is_straight_covered": answer.straight_m <= answer.straight_limit_m,
    }
    if answer.is_served is not None:
        columns["is_served"] = answer.is_served
    shapes = from_metric(list(answer.places.shape), settings.metric_crs)
    frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=STORAGE_SRID)
    frame.attrs.update({"receipt": dict(answer.receipt), "answer": as_json(answer, most=0)})
    return frame


def _uncovered(answer: Answer, most: int) -> list[dict[str, object]]:
    if not answer.asked.has_amounts:
        return []
    missed = np.flatnonzero(np.array(answer.cause) != "")
    order = missed[np.argsort(-answer.known[missed], kind="stable")][:most]
    return [_place(answer, place) for place in order.tolist()]


def _place(answer: Answer, place: int) -> dict[str, object]:
    row, post, people = answer.places.rows[place], int(answer.post[place]), float(answer.places.people[place])
    minutes = float(answer.time_ds[place]) / DS_A_MINUTE
    has_way = bool(np.isfinite(minutes))
    told = rounded_minutes(minutes, answer.asked.minutes, digits=2) if has_way else None
    return {
        "layer": answer.places.layers[place],
        "id": row.id,
        "code": row.code,
        "name": row.name,
        "people": None if np.isnan(people) else plain(people),
        "cause": answer.cause[place],
        "with": list(answer.lifted[place][1:]),
        "remedies": [remedy.as_json() for remedy in remedies_of(answer, place)],
        "post": answer.posts[post].code if post >= 0 else None,
        "minutes": told,
        "minutes_over": None if told is None else round(max(0.0, told - answer.asked.minutes), 2),
    }


def _area(area: AreaShare) -> dict[str, object]:
    return {
        "id": area.area.id if area.area else None,
        "code": area.area.code if area.area else None,
        "name": area.area.name if area.area else None,
        "demand": plain(area.demand),
        "covered": plain(area.covered),
        "share": None if area.share is None else round(area.share, 6),
        "unknown_places": area.unknown_places,
    }
