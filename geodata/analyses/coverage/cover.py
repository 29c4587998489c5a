"""Who is within reach of a service, who isn't, and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geodata.analyses.coverage.answer import Answer, AreaShare
from geodata.analyses.coverage.changes import Changes
from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.question import Asked, Question, understand
from geodata.analyses.coverage.receipt import receipt_of
from geodata.analyses.coverage.room import served_of
from geodata.analyses.coverage.stage import SNAP_LIMIT_M
from geodata.analyses.coverage.understood import understand_changes
from geodata.analyses.coverage.weights import demand_of
from geodata.analyses.progress import CAUSES, READING, WAYS, Progress, nobody
from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.causes import NOTHING, Lifted, binding
from geodata.coverage.streets import KMH_TO_M_PER_DS, Streets
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.queries.outlines import AreaOutline, read_outlines
from geodata.queries.posts import PostRow, read_posts, told_apart
from geodata.settings import Settings


def cover(
    settings: Settings, question: Question, changes: Changes | None = None, progress: Progress = nobody
) -> Answer:
    """Return who is within reach of a service on the real streets, who isn't, and why.

    `cover(settings, Question("police_room", minutes=5, at="Mon 22:00", by="community"))` reads the store with the
    analyst's login and writes nothing. Everything is in whole deciseconds and limits are inclusive; the same data and
    question give the same answer.

    Args:
        settings: the deployment.
        question: what is asked; what it leaves out is the service's usual.
        changes: what would be different, in place of what the question states: more posts, open gates, links.
        progress: told how far it is.

    Returns:
        `Answer`: arrays by place, sums as properties (`demand_total`, `covered`, `share`, `by_cause()`, `bands()`,
        `straight_line_covered`, `served`), `areas` and the `receipt`.

    Raises:
        NotFound: no such service.
        InvalidInput: the question can't be asked so, or there are no roads, no posts, no people, or no post that meets
            the streets: each says what to load.
    """
    progress(0.0, READING)
    ground = ground_of(settings, question, changes)
    progress(0.5, WAYS)
    ground.arrival()
    progress(0.7, CAUSES)
    return answer_of(ground)


def ground_of(settings: Settings, question: Question, changes: Changes | None = None) -> Ground:
    """Return what a question is answered from, as `cover` does it.

    Raises:
        NotFound, InvalidInput: as `cover`.
    """
    asked = understand(settings, question)
    changes = understand_changes(settings, asked) if changes is None else changes
    posts = changes.posts(posts_of(settings, asked))
    places = demand_of(settings, asked)
    ground = Ground(settings, asked, posts, places, changes)
    _refuse_nowhere(ground)
    return ground


def answer_of(ground: Ground) -> Answer:
    """Return the answer that a ground holds."""
    asked, best = ground.asked, ground.arrival()
    is_covered = best.time_ds <= asked.limit_ds
    is_served = served_of(ground, is_covered)
    cause, lifted = _causes(ground, is_covered, is_served)
    snap_m = _snap_m(ground, best.entry)
    return Answer(
        asked=asked,
        places=ground.places,
        posts=ground.posts,
        is_open=ground.is_open,
        time_ds=best.time_ds,
        post=best.owner,
        snap_m=snap_m,
        is_covered=is_covered,
        is_served=is_served,
        straight_m=_straight_m(ground),
        straight_limit_m=_quickest_m_per_ds(ground.stage(NOTHING).streets) * asked.limit_ds,
        cause=cause,
        lifted=lifted,
        areas=_by_area(ground, is_covered),
        receipt=receipt_of(ground, snap_m),
        ground=ground,
    )


def posts_of(settings: Settings, asked: Asked) -> list[PostRow]:
    """Return the posts of a service.

    Raises:
        InvalidInput: there are none.
    """
    posts = read_posts(settings, asked.service.layer, asked.service.where)
    if posts:
        return told_apart(posts)
    which = "".join(f" of {name} {' or '.join(values)}" for name, values in asked.service.where)
    raise InvalidInput(
        f"{asked.service.id} has no post: no {asked.service.layer}{which} is loaded; load its places first",
        zh=f"“{asked.service.title.zh}”没有任何服务点：请先导入相应数据",
    )


def _refuse_nowhere(ground: Ground) -> None:
    """Stop where no post meets the streets: an answer of nobody would be no answer. All posts may be closed, though."""
    joined = ground.stage(NOTHING).posts.is_joined
    if len(joined) and not joined.any():
        raise InvalidInput(
            f"none of the {len(joined)} posts of {ground.asked.service.id} is within {SNAP_LIMIT_M:.0f} m of a street "
            f"that is open to {ground.asked.mode.id}; wanted are posts and roads of the same place",
            zh=f"“{ground.asked.service.title.zh}”的服务点都离道路超过 {SNAP_LIMIT_M:.0f} 米",
        )


def _causes(ground: Ground, is_covered: Mask, is_served: Mask | None) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return each place's cause, and all rules that would have to be lifted."""
    unknown = np.isnan(ground.places.people)
    missed = ~unknown & ~is_covered
    routed = missed & ground.has_route

    def is_reached(lifted: Lifted) -> Mask:
        return ground.arrival(lifted).time_ds <= ground.asked.limit_ds

    found = binding(np.flatnonzero(routed), is_reached, ground.lifts) if routed.any() else {}
    cause = np.full(len(unknown), "", dtype="U10")
    cause[unknown] = "no_data"
    cause[missed & ~routed] = "unroutable"
    if is_served is not None:
        cause[~unknown & is_covered & ~is_served] = "capacity"
    for place, lifted in found.items():
        cause[place] = lifted[0] if lifted else "distance"
    return cause.tolist(), [found.get(place, ()) for place in range(len(unknown))]


