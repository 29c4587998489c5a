"""Areas by how many incidents they have, in a few classes that a map can colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.analyses.hotspots.asked import is_hazard
from geodata.analyses.hotspots.spots import Spots

CLASSES = 4


@dataclass(frozen=True, eq=False)
class CountClasses:
    """Classes that hold about as many areas each.

    Attributes:
        ranges: the smallest and the largest count in each, the lowest class first.
        of: (n,) the class of each place from 1 on; 0 where its count is withheld.
    """

    ranges: Sequence[tuple[int, int]]
    of: npt.NDArray[np.int64]


def classes_of(spots: Spots) -> CountClasses | None:
    """Return the classes of counts that may be told; None for hazards, whose density is drawn."""
    if is_hazard(spots.what):
        return None
    told = spots.values[~spots.is_withheld]
    if not len(told):
        return CountClasses((), np.zeros(len(spots.values), dtype=np.int64))
    lows = np.unique([part[0] for part in np.array_split(np.sort(told), CLASSES) if len(part)])
    of = np.where(spots.is_withheld, 0, np.searchsorted(lows, spots.values, side="right"))
    inside = [spots.values[of == at] for at in range(1, len(lows) + 1)]
    return CountClasses([(int(each.min()), int(each.max())) for each in inside], of)
