"""Speeds from observed trips: ways are those of the search, planted speeds come back, and what nobody saw stays."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from geodata.coverage.calibration import Trips, calibrate, error_of
from geodata.coverage.fitting import FARTHEST_FACTOR, fitted_slowness
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import CAR
from geodata.coverage.reach import nearest
from geodata.coverage.snapping import Snapped, arrive, snap, sources_of
from geodata.coverage.streets import Streets, Ways
from geodata.coverage.trips import edge_of_arcs, follow
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import crooked_ways, town_ways
from tests.geodata.coverage.test_turns import with_turns

PLANTED = {"residential": 13.0, "secondary": 45.0, "primary": 22.0}
TOWN = town_ways(16, 7)


def ends(streets: Streets, count: int, seed: int, *, side_m: float) -> tuple[Snapped, Snapped]:
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, side_m, (4, count))
    return snap(streets, spots[0], spots[1], limit_m=100), snap(streets, spots[2], spots[3], limit_m=100)


def trips_at(ways: Ways, speeds: dict[str, float], count: int, seed: int) -> Trips:
    """Return trips that took as long as the streets say at some speeds."""
    streets = lay_streets(ways, CAR.with_speeds(speeds))
    begin, end = ends(streets, count, seed, side_m=1300)
    time_ds = follow(streets, begin, end, np.zeros(len(streets.tail), dtype=np.int64), kinds=1).time_ds
    kept = np.isfinite(time_ds) & (time_ds > 600)
    return Trips(begin.those(kept), end.those(kept), time_ds[kept])


@given(some.integers(0, 10_000), some.sampled_from([crooked_ways, with_turns]))
@settings(max_examples=20)
def test_a_trip_takes_what_the_search_says_along_edges_that_add_up(seed: int, made: object) -> None:
    try:
        streets = lay_streets(made(seed), CAR)  # type: ignore[operator]
    except InvalidInput:
        return
    begin, end = ends(streets, 20, seed, side_m=500)
    # Each edge a kind of its own, with its time by the metre: what is told has to add up to the time.
    found = follow(streets, begin, end, np.arange(len(streets.tail)), kinds=len(streets.tail))
    took_ds = np.maximum(streets.ahead_ds, streets.back_ds)
    along = found.length_m @ (took_ds / streets.length_m) + begin.door_ds + end.door_ds
    for trip in range(20):
        one = np.array([trip])
        times, owners = nearest(streets.network, sources_of(streets, begin.those(one)))
        expected = arrive(streets, times, owners, end.those(one), begin.those(one))[0][0]
        assert found.time_ds[trip] == expected
        if np.isfinite(expected):
            # The parts of the first and the last edge are rounded to deciseconds.
            assert along[trip] == pytest.approx(expected, abs=1.01)
        else:
            assert not found.length_m[trip].any()


def test_lengths_are_those_of_the_shortest_way_by_networkx() -> None:
    streets = lay_streets(TOWN, CAR)
    network, edge = streets.network, edge_of_arcs(streets)
    graph: nx.DiGraph[int] = nx.DiGraph()
    for tail, head, cost, number in zip(network.tail, network.head, network.cost_ds, edge, strict=True):
        graph.add_edge(int(tail), int(head), cost=int(cost), m=float(streets.length_m[number]))
    begin, end = ends(streets, 30, 3, side_m=1300)
    found = follow(streets, begin, end, np.zeros(len(streets.tail), dtype=np.int64), kinds=1)
    within = ~begin.is_at_node & ~end.is_at_node & (begin.edge != end.edge)
    assert within.sum() > 15
    for trip in np.flatnonzero(np.isfinite(found.time_ds) & within).tolist():
        b, e = int(begin.edge[trip]), int(end.edge[trip])
        ways = []
        for start, part, cost in (
            (streets.head[b], 1 - begin.share[trip], streets.ahead_ds[b]),
            (streets.tail[b], begin.share[trip], streets.back_ds[b]),
        ):
            for stop, rest, last in (
                (streets.tail[e], end.share[trip], streets.ahead_ds[e]),
                (streets.head[e], 1 - end.share[trip], streets.back_ds[e]),
            ):
                if cost and last:
                    time = nx.dijkstra_path_length(graph, int(start), int(stop), weight="cost")
                    between = nx.all_shortest_paths(graph, int(start), int(stop), weight="cost")
                    ends_m = part * streets.length_m[b] + rest * streets.length_m[e]
                    ways += [
                        (time + round(part * cost) + round(rest * last), ends_m + nx.path_weight(graph, path, "m"))
                        for path in between
                    ]
        least = min(ways)[0]
        assert found.time_ds[trip] == least + begin.door_ds[trip] + end.door_ds[trip]
        assert any(found.length_m[trip, 0] == pytest.approx(metres, abs=2) for time, metres in ways if time == least)


def test_planted_speeds_come_back() -> None:
    found = calibrate(TOWN, CAR, trips_at(TOWN, PLANTED, 250, 1))
    assert found.is_settled
    for name, kmh in PLANTED.items():
        assert found.kmh[name] == pytest.approx(kmh, rel=0.01)
    assert found.before.mean_abs_min > 0.3
    assert max(found.after.mean_abs_min, found.held_back.mean_abs_min) < 0.01
    assert all(each.data_share > 0.99 for each in found.classes)


def test_trips_with_a_stop_on_the_way_hardly_count() -> None:
    trips = trips_at(TOWN, PLANTED, 250, 2)
    rng = np.random.default_rng(2)
    took = np.where(rng.random(len(trips.took_ds)) < 0.1, 3 * trips.took_ds, trips.took_ds)
    found = calibrate(TOWN, CAR, replace(trips, took_ds=took))
    for name, kmh in PLANTED.items():
        assert found.kmh[name] == pytest.approx(kmh, rel=0.02)


def test_limits_hold_and_a_class_below_all_of_them_is_still_seen() -> None:
    # Every primary road has a limit below the speed that was thought, and people drive slower still.
    limited = replace(TOWN, limit_kmh=np.where(np.array(TOWN.highway) == "primary", 30.0, np.nan))
    found = calibrate(limited, CAR, trips_at(limited, PLANTED, 250, 3))
    assert found.kmh["primary"] == pytest.approx(22, rel=0.02)
    # Where all drive as fast as the limit lets them, nobody knows how fast they would.
    held = calibrate(limited, CAR, trips_at(limited, {**PLANTED, "primary": 60.0}, 250, 3))
    assert held.kmh["secondary"] == pytest.approx(45, rel=0.02)
    assert held.after.mean_abs_min < 0.05
    assert "primary" not in held.kmh or held.kmh["primary"] >= 29.5


def test_what_no_trip_says_stays_as_it_was() -> None:
    prior = np.array([1.0, 2.0, 0.5])
    rng = np.random.default_rng(0)
    metres = np.column_stack([rng.uniform(500, 3000, 60), np.zeros(60), np.zeros(60)])
    metres[0, 2] = 20
    rest = metres @ np.array([1.5, 2.0, 5.0]) * np.exp(rng.normal(0, 0.2, 60))
    found, share = fitted_slowness(metres, rest, rest, prior=prior)
    assert found[0] == pytest.approx(1.5, rel=0.06)
    assert (found[1], share[1]) == (pytest.approx(2.0), pytest.approx(0.0))
    # Twenty metres of one scattered trip say next to nothing.
    assert found[2] == pytest.approx(0.5, rel=0.1)
    assert share[2] < 0.1 < 0.9 < share[0]
    assert ((found <= prior * FARTHEST_FACTOR) & (found >= prior / FARTHEST_FACTOR)).all()


def test_the_error_is_worked_out_by_hand() -> None:
    # 1 minute too long, 2 too short: of 10 and of 8 minutes, 10 % and 25 %.
    error = error_of(np.array([6600.0, 3600.0]), np.array([6000.0, 4800.0]))
    assert [error.mean_abs_min, error.median_pct, error.bias_min] == pytest.approx([1.5, 17.5, -0.5])


def test_too_little_to_go_by_is_a_sentence() -> None:
    trips = trips_at(TOWN, PLANTED, 40, 4)
    with pytest.raises(InvalidInput, match="9 trips that can be used; wanted are 10 or more"):
        calibrate(TOWN, CAR, trips.those(np.arange(9)))
    with pytest.raises(InvalidInput, match="took no time"):
        calibrate(TOWN, CAR, replace(trips, took_ds=np.zeros(len(trips.took_ds))))
    with pytest.raises(InvalidInput, match="wanted is one of each"):
        follow(lay_streets(TOWN, CAR), trips.begin, trips.end, np.zeros(3, dtype=np.int64), kinds=1)
