"""Shares totals out in whole numbers, so that they still agree with their source to the unit."""

from __future__ import annotations

import numpy as np

from geodata.coverage.arrays import Floats, Ints
from geodata.errors import InvalidInput


def share_out(totals: Ints, group: Ints, share: Floats) -> Ints:
    """Return whole numbers that add up to each group's total and are as near to its members' shares as can be.

    The largest remainders are rounded up; of equal ones the first. A group all of whose shares are 0 is shared evenly.

    Args:
        totals: (g,) whole numbers, >= 0.
        group: (n,) each member's group, 0..g-1. The total of a group without members is shared with nobody.
        share: (n,) in any unit, >= 0.

    Raises:
        InvalidInput: shapes disagree, or a number is negative or not finite.
    """
    if group.shape != share.shape:
        raise InvalidInput(f"{len(group)} members and {len(share)} shares; wanted are as many")
    if len(share) and not (np.isfinite(share).all() and share.min() >= 0):
        raise InvalidInput("a share is negative, or no number; wanted is 0 or more")
    if len(totals) and totals.min() < 0:
        raise InvalidInput(f"a total of {totals.min()}; wanted is 0 or more")
    sums = np.bincount(group, weights=share, minlength=len(totals))
    members = np.bincount(group, minlength=len(totals))
    parts = np.where(sums[group] > 0, share, 1.0) / np.where(sums > 0, sums, np.maximum(members, 1))[group]
    exact = parts * totals[group]
    # What is a whole number but for the last bit is one: else its remainder would be all but 1.
    whole = np.floor(exact + 1e-9).astype(np.int64)
    missing = totals - np.bincount(group, weights=whole, minlength=len(totals)).astype(np.int64)
    order = np.lexsort((np.arange(len(group)), -(exact - whole), group))
    first = np.concatenate([[0], np.cumsum(members)[:-1]]) if len(members) else members
    rank = np.arange(len(group)) - first[group[order]]
    whole[order] += rank < missing[group[order]]
    return whole


def whole_numbers(values: Floats) -> Ints:
    """Return whole numbers near to `values` that add up to their sum, itself rounded."""
    total = np.array([round(float(values.sum()))], dtype=np.int64)
    return share_out(total, np.zeros(len(values), dtype=np.int64), values)
