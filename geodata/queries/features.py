"""Records of one layer: a page of them, one of them, or a page as GeoJSON written by the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    LargeBinary,
    RowMapping,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from geodata.crs import STORAGE_SRID
from geodata.crs.axes import CRS84, from_storage
from geodata.errors import InvalidInput, NotFound
from geodata.layers.layer import Layer
from geodata.queries.own_words import value, values
from geodata.queries.reading import Reading
from geodata.queries.reading_order import reading_order
from geodata.queries.spellings import is_typed

Bbox = tuple[float, float, float, float]
GEOJSON_DIGITS = 7
LONGEST_TEXT = 100
"""So many letters of what somebody types are looked for: the time that it takes grows with them."""


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


@dataclass(frozen=True)
class GeojsonPage:
    """Some records as GeoJSON feature texts and how many there are in all; the last one's id where more follow."""

    features: tuple[str, ...]
    matched: int
    last_id: int | None = None


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
    return Page(records, _count(reading, table, rule))


def parts(reading: Reading, layer: Layer, size: int) -> Iterator[tuple[Row, ...]]:
    """Yield all records of a layer in the order of `page`, so many at a time; no more of them are in memory."""
    query = select(*row_columns(reading, layer)).where(reading.row_rule(layer))
    ordered = query.order_by(*reading_order(layer, reading.table(layer))).execution_options(yield_per=size)
    for part in reading.connection.execute(ordered).mappings().partitions():
        yield tuple(row_of(reading, layer, values) for values in part)


def belonging(reading: Reading, layer: Layer, to: Layer, record_id: int) -> ColumnElement[bool] | None:
    """Return the condition that a record of `layer` refers to, or is a child of, a record; None where none can."""
    table = reading.table(layer)
    references = (field for field in reading.fields(layer) if field.kind == "reference" and field.to == to.id)
    columns = [table.c[field.name] for field in references]
    if layer.parent == to.id:
        columns.append(table.c[f"{to.id}_id"])
    return or_(*(column == record_id for column in columns)) if columns else None


def both(*conditions: ColumnElement[bool] | None) -> ColumnElement[bool] | None:
    """Return the condition that all of some hold, of which each may be none; None where all are."""
    stated = [condition for condition in conditions if condition is not None]
    return and_(*stated) if stated else None


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


def geojson(
    reading: Reading,
    layer: Layer,
    *conditions: ColumnElement[bool],
    system: str = CRS84,
    after: int = 0,
    limit: int = 100,
    offset: int = 0,
    matched: int | None = None,
) -> GeojsonPage:
    """Return records as GeoJSON features in order of id, each written by the database.

    Args:
        reading: who asks.
        layer: one that the reader has.
        *conditions: which records, such as `in_box`, `in_area` and `geodata.queries.cql` give.
        system: the URI of the system of their coordinates.
        after: only records with a greater id.
        limit: at most so many.
        offset: after skipping so many.
        matched: how many meet the conditions, where that is known; None to count them.
    """
    table = reading.table(layer)
    rule = and_(reading.row_rule(layer), *conditions)
    if matched is None:
        matched = _count(reading, table, rule)
    query = _features_in(reading, layer, system).where(rule, table.c.id > after)
    found = reading.connection.execute(query.order_by(table.c.id).limit(limit + 1).offset(offset)).all()
    rows = found[:limit]
    texts = tuple(row[1] for row in rows) if system == CRS84 else _placed_in(reading, rows, system)
    return GeojsonPage(texts, matched, last_id=rows[-1][0] if len(found) > limit else None)


def _features_in(reading: Reading, layer: Layer, system: str) -> Select[Any]:
    """Return the query for ids and features; for another system than CRS84 without geometry, which comes beside."""
    table = reading.table(layer)
    if system == CRS84:
        return select(table.c.id, cast(_feature(reading, layer), Text))
    shape = func.ST_AsBinary(table.c.geom) if layer.geometry else cast(null(), LargeBinary)
    return select(table.c.id, cast(_feature(reading, layer, has_place=False), Text), shape)


def _placed_in(reading: Reading, rows: Sequence[Any], system: str) -> tuple[str, ...]:
    """Return features with their geometry in another system, by our own way there: the database's may be another."""
    shapes = shapely.from_wkb([None if row[2] is None else bytes(row[2]) for row in rows])
    moved = from_storage(shapes, system, reading.settings.boundary)
    written = shapely.to_geojson(moved)
    return tuple(f'{row[1][:-1]}, "geometry": {shape or "null"}}}' for row, shape in zip(rows, written, strict=True))


