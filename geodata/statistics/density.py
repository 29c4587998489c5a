"""How densely things lie, as a surface: what is at points, spread out around them, and nothing lost.

surface = density(x_m, y_m, weight, bandwidth_m=250)
surface.per_km2               # (rows, columns), the southernmost row first
surface.bounds_m              # west, south, east, north
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from geodata.errors import InvalidInput

Floats = npt.NDArray[np.float64]
_REACH = 4.0
"""So many bandwidths away nothing is left of a point."""


@dataclass(frozen=True, eq=False)
class Surface:
    """A density in square cells.

    Attributes:
        per_km2: (rows, columns) the southernmost row first.
        west_m, south_m: the corner of the first cell.
        cell_m: how wide a cell is.
    """

    per_km2: Floats
    west_m: float
    south_m: float
    cell_m: float

    @property
    def bounds_m(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        rows, columns = self.per_km2.shape
        return self.west_m, self.south_m, self.west_m + columns * self.cell_m, self.south_m + rows * self.cell_m

    @property
    def total(self) -> float:
        """What all cells hold together: as much as the points have."""
        return float(self.per_km2.sum() * (self.cell_m / 1000) ** 2)


def density(
    x_m: Floats, y_m: Floats, weight: npt.ArrayLike | None = None, *, bandwidth_m: float, cells: int = 512
) -> Surface:
    """Return the density around points (Gaussian kernel, on a grid around all of them).

    The grid reaches four bandwidths past the outermost points, so that the surface holds all that they have.

    Args:
        x_m, y_m: (n,) the points, metres; at least one.
        weight: (n,) what they have, >= 0; None for 1 each.
        bandwidth_m: the kernel's standard deviation.
        cells: along the longer side.

    Raises:
        InvalidInput: there is no point, shapes disagree, a value is negative or not finite, or cells would be
            wider than the bandwidth.
    """
    weights = np.ones(len(x_m)) if weight is None else np.asarray(weight, dtype=np.float64)
    _check(x_m, y_m, weights, bandwidth_m, cells)
    low = np.array([x_m.min(), y_m.min()]) - _REACH * bandwidth_m
    side = np.array([np.ptp(x_m), np.ptp(y_m)]) + 2 * _REACH * bandwidth_m
    cell_m = float(side.max()) / cells
    if cell_m > bandwidth_m:
        raise InvalidInput(
            f"{cells} cells would be {cell_m:.0f} m wide each, wider than the bandwidth of {bandwidth_m} m; "
            f"wanted are {int(np.ceil(side.max() / bandwidth_m))} cells or more, or a wider bandwidth"
        )
    columns, rows = (max(1, int(np.ceil(round(length / cell_m, 6)))) for length in side)
    column = np.minimum(((x_m - low[0]) / cell_m).astype(np.int64), columns - 1)
    row = np.minimum(((y_m - low[1]) / cell_m).astype(np.int64), rows - 1)
    held = np.bincount(row * columns + column, weights, rows * columns).reshape(rows, columns)
    # What the kernel's cut end would put past the edge is put back.
    spread = gaussian_filter(held, bandwidth_m / cell_m, mode="reflect", truncate=_REACH)
    return Surface(spread / (cell_m / 1000) ** 2, float(low[0]), float(low[1]), cell_m)


def _check(x_m: Floats, y_m: Floats, weights: Floats, bandwidth_m: float, cells: int) -> None:
    if not len(x_m):
        raise InvalidInput("there is no point; a density can't be told")
    if not (weights.ndim == 1 and len(x_m) == len(y_m) == len(weights)):
        raise InvalidInput(
            f"{len(x_m)} and {len(y_m)} coordinates for weights of shape {weights.shape}; wanted is one each"
        )
    if not (np.isfinite(x_m).all() and np.isfinite(y_m).all()):
        raise InvalidInput("a point lies nowhere; wanted are finite coordinates")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise InvalidInput("a weight is negative or not finite; wanted are numbers of 0 or more")
    if not 0 < bandwidth_m < np.inf:
        raise InvalidInput(f"a bandwidth of {bandwidth_m} m; wanted is more than 0")
    if cells < 1:
        raise InvalidInput(f"{cells} cells along a side; wanted is 1 or more")
