"""Who could be served, apart from who can be reached."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from geodata.analyses.coverage.ground import Ground
from geodata.coverage.arrays import Mask
from geodata.coverage.capacity import served
from geodata.coverage.causes import NOTHING
from geodata.coverage.pairs import site_times


def served_of(ground: Ground, is_covered: Mask) -> Mask | None:
    """Return which places find room at a post within their limit; None where the service asks for none.

    Posts whose capacity nobody has said have room for all: unknown isn't none.
    """
    each = ground.asked.service.residents_a_unit
    if each is None or ground.asked.weight != "residents" or all(post.capacity is None for post in ground.posts):
        return None
    room = np.array([np.inf if post.capacity is None else post.capacity * each for post in ground.posts])
    stage, (entries, site) = ground.stage(NOTHING), ground.entries_now()
    times = site_times(
        stage.streets, ground.open_posts(), entries, site_count=ground.site_count, limit_ds=ground.asked.limit_ds
    )
    ways = csr_array(times[site]).tocoo()
    place, post = ways.coords[0].astype(np.int64), ways.coords[1].astype(np.int64)
    people = ground.places.people
    return served(place, post, ways.data.astype(np.float64), people, room) | (is_covered & np.isnan(people))
