"""Reads people, streets and posts, chooses sites, and tells what they bring."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.question import understand
from geodata.analyses.coverage.receipt import receipt_of
from geodata.analyses.coverage.understood import understand_changes
from geodata.analyses.coverage.weights import demand_of
from geodata.analyses.progress import CANDIDATES, READING, WAYS, Progress, nobody, part, solving
from geodata.analyses.siting.answer import ClosedPost, Plan, Site, Step
from geodata.analyses.siting.candidates import candidate_points
from geodata.analyses.siting.named import area_and_street, unreached_of
from geodata.analyses.siting.question import SiteQuestion
from geodata.analyses.siting.room import room_of
from geodata.analyses.siting.ways import Sitings, sitings_of
from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.causes import NOTHING
from geodata.coverage.network import Network
from geodata.coverage.siting import (
    Siting,
    solve_capacitated_mclp,
    solve_lscp,
    solve_mclp,
    solve_p_center,
    solve_p_median,
)
from geodata.crs import from_metric
from geodata.errors import InvalidInput
from geodata.layers.text import counted
from geodata.queries.posts import PostRow, read_posts, told_apart
from geodata.settings import Settings

NAMED_WITHIN_M = 100.0
"""A street that is farther says nothing of where a post would stand."""


def site(settings: Settings, question: SiteQuestion, progress: Progress = nobody) -> Plan:
    """Return where the next posts of a service belong, on the real streets and with the posts that are there.

    New posts are taken as open at the moment that is asked of. People whom no candidate reaches at all are left out of
    the shortest ways, and those whom none reaches in time out of the fewest posts: both are said.

    Args:
        settings: the deployment.
        question: what is asked.
        progress: told how far it is.

    Raises:
        NotFound: no such service or layer.
        InvalidInput: it can't be asked so, or there are no roads, no people or no candidates; each says what to load.
    """
    question.check(settings)
    asked = understand(settings, question.service)
    progress(0.0, READING)
    places = demand_of(settings, asked)
    changes = understand_changes(settings, asked)
    posts = changes.posts(told_apart(settings, read_posts(settings, asked.service.layer, asked.service.where)))
    ground = Ground(settings, asked, posts, places, changes)
    network = ground.stage(NOTHING).streets.network
    progress(0.2, CANDIDATES)
    points, names = _candidates(settings, question, network, places.points)
    is_by_limit = question.objective in ("mclp", "cmclp", "lscp")
    progress(0.25, WAYS)
    ways = sitings_of(ground, points, limit_ds=asked.limit_ds if is_by_limit else None)
    if question.existing != "closable" and not (ways.candidate >= 0).any():
        raise InvalidInput(
            f"none of the {counted(len(points), 'candidate')} meets a street that is open to {asked.mode.id}",
            zh=f"{len(points)} 个候选位置都不在可通行的道路附近",
        )
    reached = np.diff(ways.travel_ds.indptr) > 0
    among = ways if question.objective in ("mclp", "cmclp") else ways.of(reached)
    room = room_of(ground, among, question.capacity) if question.capacity is not None else None
    found, curve = _solved(question, among, asked.limit_ds, part(progress, 0.4, 1.0), room)
    chosen = np.setdiff1d(found.chosen, ways.existing)
    stay = ways.existing if question.existing == "fixed" else np.intersect1d(found.chosen, ways.existing)
    order, gains = _by_gain(ways, stay, chosen, asked.limit_ds)
    before = _covered(ways, ways.existing, asked.limit_ds)
    spots = [points[number] for number in ways.candidate[order]]
    return Plan(
        question=question,
        asked=asked,
        sites=_sites(settings, spots, [names[number] for number in ways.candidate[order]], gains),
        closed_posts=[_closed(posts[number]) for number in ways.post[np.setdiff1d(ways.existing, stay)]],
        demand_total=float(ways.people.sum()),
        covered_before=float(ways.people[before].sum()),
        covered_after=float(ways.people[_covered(ways, np.concatenate([stay, chosen]), asked.limit_ds)].sum()),
        objective=found.objective,
        bound=found.bound,
        gap=found.gap,
        proven=found.proven,
        before=_before(question, among),
        curve=curve,
        unreachable=float(ways.people[~reached].sum()),
        unreachable_places=int((~reached).sum()),
        unreached=unreached_of(ground, ways.site[~reached]),
        candidates=int((ways.candidate >= 0).sum()),
        receipt=receipt_of(ground, np.zeros(0)),
    )


def _candidates(
    settings: Settings, question: SiteQuestion, network: Network, demand: npt.NDArray[np.object_]
) -> tuple[npt.NDArray[np.object_], Sequence[str | None]]:
    """Return where posts could stand and what that is called, as `candidate_points`; nowhere where some only close."""
    if question.existing == "closable":
        return np.zeros(0, dtype=object), []
    return candidate_points(settings, question.candidates, network, demand)


def _before(question: SiteQuestion, ways: Sitings) -> float | None:
    """Return what the ways come to with the posts that are there; None where some have none, or it isn't about ways."""
    if question.objective not in ("p-median", "p-center") or not len(ways.existing):
        return None
    there = csr_array(ways.travel_ds[:, ways.existing]).tocoo()
    soonest = np.full(len(ways.people), np.inf)
    np.minimum.at(soonest, there.coords[0], there.data)
    value = float((ways.people * soonest).sum() if question.objective == "p-median" else soonest.max(initial=0.0))
    return value if np.isfinite(value) else None


