"""Tasks as large as a city asks them, for which there is no peer that could be waited for."""

from __future__ import annotations

import time
from functools import partial

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

from geodata.coverage.access import stepped, two_step_floating_catchment
from geodata.coverage.isochrone import isochrones
from geodata.coverage.modes import CAR
from geodata.coverage.reach import nearest
from geodata.coverage.siting import solve_mclp
from geodata.coverage.snapping import snap, sources_of
from geodata.coverage.streets import lay_streets
from tests.bench.rows import Row, cpu
from tests.geodata.coverage.made import town_ways

STEPS = ((1_000, 1.0), (2_000, 0.68), (3_000, 0.22))
TEN_MINUTES_DS = 6_000


def large() -> list[Row]:
    """Return what catchments, sites and an isochrone of a large city take."""
    return [_catchments(), *_sites(), _isochrone()]


def _catchments() -> Row:
    rng = np.random.default_rng(7)
    places, posts = 1_000_000, 1_000
    where, spots = rng.uniform(0, 60_000, (places, 2)), rng.uniform(0, 60_000, (posts, 2))
    pairs = _within(where, spots, 3_750.0)
    travel = csr_array((np.rint(pairs.data / 1.25).astype(np.int32), pairs.indices, pairs.indptr), shape=pairs.shape)
    people, supply = rng.integers(1, 500, places), rng.integers(1, 20, posts)
    own_s, access = cpu(
        lambda: two_step_floating_catchment(people, supply, travel, limit_ds=STEPS[-1][0], decay=stepped(*STEPS))
    )
    reached = np.unique(travel.indices[travel.data <= STEPS[-1][0]])
    whole = np.isclose(float(people @ access), float(supply[reached].sum()), rtol=1e-9)
    return Row(f"E2SFCA, {places:,} x {posts:,}", "", own_s, None, "supply kept" if whole else "NO: supply is lost")


def _sites() -> list[Row]:
    found = []
    for places, sites, side_m, radius_m, p in (
        (5_000, 500, 20_000.0, 1_000.0, 20),
        (50_000, 2_000, 40_000.0, 1_000.0, 100),
        (50_000, 2_000, 20_000.0, 1_500.0, 30),
    ):
        rng = np.random.default_rng(5)
        where, spots = rng.uniform(0, side_m, (places, 2)), rng.uniform(0, side_m, (sites, 2))
        covers, people = _within(where, spots, radius_m), rng.integers(1, 300, places)
        began = time.process_time()
        plan = solve_mclp(covers, people, p, time_limit_s=60)
        task = f"MCLP, {places:,} x {sites:,}, {p} posts"
        told = "proven" if plan.proven else f"gap {plan.gap:.2%}"
        found.append(Row(task, "", time.process_time() - began, None, told))
    return found


def _isochrone() -> Row:
    streets = lay_streets(town_ways(450, 1), CAR)
    x_m, y_m = streets.network.x_m, streets.network.y_m
    posts = snap(streets, np.array([np.median(x_m)]), np.array([np.median(y_m)]), limit_m=200)
    times, _ = nearest(streets.network, sources_of(streets, posts))
    own_s, _ = cpu(partial(isochrones, streets, times, posts, limits_ds=(TEN_MINUTES_DS,), buffer_m=30))
    return Row(f"isochrone by car, 10 min, {streets.network.node_count:,} nodes", "", own_s, None, "-")


def _within(where: np.ndarray, spots: np.ndarray, radius_m: float) -> csr_array:
    """Return (places, posts) the distances up to a radius; 1 m at least, as a stored 0 would be lost."""
    near = cKDTree(where).sparse_distance_matrix(cKDTree(spots), radius_m, output_type="coo_matrix")
    return csr_array(coo_array((np.maximum(near.data, 1.0), (near.row, near.col)), shape=near.shape))
