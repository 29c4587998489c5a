"""Networks made up for tests: towns of crooked streets, some of them one-way."""

from __future__ import annotations

import numpy as np

from geodata.coverage.network import Network, build_network


def town(nodes: int, seed: int, *, one_way_share: float = 0.23, islands: int = 0) -> Network:
    """Return a network like a town's: each node joined to some of its neighbours on a bent grid.

    Args:
        nodes: about so many.
        seed: what it is made of.
        one_way_share: of the streets.
        islands: so many pairs of nodes that nothing joins to the rest.
    """
    rng = np.random.default_rng(seed)
    side = max(2, int(np.sqrt(nodes)))
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    x = (column.ravel() * 90 + rng.normal(0, 18, side * side)).astype(np.float64)
    y = (row.ravel() * 90 + rng.normal(0, 18, side * side)).astype(np.float64)
    number = np.arange(side * side).reshape(side, side)
    pairs = np.vstack(
        [
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
        ]
    )
    pairs = pairs[rng.random(len(pairs)) < 0.75]
    for _ in range(islands):
        first = len(x)
        x, y = np.append(x, [-900.0, -800.0]), np.append(y, [first * 5.0, first * 5.0])
        pairs = np.vstack([pairs, [[first, first + 1]]])
    length = np.hypot(x[pairs[:, 0]] - x[pairs[:, 1]], y[pairs[:, 0]] - y[pairs[:, 1]])
    cost = np.round(length / rng.uniform(1.0, 14.0, len(pairs)) * 10).astype(np.int64)
    is_two_way = rng.random(len(pairs)) >= one_way_share
    tail = np.concatenate([pairs[:, 0], pairs[is_two_way, 1]])
    head = np.concatenate([pairs[:, 1], pairs[is_two_way, 0]])
    return build_network(x, y, tail, head, np.concatenate([cost, cost[is_two_way]]))