def _snap_m(ground: Ground, entry: Ints) -> Floats:
    """Return how far from its street each place's entry lies; 0 where it is a node of the streets, or there is none."""
    away_m = ground.stage(NOTHING).entries.at.away_m
    is_point = (entry >= 0) & (entry < len(away_m))
    found = np.zeros(len(entry))
    found[is_point] = away_m[entry[is_point]]
    return found


def _straight_m(ground: Ground) -> Floats:
    """Return the straight line from each place's edge to the nearest post that counts."""
    posts = ground.post_points[ground.is_open]
    if not len(posts):
        return np.full(len(ground.places.rows), np.inf)
    tree = shapely.STRtree(posts)
    (place, _), away_m = tree.query_nearest(ground.places.shape, all_matches=False, return_distance=True)
    found = np.full(len(ground.places.rows), np.inf)
    found[place] = away_m
    return found


_LONG_M = 50.0


def _quickest_m_per_ds(streets: Streets) -> float:
    """Return how far one gets in a decisecond on the quickest street: no way is longer than such a circle is wide.

    Of short stretches the time is rounded too much to tell a speed. Where a barrier closes all streets, the mode's
    quickest speed tells.
    """
    time_ds = np.maximum(streets.ahead_ds, streets.back_ds)
    is_open = time_ds > 0
    if not is_open.any():
        return max(streets.mode.kmh.values()) * KMH_TO_M_PER_DS
    is_long = is_open & (streets.length_m >= min(_LONG_M, float(streets.length_m[is_open].max())))
    return float((streets.length_m[is_long] / time_ds[is_long]).max())


def area_of_places(ground: Ground, level: str) -> tuple[list[AreaOutline], Ints]:
    """Return the areas of a level, and (n,) the one that each place's middle lies in.

    A place that lies in none has the number behind the last.

    Raises:
        InvalidInput: there are no such areas.
    """
    areas, outlines = read_outlines(ground.settings, level)
    if not areas:
        raise InvalidInput(
            f"there are no areas of the level {level}: load their outlines first",
            zh=f"没有这一级（{level}）的区域：请先导入边界",
        )
    shapes = to_metric(list(outlines), ground.settings.metric_crs)
    place, area = shapely.STRtree(shapes).query(ground.places.points, predicate="intersects")
    of = np.full(len(ground.places.rows), len(areas), dtype=np.int64)
    of[place[::-1]] = area[::-1]
    return areas, of


def _by_area(ground: Ground, is_covered: Mask) -> Sequence[AreaShare]:
    """Return the sums of each area of the level that was asked for."""
    if ground.asked.by is None:
        return ()
    areas, of = area_of_places(ground, ground.asked.by)
    people = ground.places.people
    known = np.nan_to_num(people, nan=0.0)
    count = len(areas) + 1
    sums: list[Floats] = [
        np.bincount(of, weights=weight, minlength=count).astype(np.float64)
        for weight in (known, known * is_covered, np.isnan(people).astype(np.float64))
    ]
    rows = [AreaShare(area, *values) for area, values in zip([*areas, None], _plain(sums), strict=True)]
    return [row for row in rows if row.area is not None or row.demand or row.unknown_places]


def _plain(sums: Sequence[Floats]) -> list[tuple[float, float, int]]:
    return [(float(demand), float(covered), int(unknown)) for demand, covered, unknown in zip(*sums, strict=True)]
