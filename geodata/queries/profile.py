"""One record with all that hangs on it: its children, what shares its spot, what refers to it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from geodata.layers import list_children
from geodata.layers.layer import Layer
from geodata.queries.features import Row, get, list_by
from geodata.queries.reading import Reading

MOST = 50


@dataclass(frozen=True)
class Profile:
    """A record and its surroundings, each as the reader may see them.

    Attributes:
        row: the record.
        children: by layer id, the records that belong to it.
        same_place: others of its layer on the very same spot, at most 50.
        related: by layer id, the records that refer to it, at most 50 each.
    """

    row: Row
    children: dict[str, tuple[Row, ...]]
    same_place: tuple[Row, ...]
    related: dict[str, tuple[Row, ...]]


def profile(reading: Reading, layer: Layer, record_id: int) -> Profile:
    """Return a record with its surroundings.

    Raises:
        NotFound: there is none for this reader.
    """
    row = get(reading, layer, record_id)
    children = {}
    for child in list_children(layer):
        if child in reading.layers:
            column = reading.table(child).c[f"{layer.id}_id"]
            children[child.id] = list_by(reading, child, column == record_id)
    return Profile(row, children, _same_place(reading, layer, record_id), _related(reading, layer, record_id))


def _same_place(reading: Reading, layer: Layer, record_id: int) -> tuple[Row, ...]:
    """Return the other records on the same spot; several hazards of a compound stand on one point for residents."""
    if layer.geometry != "point":
        return ()
    table = reading.table(layer)
    spot = select(table.c.geom).where(table.c.id == record_id).scalar_subquery()
    same = table.c.geom.bool_op("&&")(spot) & func.ST_Equals(table.c.geom, spot) & (table.c.id != record_id)
    return list_by(reading, layer, same, limit=MOST)


def _related(reading: Reading, layer: Layer, record_id: int) -> dict[str, tuple[Row, ...]]:
    """Return the records of other layers whose references hold this record."""
    found = {}
    for other in reading.layers:
        for field in reading.fields(other):
            if field.kind == "reference" and field.to == layer.id:
                column = reading.table(other).c[field.name]
                found[other.id] = list_by(reading, other, column == record_id, limit=MOST)
    return found
