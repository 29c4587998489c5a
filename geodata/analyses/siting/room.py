"""How many people posts have room for, those that are there and those that are proposed."""

from __future__ import annotations

import numpy as np

from geodata.analyses.coverage.ground import Ground
from geodata.analyses.siting.ways import Sitings
from geodata.coverage.arrays import Floats
from geodata.errors import InvalidInput


def room_of(ground: Ground, ways: Sitings, capacity: float) -> Floats:
    """Return (m,) how many residents each post and each candidate of a siting can serve.

    Posts whose capacity nobody has said have room for all: unknown isn't none.

    Args:
        ground: the posts.
        ways: which of them and of the candidates.
        capacity: what each candidate would have, in the posts' own unit.

    Raises:
        InvalidInput: the service doesn't say for how many residents a unit is, or something else is counted.
    """
    service, weight = ground.asked.service, ground.asked.weight
    if service.residents_a_unit is None:
        raise InvalidInput(
            f"{service.id} doesn't say for how many residents a unit of capacity is; "
            "wanted is residents_a_unit in its [[service]]"
        )
    if weight != "residents":
        raise InvalidInput(f"capacities are for residents, not for {weight}")
    units = np.full(len(ways.post), capacity)
    for column in ways.existing.tolist():
        known = ground.posts[ways.post[column]].capacity
        units[column] = np.inf if known is None else known
    return units * service.residents_a_unit
