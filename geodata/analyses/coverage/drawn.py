"""An answer as a map draws it: places by their minutes or their cause, posts, and the gaps that places belong to."""

from __future__ import annotations

from typing import Any

import numpy as np

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.minutes import rounded_minutes
from geodata.coverage.arrays import Ints
from geodata.coverage.streets import DS_A_MINUTE
from geodata.settings import Settings


def drawn(settings: Settings, answer: Answer, gap: Ints) -> dict[str, Any]:
    """Return places and posts as two GeoJSON collections of points, WGS 84.

    A place has its minutes (absent where there is no way), its cause ("" where it is covered), its people (absent where
    nobody has counted, and for incidents) and its gap; a post its code, its name and whether it counts at the moment.

    Args:
        settings: the deployment's.
        answer: of `cover`.
        gap: (n,) as `gaps_of` gives it.
    """
    spots = answer.places.lonlat(settings.metric_crs)
    return {
        "places": _collection([_place(answer, number, spots, gap) for number in range(len(answer.cause))]),
        "posts": _collection([
            _point(number, post.lon, post.lat, code=post.code, name=post.called, is_open=bool(answer.is_open[number]))
            for number, post in enumerate(answer.posts)
        ]),
    }  # fmt: skip


def _place(answer: Answer, number: int, spots: Any, gap: Ints) -> dict[str, Any]:
    lon, lat = spots[number].tolist()
    time_ds, people = float(answer.time_ds[number]), float(answer.places.people[number])
    told: dict[str, Any] = {"name": answer.places.rows[number].name, "cause": answer.cause[number]}
    if np.isfinite(time_ds):
        told["minutes"] = rounded_minutes(time_ds / DS_A_MINUTE, answer.asked.minutes)
    if answer.asked.has_amounts and not np.isnan(people):
        told["people"] = round(people, 1)
    if gap[number] >= 0:
        told["gap"] = int(gap[number])
    return _point(number, lon, lat, **told)


def _point(number: int, lon: float, lat: float, **told: Any) -> dict[str, Any]:
    spot = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
    return {"type": "Feature", "id": number, "geometry": spot, "properties": told}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
