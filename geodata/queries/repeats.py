"""Loads that would do again what an earlier one did: found in the ledger, and written there without reading a row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from geodata.layers import LAYERS, get_layer
from geodata.queries.names import NAMING
from geodata.version import VERSION


@dataclass(frozen=True)
class Earlier:
    """One finished load of the file: what it came to, and what it said."""

    id: int
    layer: str
    part: str
    finished: datetime
    loaded: int
    unchanged: int
    quarantined: int
    ignored: int
    notes: Mapping[str, Any]


def find_repeatable(connection: Connection, *, file_sha256: str, inputs: str) -> list[Earlier]:
    """Return the loads of the last time that the file came with the same inputs; [] where it has to be read again.

    It has, where another load has since changed the layer that it fills, or one that its rows are matched with: a row
    that was turned away may find its compound now, and one that was taken may have been changed.

    Args:
        connection: inside a transaction that writes what is repeated; no other load merges before its end.
        file_sha256: of the file.
        inputs: digest of everything else that decides what a file comes to.
    """
    named = {"file_sha256": file_sha256, "inputs": inputs}
    if not connection.execute(text(_LAST_TIME), named).first():
        return []  # a new file needn't wait here for another load's merge
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('csmap load'))"))
    found = [Earlier(**row) for row in connection.execute(text(_LAST_TIME), named).mappings()]
    own = [load.id for load in found]
    return [] if any(_has_changed_since(connection, load, own) for load in found) else found


_LAST_TIME = """
    WITH times AS (
        SELECT *, max((notes->>'run')::integer) OVER () AS last FROM ledger.load
        WHERE file_sha256 = :file_sha256 AND state = 'done' AND kind = 'load' AND notes->>'inputs' = :inputs
    )
    SELECT id, layer, part, finished, loaded, unchanged, quarantined, ignored, notes
    FROM times WHERE (notes->>'run')::integer = last ORDER BY id
"""


def _has_changed_since(connection: Connection, load: Earlier, own: Sequence[int]) -> bool:
    """Tell whether a later load changed something that the load's outcome rests on; its own file's came with it."""
    query = text(
        "SELECT EXISTS (SELECT FROM ledger.load WHERE state = 'done' AND changed > 0 AND id <> ALL(:own) "
        "AND finished > :finished AND layer = ANY(:layers))"
    )
    named = {"own": list(own), "finished": load.finished, "layers": _rests_on(load.layer)}
    return bool(connection.execute(query, named).scalar_one())


def _rests_on(layer_id: str) -> list[str]:
    """Return the layers that decide what becomes of a layer's rows: itself, its parent, what it is matched with."""
    layer = get_layer(layer_id)
    matched = [other.id for other in LAYERS if layer.field(f"{other.id}_id") is not None]
    named = NAMING if "compound" in matched else ()
    return [layer_id, *([layer.parent] if layer.parent else []), *matched, *named]


def repeat_load(connection: Connection, earlier: Earlier, *, file: str, who: str, run: int | None) -> int:
    """Write a load that changed nothing, with everything that the earlier one said of its rows; return its id.

    Args:
        connection: the transaction of `find_repeatable`.
        earlier: what is repeated.
        file: the file's name this time.
        who: who asked for it.
        run: the first load of this time; None for the first one itself.
    """
    named = {"earlier": earlier.id, "file": file, "who": who, "code_version": VERSION}
    load_id = int(connection.execute(text(_WRITE), named).scalar_one())
    notes = json.dumps({**earlier.notes, "run": run or load_id}, ensure_ascii=False)
    connection.execute(
        text("UPDATE ledger.load SET notes = CAST(:notes AS jsonb) WHERE id = :id"), {"id": load_id, "notes": notes}
    )
    connection.execute(text(_SAY_AGAIN), {"earlier": earlier.id, "load_id": load_id})
    return load_id


_WRITE = """
    INSERT INTO ledger.load (kind, state, layer, file, part, file_sha256, recipe, who, code_version, finished,
        read, unchanged, quarantined, ignored)
    SELECT kind, state, layer, :file, part, file_sha256, recipe, :who, :code_version, clock_timestamp(),
        read, loaded + unchanged, quarantined, ignored
    FROM ledger.load WHERE id = :earlier RETURNING id
"""
_SAY_AGAIN = """
    INSERT INTO ledger.quarantine (load_id, outcome, reason, message, row, cell, field, value, cells)
    SELECT :load_id, outcome, reason, message, row, cell, field, value, cells
    FROM ledger.quarantine WHERE load_id = :earlier ORDER BY id
"""


def count_issues(connection: Connection, load_id: int) -> dict[tuple[str, str], int]:
    """Return how often each (outcome, reason) came up in a load."""
    query = text("SELECT outcome, reason, count(*) FROM ledger.quarantine WHERE load_id = :id GROUP BY 1, 2")
    return {(outcome, reason): int(count) for outcome, reason, count in connection.execute(query, {"id": load_id})}


def first_refusals(connection: Connection, load_id: int, count: int) -> Sequence[Mapping[str, Any]]:
    """Return the first rows of a load that went to quarantine, as columns of ledger.quarantine."""
    query = text(
        "SELECT outcome, reason, message, row, cell, field, value FROM ledger.quarantine "
        "WHERE load_id = :id AND outcome = 'quarantined' ORDER BY row, id LIMIT :count"
    )
    return [dict(row) for row in connection.execute(query, {"id": load_id, "count": count}).mappings()]
