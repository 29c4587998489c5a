"""Places as near to several streets: two directions drawn on each other, or a line drawn twice."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import networkx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some

from geodata.coverage.arrays import Floats
from geodata.coverage.catchment import Catchment
from geodata.coverage.entries import Entries
from geodata.coverage.isochrone import reachable
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import Mode
from geodata.coverage.pairs import travel_times
from geodata.coverage.paths import shared_edge
from geodata.coverage.reach import Incumbent, nearest
from geodata.coverage.snapping import arrive, snap, sources_of
from geodata.coverage.streets import Streets, Ways
from geodata.coverage.trips import follow
from tests.geodata.coverage.test_streets import Line, ways

MODE = Mode("test", {"residential": 36.0}, (), ("oneway",))
"""10 m a second: a metre takes a decisecond."""


def doubled(seed: int) -> Ways:
    """Return a town of which each street is drawn twice on itself with nodes of its own, mostly one-way each.

    The two meet at the ends of the street alone; where they are divided differs.
    """
    rng = np.random.default_rng(seed)
    side = 4
    spots = np.stack(np.meshgrid(np.arange(side) * 100.0, np.arange(side) * 100.0), axis=-1).reshape(-1, 2)
    spots += rng.normal(0, 12, spots.shape)
    number = np.arange(side * side).reshape(side, side)
    lines, nodes, tags, new = [], [], [], side * side
    for line in [*number, *number.T]:
        for one, other in pairwise(line):
            if rng.random() < 0.15:
                continue
            for ends in ((one, other), (other, one)):
                part = np.sort(rng.uniform(0.1, 0.9, rng.integers(0, 3)))[:, None]
                inner = spots[ends[0]] + part * (spots[ends[1]] - spots[ends[0]])
                lines.append([tuple(spot) for spot in (spots[ends[0]], *inner, spots[ends[1]])])
                nodes.append([int(ends[0]), *range(new, new + len(inner)), int(ends[1])])
                new += len(inner)
                tags.append({"oneway": "yes"} if rng.random() < 0.8 else {})
    return ways(*zip(lines, tags, strict=True), nodes=nodes)


def tried(streets: Streets, spots: Floats) -> Floats:
    """Return (k, k) times from each spot to each, joined to every edge that is as near as the nearest; networkx."""
    graph: networkx.DiGraph[object] = networkx.DiGraph()
    ends = zip(streets.tail.tolist(), streets.head.tolist(), strict=True)
    points = np.asarray(shapely.points(spots), dtype=object)
    away = shapely.distance(points[:, None], streets.lines[None, :])
    door = np.rint(away.min(axis=1) / (4.5 / 36))
    near = away <= away.min(axis=1)[:, None] + 0.001
    share = shapely.line_locate_point(streets.lines[None, :], points[:, None], normalized=True)
    found = np.full((len(spots), len(spots)), np.inf)
    for edge, (tail, head) in enumerate(ends):
        for one, other, cost, part in ((tail, head, streets.ahead_ds[edge], share[:, edge]),
                                       (head, tail, streets.back_ds[edge], 1 - share[:, edge])):  # fmt: skip
            if not cost:
                continue
            if not graph.has_edge(one, other) or graph[one][other]["weight"] > cost:
                graph.add_edge(one, other, weight=int(cost))
            for place in np.flatnonzero(near[:, edge]).tolist():
                _shorten(graph, ("out", place), other, np.rint((1 - part[place]) * cost) + door[place])
                _shorten(graph, one, ("in", place), np.rint(part[place] * cost) + door[place])
                for stop in np.flatnonzero(near[:, edge] & (part >= part[place])).tolist():
                    way = np.rint((part[stop] - part[place]) * cost) + door[place] + door[stop]
                    found[place, stop] = min(found[place, stop], way)
    np.fill_diagonal(found, 2 * door)
    for place in range(len(spots)):
        if ("out", place) in graph:
            times = networkx.single_source_dijkstra_path_length(graph, ("out", place))
            to = [times.get(("in", stop), np.inf) for stop in range(len(spots))]
            found[place] = np.minimum(found[place], to)
    return found


def _shorten(graph: networkx.DiGraph[object], one: object, other: object, weight: float) -> None:
    if not graph.has_edge(one, other) or graph[one][other]["weight"] > weight:
        graph.add_edge(one, other, weight=weight)


@given(some.integers(0, 10_000))
@settings(max_examples=30)
def test_a_place_uses_every_street_that_it_lies_on(seed: int) -> None:
    rng = np.random.default_rng(seed)
    laid = lay_streets(doubled(seed), MODE)
    # Some on the streets themselves, some beside them.
    on = shapely.get_coordinates(
        shapely.line_interpolate_point(rng.choice(laid.lines, 9), rng.uniform(0.05, 0.95, 9), normalized=True)
    )
    spots = np.concatenate([on, rng.uniform(-20, 320, (6, 2))])
    wanted = tried(laid, spots)
    for streets, table in ((laid, wanted), (laid.against, wanted.T)):
        places = snap(streets, spots[:, 0], spots[:, 1], limit_m=500)
        times = travel_times(streets, places, places, limit_ds=1 << 28).T.tocoo()
        told = np.full(table.shape, np.inf)
        told[times.coords] = times.data
        assert told.tolist() == table.tolist()
        posts = places.those(np.array([3, 0, 7]))
        found, who = arrive(streets, *nearest(streets.network, sources_of(streets, posts)), places, posts)
        assert found.tolist() == table[[3, 0, 7]].min(axis=0).tolist()
        assert who[np.isfinite(found)].tolist() == table[[3, 0, 7]].argmin(axis=0)[np.isfinite(found)].tolist()
        # What one more post gains, looked up.
        entries = Entries(np.arange(len(spots)), places, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        catchment = Catchment(streets, entries, site_count=len(spots), limit_ds=150)
        standing = Incumbent(streets.network, sources_of(streets, places.those(np.array([3]))))
        gained = catchment.gained(standing, places.those(np.array([10])))
        assert ((table[3] <= 150) | gained).tolist() == ((table[3] <= 150) | (table[10] <= 150)).tolist()
    turned = rng.permutation(len(spots))
    places = snap(laid, spots[:, 0], spots[:, 1], limit_m=500)
    kinds = np.arange(len(laid.tail))
    followed = follow(laid, places, places.those(turned), kinds, kinds=len(kinds))
    assert followed.time_ds.tolist() == wanted[np.arange(len(spots)), turned].tolist()


@pytest.mark.parametrize("order", [1, -1])
def test_two_directions_drawn_on_each_other_are_both_open(order: int) -> None:
    # A ring of 100 m a side, its south side two one-way lines on each other that meet at the corners alone.
    south: list[Line] = [
        ([(0.0, 0.0), (100.0, 0.0)], {"oneway": "yes"}),
        ([(100.0, 0.0), (0.0, 0.0)], {"oneway": "yes"}),
    ]
    ring: Line = ([(100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)], {})
    streets = lay_streets(ways(*south[::order], ring), MODE)
    spots = snap(streets, np.array([30.0, 70.0]), np.array([0.0, 0.0]), limit_m=5)
    times, owners = nearest(streets.network, sources_of(streets, spots.those(np.array([0]))))
    there, _ = arrive(streets, times, owners, spots, spots.those(np.array([0])))
    assert there.tolist() == [0, 40]
    back = travel_times(streets, spots.those(np.array([1])), spots, limit_ds=1000).toarray()
    assert back.ravel().tolist() == [40, 0]
    # The way back is on the line that leads there.
    start, stop = shared_edge(streets, spots.those(np.array([1])), spots.those(np.array([0])))
    assert (float(start.share[0]), float(stop.share[0])) == pytest.approx((0.3, 0.7))
    found = reachable(streets, times, spots.those(np.array([0])), limit_ds=20)
    # Along one line and along the other, 20 m each.
    assert np.sort(found.begin).tolist() == [0.3, 0.7]
    assert np.allclose(np.sort(found.end), [0.5, 0.9])


def test_ties_keep_to_their_places() -> None:
    line = [(0.0, 0.0), (100.0, 0.0)]
    streets = lay_streets(
        ways((line, {}), (line, {}), ([*line, (200.0, 0.0)], {}), nodes=[[1, 2], [1, 3], [1, 2, 3]]), MODE
    )
    # On the middle of the three, on a node of the first two, on the third alone.
    found = snap(streets, np.array([50.0, 100.0, 150.0]), np.zeros(3), limit_m=5)
    ties = found.spread()[1].tolist()[3:]
    assert ties == [0, 0, 1]
    again = found.those(np.array([2, 0, 0])).followed_by(found.those(np.array([False, True, False])))
    assert again.spread()[1].tolist() == [0, 1, 2, 3, 1, 1, 2, 2, 3]
    assert found.within(np.array([-1.0, 5.0, 5.0])).spread()[1].tolist() == [0, 1, 2, 1]


def test_nobody_gets_onto_a_road_drawn_on_their_street_above_it() -> None:
    """An elevated road that is drawn on its street, with corners of its own."""
    town = ways(
        ([(0, 0), (400, 0)], {}),
        ([(-200, 0), (130, 0), (600, 0)], {"level": "1"}),
        ([(-200, 0), (-200, 100), (0, 100), (0, 0)], {}),
        ([(600, 0), (600, 100), (400, 100), (400, 0)], {}),
        nodes=[[1, 2], [3, 4, 5], [3, 6, 7, 1], [5, 8, 9, 2]],
    )
    streets = lay_streets(town, MODE)
    on = snap(streets, np.array([50.0, 130.0, 300.0]), np.array([3.0, 3.0, -3.0]), limit_m=20)
    assert streets.level[on.edge].tolist() == [0, 0, 0]
    assert len(on.ties.edge) == 0
    # Beyond the street's end there is the elevated road alone.
    assert streets.level[snap(streets, np.array([-100.0]), np.array([2.0]), limit_m=20).edge].tolist() == [1]
    # Two on one level are both used, as before.
    twice = replace(town, level=np.zeros(4, dtype=np.int64))
    assert len(snap(lay_streets(twice, MODE), np.array([50.0]), np.array([3.0]), limit_m=20).ties.edge) == 1
