"""The first rows of a layer: a table that is empty gets its indexes after it is filled, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from geodata.layers.layer import Layer

MANY_ROWS = 20_000
"""From here on building the indexes anew is worth that nobody can read the layer meanwhile."""


@contextmanager
def filling(connection: Connection, layer: Layer, rows: int) -> Iterator[None]:
    """Insert many rows into a layer that has none without keeping its indexes at each row.

    The table is locked until the transaction ends. Where somebody is reading it just now, nothing waits: the rows go in
    the slow way. A fault in between, or a kill, takes the indexes' removal back with all else.
    """
    is_bare = rows >= MANY_ROWS and _call(connection, "SELECT live.drop_indexes(:layer)", layer)
    yield
    if is_bare:
        _call(connection, "SELECT live.make_indexes(:layer)", layer)


def _call(connection: Connection, query: str, layer: Layer) -> bool:
    return bool(connection.execute(text(query), {"layer": layer.id}).scalar_one())
