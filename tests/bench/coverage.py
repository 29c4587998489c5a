"""Coverage against networkx, pandana, pgRouting, scipy, PySAL and spopt, on the same made-up data in one run.

    ./csmap bench coverage                     # all rows
    ./csmap bench coverage nearest what-if     # some of them

Towns have one-way streets and costs in whole deciseconds, so that engines have to agree. Each row is held to its goal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from geodata.statistics.hotspots import hot_spots
from tests.bench import catchments, grids, reach, sites, what_if, whole_site
from tests.bench.machine import heading
from tests.bench.rows import HEADING, Row, agree, cpu, environment, peer


def main(only: Sequence[str]) -> int:
    """Print what some tasks take, or all; 1 where answers are wrong or a goal isn't met."""
    print(f"coverage, seconds of CPU unless said otherwise: {heading()}\n{HEADING}")
    verdicts = []
    for name in only or ROWS:
        for row in ROWS[name]():
            print(row.line(), flush=True)
            verdicts.append(row.verdict)
    told = (f"{verdicts.count(word)} {word}" for word in ("met", "short", "wrong"))
    print(f"goals: {', '.join(told)}")
    return int("wrong" in verdicts or "short" in verdicts)


def _hot_spots() -> list[Row]:
    rng = np.random.default_rng(6)
    found = []
    for count in (20_000, 100_000):
        side_m = 100 * np.sqrt(count)
        x_m, y_m, value = rng.uniform(0, side_m, count), rng.uniform(0, side_m, count), rng.poisson(3.0, count)
        own_s, spots = cpu(partial(hot_spots, x_m, y_m, value, radius_m=400))
        took_s, build_s, told = None, 0.0, "-"
        if count == 20_000:
            given = {"x_m": x_m, "y_m": y_m, "value": value.astype(float), "radius_m": np.array(400.0)}
            took_s, build_s, other = peer(environment(), "esda", given)
            told = agree(spots.z, other, within=1e-9)
        found.append(Row(f"Gi* with FDR, {count:,} points", "esda" if took_s else "", own_s, took_s, told, build_s))
    return found


ROWS: dict[str, Callable[[], Iterable[Row]]] = {
    "nearest": reach.nearest_rows,
    "pairs": reach.pair_rows,
    "what-if": reach.what_if_rows,
    "isochrone": reach.isochrone_rows,
    "http-town": what_if.town_rows,
    "http-sample": what_if.sample_rows,
    "catchments": catchments.catchment_rows,
    "hot-spots": _hot_spots,
    "grids": grids.region_rows,
    "mclp": sites.covering_rows,
    "lscp": sites.fewest_rows,
    "p-median": sites.median_rows,
    "p-center": sites.center_rows,
    "site": whole_site.site_rows,
    "or-library-median": sites.library_median_rows,
    "or-library-center": sites.library_center_rows,
}
