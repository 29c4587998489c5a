"""Who could be served, apart from who can be reached; and what more room that would take."""

from __future__ import annotations

import numpy as np

from geodata.analyses.coverage.ground import Ground
from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.capacity import served


def served_of(ground: Ground, is_covered: Mask) -> Mask | None:
    """Return which places find room at a post within their limit; None where the service asks for none.

    Posts whose capacity nobody has said have room for all: unknown isn't none.
    """
    room = _room(ground)
    if room is None:
        return None
    people = ground.places.people
    return served(*ground.in_reach, people, room) | (is_covered & np.isnan(people))


def more_room(ground: Ground, post: int, places: Ints) -> float:
    """Return for how many people more a post needs room, so that some places within its reach are served, whole.

    Whoever is nearer to the post and finds no room today comes before them, and needs room, too.

    Args:
        ground: of a service that asks for room.
        post: one that reaches the places.
        places: their numbers, of known people.
    """
    room, people = _room(ground), np.nan_to_num(ground.places.people, nan=0.0)
    if room is None:
        return 0.0
    place, who, time_ds = ground.in_reach
    own = np.flatnonzero(who == post)
    own = own[np.lexsort((place[own], time_ds[own]))]
    last = int(np.flatnonzero(np.isin(place[own], places))[-1])
    before = place[own[: last + 1]]
    is_served = served(place, who, time_ds, people, room)
    more = float(people[before[~is_served[before]]].sum())
    then = room.copy()
    then[post] += more
    if served(place, who, time_ds, people, then)[places].all():
        return more
    # Others change their post for it: with room for all who come no later, none of the places is left.
    return float(people[before].sum() - room[post])


def _room(ground: Ground) -> Floats | None:
    """Return (m,) for how many people each post has room; None where the service asks for none."""
    each = ground.asked.service.residents_a_unit
    if each is None or ground.asked.weight != "residents" or all(post.capacity is None for post in ground.posts):
        return None
    return np.array([np.inf if post.capacity is None else post.capacity * each for post in ground.posts])
