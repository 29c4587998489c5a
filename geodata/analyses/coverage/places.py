"""Where the people are of whom coverage is asked: buildings, compounds, or cells shared out over buildings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.demand import share_out, whole_numbers
from geodata.crs import from_metric, to_metric
from geodata.errors import InvalidInput
from geodata.queries.demand import PlaceRow, read_buildings, read_cells, read_compounds
from geodata.settings import Settings

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Places:
    """The demand.

    Attributes:
        kind: "building", "compound" or "cell": the source of the numbers.
        rows: (n,) what they are called; ids are of the layer that `layers` names.
        layers: (n,) the layer of each: people of a cell are shared over its buildings.
        people: (n,) how many of the weight that was asked for; NaN where nobody has counted.
        shape: (n,) points or outlines, metres.
        compound: (n,) the compound that each lies in or is, 0 for none.
        room_m: (n,) how far from its middle a place may reach: where a cell is only known by its middle.
        left_out: how much of the weight belongs to no known place; None where that may not be told.
    """

    kind: str
    rows: Sequence[PlaceRow]
    layers: Sequence[str]
    people: Floats
    shape: Shapes
    compound: Ints
    room_m: Floats
    left_out: float | None = 0.0

    @property
    def points(self) -> Shapes:
        """(n,) a point on each, metres."""
        return np.asarray(shapely.point_on_surface(self.shape), dtype=object)

    def lonlat(self, metric_crs: str) -> Floats:
        """(n, 2) these points in WGS 84 degrees."""
        found: Floats = shapely.get_coordinates(from_metric(list(self.points), metric_crs))
        return found


def read_places(settings: Settings, kind: str | None, weight: str) -> Places:
    """Return the demand; places of which it is known that nobody is there are left out.

    Args:
        settings: the deployment.
        kind: "building", "compound", "cell"; None for the first of these whose numbers are known.
        weight: "residents" or "households".

    Raises:
        InvalidInput: nobody has counted any people there, or all who were counted add up to 0.
    """
    is_counted = False
    for each in (kind,) if kind else ("building", "compound", "cell"):
        places = _READ[each](settings, weight)
        if np.nansum(places.people) > 0:
            return inhabited(places)
        is_counted |= bool(np.isfinite(places.people).any())
    where = f"{kind}s" if kind else "buildings, compounds or population cells"
    if is_counted:
        raise InvalidInput(
            f"the {weight} of all {where.replace(' or ', ' and ')} add up to 0: there is nobody to reach; load their "
            "numbers anew, or ask of places where people are",
            zh="所有地点的人口数合计为 0，没有可计算的对象：请重新导入人数，或改选人口依据",
        )
    raise InvalidInput(
        f"no {weight} are known of any {where}: load a file with their numbers, or a population grid, first",
        zh="没有居住人口数据：请先导入建筑、小区的人数，或人口网格",
    )


def all_compounds(settings: Settings) -> Places:
    """Return every compound, whether its people are known or not."""
    return _compounds(settings, "residents")


def inhabited(places: Places) -> Places:
    """Return the places without those of which it is known that nobody is there."""
    kept = np.flatnonzero(~(places.people == 0)).tolist()
    return replace(
        places,
        rows=[places.rows[n] for n in kept],
        layers=[places.layers[n] for n in kept],
        people=places.people[kept],
        shape=places.shape[kept],
        compound=places.compound[kept],
        room_m=places.room_m[kept],
    )


def _buildings(settings: Settings, weight: str) -> Places:
    return _counted("building", *read_buildings(settings), settings, weight)


def _compounds(settings: Settings, weight: str) -> Places:
    return _counted("compound", *read_compounds(settings), settings, weight)


def _counted(kind: str, rows: Sequence[PlaceRow], shapes: Shapes, settings: Settings, weight: str) -> Places:
    counts = [row.residents if weight == "residents" else row.households for row in rows]
    return Places(
        kind=kind,
        rows=rows,
        layers=[kind] * len(rows),
        people=np.array([np.nan if count is None else count for count in counts], dtype=np.float64),
        shape=to_metric(list(shapes), settings.metric_crs),
        compound=np.array([row.compound_id or 0 for row in rows], dtype=np.int64),
        room_m=np.zeros(len(rows)),
    )


def _cells(settings: Settings, weight: str) -> Places:
    """Return the buildings among which the people of cells are shared by footprint; a cell without any stays itself."""
    rows, spots = read_cells(settings)
    cells = _counted("cell", rows, spots, settings, weight)
    if not rows or weight != "residents":
        return cells
    people, room_m = whole_numbers(cells.people), _room_m(cells)
    houses = _counted("building", *read_buildings(settings), settings, weight)
    house, cell = _in_cells(houses, cells, room_m)
    area_m2 = np.array([houses.rows[n].area_m2 for n in house], dtype=np.float64)
    parts = share_out(people, cell, area_m2)
    empty = np.setdiff1d(np.arange(len(rows)), cell)
    return Places(
        kind="cell",
        rows=[*(houses.rows[n] for n in house), *(rows[n] for n in empty)],
        layers=["building"] * len(house) + ["population_cell"] * len(empty),
        people=np.concatenate([parts, people[empty]]).astype(np.float64),
        shape=np.concatenate([houses.shape[house], cells.shape[empty]]),
        compound=np.concatenate([houses.compound[house], np.zeros(len(empty), dtype=np.int64)]),
        room_m=np.concatenate([np.zeros(len(house)), room_m[empty]]),
    )


def _room_m(cells: Places) -> Floats:
    """Return the radius of a circle as large as each cell; where no size is known, half the way to the next cell."""
    spots = shapely.get_coordinates(cells.shape)
    apart = np.asarray(cKDTree(spots).query(spots, k=2)[0])[:, 1] if len(spots) > 1 else np.zeros(len(spots))
    area_m2 = np.array([np.nan if row.area_m2 is None else row.area_m2 for row in cells.rows], dtype=np.float64)
    radius: Floats = np.sqrt(area_m2 / np.pi)
    return np.where(np.isfinite(radius), radius, apart / 2)


_CORNER = 1.5
"""The corner of a square or hexagon is at most so many radii of an equally large circle from its middle."""


def _in_cells(houses: Places, cells: Places, room_m: Floats) -> tuple[Ints, Ints]:
    """Return the buildings that lie in a cell, and the cell: the one whose middle is nearest."""
    if not len(houses.rows):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    found = cKDTree(shapely.get_coordinates(cells.shape)).query(shapely.get_coordinates(houses.shape))
    away_m, cell = np.asarray(found[0]), np.asarray(found[1])
    house = np.flatnonzero(away_m <= _CORNER * room_m[cell])
    return house.astype(np.int64), cell[house].astype(np.int64)


_READ = {"building": _buildings, "compound": _compounds, "cell": _cells}
