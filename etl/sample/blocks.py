"""Blocks are the faces between streets; each is cut into parcels, and each parcel gets a use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from etl.sample.ground import Ground
from etl.sample.roads import Network
from etl.sample.shapes import break_up, frame, largest, polygons
from etl.sample.streets import RESERVE_M, zone

_RANK = tuple(RESERVE_M)


@dataclass(frozen=True)
class Parcel:
    """One piece of a block.

    Attributes:
        block: the number of its block.
        cell: its ground up to the middle of the streets; the cells tile the land.
        plot: what is left of it between the streets; empty for river banks and the like.
        use: "" as long as nobody has claimed it.
        away_m: how far it is from the centre.
        fronts: the highest class of street that it borders; "" for none.
        is_old_town: whether it lies in the old lanes.
    """

    block: int
    cell: Polygon
    plot: Polygon
    use: str
    away_m: float
    fronts: str
    is_old_town: bool


def lay_blocks(network: Network, ground: Ground) -> list[Polygon]:
    """Return the blocks: the faces between streets, river middle, railway and the edge of the land."""
    noded = shapely.union_all([*network.lines, ground.river_line, ground.rail, ground.land.exterior], grid_size=0.01)
    found = polygons(shapely.polygonize([noded]))
    land = ground.land.buffer(0.5)
    return [face for face in found if land.contains(face)]


def reserves(network: Network, ground: Ground) -> BaseGeometry:
    """Return the ground on which nothing is built: streets between walls, water, track and hills."""
    streets = [
        path.buffer(RESERVE_M[way.street.highway], quad_segs=4)
        for path, way in zip(network.lines, network.ways, strict=True)
    ]
    nature = [ground.river.buffer(24), ground.island.buffer(20), ground.rail.buffer(20), *ground.hills]
    return shapely.union_all([*streets, *nature])


def lay_parcels(blocks: Sequence[Polygon], network: Network, ground: Ground, rng: np.random.Generator) -> list[Parcel]:
    """Return every block's parcels, without a use except where nature or the railway has one."""
    closed = reserves(network, ground)
    shapely.prepare(closed)
    found = []
    for number, block in enumerate(blocks):
        natural = _natural_use(block, ground)
        cells = [block] if natural else break_up(block, _target(block, ground, rng), rng)
        for cell in cells:
            classes = {network.ways[way].street.highway for way in network.beside(cell)}
            found.append(
                Parcel(
                    block=number,
                    cell=cell,
                    plot=Polygon() if natural == "water" else _plot(cell, closed),
                    use=natural,
                    away_m=ground.centre.distance(cell.representative_point()),
                    fronts=next((name for name in _RANK if name in classes), ""),
                    is_old_town=zone(cell.representative_point(), ground).is_old_town,
                )
            )
    return found


def _plot(cell: Polygon, closed: BaseGeometry) -> Polygon:
    rest = largest(cell.difference(closed).buffer(-2, join_style="mitre").buffer(2, join_style="mitre"))
    return largest(rest.simplify(0.3)) if rest.area > 300 else Polygon()


def _natural_use(block: Polygon, ground: Ground) -> str:
    """What a block is by nature: hill, river bank, railway ground; "" for building land."""
    for use, place in (
        ("park", shapely.union_all([hill.buffer(20) for hill in ground.hills])),
        ("rail", ground.rail_belt),
        ("bank", ground.banks),
    ):
        if block.intersection(place).area > 0.55 * block.area:
            return use
    return ""


def _target(block: Polygon, ground: Ground, rng: np.random.Generator) -> float:
    """The size of a block's parcels: a long tail, small in the middle."""
    here = zone(block.representative_point(), ground)
    if here.is_old_town:
        return 9000.0
    middle = {42_000: 17_000, 66_000: 30_000}.get(round(here.block_m2), 42_000)
    return float(np.clip(middle * rng.lognormal(0.0, 0.6), 6000, 190_000))


def give_uses(parcels: Sequence[Parcel], ground: Ground, rng: np.random.Generator) -> list[Parcel]:
    """Return the parcels with the uses that a town needs; "" is left for housing, "field" for the open edge."""
    uses = {number: parcel.use for number, parcel in enumerate(parcels)}
    free = [number for number, parcel in enumerate(parcels) if not parcel.use and _is_fit(parcel)]

    def claim(use: str, count: int, low: float, high: float, at: tuple[float, float], apart_m: float) -> None:
        """Give `use` to the `count` parcels of a size that lie nearest to a place, and apart from each other."""
        here = ground.bend.point(*at)
        taken: list[int] = []
        for number in sorted(free, key=lambda each: parcels[each].plot.distance(here)):
            plot = parcels[number].plot
            is_good = (
                not uses[number] and low < plot.area < high and parcels[number].fronts not in ("", "living_street")
            )
            if is_good and all(plot.distance(parcels[other].plot) > apart_m for other in taken):
                uses[number] = use
                taken.append(number)
            if len(taken) == count:
                return

    claim("station", 1, 3000, 40_000, (-420, 800), 0)
    claim("market", 2, 4000, 20_000, (120, -120), 150)
    claim("mall", 2, 6000, 26_000, (-330, 120), 200)
    claim("hospital", 2, 9000, 45_000, (-640, 60), 500)
    claim("office", 4, 5000, 25_000, (-700, -420), 250)
    claim("school", 9, 13_000, 60_000, (-100, -300), 620)
    claim("park", 5, 7000, 40_000, (-500, -700), 620)
    claim("industrial", 9, 12_000, 150_000, (-1560, 1150), 0)
    claim("industrial", 6, 12_000, 150_000, (1450, -1750), 0)
    for number, parcel in enumerate(parcels):
        if uses[number]:
            continue
        is_on_arterial = parcel.fronts in ("trunk", "primary") and parcel.away_m < 1500
        if is_on_arterial and parcel.plot.area < 14_000 and rng.random() < 0.32:
            uses[number] = "commerce"
        elif not _is_fit(parcel) or rng.random() < np.clip((parcel.away_m - 1350) / 1000, 0, 0.82):
            uses[number] = "field" if parcel.away_m > 1000 else "green"
    return [replace(parcel, use=uses[number]) for number, parcel in enumerate(parcels)]


def _is_fit(parcel: Parcel) -> bool:
    """Whether a plot is large and compact enough to build on."""
    if parcel.plot.area < 1500:
        return False
    box = frame(parcel.plot)
    return box.width_m > 26 and parcel.plot.area > 0.55 * box.length_m * box.width_m
