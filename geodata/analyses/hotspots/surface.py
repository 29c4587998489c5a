"""How densely the hazards of compounds lie, as a surface in steps that a map can draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import geopandas
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.analyses.hotspots.asked import is_hazard
from geodata.analyses.hotspots.spots import Spots
from geodata.crs import STORAGE_SRID, from_metric
from geodata.errors import InvalidInput
from geodata.statistics.density import Surface, density

STEPS = (0.1, 0.25, 0.5, 0.75)
"""Where steps begin, as parts of the densest cell's; what is below the first isn't drawn."""
_CELLS_A_BANDWIDTH, _FEWEST, _MOST = 8, 64, 2048


@dataclass(frozen=True, eq=False)
class Steps:
    """A surface of kernel density; its bandwidth is the radius of the hot spots' neighbourhoods.

    Attributes:
        surface: how many a square kilometre, in cells.
        bandwidth_m: the kernel's standard deviation.
        metric_crs: of the surface.
    """

    surface: Surface
    bandwidth_m: float
    metric_crs: str

    @property
    def most_per_km2(self) -> float:
        """The densest cell's."""
        return float(self.surface.per_km2.max())

    @cached_property
    def frame(self) -> geopandas.GeoDataFrame:
        """The steps from the lowest to the densest (WGS 84): from, to (a square kilometre), and their shape."""
        edges = [*(share * self.most_per_km2 for share in STEPS), np.inf]
        level = np.searchsorted(np.array(edges[:-1]), self.surface.per_km2, side="right")
        shapes = from_metric([self._shape(level == at) for at in range(1, len(edges))], self.metric_crs)
        columns = {
            "step": list(range(1, len(edges))),
            "from_per_km2": [round(low, 2) for low, _ in pairwise(edges)],
            "to_per_km2": [round(min(high, self.most_per_km2), 2) for _, high in pairwise(edges)],
        }
        return geopandas.GeoDataFrame(columns, geometry=list(shapes), crs=STORAGE_SRID)

    def _shape(self, those: npt.NDArray[np.bool_]) -> BaseGeometry:
        """Return cells as one shape, made of the runs of each row."""
        west, south, cell = self.surface.west_m, self.surface.south_m, self.surface.cell_m
        edge = np.diff(those.astype(np.int8), axis=1, prepend=0, append=0)
        row, first = np.nonzero(edge == 1)
        _, last = np.nonzero(edge == -1)
        boxes = shapely.box(west + first * cell, south + row * cell, west + last * cell, south + (row + 1) * cell)
        return shapely.unary_union(boxes)


def surface_of(spots: Spots) -> Steps | None:
    """Return the density of hazards around their compounds; None for incidents, which have no places.

    Raises:
        InvalidInput: the place is too wide for so small a radius.
    """
    if not is_hazard(spots.what):
        return None
    side_m = max(float(np.ptp(spots.x_m)), float(np.ptp(spots.y_m))) + 8 * spots.radius_m
    cells = max(_FEWEST, int(np.ceil(_CELLS_A_BANDWIDTH * side_m / spots.radius_m)))
    if cells > _MOST * _CELLS_A_BANDWIDTH:
        raise InvalidInput(
            f"a radius of {spots.radius_m:g} m over {side_m / 1000:,.0f} km; wanted is {side_m / _MOST:,.0f} m or more",
            zh=f"范围 {side_m / 1000:,.0f} 公里，半径 {spots.radius_m:g} 米太小；至少 {side_m / _MOST:,.0f} 米",
        )
    surface = density(spots.x_m, spots.y_m, spots.values, bandwidth_m=spots.radius_m, cells=min(cells, _MOST))
    return Steps(surface, spots.radius_m, spots.settings.metric_crs)
