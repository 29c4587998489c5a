"""New nodes on the ways of turn restrictions: times equal those of every route tried that keeps them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some

from geodata.coverage.alterations import with_edges, without_ground
from geodata.coverage.arrays import Ints
from geodata.coverage.division import divided
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import CAR
from geodata.coverage.reach import nearest
from geodata.coverage.snapping import arrive, snap, sources_of
from geodata.coverage.streets import Streets
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import with_turns_over_ways
from tests.geodata.coverage.test_turns import times_between
from tests.geodata.coverage.test_turns_over_ways import (
    BACK_WEST,
    NO_TURNING_BACK,
    NORTH,
    ON_ONLY,
    SIDE,
    SOUTH,
    TWO_LANES,
    WEST,
    Tried,
)


def with_crossing(streets: Streets) -> Streets:
    """Return the streets with a new node on the way in between, and a new street from there to a corner elsewhere."""
    between = np.flatnonzero(streets.way == 2)[-1:]
    made, nodes = divided(streets, between, np.array([0.5]))
    _, spot = made.junctions.of(nodes)
    far = made.nodes_at.query_ball_point((-200, 20), 0.5)
    return with_edges(made, [(spot.tolist(), far)], [50], is_one_way=[False])


def test_a_new_node_on_the_way_in_between_keeps_in_mind_from_where_one_came() -> None:
    kept = lay_streets(replace(TWO_LANES, turns=(NO_TURNING_BACK,)), CAR)
    between = np.flatnonzero(kept.way == 2)
    for edge, share in ((between, [0.4, 0.6]), (between[[0, 0, 1]], [0.2, 0.9, 0.5])):
        made, _ = divided(kept, edge, np.array(share))
        again, _ = divided(made, np.flatnonzero(made.way == 2)[-2:], np.array([0.3, 0.3]))
        for each in (made, again):
            for start in (WEST, SOUTH, SIDE):
                for end in (BACK_WEST, NORTH, SIDE):
                    times = times_between(each, start, end), times_between(kept, start, end)
                    assert abs(times[0] - times[1]) <= 1


def test_a_new_street_is_entered_by_who_may_go_on_as_they_like_alone() -> None:
    """From west one may take it, unless a sign says where to go; from south in any case."""
    forbids, demands = (
        with_crossing(lay_streets(replace(TWO_LANES, turns=(turn,)), CAR)) for turn in (NO_TURNING_BACK, ON_ONLY)
    )
    free = with_crossing(lay_streets(TWO_LANES, CAR))
    assert times_between(forbids, WEST, (-200, 10)) == times_between(free, WEST, (-200, 10))
    assert times_between(demands, WEST, (-200, 10)) > times_between(free, WEST, (-200, 10))
    assert times_between(demands, SOUTH, (-200, 10)) == times_between(free, SOUTH, (-200, 10))


def _spots(streets: Streets, rng: np.random.Generator) -> Ints:
    """Return some edges, those that are passed with something in mind before others."""
    own = np.unique(streets.passages.edge)
    return np.concatenate([rng.permutation(own)[:4], rng.integers(0, len(streets.tail), 2)])


def _equal_every_route(made: Streets, tried: Tried, rng: np.random.Generator) -> None:
    posts, places = (snap(made, *rng.uniform(0, 300, (2, count)), limit_m=60) for count in (2, 10))
    posts, places = (replace(each, share=np.clip(each.share, 0.1, 0.9)) for each in (posts, places))
    expected = tried.times(posts, places)
    times, _ = arrive(made, *nearest(made.network, sources_of(made, posts)), places, posts)
    assert times.tolist() == expected.min(axis=1).tolist()
    back, _ = arrive(made.against, *nearest(made.against.network, sources_of(made.against, places)), posts, places)
    assert back.tolist() == expected.min(axis=0).tolist()


@given(some.integers(0, 10_000), some.sampled_from(["divided", "linked", "closed"]))
@settings(max_examples=12)
def test_times_over_divided_ways_equal_those_of_every_route_tried(seed: int, what: str) -> None:
    rng = np.random.default_rng(seed)
    town = with_turns_over_ways(seed)
    if what == "closed":
        # A sign that says where to go still stands when that is closed; to the routes that are tried it is gone then.
        town = replace(town, turns=tuple(replace(turn, is_only=False) for turn in town.turns))
    try:
        streets = lay_streets(town, CAR)
    except InvalidInput:
        return
    edges = _spots(streets, rng)
    if what == "closed":
        made = without_ground(streets, shapely.buffer(shapely.centroid(streets.lines[edges[:2]]), 12))
    else:
        made, nodes = divided(streets, edges, rng.uniform(0.1, 0.9, len(edges)))
    if what == "linked":
        # From a new node to another one, and on to a corner.
        ends = [made.junctions.of(nodes[[number]])[1].tolist() for number in (0, 1)]
        ends.append(made.junctions.of(np.array([made.tail[0]]))[1].tolist())
        made = with_edges(made, list(pairwise(ends)), [40, 30], is_one_way=[False, True])
    added = np.flatnonzero(made.network.ids < 0)
    _equal_every_route(made, Tried(made, tuple(town.turns), added), rng)


def test_the_towns_that_are_tried_have_new_nodes_with_twins() -> None:
    bound = minding = 0
    for seed in range(8):
        streets = lay_streets(with_turns_over_ways(seed), CAR)
        edges = _spots(streets, np.random.default_rng(seed))
        made, nodes = divided(streets, edges, np.full(len(edges), 0.5))
        # Of each new node's: itself, one for each direction, those who mind from where they came.
        bound += int(np.isin(made.junctions.of(nodes)[1], made.bound).sum())
        minding += len(made.junctions.of(nodes)[1]) - 3 * len(nodes)
    assert minding > bound > 5
