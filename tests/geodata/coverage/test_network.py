"""Networks from arrays: what is kept of arcs, in which order nodes lie, and what is cut off."""

from __future__ import annotations

import numpy as np
import pytest

from geodata.coverage.network import Network, build_network, keep_largest
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import town

X, Y = np.array([0.0, 100.0, 200.0]), np.array([0.0, 0.0, 0.0])


def arcs(network: Network, tail: list[int], head: list[int], cost: list[int]) -> None:
    """Compare a network's arcs, told in the numbers that it was built from."""
    found = zip(network.ids[network.tail], network.ids[network.head], network.cost_ds, strict=True)
    assert sorted(tuple(map(int, arc)) for arc in found) == sorted(zip(tail, head, cost, strict=True))


# Trap 3.
def test_of_parallel_arcs_the_quickest_stays_and_none_is_free() -> None:
    network = build_network(X, Y, np.array([0, 0, 1, 2, 2]), np.array([1, 1, 2, 2, 0]), np.array([30, 20, 0, 5, 7]))
    # 0 -> 1 twice, 1 -> 2 without any time, 2 -> 2 a loop.
    arcs(network, [0, 1, 2], [1, 2, 0], [20, 1, 7])


def test_the_other_way_round_twice_is_the_same() -> None:
    network = town(400, seed=3)
    back = network.reversed
    assert sorted(zip(back.head, back.tail, back.cost_ds, strict=True)) == sorted(
        zip(network.tail, network.head, network.cost_ds, strict=True)
    )
    again = back.reversed
    assert (again.first == network.first).all()
    assert (again.head == network.head).all()


def test_neighbours_on_the_ground_lie_near_each_other() -> None:
    network = town(10_000, seed=1)
    steps = np.hypot(np.diff(network.x_m), np.diff(network.y_m))
    assert np.median(steps) < 150, "a street's length"


def test_what_nothing_joins_is_cut_off_and_counted() -> None:
    whole = town(900, seed=5, one_way_share=0.0, islands=4)
    kept, cut_off = keep_largest(whole)
    assert cut_off.nodes == whole.node_count - kept.node_count
    assert cut_off.nodes >= 8
    assert cut_off.pieces >= 4
    assert keep_largest(kept) == (kept, type(cut_off)(0, 0))
    assert set(kept.ids) < set(whole.ids)


def test_a_street_without_return_is_cut_off() -> None:
    network = build_network(X, Y, np.array([0, 1, 1]), np.array([1, 0, 2]), np.array([5, 5, 5]))
    kept, cut_off = keep_largest(network)
    assert sorted(kept.ids.tolist()) == [0, 1]
    assert (cut_off.nodes, cut_off.pieces) == (1, 1)


@pytest.mark.parametrize(
    ("tail", "head", "cost", "said"),
    [
        ([0], [3], [5], "names a node that isn't there; wanted are 0 to 2"),
        ([0], [-1], [5], "names a node that isn't there"),
        ([0], [1], [-5], "takes -5 to -5 deciseconds"),
        ([0, 1], [1], [5], "doesn't add up"),
    ],
)
def test_a_wrong_call_says_what_is_wanted(tail: list[int], head: list[int], cost: list[int], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        build_network(X, Y, np.array(tail), np.array(head), np.array(cost))


def test_a_node_nowhere_is_refused() -> None:
    with pytest.raises(InvalidInput, match="lies nowhere"):
        build_network(np.array([0.0, np.nan]), np.array([0.0, 0.0]), np.array([0]), np.array([1]), np.array([5]))


def test_nothing_is_a_network_too() -> None:
    none = np.zeros(0, dtype=np.int64)
    network = build_network(np.zeros(0), np.zeros(0), none, none, none)
    assert network.node_count == 0
    assert keep_largest(network)[0].node_count == 0
