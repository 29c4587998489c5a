"""What a publication is made of, as one digest: the loads in it and the rules that it was built by."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.persons import PATTERN
from geodata.queries.area_links import holding_digest
from geodata.queries.loads import loads_digest
from geodata.queries.walks import walks_digest
from geodata.settings import Settings
from geodata.version import code_digest


def contents_digest(connection: Connection, settings: Settings, layers: Sequence[Layer]) -> str:
    """Return a digest that differs whenever a new publication would: other data, areas, ways, day, code or rules."""
    stated = f"{settings.today().isoformat()} {settings.hazard_delay_days}"
    parts = [stated, loads_digest(connection), holding_digest(connection), walks_digest(connection)]
    parts.append(rules_digest(layers))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def rules_digest(layers: Sequence[Layer]) -> str:
    """Return a digest of what decides who sees what of the same loads: code and declarations."""
    return hashlib.sha256("\n".join([code_digest(), *map(_layer_words, layers)]).encode()).hexdigest()


def _layer_words(layer: Layer) -> str:
    """Return what of a declaration decides its published tables; sets in order, so that every process agrees."""
    rules = (
        layer.id,
        sorted(layer.audiences),
        layer.public,
        layer.planner,
        layer.officer,
        layer.geometry,
        layer.parent,
        layer.zooms,
        layer.date_field,
    )
    drawn = (layer.style.by, layer.style.counts_shapes_apart, layer.style.sums) if layer.style else ()
    return repr((rules, drawn, [_field_words(field) for field in layer.fields]))


def _field_words(field: Field) -> tuple[object, ...]:
    order = [choice.value for choice in field.choices]
    return (
        field.name,
        field.kind,
        sorted(field.audiences),
        field.band,
        sorted(field.exact_for),
        order,
        PATTERN if field.without_persons else "",
        field.is_searched,
    )
