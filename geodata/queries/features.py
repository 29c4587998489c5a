"""Records of one layer as their reader gets them: a page of them, all, or one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, RowMapping, and_, func, or_, select

from geodata.crs import STORAGE_SRID
from geodata.errors import InvalidInput, NotFound
from geodata.layers.layer import Layer
from geodata.queries.narrowing import LONGEST_TEXT, in_area, matches, touches
from geodata.queries.own_words import value
from geodata.queries.reading import Reading
from geodata.queries.reading_order import reading_order

Bbox = tuple[float, float, float, float]


@dataclass(frozen=True)
class Row:
    """One record as its reader gets it.

    Attributes:
        id: its key for ever.
        values: by field name; only fields of the reader.
        name: what people call it; a choice's value where the layer is named by a choice.
        lon: of a point that lies on it, WGS 84 degrees; None for a record without a place.
        lat: likewise.
    """

    id: int
    values: dict[str, object]
    name: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class Page:
    """Some records and how many there are in all."""

    records: tuple[Row, ...]
    matched: int


def page(
    reading: Reading,
    layer: Layer,
    *,
    bbox: Bbox | None = None,
    area: int | None = None,
    of: ColumnElement[bool] | None = None,
    text: str = "",
    limit: int = 100,
    offset: int = 0,
) -> Page:
    """Return records, the newest first where the layer has a date, else in order of name and id.

    Of names that begin with a number the smaller one comes first.

    Args:
        reading: who asks.
        layer: one that the reader has.
        bbox: west, south, east, north in WGS 84 degrees.
        area: the id of an area that they touch.
        of: a further condition, such as `belonging` gives.
        text: what a searched field holds, whatever its case; its first 100 letters count.
        limit: at most so many.
        offset: after skipping so many.
    """
    table = reading.table(layer)
    rule = _rule(reading, layer, bbox=bbox, area=area, text=text)
    if of is not None:
        rule = and_(rule, of)
    found = reading.connection.execute(
        select(*row_columns(reading, layer))
        .where(rule)
        .order_by(*reading_order(layer, table))
        .limit(limit)
        .offset(offset)
    )
    records = tuple(row_of(reading, layer, values) for values in found.mappings())
    return Page(records, count_of(reading, table, rule))


def parts(reading: Reading, layer: Layer, size: int) -> Iterator[tuple[Row, ...]]:
    """Yield all records of a layer in the order of `page`, so many at a time; no more of them are in memory."""
    query = select(*row_columns(reading, layer)).where(reading.row_rule(layer))
    ordered = query.order_by(*reading_order(layer, reading.table(layer))).execution_options(yield_per=size)
    for part in reading.connection.execute(ordered).mappings().partitions():
        yield tuple(row_of(reading, layer, values) for values in part)


def get(reading: Reading, layer: Layer, record_id: int) -> Row:
    """Return one record.

    Raises:
        NotFound: there is none for this reader.
    """
    for row in list_by(reading, layer, reading.table(layer).c.id == record_id, limit=1):
        return row
    raise NotFound(f"no {layer.id} {record_id}")


def list_by(reading: Reading, layer: Layer, condition: ColumnElement[bool], *, limit: int = 200) -> tuple[Row, ...]:
    """Return the records that meet a condition on the reader's table, in order of id."""
    query = select(*row_columns(reading, layer)).where(reading.row_rule(layer), condition)
    found = reading.connection.execute(query.order_by(reading.table(layer).c.id).limit(limit))
    return tuple(row_of(reading, layer, values) for values in found.mappings())


def _rule(reading: Reading, layer: Layer, *, bbox: Bbox | None, area: int | None, text: str) -> ColumnElement[bool]:
    """Return which rows a question is about, among those that the reader may see."""
    table = reading.table(layer)
    rules = [reading.row_rule(layer)]
    if bbox is not None:
        if not layer.geometry:
            raise InvalidInput(f"{layer.id} has no places; bbox can't be asked of it")
        rules.append(touches(table.c.geom, func.ST_MakeEnvelope(*bbox, STORAGE_SRID)))
    if area is not None:
        rules.append(in_area(reading, layer, area))
    wanted = text.strip()[:LONGEST_TEXT]
    if wanted:
        rules.append(or_(*matches(reading, layer, wanted)))
    return and_(*rules)


def row_columns(reading: Reading, layer: Layer) -> list[ColumnElement[Any]]:
    """Return the columns that `row_of` reads: the id, the fields and a point on the record."""
    table = reading.table(layer)
    columns: list[ColumnElement[Any]] = [table.c.id, *(value(reading, layer, field) for field in reading.fields(layer))]
    if layer.geometry:
        point = func.ST_PointOnSurface(table.c.geom)
        columns += [func.ST_X(point).label("lon__"), func.ST_Y(point).label("lat__")]
    return columns


def row_of(reading: Reading, layer: Layer, values: RowMapping) -> Row:
    """Return a row of `row_columns` as a record."""
    mapping = dict(values)
    fields = {field.name: mapping[field.name] for field in reading.fields(layer)}
    name = fields.get(layer.name_field)
    return Row(
        id=mapping["id"],
        values=fields,
        name=str(name) if name is not None else str(mapping["id"]),
        lon=mapping.get("lon__"),
        lat=mapping.get("lat__"),
    )


def count_of(reading: Reading, table: FromClause, rule: ColumnElement[bool]) -> int:
    """Return how many rows of a table meet a condition."""
    return int(reading.connection.execute(select(func.count()).select_from(table).where(rule)).scalar_one())
