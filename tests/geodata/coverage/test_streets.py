"""Streets of one mode: what is open to it, which way, what meets what, and how places are joined to them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import CAR, EBIKE, MODES, WALK, Mode
from geodata.coverage.pairs import travel_times
from geodata.coverage.reach import NOBODY, nearest
from geodata.coverage.snapping import Snapped, arrive, snap, sources_of
from geodata.coverage.streets import Streets, Ways
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import crooked_ways, ends_of_way

seeds = some.integers(0, 10_000)
Line = tuple[list[tuple[float, float]], dict[str, str]]


def ways(*lines: Line, nodes: list[list[int]] | None = None) -> Ways:
    """Return ways from their corners in metres, with `highway` and all else in their tags."""
    corners = np.array([corner for line, _ in lines for corner in line], dtype=np.float64)
    return Ways(
        x_m=corners[:, 0],
        y_m=corners[:, 1],
        first=np.cumsum([0, *(len(line) for line, _ in lines)]),
        node=np.concatenate(nodes) if nodes else np.full(len(corners), -1),
        level=np.array([int(tags.get("level", 0)) for _, tags in lines]),
        highway=[tags.get("highway", "residential") for _, tags in lines],
        limit_kmh=np.array([float(tags.get("maxspeed", "nan")) for _, tags in lines]),
        tags=[tags for _, tags in lines],
    )


@pytest.mark.parametrize(
    ("mode", "tags", "expected"),
    [
        (CAR, {"oneway": "yes"}, (True, False)),
        (CAR, {"oneway": "-1"}, (False, True)),
        (CAR, {"junction": "roundabout"}, (True, False)),
        (CAR, {"junction": "roundabout", "oneway": "no"}, (True, True)),
        (EBIKE, {"oneway": "yes"}, (True, False)),
        (EBIKE, {"oneway": "yes", "oneway_bicycle": "no"}, (True, True)),
        (WALK, {"oneway": "yes"}, (True, True)),
        (WALK, {"oneway": "yes", "oneway_foot": "yes"}, (True, False)),
        (WALK, {"junction": "roundabout"}, (True, True)),
    ],
)
def test_each_mode_keeps_its_own_one_ways(mode: Mode, tags: dict[str, str], expected: tuple[bool, bool]) -> None:
    assert mode.directions(tags) == expected


@pytest.mark.parametrize(
    ("mode", "tags", "expected"),
    [
        (CAR, {"access": "private"}, False),
        (CAR, {"access": "no", "motor_vehicle": "yes"}, True),
        (CAR, {"motor_vehicle": "no"}, False),
        (WALK, {"motor_vehicle": "no"}, True),
        (WALK, {"access": "private", "foot": "designated"}, True),
        (EBIKE, {"bicycle": "no", "access": "yes"}, False),
        (WALK, {}, True),
    ],
)
def test_the_nearest_word_about_access_counts(mode: Mode, tags: dict[str, str], *, expected: bool) -> None:
    assert mode.is_open(tags) == expected


def test_a_class_without_speed_is_closed_and_only_cars_keep_limits() -> None:
    assert CAR.speed_kmh("footway", None) is None
    assert WALK.speed_kmh("motorway", None) is None
    assert CAR.speed_kmh("primary", 30) == 30
    assert CAR.speed_kmh("primary", 60) == 40
    assert EBIKE.speed_kmh("primary", 15) == 18
    assert CAR.with_speeds({"primary": 50}).speed_kmh("primary_link", None) == 40
    with pytest.raises(InvalidInput, match="car on primary at 0 km/h"):
        CAR.with_speeds({"primary": 0})


def test_times_are_lengths_by_speeds() -> None:
    # 125 m at 4.5 km/h are 100 s.
    streets = lay_streets(ways(([(0, 0), (125, 0)], {})), WALK)
    assert streets.network.cost_ds.tolist() == [1000, 1000]
    assert streets.length_m.tolist() == [125]


def test_a_bridge_meets_what_it_passes_over_only_at_its_ends() -> None:
    under, over = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)], [(100.0, -50.0), (100.0, 0.0), (100.0, 50.0)]
    ramp = [(200.0, 0.0), (200.0, 50.0), (100.0, 50.0)]
    by_nodes = lay_streets(ways((under, {}), (over, {}), (ramp, {}), nodes=[[1, 2, 3], [4, 5, 6], [3, 7, 6]]), WALK)
    by_level = lay_streets(
        ways((under, {}), (over, {"level": "1"}), (ramp[:2], {}), ([*ramp[1:]], {"level": "1"})), WALK
    )
    flat = lay_streets(ways((under, {}), (over, {}), (ramp, {})), WALK)
    assert by_nodes.network.node_count == 7
    assert flat.network.node_count == 6
    # Without numbers of nodes, ways of two levels meet at their ends alone.
    assert (by_level.network.node_count, by_level.cut_off.pieces) == (7, 0)


def test_a_bridge_is_joined_to_its_approaches_without_numbers_of_nodes() -> None:
    line = [([(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)], {}), ([(200.0, 0.0), (300.0, 0.0)], {"level": "1"})]
    under = [([(250.0, -50.0), (250.0, 0.0), (250.0, 50.0)], {"level": "-1"})]
    # A street that ends at the bridge's middle corner, and one that passes below another.
    bridge = [([(300.0, 0.0), (400.0, 0.0), (500.0, 0.0), (600.0, 0.0)], {"level": "1"})]
    side: list[Line] = [([(400.0, 0.0), (400.0, 90.0)], {}), ([(500.0, -90.0), (500.0, 0.0), (500.0, 90.0)], {})]
    streets = lay_streets(ways(*line, *under, *bridge, *side), WALK)
    assert (streets.network.node_count, streets.cut_off.pieces, streets.cut_off.nodes) == (8, 2, 6)


@pytest.mark.parametrize("crossing", [[(100.0, 0.0), (100.0, 100.0)], [(100.0, -90.0), (100.0, 0.0), (100.0, 100.0)]])
def test_a_road_that_lost_its_numbers_meets_those_that_have_them(crossing: list[tuple[float, float]]) -> None:
    road = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)]
    for level, pieces in (("0", 0), ("1", 0 if len(crossing) == 2 else 1)):
        found = lay_streets(
            ways((road, {}), (crossing, {"level": level}), nodes=[[1, 2, 3], [-1] * len(crossing)]), WALK
        )
        assert found.cut_off.pieces == pieces


def test_nodes_that_are_two_on_the_map_stay_two_where_a_road_lost_its_numbers() -> None:
    under, over = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)], [(100.0, -50.0), (100.0, 0.0), (100.0, 50.0)]
    lane = [(100.0, 0.0), (150.0, 90.0)]
    for level, meets in (("0", 3), ("1", 3), ("2", 2)):
        found = ways(
            (under, {}), (over, {"level": "1"}), (lane, {"level": level}), nodes=[[1, 2, 3], [4, 5, 6], [-1, -1]]
        )
        # On the ground it meets the road, on the bridge's level the bridge; else neither.
        assert lay_streets(found, WALK).network.node_count == (4 if meets == 3 else 3)
        assert lay_streets(found, WALK).cut_off.pieces == (1 if meets == 3 else 2)


def test_what_is_cut_off_is_said() -> None:
    streets = lay_streets(ways(([(0, 0), (100, 0), (200, 0)], {}), ([(900, 0), (950, 0)], {})), WALK)
    assert (streets.cut_off.nodes, streets.cut_off.pieces) == (2, 1)
    assert streets.network.node_count == 3
    assert len(streets.tail) == 2


def test_no_road_for_the_mode_is_a_sentence() -> None:
    with pytest.raises(InvalidInput, match="no road is open to car"):
        lay_streets(ways(([(0, 0), (100, 0)], {"highway": "steps"})), CAR)


def test_roads_that_lead_one_way_only_make_no_network() -> None:
    with pytest.raises(InvalidInput, match="the 2 stretches of road that are open to car lead one way only"):
        lay_streets(ways(([(0, 0), (100, 0), (200, 0)], {"oneway": "yes"})), CAR)


@given(seeds)
@settings(max_examples=25)
def test_numbers_of_nodes_and_spots_tell_the_same_streets(seed: int) -> None:
    for mode in MODES.values():
        try:
            by_number = lay_streets(crooked_ways(seed), mode)
        except InvalidInput:
            continue
        by_spot = lay_streets(crooked_ways(seed, has_nodes=False), mode)
        assert by_number.network.node_count == by_spot.network.node_count
        assert by_number.network.cost_ds.sum() == by_spot.network.cost_ds.sum()


def brute(streets: Streets, places: Snapped, posts: Snapped) -> tuple[np.ndarray, np.ndarray]:
    """Every post to every place: out at either end, in at either end, or along the same edge; and so from each tie."""
    best, who = np.full(len(places.edge), np.inf), np.full(len(places.edge), NOBODY)
    ahead, back = streets.ahead_ds, streets.back_ds
    (starts, post_of), (stops, place_of) = posts.spread(), places.spread()
    for start in np.argsort(post_of, kind="stable"):
        if not starts.is_joined[start]:
            continue
        e, s, door = starts.edge[start], starts.share[start], starts.door_ds[start]
        ways_out = [
            (nearest(streets.network, np.array([node]))[0], part + door)
            for node, part in ends_of_way(streets, starts, start, is_out=True)
        ]
        for stop in np.flatnonzero(stops.is_joined):
            f, t = stops.edge[stop], stops.share[stop]
            ways_in = ends_of_way(streets, stops, stop, is_out=False)
            found = [np.inf, *(times[node] + first + part for times, first in ways_out for node, part in ways_in)]
            if e == f and (ahead[e] if t >= s else back[e]):
                found.append(door + round(abs(t - s) * (ahead[e] if t >= s else back[e])))
            time, place = min(found) + stops.door_ds[stop], place_of[stop]
            if time < best[place]:
                best[place], who[place] = time, post_of[start]
    return best, who


@given(seeds)
@example(355)  # Here a place is as near to the end of another street as to its own.
@settings(max_examples=25)
def test_places_and_posts_on_edges_are_reached_as_every_way_tried_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    try:
        streets = lay_streets(crooked_ways(seed), CAR)
    except InvalidInput:
        return
    posts = snap(streets, rng.uniform(-50, 550, 4), rng.uniform(-50, 550, 4), limit_m=60)
    places = snap(streets, rng.uniform(-50, 550, 40), rng.uniform(-50, 550, 40), limit_m=60)
    times, owners = arrive(streets, *nearest(streets.network, sources_of(streets, posts)), places, posts)
    wanted, who = brute(streets, places, posts)
    assert (times == wanted).all()
    assert (owners == who).all()
    assert np.isinf(times[~places.is_joined]).all()


def test_at_a_junction_every_street_is_open_whichever_is_the_first() -> None:
    # A loop that leads away from the junction only, and a street of 90 m that leads up to it: 10 m/s are 36 km/h.
    mode = Mode("test", {"residential": 36.0}, (), ("oneway",))
    loop = ([(0.0, 0.0), (500.0, 0.0), (500.0, 500.0), (0.0, 500.0), (0.0, 0.0)], {"oneway": "yes"})
    lane: Line = ([(0.0, 0.0), (-100.0, 0.0)], {})
    for streets in (lay_streets(ways(*lines), mode) for lines in ((loop, lane), (lane, loop))):
        # A post and a place on the junction itself, one a hair beside it, and one 90 m behind it.
        spots = snap(streets, np.array([0.0, 0.001, -90.0]), np.zeros(3), limit_m=5)
        for way in (streets, streets.against):
            times = travel_times(way, spots, spots, limit_ds=100_000).toarray()
            assert times.tolist() == [[0, 0, 90], [0, 0, 90], [90, 90, 0]]


@given(seeds)
@settings(max_examples=25)
def test_a_post_at_a_node_reaches_what_the_node_reaches(seed: int) -> None:
    try:
        streets = lay_streets(crooked_ways(seed), CAR)
    except InvalidInput:
        return
    rng = np.random.default_rng(seed)
    places = snap(streets, rng.uniform(-50, 550, 30), rng.uniform(-50, 550, 30), limit_m=60)
    nobody = snap(streets, np.zeros(0), np.zeros(0), limit_m=60)
    for way in (streets, streets.against):
        posts = snap(way, way.network.x_m, way.network.y_m, limit_m=1)
        found = travel_times(way, posts, places, limit_ds=1 << 28).toarray()
        for node in range(way.network.node_count):
            wanted, _ = arrive(way, *nearest(way.network, np.array([node])), places, nobody)
            assert (found[places.is_joined, node] == wanted[places.is_joined]).all()


# Trap 8.
def test_two_on_one_edge_need_no_node_between_them_and_mind_its_direction() -> None:
    # A one-way edge from 0 to 360 m and a loop back: 10 m/s are 36 km/h.
    loop = ways(([(0, 0), (360, 0)], {"oneway": "yes"}), ([(360, 0), (360, 400), (0, 400), (0, 0)], {"oneway": "yes"}))
    streets = lay_streets(loop, Mode("test", {"residential": 36.0}, (), ("oneway",)))
    posts = snap(streets, np.array([100.0]), np.array([0.0]), limit_m=50)
    places = snap(streets, np.array([150.0, 50.0]), np.array([0.0, 0.0]), limit_m=50)
    times, _ = arrive(streets, *nearest(streets.network, sources_of(streets, posts)), places, posts)
    # Ahead 50 m: 5 s. Back is not allowed: 260 m on, 1,160 m around, 50 m: 147 s.
    assert times.tolist() == [50, 1470]


# Trap 8.
def test_a_place_too_far_from_every_street_is_not_joined_and_its_distance_is_said() -> None:
    streets = lay_streets(ways(([(0, 0), (100, 0)], {})), WALK)
    found = snap(streets, np.array([50.0, 50.0]), np.array([20.0, 21.0]), limit_m=20)
    assert found.edge.tolist() == [0, -1]
    assert found.away_m.tolist() == [20, 21]
    assert found.share.tolist() == [0.5, 0.5]
    # 20 m at 4.5 km/h.
    assert found.door_ds[0] == 160


def test_a_place_nowhere_is_refused() -> None:
    streets = lay_streets(ways(([(0, 0), (100, 0)], {})), WALK)
    with pytest.raises(InvalidInput, match="lies nowhere"):
        snap(streets, np.array([np.nan]), np.array([0.0]), limit_m=20)
