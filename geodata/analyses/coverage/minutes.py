"""Minutes as people read them: what is over a limit is never shown as within it."""

from __future__ import annotations

import math


def rounded_minutes(minutes: float, limit: float, digits: int = 1) -> float:
    """Return minutes with few digits, on the side of a limit where they are.

    Args:
        minutes: as they are.
        limit: within which they may be, inclusive.
        digits: how many after the point.

    >>> rounded_minutes(3001 / 600, 5.0), rounded_minutes(3000 / 600, 5.0), rounded_minutes(5.26, 5.26)
    (5.1, 5.0, 5.2)
    """
    told, unit = round(minutes, digits), 10.0**digits
    if minutes > limit >= told:
        return round((math.floor(limit * unit + 1e-9) + 1) / unit, digits)
    if minutes <= limit < told:
        return round(math.floor(limit * unit + 1e-9) / unit, digits)
    return told
