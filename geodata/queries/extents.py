"""Where and when the records of a layer are: the box and the days around all that a reader may see."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Double, FromClause, Row, and_, case, cast, func, null, select, text
from sqlalchemy.dialects.postgresql import ARRAY, array

from geodata.layers.layer import Layer
from geodata.queries.features import Bbox
from geodata.queries.geojson import GEOJSON_DIGITS
from geodata.queries.readable import SCHEMA
from geodata.queries.reading import SCHEMAS, Reading
from geodata.queries.valid_time import days_of

Days = tuple[date | None, date | None]


@dataclass(frozen=True)
class Extent:
    """What holds all records of a layer.

    Attributes:
        box: west, south, east, north in WGS 84 degrees, in GeoJSON's digits; None where none has a place.
        days: the first on which one holds and the last, None for no end; None where none says.
    """

    box: Bbox | None
    days: Days | None


def layer_extents(reading: Reading, layers: Sequence[Layer]) -> dict[str, Extent]:
    """Return the extents of some of the reader's layers, by layer id."""
    if reading.reader.audience not in SCHEMAS:
        return {layer.id: _extent(_live(reading, layer)) for layer in layers}
    if not layers:
        # Before the first publication there are neither layers nor their table.
        return {}
    rows = reading.connection.execute(text(f"SELECT layer, box, begins, ends FROM {_schema(reading)}.facts")).all()
    known = {row.layer: _extent(row) for row in rows}
    return {layer.id: known.get(layer.id, Extent(None, None)) for layer in layers}


def box_around(reading: Reading, layers: Sequence[Layer]) -> Bbox:
    """Return the box that holds all that some layers have; the deployment's own where nothing has a place."""
    found = [each.box for each in layer_extents(reading, layers).values() if each.box is not None]
    if not found:
        return _outwards(*reading.settings.boundary.bounds)
    west, south, east, north = zip(*found, strict=True)
    return min(west), min(south), max(east), max(north)


def _schema(reading: Reading) -> str:
    return str(reading.connection.get_execution_options()["schema_translate_map"][SCHEMA])


def _live(reading: Reading, layer: Layer) -> Row[Any]:
    table = reading.table(layer)
    query = select(*extent_columns(layer, table)).select_from(table).where(reading.row_rule(layer))
    return reading.connection.execute(query).one()


def _extent(row: Row[Any]) -> Extent:
    days = None if row.begins is None and row.ends is None else (row.begins, row.ends)
    return Extent(None if row.box is None else _outwards(*row.box), days)


def _outwards(west: float, south: float, east: float, north: float) -> Bbox:
    parts = 10**GEOJSON_DIGITS
    low, left = math.floor(south * parts) / parts, math.floor(west * parts) / parts
    return left, low, math.ceil(east * parts) / parts, math.ceil(north * parts) / parts


def extent_columns(layer: Layer, table: FromClause) -> list[ColumnElement[Any]]:
    """Return the SQL of the box around a layer's rows, of the first day of one, and of the last unless one is open."""
    first, last = days_of(layer, table) or (_NO_DAY, _NO_DAY)
    ends = case((func.bool_or(and_(first.is_not(None), last.is_(None))), null()), else_=func.max(last))
    return [_box(table).label("box"), func.min(first).label("begins"), ends.label("ends")]


_NO_DAY = cast(null(), Date)


def _box(table: FromClause) -> ColumnElement[Any]:
    if "geom" not in table.c:
        return cast(null(), ARRAY(Double))
    around = func.ST_Extent(table.c.geom)
    edges = [edge(around) for edge in (func.ST_XMin, func.ST_YMin, func.ST_XMax, func.ST_YMax)]
    return case((around.is_(None), null()), else_=array(edges))
