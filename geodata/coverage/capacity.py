"""Who finds room: within reach isn't yet served."""

from __future__ import annotations

import numba
import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask


def served(place: Ints, post: Ints, time_ds: Floats, people: Floats, room: Floats) -> Mask:
    """Return which places find a post within reach that has room for all of their people.

    In the order of travel time each place goes, whole, to a post with room; of equally near ones the lower place and
    post come first. Who comes later may still fit where a larger place didn't.

    Args:
        place, post, time_ds: (k,) the pairs that are within the limit of each other.
        people: (n,) of each place; places of unknown number (NaN) ask for no room.
        room: (m,) how many people each post can serve; inf where that isn't known.

    Returns:
        (n,) whether it is served; False also for places that no pair names.
    """
    order = np.lexsort((post, place, time_ds))
    return _served(place[order], post[order], np.nan_to_num(people, nan=0.0), room.astype(np.float64))


@numba.njit(cache=True)
def _served(place: Ints, post: Ints, asked: Floats, left: Floats) -> Mask:
    """Give each place in turn the first post with room for it; `left` is used up."""
    is_served = np.zeros(len(asked), dtype=np.bool_)
    for pair in range(len(place)):
        if not is_served[place[pair]] and asked[place[pair]] <= left[post[pair]]:
            left[post[pair]] -= asked[place[pair]]
            is_served[place[pair]] = True
    return is_served
