"""Which names of towns and villages are written at a zoom."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, any_, case, exists, func, literal, not_, or_

from geodata.errors import InvalidInput
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.style import Style
from geodata.queries.reading import Reading

ENDINGS = ("省", "市", "区", "县", "镇", "乡", "村", "街道", "社区", "街道办事处", "居委会", "村委会")
"""What the office's name of an area adds to the name of the place: 春园街道 says 春园."""


@dataclass(frozen=True)
class PlaceName:
    """A name that maps write: of what kind of place, and where it is (WGS 84 degrees)."""

    id: int
    name: str
    kind: str
    lon: float
    lat: float


def list_place_names(
    reading: Reading, layer: Layer, language: str, *, area: int | None = None, most: int
) -> list[PlaceName]:
    """Return the names that are written at any zoom, the greatest kinds first, without those that an area says.

    Args:
        reading: who asks.
        layer: a layer of names.
        language: in which a place is called, where it has a name in it.
        area: the id of an area that the places lie in; None for all.
        most: no more than so many.

    Raises:
        InvalidInput: the layer doesn't say by which field it is named.
    """
    style, by = _naming(layer)
    table = reading.table(layer)
    names = [field for spoken, field in (*style.label_in, (language, style.label)) if field and spoken == language]
    name = func.coalesce(*(table.c[field] for field in names))
    kind, spot = table.c[by.name], table.c.geom
    rank = case({choice.value: place for place, choice in enumerate(by.choices)}, value=kind, else_=len(by.choices))
    query = reading.rows(layer, table.c.id, name, kind, func.ST_X(spot), func.ST_Y(spot))
    query = query.where(spot.is_not(None), *_said_by_no_area(reading, layer))
    if area is not None:
        query = query.where(table.c.area_ids.contains([area]))
    rows = reading.connection.execute(query.order_by(rank, table.c.id).limit(most))
    return [PlaceName(*row) for row in rows]


def rules_of_names(reading: Reading, layer: Layer, z: int) -> list[ColumnElement[bool]]:
    """Return the conditions of records that are named at a zoom: by their kind, and by no area in other words.

    Raises:
        InvalidInput: the layer doesn't say by which field it is named.
    """
    style, by = _naming(layer)
    table = reading.table(layer)
    written = [
        choice.value
        for choice in by.choices
        if (choice.label_zoom or style.label_zoom) <= z and (choice.label_until is None or z < choice.label_until)
    ]
    return [table.c[by.name].in_(written), *_said_by_no_area(reading, layer)]


def _naming(layer: Layer) -> tuple[Style, Field]:
    """Return the style of a layer of names and the field that says what has the name."""
    style = layer.style
    by = layer.field(style.by) if style and style.by else None
    if style is None or by is None or style.label is None:
        raise InvalidInput(f"{layer.id} is a layer of names without a field that says what has the name")
    return style, by


def _said_by_no_area(reading: Reading, layer: Layer) -> list[ColumnElement[bool]]:
    """Return the condition that no area around a record is called the same; none where the reader has no areas."""
    area_layer = next((known for known in reading.layers if known.id == "area"), None)
    if area_layer is None or layer.style is None:
        return []
    table, area = reading.table(layer), reading.table(area_layer)
    fields = dict.fromkeys((layer.style.label, *(name for _, name in layer.style.label_in)))
    called = func.lower(area.c.name)
    same = [
        called == func.lower(table.c[name]) + ending
        for name in fields
        if name
        for ending in (literal(""), *map(literal, ENDINGS))
    ]
    here = area.c.id == any_(table.c.area_ids)
    return [not_(exists(area.c.id).where(here, area.c.geom.is_not(None), or_(*same)))]
