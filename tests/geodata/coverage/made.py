"""Networks made up for tests: towns of crooked streets, some of them one-way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geodata.coverage.network import Network, build_network
from geodata.coverage.rules import NO_NODE, Turn
from geodata.coverage.snapping import Snapped
from geodata.coverage.streets import Streets, Ways


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


def crooked_ways(seed: int, *, has_nodes: bool = True) -> Ways:
    """Return the ways of a small town: rows and columns of corners, some one-way, some for walkers only."""
    rng = np.random.default_rng(seed)
    side = 6
    x = np.arange(side)[None] * 100.0 + rng.normal(0, 12, (side, side))
    y = np.arange(side)[:, None] * 100.0 + rng.normal(0, 12, (side, side))
    number = np.arange(side * side).reshape(side, side)
    lines = [*number, *number.T]
    tags = [
        {"oneway": str(rng.choice(["yes", "-1", "no"])), "access": "private" if rng.random() < 0.1 else None}
        for _ in lines
    ]
    corners = np.concatenate(lines)
    return Ways(
        x_m=x.ravel()[corners],
        y_m=y.ravel()[corners],
        first=np.arange(len(lines) + 1, dtype=np.int64) * side,
        node=corners if has_nodes else np.full(len(corners), -1),
        level=np.zeros(len(lines), dtype=np.int64),
        highway=[
            str(rng.choice(["residential", "primary", "footway", "steps"], p=[0.6, 0.2, 0.1, 0.1])) for _ in lines
        ],
        limit_kmh=np.where(rng.random(len(lines)) < 0.3, 15.0, np.nan),
        tags=tags,
    )


def town_ways(side: int, seed: int, *, one_way_share: float = 0.23) -> Ways:
    """Return the ways of a town of about `side` x `side` corners 90 m apart: rows and columns with gaps, bent."""
    rng = np.random.default_rng(seed)
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    x = column * 90.0 + rng.normal(0, 18, (side, side))
    y = row * 90.0 + rng.normal(0, 18, (side, side))
    number = np.arange(side * side).reshape(side, side)
    lines = []
    for line in [*number, *number.T]:
        pieces = np.split(line, np.flatnonzero(rng.random(side - 1) < 0.25) + 1)
        lines += [piece for piece in pieces if len(piece) > 1]
    corners = np.concatenate(lines)
    return Ways(
        x_m=x.ravel()[corners],
        y_m=y.ravel()[corners],
        first=np.cumsum([0, *(len(line) for line in lines)]),
        node=corners,
        level=np.zeros(len(lines), dtype=np.int64),
        highway=[str(word) for word in rng.choice(["residential", "secondary", "primary"], len(lines))],
        limit_kmh=np.full(len(lines), np.nan),
        tags=[{"oneway": "yes" if is_one_way else None} for is_one_way in rng.random(len(lines)) < one_way_share],
    )


def ends_of_way(streets: Streets, places: Snapped, one: np.integer, *, is_out: bool) -> list[tuple[int, int]]:
    """Return the nodes by which one leaves a place, or comes to it, with the way along its edge; at a node, that node.

    Of streets without turns that are forbidden.
    """
    edge, share = places.edge[one], places.share[one]
    tail, head = int(streets.tail[edge]), int(streets.head[edge])
    ahead, back = streets.ahead_ds[edge], streets.back_ds[edge]
    if share in (0, 1):
        return [(head if share else tail, 0)]
    if is_out:
        parts = [(head, ahead, 1 - share), (tail, back, share)]
    else:
        parts = [(tail, ahead, share), (head, back, 1 - share)]
    return [(node, round(cost * part)) for node, cost, part in parts if cost]


def with_turns_over_ways(seed: int) -> Ways:
    """Return a town of short ways with turns restricted over chains of them, which overlap; a third of them only_*."""
    rng = np.random.default_rng(seed)
    side = 4
    x = np.arange(side)[None] * 100.0 + rng.normal(0, 12, (side, side))
    y = np.arange(side)[:, None] * 100.0 + rng.normal(0, 12, (side, side))
    number = np.arange(side * side).reshape(side, side)
    lines = [
        piece
        for line in [*number, *number.T]
        for piece in ([line[:2], line[1:]] if rng.random() < 0.7 else [line[:3], line[2:]])
    ]
    corners = np.concatenate(lines)
    town = Ways(
        x_m=x.ravel()[corners],
        y_m=y.ravel()[corners],
        first=np.cumsum([0, *(len(line) for line in lines)]),
        node=corners,
        level=np.zeros(len(lines), dtype=np.int64),
        highway=[str(rng.choice(["residential", "primary"])) for _ in lines],
        limit_kmh=np.full(len(lines), np.nan),
        tags=[{"oneway": "yes" if rng.random() < 0.15 else None} for _ in lines],
    )
    chains = [_chain(lines, rng) for _ in range(7)]
    # Some begin where others are on their way, so that both have to be minded at once.
    chains += [(*chain[1:], _next(lines, chain[-1], chain, rng)) for chain in chains[:3]]
    turns = [
        Turn(chain[0], NO_NODE, chain[-1], bool(rng.random() < 0.33), over=chain[1:-1])
        for chain in chains
        if len(chain) > 2
    ]
    return replace(town, turns=tuple(turns))


def _chain(lines: list[np.ndarray], rng: np.random.Generator) -> tuple[int, ...]:
    """Return the numbers of three to five ways that meet one after the other."""
    chain = [int(rng.integers(len(lines)))]
    for _ in range(int(rng.integers(2, 5))):
        chain.append(_next(lines, chain[-1], tuple(chain), rng))
    return tuple(chain)


def _next(lines: list[np.ndarray], last: int, chain: tuple[int, ...], rng: np.random.Generator) -> int:
    meeting = [way for way, line in enumerate(lines) if way not in chain and np.isin(line, lines[last]).any()]
    return int(rng.choice(meeting))
