"""What may be asked of a layer, as JSON Schema has it: made from the registry, for this reader."""

from __future__ import annotations

from typing import Any

from geodata.layers.layer import Layer
from geodata.queries.cql import GEOMETRY, queryables
from geodata.queries.reading import Reading
from webmap.languages import language

_SHAPES = {"point": "geometry-point", "line": "geometry-multilinestring", "area": "geometry-multipolygon"}
_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "names": {"type": "array", "items": {"type": "string"}},
}


def asked_of(view: Reading, layer: Layer) -> dict[str, dict[str, Any]]:
    """Return the schema of everything that may be asked of a layer, by name."""
    fields = {field.name: field for field in view.fields(layer)}
    found: dict[str, dict[str, Any]] = {}
    for name, term in queryables(view, layer).items():
        if name == GEOMETRY:
            found[name] = {"format": _SHAPES[str(layer.geometry)], "x-ogc-role": "primary-geometry"}
            continue
        found[name] = dict(_TYPES[term.kind])
        if name == "id":
            found[name] = {"type": "integer", "x-ogc-role": "id"}
        field = fields.get(name)
        if field is not None:
            found[name]["title"] = field.label.get(language())
            if field.choices and term.kind == "text":
                found[name]["enum"] = [choice.value for choice in field.choices]
    return found


def titles(view: Reading, layer: Layer) -> dict[str, str]:
    """Return what people call a layer's fields, by name."""
    return {field.name: field.label.get(language()) for field in view.fields(layer)}
