"""How slow each class of road is, by least squares over trips, with what was thought before for what they don't say."""

from __future__ import annotations

import numpy as np

from geodata.coverage.arrays import Floats

FARTHEST_FACTOR = 6.0
"""No class is so many times as fast, or as slow, as was thought before."""
_PRIOR_SPREAD = 0.5
"""Half of what was thought before: so far it may be off where nobody has travelled."""
_HUBER = 1.345
_MAD_TO_SIGMA = 1.4826
_LEAST_SIGMA = 0.05
"""Deciseconds, for each root of a decisecond: whole seconds and roundings scatter more."""
_PASSES = 12


def fitted_slowness(length_m: Floats, rest_ds: Floats, took_ds: Floats, *, prior: Floats) -> tuple[Floats, Floats]:
    """Return (c,) deciseconds for a metre of each class, and (c,) how much of that the trips decide, 0..1.

    A trip's scatter grows with the root of its time. How large it is comes from the trips; the larger, the more what
    was thought before counts. Trips far off the others count less, as Huber has it.

    Args:
        length_m: (k, c) of each trip over each class.
        rest_ds: (k,) the time that these lengths took.
        took_ds: (k,) the whole trip's, > 0.
        prior: (c,) what was thought before, > 0.

    Source:
        Huber 1964, Annals of Mathematical Statistics 35(1), doi:10.1214/aoms/1177703732.
    """
    from scipy.optimize import lsq_linear  # half a second to load, and only trips are fitted with it

    root = 1 / np.sqrt(took_ds)
    rows, wanted = length_m * root[:, None], rest_ds * root
    bounds = (prior / FARTHEST_FACTOR, prior * FARTHEST_FACTOR)
    found, weight, sigma = prior, np.ones(len(root)), np.inf
    for _ in range(_PASSES):
        off = wanted - rows @ found
        last, sigma = sigma, max(_LEAST_SIGMA, _MAD_TO_SIGMA * float(np.median(np.abs(off))))
        weight = np.sqrt(np.minimum(1.0, _HUBER * sigma / np.maximum(np.abs(off), 1e-12)))
        pull = sigma / (_PRIOR_SPREAD * prior)
        found = lsq_linear(
            np.vstack([rows * weight[:, None], np.diag(pull)]),
            np.concatenate([wanted * weight, pull * prior]),
            bounds=bounds,
            method="bvls",
        ).x
        if abs(sigma - last) < 1e-3 * sigma:
            break
    seen = rows * weight[:, None]
    unsure = np.linalg.inv(seen.T @ seen + np.diag(pull**2))
    return found, 1 - pull**2 * np.diag(unsure)
