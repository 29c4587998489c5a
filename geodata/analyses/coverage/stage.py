"""Streets with posts and ways in placed on them, and how near these have to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.entries import Entries
from geodata.coverage.snapping import Snapped, snap
from geodata.coverage.streets import Streets
from geodata.crs import to_metric
from geodata.queries.gates import GateRow
from geodata.queries.posts import PostRow
from geodata.settings import Settings

SNAP_LIMIT_M = 100.0
"""Farther from every street than this, about a block's depth, nobody can say by which way one gets there."""
ON_WAY_M = 2.0
"""A gate stands on the way that is nearest to it, and on others that are hardly farther: the width of a lane, no more.
Else a gate whose own lane leads nowhere would be entered from the next street, through the wall."""
BESIDE_M = 30.0
"""Streets this near to an outline are where people of an open area set out, and where a wall could have a gate."""
GATES = {
    "walk": frozenset({"main", "side", "foot"}),
    "ebike": frozenset({"main", "side", "vehicle"}),
    "car": frozenset({"main", "side", "vehicle"}),
}
"""The kinds of gates that let a mode in while they are open; the others let nobody in."""


@dataclass(frozen=True, eq=False)
class Stage:
    """One variant of the streets with everything placed on them."""

    streets: Streets
    posts: Snapped
    entries: Entries
    gate: Ints
    """(e,) the gate of each point entry; -1 for a place's own."""


def spots_of(settings: Settings, rows: Sequence[PostRow] | Sequence[GateRow]) -> npt.NDArray[np.object_]:
    """Return where rows are, metres; there may be none."""
    degrees: Floats = np.array([(row.lon, row.lat) for row in rows], dtype=np.float64).reshape(-1, 2)
    return to_metric(list(np.asarray(shapely.points(degrees), dtype=object)), settings.metric_crs)


def snapped(streets: Streets, points: npt.NDArray[np.object_], limit_m: float | Floats) -> Snapped:
    """Return where places meet the streets, each within its own limit."""
    spots = shapely.get_coordinates(points)
    found = snap(streets, spots[:, 0], spots[:, 1], limit_m=np.inf)
    return found.within(np.broadcast_to(limit_m, len(points)))
