"""A record's values as its reader gets them: whom it belongs to in that one's own words, not in those of a register.

What a register writes may be an old name, or hold a building and a flat, or nothing where the place alone tells.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, func, select

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.reading import SCHEMAS, Reading

OWN_WORDS = {
    "compound_name": ("compound", "name"),
    "community": ("compound", "community"),
    "area_name": ("area", "name"),
    "area_code": ("area", "code"),
}
"""By field, the layer whose word it is where a record is matched with one of it, and that one's field."""


def own_word(layer: Layer, field: Field) -> tuple[str, str] | None:
    """Return the layer and the field whose value stands for a field of the source's; None where it is its own."""
    owner, name = OWN_WORDS.get(field.name, ("", ""))
    return (owner, name) if owner and layer.field(f"{owner}_id") is not None else None


def value(reading: Reading, layer: Layer, field: Field) -> ColumnElement[Any]:
    """Return the SQL of a field's value; publications hold it, live has the words of the source.

    Staff read the source's words of a record that is matched with nothing.
    """
    table, word = reading.table(layer), own_word(layer, field)
    if word is None or layer.is_totals or reading.reader.audience in SCHEMAS or f"{word[0]}_id" not in table.c:
        return table.c[field.name]
    owner = reading.table(reading.layer(word[0])).alias()
    own = select(owner.c[word[1]]).where(owner.c.id == table.c[f"{word[0]}_id"]).correlate(table).scalar_subquery()
    return func.coalesce(own, table.c[field.name]).label(field.name)


def values(reading: Reading, layer: Layer) -> dict[str, ColumnElement[Any]]:
    """Return all that a file tells of a record besides its id and place: of a child, whose it is, then its fields."""
    fields = {field.name: value(reading, layer, field) for field in reading.fields(layer)}
    return {**_parent(reading, layer), **fields}


def told_fields(reading: Reading, layer: Layer) -> tuple[Field, ...]:
    """Return what `values` holds, as fields: key and name of a child's parent have no declaration of their own."""
    above = next((other for other in reading.layers if other.id == layer.parent), None)
    if above is None:
        return reading.fields(layer)
    audiences = frozenset({reading.reader.audience})
    key = Field(name=f"{above.id}_id", kind="reference", to=above.id, label=above.title, audiences=audiences)
    name = next((field for field in reading.fields(above) if field.name == above.name_field), None)
    named = (replace(name, name=f"{above.id}_name"),) if name is not None else ()
    return tuple({field.name: field for field in (key, *named, *reading.fields(layer))}.values())


def _parent(reading: Reading, layer: Layer) -> dict[str, ColumnElement[Any]]:
    """Return a child's key of its parent, by which the two files are joined, and the parent's name."""
    above = next((other for other in reading.layers if other.id == layer.parent), None)
    if above is None:
        return {}
    child, parent = reading.table(layer), reading.table(above)
    key = child.c[f"{above.id}_id"]
    name = next((field for field in reading.fields(above) if field.name == above.name_field), None)
    if name is None:
        return {f"{above.id}_id": key}
    named = select(value(reading, above, name)).where(parent.c.id == key, reading.row_rule(above))
    return {f"{above.id}_id": key, f"{above.id}_name": named.correlate(child).scalar_subquery()}
