"""What places have together with their neighbours, summed up without a matrix of who is whose neighbour.

sums, numbers = neighbourhoods(x_m, y_m, values, radius_m=300)
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from geodata.errors import InvalidInput

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_MOST_LOOKED_AT = 2_000_000_000
"""To look at more pairs of places than these would take longer than a few seconds."""
_WIDER = 1 + 1e-6
"""Rows are a little wider than the radius, so that no rounding parts neighbours by more than one row."""


def neighbourhoods(x_m: Floats, y_m: Floats, values: Floats, radius_m: float) -> tuple[Floats, Ints]:
    """Return (n,) each neighbourhood's sum and number, the place itself among them.

    Places lie in rows as high as the radius, by x in each: a place's neighbours are in its own row, the next and the
    one before, in a stretch of each that moves on with the place. Every pair is looked at once.

    Args:
        x_m, y_m, values: (n,) the places, metres, and what they have.
        radius_m: neighbours are this far away at most, inclusive.

    Raises:
        InvalidInput: there are too many pairs of places that could be neighbours.
    """
    count = len(values)
    if not count:
        return np.zeros(0), np.zeros(0, dtype=np.int64)
    # Numbers of rows stay floats: a tiny radius makes more of them than an integer holds.
    row = np.floor((y_m - y_m.min()) / (radius_m * _WIDER))
    order = np.lexsort((x_m, row))
    x, y, value, row = (np.ascontiguousarray(each[order]) for each in (x_m, y_m, values, row))
    first = np.flatnonzero(np.concatenate(([True], row[1:] != row[:-1], [True])))
    is_next = np.concatenate((np.diff(row[first[:-1]]) == 1, [False]))
    stretches = _stretches(x, first, is_next, radius_m)
    pairs = int((stretches[:, 0] - np.arange(count) - 1).sum() + (stretches[:, 2] - stretches[:, 1]).sum())
    if pairs > _MOST_LOOKED_AT:
        raise InvalidInput(
            f"within {radius_m} m there are up to {pairs} pairs of neighbours; wanted are at most {_MOST_LOOKED_AT}, "
            "so a smaller radius or places put together in cells",
            zh=f"{radius_m:g} 米内的邻近对太多（{pairs}）；请改小半径",
        )
    sums, numbers = np.empty(count), np.empty(count, dtype=np.int64)
    sums[order], numbers[order] = _summed(x, y, value, stretches, radius_m)
    return sums, numbers


def compile_neighbourhoods() -> None:
    """Sum up two places: what numba compiles for it stays on disk for all processes of this account."""
    neighbourhoods(np.zeros(2), np.zeros(2), np.zeros(2), 1.0)


@numba.njit(cache=True)
def _stretches(x: Floats, first: Ints, is_next: npt.NDArray[np.bool_], radius: float) -> Ints:
    """Return (n, 3) where a place's stretch ends in its own row, and begins and ends in the next."""
    found = np.zeros((len(x), 3), dtype=np.int64)
    for row in range(len(first) - 1):
        end = first[row + 1]
        last = low = high = first[row]
        if is_next[row]:
            low = high = end
        beyond = first[row + 2] if is_next[row] else low
        for place in range(first[row], end):
            while last < end and x[last] - x[place] <= radius:
                last += 1
            while low < beyond and x[place] - x[low] > radius:
                low += 1
            high = max(high, low)
            while high < beyond and x[high] - x[place] <= radius:
                high += 1
            found[place] = last, low, high
    return found


@numba.njit(cache=True)
def _summed(x: Floats, y: Floats, value: Floats, stretches: Ints, radius: float) -> tuple[Floats, Floats]:
    """Return each neighbourhood's sum and number; in one order, so that the same places have the same sums."""
    sums, numbers = value.copy(), np.ones(len(x))
    for place in range(len(x)):
        last, low, high = stretches[place]
        for first, end in ((place + 1, last), (low, high)):
            together = number = 0.0
            for other in range(first, end):
                right, up = x[other] - x[place], y[other] - y[place]
                # Multiplied, not branched on: about half of the pairs are near, which no processor foresees.
                is_near = np.float64(right * right + up * up <= radius * radius)
                together += value[other] * is_near
                number += is_near
                sums[other] += value[place] * is_near
                numbers[other] += is_near
            sums[place] += together
            numbers[place] += number
    return sums, numbers
