"""Catchments: against PySAL access on a town, and alone on as many places as a city has."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from geodata.coverage.access import stepped, two_step_floating_catchment
from tests.bench.rows import Row, agree, cpu, environment, peer
from tests.bench.sites import within

STEPS = ((1_000, 1.0), (2_000, 0.68), (3_000, 0.22))
PLAIN = ((1_000, 1.0),)
"""One step, within which all count alike: some places have no post so near."""


def catchment_rows() -> list[Row]:
    """Return what 2SFCA and E2SFCA take."""
    return [_with_peer("2SFCA", PLAIN), _with_peer("E2SFCA", STEPS), _large()]


def _with_peer(method: str, steps: tuple[tuple[int, float], ...]) -> Row:
    rng = np.random.default_rng(4)
    places, posts = 20_000, 200
    where, spots = rng.uniform(0, 20_000, (places, 2)), rng.uniform(0, 20_000, (posts, 2))
    away_ds = np.rint(np.hypot(*(where[:, None] - spots[None]).transpose(2, 0, 1)) / 1.25)
    limit_ds, decay = steps[-1][0], stepped(*steps) if len(steps) > 1 else None
    travel = csr_array(np.where(away_ds <= limit_ds, away_ds + 1e-9, 0))
    travel.data = np.rint(travel.data).astype(np.int32)
    people, supply = rng.integers(1, 500, places), rng.integers(1, 20, posts)
    own_s, access = cpu(lambda: two_step_floating_catchment(people, supply, travel, limit_ds=limit_ds, decay=decay))
    place = np.repeat(np.arange(places), np.diff(travel.indptr))
    given = {"place": place, "post": travel.indices, "minutes": travel.data.astype(float), "people": people}
    took_s, build_s, other = peer(environment(), "access", {**given, "supply": supply, "steps": np.array(steps)})
    is_told = ~np.isnan(other)  # where nothing is in reach PySAL says nothing, and we say 0
    told = agree(access[is_told], other[is_told], within=1e-9)
    told += f", {(~is_told).sum()} without any"
    if access[~is_told].any():
        told = "NO: what PySAL says nothing of has some access"
    return Row(f"{method}, {places:,} x {posts}", "PySAL access", own_s, took_s, told, build_s)


def _large() -> Row:
    rng = np.random.default_rng(7)
    places, posts = 1_000_000, 1_000
    where, spots = rng.uniform(0, 60_000, (places, 2)), rng.uniform(0, 60_000, (posts, 2))
    pairs = within(where, spots, 3_750.0)
    travel = csr_array((np.rint(pairs.data / 1.25).astype(np.int32), pairs.indices, pairs.indptr), shape=pairs.shape)
    people, supply = rng.integers(1, 500, places), rng.integers(1, 20, posts)
    own_s, access = cpu(
        lambda: two_step_floating_catchment(people, supply, travel, limit_ds=STEPS[-1][0], decay=stepped(*STEPS))
    )
    reached = np.unique(travel.indices[travel.data <= STEPS[-1][0]])
    whole = np.isclose(float(people @ access), float(supply[reached].sum()), rtol=1e-9)
    return Row(f"E2SFCA, {places:,} x {posts:,}", "", own_s, None, "supply kept" if whole else "NO: supply is lost")
