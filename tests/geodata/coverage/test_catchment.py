"""What another post reaches, looked up from the nodes it gains, against a search of everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as some

from geodata.coverage.arrays import Mask
from geodata.coverage.catchment import Catchment
from geodata.coverage.entries import Entries, soonest
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import CAR
from geodata.coverage.reach import Incumbent, nearest
from geodata.coverage.snapping import Snapped, sources_of
from geodata.coverage.streets import Streets
from geodata.errors import InvalidInput
from tests.geodata.coverage.made import crooked_ways
from tests.geodata.coverage.test_entries import scattered

SITES = 12
LIMIT_DS = 250


def within(streets: Streets, entries: Entries, posts: Snapped) -> Mask:
    times, owners = nearest(streets.network, sources_of(streets, posts))
    found: Mask = soonest(streets, times, owners, entries, posts, site_count=SITES).time_ds <= LIMIT_DS
    return found


@pytest.mark.parametrize("to_post", [False, True])
@given(seed=some.integers(0, 2**32 - 1), moved=some.integers(0, 2))
@settings(max_examples=25)
def test_what_a_post_gains_is_what_a_search_of_everything_says(to_post: bool, seed: int, moved: int) -> None:
    rng = np.random.default_rng(seed)
    try:
        laid = lay_streets(crooked_ways(seed), CAR)
    except InvalidInput:  # all of this town's streets lead one way only
        reject()
    streets = laid.against if to_post else laid
    posts, more = scattered(streets, 3, rng), scattered(streets, 1, rng)
    entries = Entries(
        rng.integers(0, SITES, 20), scattered(streets, 20, rng),
        rng.integers(0, SITES, 4), rng.integers(0, streets.network.node_count, 4),
    )  # fmt: skip
    catchment = Catchment(streets, entries, site_count=SITES, limit_ds=LIMIT_DS)
    standing = Incumbent(streets.network, sources_of(streets, posts))
    now = within(streets, entries, posts)
    assert (catchment.reached(standing.times_and_owners[0], posts) == now).all()
    then = within(streets, entries, posts.followed_by(more))
    assert ((now | catchment.gained(standing, more)) == then).all()
    others = posts.those(np.delete(np.arange(3), moved))
    left = standing.without(moved)
    assert (catchment.reached(left.times_and_owners[0], others) == within(streets, entries, others)).all()
    without = within(streets, entries, others) | catchment.gained(left, more)
    assert (without == within(streets, entries, others.followed_by(more))).all()
