"""How many people posts have room for, those that are there and those that are proposed."""

from __future__ import annotations

import numpy as np

from geodata.analyses.coverage.ground import Ground
from geodata.analyses.siting.ways import Sitings
from geodata.coverage.arrays import Floats


def room_of(ground: Ground, ways: Sitings, capacity: float) -> Floats:
    """Return (m,) how many residents each post and each candidate of a siting can serve.

    Posts whose capacity nobody has said have room for all: unknown isn't none.

    Args:
        ground: the posts.
        ways: which of them and of the candidates.
        capacity: what each candidate would have, in the posts' own unit.
    """
    residents_a_unit = ground.asked.service.residents_a_unit
    if residents_a_unit is None:
        raise AssertionError("a question whose service has no unit of capacity was let pass")
    units = np.full(len(ways.post), capacity)
    for column in ways.existing.tolist():
        known = ground.posts[ways.post[column]].capacity
        units[column] = np.inf if known is None else known
    return units * residents_a_unit
