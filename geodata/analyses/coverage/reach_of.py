"""How far one post reaches, in bands, and the way of one place to its post: shapes for a map."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.analyses.coverage.answer import Answer, bands_within
from geodata.analyses.coverage.minutes import rounded_minutes
from geodata.analyses.coverage.routes import way_of
from geodata.coverage.causes import NOTHING
from geodata.coverage.isochrone import isochrones
from geodata.coverage.reach import nearest
from geodata.coverage.snapping import sources_of
from geodata.coverage.streets import DS_A_MINUTE
from geodata.crs import METRES_A_DEGREE, from_metric
from geodata.errors import InvalidInput, NotFound
from geodata.settings import Settings

AROUND_M = 25.0
"""So far around the streets the outlines go: about the depth of the houses along them."""
FARTHEST_M = 1_000.0
"""A spot is of no place that is farther away."""
SIMPLE_M = 3.0
"""Corners that change an outline by less are left out: no reader sees them."""


def reach_of(settings: Settings, answer: Answer, code: str) -> dict[str, Any]:
    """Return what one post reaches on the streets within each band, as GeoJSON of rings, WGS 84.

    The ground of a band leaves that of the shorter ones out; "minutes" is its limit, inclusive. They are pictures:
    people are counted by their ways, never by what lies in a ring.

    Args:
        settings: the deployment's.
        answer: of `cover`.
        code: the post's.

    Raises:
        NotFound: the service has no such post.
        InvalidInput: it stands too far from every street, or is closed at the moment that is asked of.
    """
    ground = answer.ground
    number = next((number for number, post in enumerate(answer.posts) if post.code == code), None)
    if number is None:
        raise NotFound(f"{answer.asked.service.id} has no post {code[:40]!r}", zh=f"没有服务点 {code[:40]!r}")
    if not answer.is_open[number]:
        raise InvalidInput(
            f"the post {code!r} is closed at {answer.asked.at}; wanted is one that is open then",
            zh="该服务点此时不开放",
        )
    post = ground.open_posts().those(np.array([number]))
    if not post.is_joined[0]:
        raise InvalidInput(
            f"the post {code!r} meets no street that is open to {answer.asked.mode.id}",
            zh="该服务点不在可通行的道路旁",
        )
    streets = ground.stage(NOTHING).streets
    limits = bands_within(answer.asked.minutes)
    times, _ = nearest(streets.network, sources_of(streets, post), limit_ds=answer.asked.limit_ds)
    found = isochrones(
        streets, times, post, limits_ds=[round(each * DS_A_MINUTE) for each in limits], buffer_m=AROUND_M
    )
    rings = _rings([each.outline for each in found])
    shapes = from_metric(rings, settings.metric_crs)
    told = [
        _feature(shape, minutes=minutes, post=code, band=band)
        for band, (minutes, shape) in enumerate(zip(limits, shapes, strict=True))
        if not shape.is_empty
    ]
    return {"type": "FeatureCollection", "features": told}


def route_of(settings: Settings, answer: Answer, lon: float, lat: float) -> dict[str, Any]:
    """Return the way between the place that is nearest to a spot and its nearest open post, as a GeoJSON feature.

    The line runs in the direction of travel; it is null where there is no way. Properties: the place's name, the
    straight line to whichever open post is nearest (None without any), and of the way the post's code and name, minutes
    and metres.

    Args:
        settings: the deployment's.
        answer: of `cover`.
        lon, lat: WGS 84 degrees.

    Raises:
        InvalidInput: nobody is counted anywhere near.
    """
    spots = answer.places.lonlat(settings.metric_crs)
    # Degrees of longitude are shorter than those of latitude: compared as metres.
    east = np.cos(np.radians(lat))
    away_m = np.hypot((spots[:, 0] - lon) * east, spots[:, 1] - lat) * METRES_A_DEGREE
    place = int(np.argmin(away_m))
    if away_m[place] > FARTHEST_M:
        raise InvalidInput(
            f"nobody is counted within {FARTHEST_M:,.0f} m of {lon:g}, {lat:g}; wanted is a spot at a place of the map",
            zh=f"{lon:g}, {lat:g} 周围 {FARTHEST_M:,.0f} 米内没有已统计的地点；请点选地图上的地点",
        )
    row, line = answer.places.rows[place], way_of(answer, place)
    straight_m = float(answer.straight_m[place])
    told: dict[str, Any] = {
        "name": row.name,
        "code": row.code,
        "cause": answer.cause[place],
        "straight_m": round(straight_m) if np.isfinite(straight_m) else None,
    }
    if line is None:
        return {"type": "Feature", "geometry": None, "properties": told}
    post = answer.posts[int(answer.post[place])]
    return _feature(
        from_metric([line], settings.metric_crs)[0],
        **told,
        post=post.code,
        post_name=post.called,
        minutes=rounded_minutes(float(answer.time_ds[place]) / DS_A_MINUTE, answer.asked.minutes),
        length_m=round(float(line.length)),
    )


def _rings(outlines: list[BaseGeometry]) -> list[BaseGeometry]:
    simple = [shapely.simplify(outline, SIMPLE_M) for outline in outlines]
    return [simple[0], *(shapely.difference(one, less) for less, one in pairwise(simple))]


def _feature(shape: BaseGeometry, **told: Any) -> dict[str, Any]:
    rounded = shapely.transform(shape, lambda corners: np.round(corners, 6))
    return {"type": "Feature", "geometry": shapely.geometry.mapping(rounded), "properties": told}
