"""Where what a figure counts lies: so many records for each compound, or places of their own, in metres of tiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, func, select

from geodata.crs import TILE_SRID
from geodata.layers import get_layer
from geodata.layers.figure import Figure
from geodata.layers.layer import Layer
from geodata.queries.figures.conditions import counted_in, recorded_in
from geodata.queries.figures.own import listed_layer
from geodata.queries.figures.period import Period
from geodata.queries.reading import Reading

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Outline:
    """A record's key and name, and its shape in Web Mercator."""

    id: int
    name: str
    shape: BaseGeometry


def compound_outlines(reading: Reading, *, area: int | None, most: int, fine_m: float) -> list[Outline]:
    """Return the outlines of compounds in the reader's areas by id, at most so many, as fine as that."""
    layer = get_layer("compound")
    inside = [reading.own_rule(layer)]
    inside += [] if area is None else [reading.table(layer).c.area_ids.contains([area])]
    return _outlines(reading, layer, inside, most=most, fine_m=fine_m)


def ground_outlines(
    reading: Reading, layer_id: str, box: Box, *, field: str = "", values: Sequence[str] = (), most: int, fine_m: float
) -> list[Outline]:
    """Return the shapes of a layer of the ground within a box of Web Mercator, of some values of a field alone."""
    layer = next((layer for layer in reading.layers if layer.id == layer_id), None)
    if layer is None:
        return []
    table = reading.table(layer)
    rules: list[ColumnElement[bool]] = [table.c.geom_3857.bool_op("&&")(func.ST_MakeEnvelope(*box, TILE_SRID))]
    rules += [table.c[field].in_(values)] if field else []
    return _outlines(reading, layer, rules, most=most, fine_m=fine_m)


def by_compound(reading: Reading, figure: Figure, period: Period) -> dict[int, int]:
    """Return how many records a figure is made of in each compound that has any; no totals."""
    layer = reading.layer(figure.layer)
    key = reading.table(layer).c.compound_id
    rules = (reading.row_rule(layer), recorded_in(reading, figure, period), key.is_not(None))
    found = reading.connection.execute(select(key, func.count()).where(*rules).group_by(key))
    return {int(compound_id): int(count) for compound_id, count in found}


def spots_of(
    reading: Reading, figure: Figure, period: Period, *, area: int | None, most: int
) -> list[tuple[float, float]]:
    """Return where what a figure counts stands, in Web Mercator, by id, at most so many; its list has places."""
    layer = listed_layer(reading, figure)
    table = reading.table(layer)
    rules = [reading.row_rule(layer), counted_in(reading, figure, period), table.c.geom_3857.is_not(None)]
    rules += [] if area is None else [table.c.area_ids.contains([area])]
    query = select(func.ST_X(table.c.geom_3857), func.ST_Y(table.c.geom_3857)).where(*rules).order_by(table.c.id)
    return [(float(x), float(y)) for x, y in reading.connection.execute(query.limit(most))]


def _outlines(
    reading: Reading, layer: Layer, rules: Sequence[ColumnElement[bool]], *, most: int, fine_m: float
) -> list[Outline]:
    table = reading.table(layer)
    shape = func.ST_AsBinary(func.ST_Simplify(table.c.geom_3857, fine_m, True))
    query = select(table.c.id, table.c.name, shape).where(
        reading.row_rule(layer), table.c.geom_3857.is_not(None), *rules
    )
    found = reading.connection.execute(query.order_by(table.c.id).limit(most))
    return [Outline(int(key), str(name or ""), shapely.from_wkb(bytes(wkb))) for key, name, wkb in found if wkb]
