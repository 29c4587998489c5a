"""Which names of towns and villages are written at a zoom."""

from __future__ import annotations

from sqlalchemy import ColumnElement, any_, exists, func, literal, not_, or_

from geodata.errors import InvalidInput
from geodata.layers.layer import Layer
from geodata.queries.reading import Reading

ENDINGS = ("省", "市", "区", "县", "镇", "乡", "村", "街道", "社区", "街道办事处", "居委会", "村委会")
"""What the office's name of an area adds to the name of the place: 春园街道 says 春园."""


def rules_of_names(reading: Reading, layer: Layer, z: int) -> list[ColumnElement[bool]]:
    """Return the conditions of records that are named at a zoom: by their kind, and by no area in other words.

    Raises:
        InvalidInput: the layer doesn't say by which field it is named.
    """
    style = layer.style
    by = layer.field(style.by) if style and style.by else None
    if style is None or by is None or style.label is None:
        raise InvalidInput(f"{layer.id} is a layer of names without a field that says what has the name")
    table = reading.table(layer)
    written = [
        choice.value
        for choice in by.choices
        if (choice.label_zoom or style.label_zoom) <= z and (choice.label_until is None or z < choice.label_until)
    ]
    return [table.c[by.name].in_(written), *_said_by_no_area(reading, layer)]


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
    return [not_(exists().where(here, area.c.geom.is_not(None), or_(*same)))]
