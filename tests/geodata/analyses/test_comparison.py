"""Who has a longer or a shorter way: by hand, with places that have none."""

from types import SimpleNamespace
from typing import cast

import numpy as np

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.scenarios.compare import Comparison

# No way on both sides, a new way, a lost one, nine deciseconds and ten either way, as it was.
BEFORE = np.array([np.inf, np.inf, 600.0, 600.0, 600.0, 600.0, 600.0, 600.0])
AFTER = np.array([np.inf, 600.0, np.inf, 609.0, 610.0, 591.0, 590.0, 600.0])
PEOPLE = np.array([1.0, 2, 4, 8, 16, 32, 64, 128])


def test_a_way_is_longer_or_shorter_by_a_second_at_least_and_none_isnt_longer_than_none() -> None:
    before, after = (cast(Answer, SimpleNamespace(known=PEOPLE, time_ds=times)) for times in (BEFORE, AFTER))
    nobody = np.zeros(len(PEOPLE), bool)
    found = Comparison(before, after, is_gained=nobody, is_lost=nobody, areas=(), moved=())
    assert (found.quicker, found.slower) == (2 + 64, 4 + 16)
