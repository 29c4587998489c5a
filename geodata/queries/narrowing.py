"""What narrows the records of a layer: what they belong to, where they lie, what somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geoalchemy2.shape import from_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, and_, func, or_, true

from geodata.crs import STORAGE_SRID
from geodata.layers.layer import Layer
from geodata.queries.reading import Reading
from geodata.queries.spellings import is_typed

LONGEST_TEXT = 100
"""So many letters of what somebody types are looked for: the time that it takes grows with them."""


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


def with_id(reading: Reading, layer: Layer, record_id: int) -> ColumnElement[bool]:
    """Return the condition that a record has an id."""
    return reading.table(layer).c.id == record_id


def in_area(reading: Reading, layer: Layer, area_id: int) -> ColumnElement[bool]:
    """Return the condition that a record touches an area of the deployment's, by its id."""
    found: ColumnElement[bool] = reading.table(layer).c.area_ids.contains([area_id])
    return found


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


def touches(geom: ColumnElement[Any], area: Any) -> ColumnElement[bool]:
    """Return the condition that a geometry touches an area; of the two only `&&` may use the index under row rules."""
    return and_(geom.bool_op("&&")(area), func.ST_Intersects(geom, area))


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
