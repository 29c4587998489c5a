"""One line of a comparison of two periods, and what may be told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geodata.statistics.discoveries import false_discovery_shares
from geodata.statistics.rates import PERCENT_BASE, compare

ACCEPTED = 0.05
"""So large a share of false discoveries is accepted among many areas."""


@dataclass(frozen=True)
class ChangeRow:
    """One area, or all together (`code` is None).

    Attributes:
        before, after: counts; None where they are too small to be told.
        change, low, high: shares, -0.22 for 22 % less; None where nothing can be said, or `before` is too small a base.
        is_beyond_chance: whether the interval leaves out 0; never where a count is withheld.
        q: the share of false discoveries that one accepts by believing this area's change; None for all together.
    """

    code: str | None
    name: str
    before: int | None
    after: int | None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    is_beyond_chance: bool = False
    q: float | None = None

    @property
    def is_lost_among_many(self) -> bool:
        """Whether it is beyond chance by itself, and not as one of so many areas that were looked at."""
        return self.is_beyond_chance and self.q is not None and self.q > ACCEPTED


Counts = dict[str, tuple[str, int, int]]
"""By code: name, count before, count after."""


def told_rows(counts: Counts, hidden: npt.NDArray[np.bool_]) -> tuple[ChangeRow, list[ChangeRow]]:
    """Return all together, and each area without what is withheld.

    Args:
        counts: of both periods.
        hidden: (n, 2) which of them are withheld.
    """
    table = np.array([row[1:] for row in counts.values()], dtype=np.int64).reshape(-1, 2)
    one, other = table.sum(axis=0).tolist()
    # Where all are withheld their sum is, too.
    total = without(_changed([(None, "", one, other)])[0], [bool(mask.all()) for mask in hidden.T])
    rows = _changed([(code, *row) for code, row in counts.items()])
    told = [without(row, mask) for row, mask in zip(rows, hidden.tolist(), strict=True)]
    return total, _with_q(told)


def without(row: ChangeRow, hidden: Sequence[bool]) -> ChangeRow:
    """Return a row without the counts that are withheld; nothing is said of its change then."""
    if not any(hidden):
        return row
    before, after = (None if mask else count for mask, count in zip(hidden, (row.before, row.after), strict=True))
    return ChangeRow(row.code, row.name, before, after)


def _changed(counts: Sequence[tuple[str | None, str, int, int]]) -> list[ChangeRow]:
    found = compare([row[2] for row in counts], [row[3] for row in counts])
    shares = zip(found.ratio, found.low, found.high, found.is_beyond_chance.tolist(), strict=True)
    rows = []
    for (code, name, before, after), (*ratios, is_beyond) in zip(counts, shares, strict=True):
        change, low, high = (_told(ratio) if before >= PERCENT_BASE else None for ratio in ratios)
        rows.append(ChangeRow(code, name, before, after, change, low, high, is_beyond))
    return rows


def _with_q(rows: list[ChangeRow]) -> list[ChangeRow]:
    """Return rows with the false discoveries among those that are told."""
    told = [(row.before, row.after) for row in rows if row.before is not None and row.after is not None]
    if not told:
        return rows
    p = compare([before for before, _ in told], [after for _, after in told]).p
    shares = iter(false_discovery_shares(p).tolist())
    return [row if None in (row.before, row.after) else replace(row, q=round(next(shares), 6)) for row in rows]


def _told(ratio: float) -> float | None:
    return round(float(ratio) - 1, 6) if np.isfinite(ratio) else None
