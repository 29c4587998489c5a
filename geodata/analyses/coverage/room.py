"""Who could be served, apart from who can be reached."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geodata.analyses.coverage.ground import Ground
from geodata.coverage.arrays import Mask
from geodata.coverage.capacity import served
from geodata.coverage.causes import NOTHING
from geodata.coverage.entries import soonest
from geodata.coverage.reach import nearest
from geodata.coverage.snapping import sources_of


def served_of(ground: Ground, is_covered: Mask) -> Mask | None:
    """Return which places find room at a post within their limit; None where the service asks for none.

    Posts whose capacity nobody has said have room for all: unknown isn't none.
    """
    each = ground.asked.service.residents_a_unit
    if each is None or ground.asked.weight != "residents" or all(post.capacity is None for post in ground.posts):
        return None
    room = np.array([np.inf if post.capacity is None else post.capacity * each for post in ground.posts])
    stage, limit_ds = ground.stage(NOTHING), ground.asked.limit_ds
    entries, site = ground.entries_now()
    found_place, found_post, found_time = [], [], []
    opened = ground.open_posts()
    for post in np.flatnonzero(opened.is_joined):
        alone = replace(opened, edge=np.where(np.arange(len(opened.edge)) == post, opened.edge, -1))
        times, owners = nearest(stage.streets.network, sources_of(stage.streets, alone), limit_ds=limit_ds)
        best = soonest(stage.streets, times, owners, entries, alone, site_count=ground.site_count)
        time_ds = best.time_ds[site]
        near = np.flatnonzero(is_covered & (time_ds <= limit_ds))
        found_place.append(near)
        found_post.append(np.full(len(near), post, dtype=np.int64))
        found_time.append(time_ds[near])
    if not found_place:
        return np.zeros(len(is_covered), dtype=np.bool_)
    return served(
        np.concatenate(found_place), np.concatenate(found_post), np.concatenate(found_time), ground.places.people, room
    ) | (is_covered & np.isnan(ground.places.people))
