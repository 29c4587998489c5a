"""Reads people, streets and posts, chooses sites, and tells what they bring."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.question import understand
from geodata.analyses.coverage.receipt import receipt_of
from geodata.analyses.coverage.understood import understand_changes
from geodata.analyses.coverage.weights import demand_of
from geodata.analyses.progress import CANDIDATES, READING, WAYS, Progress, nobody, part
from geodata.analyses.siting.answer import ClosedPost, Plan, Site
from geodata.analyses.siting.candidates import candidate_points
from geodata.analyses.siting.curve import covered_by, solved
from geodata.analyses.siting.named import area_and_street, unreached_of
from geodata.analyses.siting.question import SiteQuestion
from geodata.analyses.siting.room import room_of
from geodata.analyses.siting.ways import Sitings, sitings_of
from geodata.coverage.arrays import Ints
from geodata.coverage.causes import NOTHING
from geodata.coverage.network import Network
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
    posts = changes.posts(told_apart(read_posts(settings, asked.service.layer, asked.service.where)))
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
    found, curve = solved(question, among, asked.limit_ds, part(progress, 0.4, 1.0), room)
    chosen = np.setdiff1d(found.chosen, ways.existing)
    stay = ways.existing if question.existing == "fixed" else np.intersect1d(found.chosen, ways.existing)
    order, gains = _by_gain(ways, stay, chosen, asked.limit_ds)
    before = covered_by(ways, ways.existing, asked.limit_ds)
    spots = [points[number] for number in ways.candidate[order]]
    return Plan(
        question=question,
        asked=asked,
        sites=_sites(settings, spots, [names[number] for number in ways.candidate[order]], gains),
        closed_posts=[_closed(posts[number]) for number in ways.post[np.setdiff1d(ways.existing, stay)]],
        demand_total=float(ways.people.sum()),
        covered_before=float(ways.people[before].sum()),
        covered_after=float(ways.people[covered_by(ways, np.concatenate([stay, chosen]), asked.limit_ds)].sum()),
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


def _by_gain(ways: Sitings, stay: Ints, chosen: Ints, limit_ds: int) -> tuple[Ints, list[float]]:
    """Return the new sites in the order in which each brings the most, and what that is."""
    covers = ways.covers(limit_ds)
    left = np.where(covered_by(ways, stay, limit_ds), 0.0, ways.people)
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
