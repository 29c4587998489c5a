"""Records of one layer as GeoJSON that the database writes: a page of features, or all of them for a download."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import JSON, ColumnElement, LargeBinary, Select, Text, and_, cast, func, literal, null, select

from geodata.crs.axes import CRS84, from_storage
from geodata.layers.layer import Layer
from geodata.queries.features import count_of
from geodata.queries.own_words import values
from geodata.queries.reading import Reading

GEOJSON_DIGITS = 7


@dataclass(frozen=True)
class GeojsonPage:
    """Some records as GeoJSON feature texts and how many there are in all; the last one's id where more follow."""

    features: tuple[str, ...]
    matched: int
    last_id: int | None = None


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
        matched = count_of(reading, table, rule)
    query = _features_in(reading, layer, system).where(rule, table.c.id > after)
    found = reading.connection.execute(query.order_by(table.c.id).limit(limit + 1).offset(offset)).all()
    rows = found[:limit]
    texts = tuple(row[1] for row in rows) if system == CRS84 else _placed_in(reading, rows, system)
    return GeojsonPage(texts, matched, last_id=rows[-1][0] if len(found) > limit else None)


def stream_geojson(reading: Reading, layer: Layer) -> Select[str]:
    """Return the query for every record of a layer as GeoJSON text, for a download that is streamed."""
    return (
        select(cast(_feature(reading, layer), Text)).where(reading.row_rule(layer)).order_by(reading.table(layer).c.id)
    )


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
