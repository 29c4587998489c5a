"""Who finds room at a post: within reach isn't yet served."""

from __future__ import annotations

from collections.abc import Iterator

from etl.sample.reach.causes import Reach
from etl.sample.reach.graph import travel
from etl.sample.reach.standard import PEOPLE_PER_DESK


def without_room(reach: Reach, when: str) -> Iterator[tuple[int, float, int]]:
    """Yield the compounds in reach of posts that are all full: (compound, seconds, nearest post).

    In the order of travel time each compound goes, whole, to a post within its limit that has room for all its
    residents; ties go to the lower compound and post. Compounds of unknown population ask for no room.
    """
    pairs = sorted(_pairs(reach, when))
    room = [post.desks * PEOPLE_PER_DESK for post in reach.posts]
    nearest: dict[int, tuple[float, int]] = {}
    served: set[int] = set()
    for seconds, number, post in pairs:
        people = reach.city.compounds[number].residents
        nearest.setdefault(number, (seconds, post))
        if number not in served and room[post] >= people:
            room[post] -= people
            served.add(number)
    for number in sorted(nearest.keys() - served):
        yield number, *nearest[number]


def _pairs(reach: Reach, when: str) -> Iterator[tuple[float, int, int]]:
    """The seconds, compound and post of all that are within the limit of each other."""
    limit = reach.mode.limit_s
    seeds = reach.seeds(when)
    for post in sorted({seed.post for seed in seeds}):
        times = travel(reach.graph, [seed for seed in seeds if seed.post == post], limit)
        for number, compound in enumerate(reach.city.compounds):
            reached = [times.seconds[node] for node in reach.doors(number, when) if node in times.seconds]
            if compound.is_counted and reached:
                yield min(reached), number, post
