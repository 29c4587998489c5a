"""Streets that are divided keep every time; ground that is closed is left by nobody and entered by nobody."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.coverage.alterations import without_ground
from geodata.coverage.arrays import Floats
from geodata.coverage.division import divided
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import CAR, WALK
from geodata.coverage.network import Network
from geodata.coverage.reach import nearest
from geodata.coverage.snapping import arrive, snap, sources_of
from geodata.coverage.streets import Streets
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import crooked_ways
from tests.geodata.coverage.test_streets import ways


def all_times(network: Network) -> Floats:
    graph = csr_array((network.cost_ds, network.head, network.first), shape=(network.node_count,) * 2)
    return np.asarray(dijkstra(graph))


def time_between(streets: Streets, start: tuple[float, float], end: tuple[float, float]) -> float:
    posts, places = (snap(streets, np.array([x]), np.array([y]), limit_m=1) for x, y in (start, end))
    return float(arrive(streets, *nearest(streets.network, sources_of(streets, posts)), places, posts)[0][0])


@pytest.mark.parametrize("seed", range(4))
def test_dividing_changes_no_time(seed: int) -> None:
    streets = lay_streets(crooked_ways(seed), CAR)
    rng = np.random.default_rng(seed)
    edge, share = rng.integers(0, len(streets.tail), 12), rng.random(12)
    # Also so near to an end, or to each other, that there is no decisecond in between.
    edge[:4], share[:4] = edge[0], [0, 1e-6, 0.5, 0.5]
    made, nodes = divided(streets, edge, share)
    count = streets.network.node_count
    assert np.array_equal(all_times(made.network)[:count, :count], all_times(streets.network))
    assert np.array_equal(np.sort(nodes), count + np.arange(12))
    spots = shapely.line_interpolate_point(streets.lines[edge], share, normalized=True)
    assert np.allclose(made.network.x_m[nodes], shapely.get_x(spots))
    assert made.length_m.sum() == pytest.approx(streets.length_m.sum())
    # Places between two spots are reached in the same time, but for half a decisecond an end.
    for number in range(0, len(streets.tail), 7):
        post, place = ((p.x, p.y) for p in streets.lines[[number, number - 3]].tolist() for p in [p.centroid])
        before, after = time_between(streets, post, place), time_between(made, post, place)
        assert abs(before - after) <= 2 or before == after


@pytest.mark.parametrize("mode", [CAR, WALK], ids=lambda mode: mode.id)
@pytest.mark.parametrize("seed", range(4))
def test_nobody_gets_through_closed_ground(seed: int, mode: object) -> None:
    streets = lay_streets(crooked_ways(seed), WALK if mode is WALK else CAR)
    ground = shapely.buffer(streets.lines[len(streets.lines) // 2].centroid, 90)
    made = without_ground(streets, np.array([ground]))
    # The same by hand: every edge that meets the ground is left out.
    meets = shapely.intersects(streets.lines, ground)
    stays = ~meets
    ahead, back = stays & (streets.ahead_ds > 0), stays & (streets.back_ds > 0)
    tail = np.concatenate([streets.tail[ahead], streets.head[back]])
    head = np.concatenate([streets.head[ahead], streets.tail[back]])
    cost = np.concatenate([streets.ahead_ds[ahead], streets.back_ds[back]])
    count = streets.network.node_count
    by_hand = np.asarray(dijkstra(csr_array((cost, (tail, head)), shape=(count, count))))
    found = all_times(made.network)[:count, :count]
    assert np.array_equal(found, by_hand)


def test_up_to_a_wall_a_street_is_used_from_both_sides() -> None:
    street = lay_streets(ways(([(0, 0), (1000, 0)], {}), ([(0, 0), (0, 200), (1000, 200), (1000, 0)], {})), WALK)
    made = without_ground(street, np.array([shapely.box(599, -10, 601, 10)]))
    assert time_between(made, (100, 0), (590, 0)) == time_between(street, (100, 0), (590, 0))
    # Behind it one comes from the other end: 100 + 200 + 1000 + 200 + 390 m at 1.25 m/s.
    assert time_between(made, (100, 0), (610, 0)) == pytest.approx(15120, abs=3)
    assert np.isinf(time_between(made, (100, 0), (600, 0)))


def test_another_street_between_the_same_corners_stays_open() -> None:
    two = ways(([(0, 0), (100, 0)], {}), ([(0, 0), (50, 40), (100, 0)], {}), ([(100, 0), (200, 0)], {}))
    made = without_ground(lay_streets(two, WALK), np.array([shapely.box(40, -5, 60, 5)]))
    assert time_between(made, (0, 0), (200, 0)) == pytest.approx((2 * np.hypot(50, 40) + 100) * 8, abs=3)


def test_spots_off_the_edges_are_refused() -> None:
    streets = lay_streets(crooked_ways(0), WALK)
    with pytest.raises(InvalidInput, match="shares of 0 to 1"):
        divided(streets, np.array([0]), np.array([1.5]))
