"""Statements that are the same for every tile of a layer and zoom but for its place: composed once, kept as text.

To compose one takes a good part of what a small tile takes; the database is asked the very same words as without.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from geodata.database.engine import AS_BYTES
from geodata.layers.layer import Layer
from geodata.queries.reading import Reading

MOST = 1000
"""So many are kept, each some thousand letters; then all are forgotten, which costs no more than it did to begin."""


@dataclass(frozen=True)
class _Kept:
    """A statement as the driver takes it.

    Attributes:
        sql: its words.
        given: what it is given whatever the place.
        touched: the ids of the layers that it reads, which the log of what staff read has to know.
        layer: the one that it was made for: as long as it is held, no other has its id() in the key.
    """

    sql: str
    given: Mapping[str, Any]
    touched: frozenset[str]
    layer: Layer


_kept: dict[Hashable, _Kept] = {}


def scalar(
    reading: Reading, layer: Layer, which: Hashable, compose: Callable[[], Select[Any]], numbers: Mapping[str, int]
) -> Any:
    """Return the one value that a statement gives.

    Args:
        reading: who asks.
        layer: of what; one that the reader has.
        which: tells the statement from others of the layer: whatever is written into it, such as the zoom.
        compose: makes it, where it isn't kept; it has a `bindparam` of each name in `numbers`.
        numbers: what differs from one time to the next.
    """
    schemas = reading.connection.get_execution_options()["schema_translate_map"]
    who = (reading.reader.audience, reading.area_ids, reading.asof, *schemas.items())
    key = (who, id(layer), which)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= MOST:
            _kept.clear()
        found = _kept[key] = _composed(reading, layer, compose, schemas)
    reading.touched.update(found.touched)
    named = {**found.given, **numbers}
    return reading.connection.exec_driver_sql(found.sql, named, execution_options=AS_BYTES).scalar_one()


def _composed(reading: Reading, layer: Layer, compose: Callable[[], Select[Any]], schemas: Mapping[str, str]) -> _Kept:
    before = frozenset(reading.touched)
    reading.touched.clear()
    compiled = compose().compile(
        dialect=reading.connection.dialect,
        schema_translate_map=dict(schemas),
        render_schema_translate=True,
        compile_kwargs={"render_postcompile": True},
    )
    touched = frozenset(reading.touched)
    reading.touched.update(before)
    return _Kept(str(compiled), compiled.params, touched, layer)
