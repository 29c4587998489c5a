"""Has compiled what a first question would wait for."""

from __future__ import annotations

import numpy as np

from geodata.coverage.alone import places_each
from geodata.coverage.network import build_network
from geodata.coverage.pairs import node_times
from geodata.coverage.reach import Sources, nearest


def compile_searches() -> None:
    """Search a network of two nodes: what numba compiles for it stays on disk for all processes of this account."""
    spots, tail, head = np.array([0.0, 1.0]), np.array([0, 1]), np.array([1, 0])
    network = build_network(spots, spots, tail, head, np.array([1, 1]))
    sources = Sources.at_nodes(np.array([0]))
    nearest(network, sources)
    node_times(network, sources, limit_ds=1)
    one, none, ends = np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.array([0, 1])
    places_each(
        network.first, network.head, network.cost_ds, ends, one, one, np.array([0, 1, 1]), one, one,
        np.array([0, 0]), none, none, 1, 1,
    )  # fmt: skip
