"""Has the loops of solvers compiled before a clock runs: the first time takes longer than many an answer."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.sparse import csr_array

from geodata.coverage.siting.answer import Clock
from geodata.coverage.siting.exchange import swapped as covering_swapped
from geodata.coverage.siting.fewest import fewest
from geodata.coverage.siting.ground import merged
from geodata.coverage.siting.interchange import interchanged
from geodata.coverage.siting.medians import Medians
from geodata.coverage.siting.swaps import greedy, swapped
from geodata.coverage.siting.ways import ways_of

_RING = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0]])
"""Three places, each of which two of three candidates cover: small, and nothing of it is settled by looking at it."""
_NONE = np.zeros(0, dtype=np.int64)


@cache
def compile_covering() -> None:
    """Have ready what the most covered takes."""
    covering_swapped(merged(csr_array(_RING), np.ones(3), _NONE), np.array([0]), Clock(1.0))


@cache
def compile_fewest() -> None:
    """Have ready what the fewest sites that cover all take."""
    fewest(csr_array(_RING), Clock(1.0), is_exact=False)


@cache
def compile_center() -> None:
    """Have ready what the shortest longest way takes, whose ways have either kind of number."""
    compile_fewest()
    for kind in (np.float32, np.float64):
        interchanged(9 * (1 - _RING.astype(kind)), _NONE, np.array([0]), 0.0, Clock(1.0))


@cache
def compile_medians() -> None:
    """Have ready what the shortest ways in all take."""
    clock, is_fixed = Clock(1.0), np.zeros(3, dtype=np.bool_)
    ways, _ = ways_of(9.0 * (1 - _RING), np.ones(3))
    medians = Medians(ways, is_fixed, 1, swapped(ways, is_fixed, greedy(ways, _NONE, 1), clock), clock)
    medians.relax(until_s=np.inf)
    medians.kick(until_s=np.inf, patience=3)
