"""Which units touch each other on the network: across a river or a wall none do, however near they lie."""

from __future__ import annotations

import numpy as np

from geodata.coverage.arrays import Ints
from geodata.coverage.reach import Sources, nearest
from geodata.coverage.snapping import Snapped, sources_of
from geodata.coverage.streets import Streets
from geodata.errors import InvalidInput


def neighbours_on(streets: Streets, places: Snapped, unit: Ints) -> Ints:
    """Return the pairs of units whose grounds meet on a street.

    Every spot of the streets belongs to the unit that is nearest in time; where the next spot is another unit's, the
    two are neighbours.

    Args:
        streets: those that an officer walks.
        places: (k,) where units meet the streets: gates, or the middle of a unit.
        unit: (k,) whose each is, >= 0.

    Returns:
        (m, 2) pairs, the smaller number first, each once, in order.

    Raises:
        InvalidInput: places and units aren't as many, or a unit's number is negative.
    """
    if len(unit) != len(places.edge) or (len(unit) and unit.min() < 0):
        raise InvalidInput(
            f"{len(places.edge)} places for {len(unit)} numbers of units; wanted is one of 0 or more each"
        )
    start = sources_of(streets, places)
    _, owner = nearest(streets.network, Sources(start.nodes, start.offset_ds, unit[start.owner]))
    rows, which = places.spread()
    joined = np.flatnonzero(rows.is_joined)
    every = np.flatnonzero((streets.ahead_ds > 0) | (streets.back_ds > 0))
    # Along each edge that isn't closed: its tail's owner, the places on it, its head's owner.
    edge = np.concatenate([every, rows.edge[joined], every])
    share = np.concatenate([np.full(len(every), -1.0), rows.share[joined], np.full(len(every), 2.0)])
    whose = np.concatenate([owner[streets.tail[every]], unit[which[joined]], owner[streets.head[every]]])
    order = np.lexsort((whose, share, edge))
    order = order[whose[order] >= 0]
    edge, whose = edge[order], whose[order]
    is_border = (edge[1:] == edge[:-1]) & (whose[1:] != whose[:-1])
    pairs = np.column_stack([whose[:-1][is_border], whose[1:][is_border]])
    return np.unique(np.sort(pairs, axis=1), axis=0)