def _solved(
    question: SiteQuestion, ways: Sitings, limit_ds: int, progress: Progress, room: Floats | None = None
) -> tuple[Siting, list[Step]]:
    """Return the choice, and for most people covered or served the way up to it."""
    fixed = ways.existing if question.existing == "fixed" else np.zeros(0, dtype=np.int64)
    more = 0 if question.existing == "fixed" else len(ways.existing)
    free = len(ways.post) - len(fixed) - more
    counts = range(question.add + 1)
    if question.existing == "closable":
        counts = range(0, -question.close - 1, -1)
        if question.close >= more:
            raise InvalidInput(
                f"{question.close} posts to close; there are {more}, and one has to stay",
                zh=f"要关闭 {question.close} 处；共有 {more} 处，至少保留一处",
            )
    add, limit_s = counts[-1] + more, question.time_limit_s
    tell = _told_gap(progress)
    if question.objective == "lscp":
        return solve_lscp(ways.covers(limit_ds), fixed=fixed, time_limit_s=limit_s, progress=tell), []
    if counts[-1] > free:
        raise InvalidInput(
            f"{counted(question.add, 'post')} to add; candidates to choose from: {free}",
            zh=f"要增设 {question.add} 处，但只有 {free} 个候选位置",
        )
    if question.objective == "p-median":
        return solve_p_median(ways.travel_ds, ways.people, add, fixed=fixed, time_limit_s=limit_s, progress=tell), []
    if question.objective == "p-center":
        return solve_p_center(ways.travel_ds, add, fixed=fixed, time_limit_s=limit_s, progress=tell), []
    covers, steps, until = ways.covers(limit_ds), len(counts), time.perf_counter() + limit_s
    found: list[Siting] = []
    # What was asked for comes first and has half of the time; the way up to it shares what is left, with gaps told.
    for done, count in enumerate(reversed(counts)):
        tell = _told_gap(part(progress, done / steps, (done + 1) / steps))
        left_s = max(0.0, until - time.perf_counter()) / (steps - done if done else min(2, steps))
        ask = solve_mclp if room is None else partial(solve_capacitated_mclp, capacity=room)
        found.insert(0, ask(covers, ways.people, p=more + count, fixed=fixed, time_limit_s=left_s, progress=tell))
    covered = [each.objective for each in found]
    gains = np.diff(covered, prepend=covered[0])
    return found[-1], [
        Step(count, each.objective, gain, each.proven, each.gap)
        for count, each, gain in zip(counts, found, gains.tolist(), strict=True)
    ]


def _told_gap(progress: Progress) -> Callable[[float, float], None]:
    """Return what a solver tells: the share of its time, and the gap in words."""

    def tell(share: float, gap: float) -> None:
        progress(share, solving(gap))

    return tell


def _covered(ways: Sitings, columns: Ints, limit_ds: int) -> Mask:
    """(n,) whether anybody of some posts is within the limit."""
    is_there = np.zeros(len(ways.post))
    is_there[columns] = 1
    found: Mask = ways.covers(limit_ds) @ is_there > 0
    return found


def _by_gain(ways: Sitings, stay: Ints, chosen: Ints, limit_ds: int) -> tuple[Ints, list[float]]:
    """Return the new sites in the order in which each brings the most, and what that is."""
    covers = ways.covers(limit_ds)
    left = np.where(_covered(ways, stay, limit_ds), 0.0, ways.people)
    rest, order, gains = chosen.tolist(), [], []
    by_site = {column: np.flatnonzero(covers[:, [column]].toarray().ravel()) for column in rest}
    while rest:
        best = max(rest, key=lambda column: (left[by_site[column]].sum(), -column))
        rest.remove(best)
        order.append(best)
        gains.append(float(left[by_site[best]].sum()))
        left[by_site[best]] = 0
    return np.array(order, dtype=np.int64), gains


def _sites(
    settings: Settings, spots: Sequence[BaseGeometry], names: Sequence[str | None], gains: Sequence[float]
) -> list[Site]:
    places: npt.NDArray[np.object_] = from_metric(list(spots), settings.metric_crs)
    lonlat = [(round(float(place.x), 6), round(float(place.y), 6)) for place in places]
    about = area_and_street(settings, lonlat, within_m=NAMED_WITHIN_M)
    return [
        Site(lon, lat, name, *words, gain)
        for (lon, lat), name, words, gain in zip(lonlat, names, about, gains, strict=True)
    ]


def _closed(post: PostRow) -> ClosedPost:
    return ClosedPost(post.code, post.name, post.called, round(post.lon, 6), round(post.lat, 6))
