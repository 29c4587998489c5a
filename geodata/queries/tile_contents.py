"""What a layer's vector tiles hold, as those who send them and those who write them to files have to say it."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import types

from geodata.layers.layer import Layer
from geodata.queries.cells import split_field, summed_field
from geodata.queries.reading import Reading
from geodata.queries.tile_drawings import feature_columns, layer_of_names

Carried = Literal["Number", "Boolean", "String"]
Fields = dict[str, Carried]

_OF_CELLS: Fields = dict.fromkeys(["records", "west", "south", "east", "north"], "Number")


def tile_layers(reading: Reading, layer: Layer) -> dict[str, Fields]:
    """Return the layers of a layer's tiles, each with its fields and how they are carried, in the words of TileJSON.

    Args:
        reading: who asks.
        layer: one that the reader has, with places.
    """
    fields = {str(column.key): _carried(column.type) for column in feature_columns(reading, layer)[1:]}
    named = layer_of_names(layer)
    found = {named: fields} if named else {}
    if layer.geometry != "point":
        return {layer.id: fields | {"coarser": "Number"} | _OF_CELLS, **found}
    return {layer.id: fields if layer.is_name_only else fields | _of_points(reading, layer)}


def _of_points(reading: Reading, layer: Layer) -> Fields:
    """Return what tells of several points at once: on one spot, or in a cell."""
    own = reading.fields(layer)
    found: Fields = {"stacked": "Number", **_OF_CELLS}
    if summed_field(layer, own) is not None:
        found["amount"] = "Number"
    by = split_field(layer, own)
    return found | {f"n_{choice.value}": "Number" for choice in (by.choices if by else ())}


def _carried(stored: types.TypeEngine[Any]) -> Carried:
    """Return how tiles carry a column: whole and floating numbers as such, all that they have no form for as a text."""
    if isinstance(stored, types.Boolean):
        return "Boolean"
    return "Number" if isinstance(stored, types.Integer | types.Float) else "String"
