"""A comparison for other programs: one JSON object, and the places that change for a map."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely.geometry

from geodata.analyses.coverage.idle import newly_idle
from geodata.analyses.coverage.minutes import rounded_minutes
from geodata.analyses.coverage.report import MOST_PLACES, by_cause_as_json
from geodata.analyses.facts import plain
from geodata.analyses.scenarios.compare import AreaChange, Comparison, Moved
from geodata.settings import Settings


def as_json(found: Comparison, *, most: int = MOST_PLACES) -> dict[str, Any]:
    """Return a comparison as JSON can hold it.

    Args:
        found: of `comparison`.
        most: how many groups of places that change to list, those with the most people first.
    """
    before, after = found.before, found.after
    asked = before.asked
    return {
        "service": asked.service.id,
        "mode": asked.mode.id,
        "minutes": plain(asked.minutes),
        "at": None if asked.at is None else str(asked.at),
        "weight": asked.weight,
        "demand_total": plain(before.demand_total),
        "covered_before": plain(before.covered),
        "covered_after": plain(after.covered),
        "share_before": round(before.share, 6),
        "share_after": round(after.share, 6),
        "gained": plain(found.gained),
        "lost": plain(found.lost),
        "quicker": plain(found.quicker),
        "slower": plain(found.slower),
        "served_before": None if before.served is None else plain(before.served),
        "served_after": None if after.served is None else plain(after.served),
        "by_cause_before": by_cause_as_json(before),
        "by_cause_after": by_cause_as_json(after),
        "areas": [_area(area) for area in found.areas],
        "changed": (
            [_moved(row, before.asked.minutes) for row in found.moved[:most]] if before.asked.has_amounts else []
        ),
        "changed_groups": len(found.moved),
        "changes_left_out": list(found.left_out),
        "idle_posts": [idle.as_json() for idle in newly_idle(before, after)],
        "posts_after": {"known": len(after.posts), "open": int(after.is_open.sum())},
        "receipt": {"before": dict(before.receipt), "after": dict(after.receipt)},
    }


def drawn(settings: Settings, found: Comparison) -> dict[str, Any]:
    """Return what changes as GeoJSON, WGS 84.

    Places have "gained" or "lost"; posts are as they would be, after them those that would be gone from where they
    stand: closed or moved; shapes are new crossings and barriers.
    """
    spots = found.before.places.lonlat(settings.metric_crs)
    people, rows = found.before.places.people, found.before.places.rows
    places = [
        _point(
            spots[number].tolist(),
            id=number,
            change="gained" if found.is_gained[number] else "lost",
            name=rows[number].name,
            people=None
            if np.isnan(people[number]) or not found.before.asked.has_amounts
            else round(float(people[number]), 1),
        )
        for number in np.flatnonzero(found.is_gained | found.is_lost).tolist()
    ]
    posts = _posts(found)
    changes = found.after.ground.changes
    lines = [shapely.LineString([link.start, link.end]) for link in changes.links]
    shapes = [
        {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": {"change": change}}
        for change, drawn_shapes in (("crossing", lines), ("barrier", changes.barriers))
        for shape in drawn_shapes
    ]
    return {"places": _collection(places), "posts": _collection(posts), "shapes": _collection(shapes)}


def _posts(found: Comparison) -> list[dict[str, Any]]:
    now, then = ({(post.id, post.lon, post.lat) for post in each.posts} for each in (found.before, found.after))
    gone = [post for post in found.before.posts if (post.id, post.lon, post.lat) not in then]
    stand = len(found.after.posts)
    return [
        _point(
            [post.lon, post.lat],
            id=number,
            code=post.code,
            name=post.called,
            is_open=number < stand and bool(found.after.is_open[number]),
            is_new=number < stand and (post.id, post.lon, post.lat) not in now,
            is_gone=number >= stand,
        )
        for number, post in enumerate([*found.after.posts, *gone])
    ]


def _area(row: AreaChange) -> dict[str, Any]:
    return {
        "id": row.area.id if row.area else None,
        "code": row.area.code if row.area else None,
        "name": row.area.name if row.area else None,
        **{name: plain(getattr(row, name)) for name in ("demand", "covered_before", "covered_after", "gained", "lost")},
    }


def _moved(row: Moved, limit: float) -> dict[str, Any]:
    before, after = (
        None if each is None else rounded_minutes(each, limit, digits=2)
        for each in (row.minutes_before, row.minutes_after)
    )
    return {
        "name": row.group.name,
        "is_compound": row.group.is_compound,
        "change": "gained" if row.is_gain else "lost",
        "cause": row.cause,
        "people": plain(row.people),
        "places": row.places,
        "minutes_before": before,
        "minutes_after": after,
        "bbox": [round(degree, 6) for degree in row.bbox],
    }


def _point(spot: list[float], *, id: int, **told: Any) -> dict[str, Any]:  # noqa: A002  GeoJSON's own word
    place = {"type": "Point", "coordinates": [round(degree, 6) for degree in spot]}
    return {"type": "Feature", "id": id, "geometry": place, "properties": told}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
