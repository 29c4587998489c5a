"""What is never split: whole compounds, and the homes of a block; with their work, and where they meet the streets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geodata.analyses.coverage.stage import GATES
from geodata.analyses.grids.pieces import Pieces, first_around
from geodata.coverage.arrays import Floats, Ints
from geodata.crs import to_metric
from geodata.queries.demand import PlaceRow, read_buildings
from geodata.queries.gates import GateRow
from geodata.queries.open_hazards import count_open_hazards
from geodata.settings import Settings

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Units:
    """The units; the compounds come first, in the order of their rows.

    Attributes:
        compounds: (c,) their rows.
        households: (n,) NaN where nobody has counted.
        unknown_buildings: (n,) buildings of a block, of those without number: they are in `households` of none.
        hazards: (n,) open ones; those of compounds only.
        today: (n,) number of today's grid: where most of its households are; -1 for none.
        torn: (n,) whether its households lie in several grids today.
        piece_unit: (p,) the unit of each piece of the ground; -1 where nobody lives.
        points: (k,) where units meet the streets, metres: gates, or homes.
        point_unit: (k,) whose each is.
        outside_households: of homes in no compound and in no grid.
        hazards_elsewhere: open hazards that hang on none of these compounds.
    """

    compounds: Sequence[PlaceRow]
    households: Floats
    unknown_buildings: Ints
    hazards: Ints
    today: Ints
    torn: npt.NDArray[np.bool_]
    piece_unit: Ints
    points: Shapes
    point_unit: Ints
    outside_households: float
    hazards_elsewhere: int

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.households)


def units_of(
    settings: Settings, compounds: Sequence[PlaceRow], outlines: Shapes, grids: Shapes, pieces: Pieces,
    gates: Sequence[GateRow],
) -> Units:  # fmt: skip
    """Return the units of a place.

    Args:
        settings: the deployment.
        compounds: (c,) all of them.
        outlines: (c,) theirs, metres.
        grids: today's, metres.
        pieces: the ground, cut by the same outlines.
        gates: of the compounds.
    """
    rows, spots = read_buildings(settings)
    homes = to_metric(list(spots), settings.metric_crs)
    number = {row.id: index for index, row in enumerate(compounds)}
    counts = np.array([np.nan if row.households is None else row.households for row in rows], dtype=np.float64)
    home_compound = np.array([number.get(row.compound_id or 0, -1) for row in rows], dtype=np.int64)
    home_piece = np.where(home_compound < 0, first_around(pieces.shape, homes), -1)
    # Homes on the ground of a compound that the centimetre took from it are the compound's.
    strayed = (home_piece >= 0) & (pieces.compound[home_piece] >= 0)
    home_compound[strayed], home_piece[strayed] = pieces.compound[home_piece[strayed]], -1
    lived_in = np.unique(home_piece[(home_piece >= 0) & ~(counts == 0)])
    block = np.full(len(pieces.shape) + 1, -1, dtype=np.int64)
    block[lived_in] = len(compounds) + np.arange(len(lived_in))
    home_unit = np.where(home_compound >= 0, home_compound, block[home_piece])
    total = len(compounds) + len(lived_in)
    held, unknown = _held(home_unit, counts, total)
    stated = np.array([np.nan if row.households is None else row.households for row in compounds], dtype=np.float64)
    known_homes = np.bincount(home_unit[home_unit >= 0], ~np.isnan(counts[home_unit >= 0]), total) > 0
    households = np.where(known_homes, held, np.nan)
    households[: len(compounds)] = np.where(np.isnan(stated), _counted(households, unknown)[: len(compounds)], stated)
    today, torn = _today(home_unit, counts, first_around(grids, homes), total)
    middles = np.concatenate([shapely.point_on_surface(outlines), shapely.point_on_surface(pieces.shape[lived_in])])
    today = np.where(today < 0, first_around(grids, middles), today)
    points, point_unit = _points(settings, number, gates, homes, home_unit, middles)
    hazards, elsewhere = _hazards(settings, number, total)
    return Units(
        compounds=compounds, households=households, unknown_buildings=unknown, hazards=hazards, today=today, torn=torn,
        piece_unit=np.where(pieces.compound >= 0, pieces.compound, block[:-1]), points=points, point_unit=point_unit,
        outside_households=float(np.nansum(counts[home_unit < 0])), hazards_elsewhere=elsewhere,
    )  # fmt: skip


def _held(unit: Ints, counts: Floats, total: int) -> tuple[Floats, Ints]:
    """Return the households of each unit's homes, and how many homes nobody has counted."""
    kept = unit >= 0
    held = np.asarray(np.bincount(unit[kept], np.nan_to_num(counts[kept]), total), dtype=np.float64)
    return held, np.bincount(unit[kept & np.isnan(counts)], minlength=total).astype(np.int64)


def _counted(households: Floats, unknown: Ints) -> Floats:
    """Return the sums that are whole: with a home that nobody has counted a compound's sum isn't known, nor as 0."""
    return np.where((unknown > 0) | (households == 0), np.nan, households)


def _today(unit: Ints, counts: Floats, grid: Ints, total: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return the grid in which most households of a unit are, of two the first; and whether some are in another."""
    kept = (unit >= 0) & (grid >= 0) & (np.nan_to_num(counts) > 0)
    keys, index = np.unique(np.column_stack([unit[kept], grid[kept]]), axis=0, return_inverse=True)
    held = np.bincount(index.reshape(-1), counts[kept], len(keys))
    order = np.lexsort((-keys[:, 1], held, keys[:, 0]))
    today = np.full(total, -1, dtype=np.int64)
    today[keys[order, 0]] = keys[order, 1]
    return today, np.bincount(keys[:, 0], minlength=total) > 1


def _points(
    settings: Settings, number: dict[int, int], every: Sequence[GateRow], homes: Shapes, home_unit: Ints,
    middles: Shapes,
) -> tuple[Shapes, Ints]:  # fmt: skip
    """Return where units meet the streets: a compound's gates for walkers, else its homes, else its middle."""
    gates = [gate for gate in every if gate.kind in GATES["walk"] and gate.compound_id in number]
    gate_unit = np.array([number[gate.compound_id] for gate in gates], dtype=np.int64)
    # There may be no gate at all.
    gate_spots = np.array([(gate.lon, gate.lat) for gate in gates], dtype=np.float64).reshape(-1, 2)
    gate_points = to_metric(list(np.asarray(shapely.points(gate_spots), dtype=object)), settings.metric_crs)
    by_home = np.flatnonzero((home_unit >= 0) & ~np.isin(home_unit, gate_unit))
    alone = np.setdiff1d(np.arange(len(middles)), np.concatenate([gate_unit, home_unit[by_home]]))
    points = np.concatenate([np.asarray(gate_points, dtype=object), homes[by_home], middles[alone]])
    return points, np.concatenate([gate_unit, home_unit[by_home], alone])


def _hazards(settings: Settings, number: dict[int, int], total: int) -> tuple[Ints, int]:
    found, elsewhere = np.zeros(total, dtype=np.int64), 0
    for compound, count in count_open_hazards(settings).items():
        unit = None if compound is None else number.get(compound)
        if unit is None:
            elsewhere += count
        else:
            found[unit] = count
    return found, elsewhere