def in_box(reading: Reading, layer: Layer, area: BaseGeometry) -> ColumnElement[bool]:
    """Return the condition that a record touches an area (WGS 84), or has no place at all.

    Source:
        OGC 17-069r4, /req/core/fc-bbox-response C: what isn't associated with a place is selected, too.
    """
    if not layer.geometry:
        return true()
    geom, box = reading.table(layer).c.geom, from_shape(area, STORAGE_SRID)
    # Each alternative by itself: the first of the two may then use the index under row rules.
    is_nowhere = geom.is_(None)
    return and_(or_(geom.bool_op("&&")(box), is_nowhere), or_(func.ST_Intersects(geom, box), is_nowhere))


def _touches(geom: ColumnElement[Any], area: Any) -> ColumnElement[bool]:
    """Return the condition that a geometry touches an area; of the two only `&&` may use the index under row rules."""
    return and_(geom.bool_op("&&")(area), func.ST_Intersects(geom, area))


def in_area(reading: Reading, layer: Layer, area_id: int) -> ColumnElement[bool]:
    """Return the condition that a record touches an area of the deployment's, by its id."""
    found: ColumnElement[bool] = reading.table(layer).c.area_ids.contains([area_id])
    return found


def with_id(reading: Reading, layer: Layer, record_id: int) -> ColumnElement[bool]:
    """Return the condition that a record has an id."""
    return reading.table(layer).c.id == record_id


def stream_geojson(reading: Reading, layer: Layer) -> Select[str]:
    """Return the query for every record of a layer as GeoJSON text, for a download that is streamed."""
    return (
        select(cast(_feature(reading, layer), Text)).where(reading.row_rule(layer)).order_by(reading.table(layer).c.id)
    )


def _feature(reading: Reading, layer: Layer, *, has_place: bool = True) -> ColumnElement[Any]:
    """Return the SQL of a GeoJSON feature, with its geometry unless that is put in later."""
    table = reading.table(layer)
    # Positional, so that a field's name can't become SQL; 50 pairs are PostgreSQL's limit for one call.
    pairs: list[Any] = []
    for name, column in values(reading, layer).items():
        pairs += [literal(name), column]
    properties = ("properties", func.json_build_object(*pairs))
    if not has_place:
        return func.json_build_object("type", "Feature", "id", table.c.id, *properties)
    geometry = cast(func.ST_AsGeoJSON(table.c.geom, GEOJSON_DIGITS), JSON) if layer.geometry else null()
    return func.json_build_object("type", "Feature", "id", table.c.id, "geometry", geometry, *properties)


def _rule(reading: Reading, layer: Layer, *, bbox: Bbox | None, area: int | None, text: str) -> ColumnElement[bool]:
    """Return which rows a question is about, among those that the reader may see."""
    table = reading.table(layer)
    rules = [reading.row_rule(layer)]
    if bbox is not None:
        if not layer.geometry:
            raise InvalidInput(f"{layer.id} has no places; bbox can't be asked of it")
        rules.append(_touches(table.c.geom, func.ST_MakeEnvelope(*bbox, STORAGE_SRID)))
    if area is not None:
        rules.append(table.c.area_ids.contains([area]))
    wanted = text.strip()[:LONGEST_TEXT]
    if wanted:
        rules.append(or_(*matches(reading, layer, wanted)))
    return and_(*rules)


def matches(reading: Reading, layer: Layer, wanted: str) -> Sequence[ColumnElement[bool]]:
    """Return the conditions that a searched field of the reader holds what was typed, as it is written or in pinyin.

    Never true without any searched field.
    """
    table = reading.table(layer)
    pattern = f"%{escape_like(wanted)}%"
    found: list[ColumnElement[bool]] = []
    for field in reading.fields(layer):
        if field.is_searched:
            column = table.c[field.name]
            value = func.array_to_string(column, " ") if field.kind == "names" else column
            found.append(value.ilike(pattern, escape="\\"))
            typed = is_typed(reading, layer, field, wanted)
            found += [typed] if typed is not None else []
    return found or [~true()]


def escape_like(value: str) -> str:
    """Return the value with the signs that LIKE takes for patterns made harmless."""
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


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


def _count(reading: Reading, table: FromClause, rule: ColumnElement[bool]) -> int:
    return int(reading.connection.execute(select(func.count()).select_from(table).where(rule)).scalar_one())
