"""Ways on foot that are asked for while one is out: from a spot to the nearest posts, and an order of some spots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geodata.analyses.streets import streets_of
from geodata.coverage.arrays import Floats
from geodata.coverage.modes import WALK
from geodata.coverage.order import MOST_PLACES, quickest_order
from geodata.coverage.pairs import travel_times
from geodata.coverage.snapping import Snapped, snap
from geodata.coverage.streets import Streets
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.queries.posts import PostRow, read_posts
from geodata.queries.walks import POSTS
from geodata.settings import Settings
from geodata.speeds import speeds_of

LIMIT_DS = 2 * 60 * 60 * 10
"""Two hours on foot: farther than that nobody walks."""
SNAP_M = 300.0
"""Farther from every street than this, a spot has no way."""
Spot = tuple[float, float]


@dataclass(frozen=True)
class Post:
    """A police post and how long one walks to it, whole deciseconds."""

    post: PostRow
    time_ds: int


@dataclass(frozen=True)
class Order:
    """An order of spots by their numbers, and what each leg takes; empty where no order visits all.

    Attributes:
        spots: the numbers of the spots, in the order in which they are walked to.
        legs_ds: from each to the next, whole deciseconds.
        cut_off: the numbers of spots from which, or to which, no way leads.
    """

    spots: tuple[int, ...]
    legs_ds: tuple[int, ...]
    cut_off: tuple[int, ...]


def nearest_posts(settings: Settings, spot: Spot, *, count: int) -> list[Post]:
    """Return the police posts that one comes to soonest on foot from a spot, at any hour; [] where no way leads to any.

    Args:
        settings: the deployment's.
        spot: longitude and latitude, WGS 84 degrees.
        count: at most so many.

    Raises:
        InvalidInput: no roads have been loaded.
    """
    posts = read_posts(settings, POSTS, ())
    streets = _streets(settings)
    here, doors = _at(settings, streets, [spot]), _at(settings, streets, [(post.lon, post.lat) for post in posts])
    times = travel_times(streets, here, doors, limit_ds=LIMIT_DS).tocoo()
    found = sorted(zip(times.data.tolist(), times.coords[0].tolist(), strict=True))
    return [Post(posts[number], int(time_ds)) for time_ds, number in found[:count]]


def walking_order(settings: Settings, spots: Sequence[Spot]) -> Order:
    """Return the order in which some spots are walked to in the least time, proven, on the streets that are known.

    Args:
        settings: the deployment's.
        spots: longitude and latitude of each, WGS 84 degrees; the first one is where it begins.

    Raises:
        InvalidInput: they are too many, or no roads have been loaded.
    """
    if len(spots) > MOST_PLACES:
        raise InvalidInput(
            f"{len(spots)} spots; at most {MOST_PLACES} are put in order", zh=f"最多可为 {MOST_PLACES} 处排序"
        )
    streets = _streets(settings)
    times = _pairs(streets, _at(settings, streets, spots))
    reached = _reached(times)
    kept = np.flatnonzero(reached)
    order, _ = quickest_order(times[np.ix_(kept, kept)], first=0 if len(kept) else None)
    numbers = tuple(int(kept[each]) for each in order)
    legs = tuple(int(times[a, b]) for a, b in zip(numbers[:-1], numbers[1:], strict=True))
    return Order(numbers, legs, tuple(np.flatnonzero(~reached).tolist()))


def _streets(settings: Settings) -> Streets:
    return streets_of(settings, WALK.with_speeds(speeds_of(settings, WALK.id)))


def _at(settings: Settings, streets: Streets, spots: Sequence[Spot]) -> Snapped:
    points = to_metric(list(shapely.points(np.asarray(spots, dtype=np.float64).reshape(-1, 2))), settings.metric_crs)
    at = shapely.get_coordinates(points)
    return snap(streets, at[:, 0], at[:, 1], limit_m=SNAP_M)


def _pairs(streets: Streets, at: Snapped) -> Floats:
    """Return (n, n) the times from each spot to each; inf where no way leads."""
    found = travel_times(streets, at, at, limit_ds=LIMIT_DS).tocoo()
    times = np.full((len(at.edge), len(at.edge)), np.inf)
    times[found.coords[1], found.coords[0]] = found.data
    np.fill_diagonal(times, 0.0)
    return times


def _reached(times: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which spots can be come to from the first one, and left again; the first one is among them."""
    count = len(times)
    if not count:
        return np.zeros(0, dtype=np.bool_)
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.isfinite(times[0]) & np.isfinite(times[:, 0])
    return found
