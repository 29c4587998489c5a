"""Which totals of one table are too small to be told, and which go with them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geodata.errors import InvalidInput

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
MINIMUM = 10
"""Fewer than these are somebody's neighbours, not a number."""


def withheld(totals: npt.ArrayLike, *, minimum: int = MINIMUM) -> Mask:
    """Return which totals of a table are withheld, where their sum is told or can be found out.

    Too small is a total below the minimum, and one that leaves less than the minimum to all others. The next larger
    ones go with the small ones until what is withheld comes to the minimum in two totals or more: one alone would be
    the difference to the sum.

    Args:
        totals: (n,) whole numbers of 0 or more that add up to a known sum.
        minimum: the smallest total, and the smallest sum of what is withheld.

    Returns:
        (n,) where all of them are withheld, their sum isn't to be told either.

    Raises:
        InvalidInput: a total isn't a whole number of 0 or more.
    """
    found = np.asarray(totals, dtype=np.float64)
    if not (np.isfinite(found).all() and (found >= 0).all() and (found == np.rint(found)).all()):
        raise InvalidInput("a total is no whole number of 0 or more; what is too small can't be told from it")
    whole = found.astype(np.int64)
    total = int(whole.sum())
    if total < minimum:
        return np.ones(len(whole), dtype=np.bool_)
    hidden = (whole < minimum) | (total - whole < minimum)
    order = np.argsort(whole, kind="stable")
    for index in order.tolist():
        if not hidden.any() or (hidden.sum() >= 2 and int(whole[hidden].sum()) >= minimum):
            break
        hidden[index] = True
    return hidden
