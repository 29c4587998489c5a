"""The life of a load in the ledger: begun in a transaction of its own, then done or failed, never forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text


@dataclass(frozen=True)
class LoadStart:
    """What is known of a load before it begins."""

    layer: str
    file: str
    part: str
    file_sha256: str
    recipe: str
    who: str
    code_version: str


@dataclass(frozen=True)
class Counts:
    """What became of the source records of one load; `read` is the sum of the first four.

    `changed` is how many rows of the store are other ones now, whatever the file's rows were: a count that a file no
    longer has is changed without any row for it, and a record may be matched anew that says what it said.
    """

    loaded: int = 0
    unchanged: int = 0
    quarantined: int = 0
    ignored: int = 0
    changed: int = 0

    @property
    def read(self) -> int:
        """All source records that the recipe selects."""
        return self.loaded + self.unchanged + self.quarantined + self.ignored


def watch_client(connection: Connection) -> None:
    """Let the server end this transaction's statements within seconds when the loading process dies."""
    connection.exec_driver_sql("SET LOCAL client_connection_check_interval = '2s'")


_AT_WORK = 0x6C6F6164
"""First half of the advisory locks that say which loads are under way; the second is the load's id."""


def begin_load(engine: Engine, start: LoadStart, at_work: Connection) -> int:
    """Write that a load has begun, commit it, and return its id.

    Args:
        engine: for a transaction of its own.
        start: what is known of the load.
        at_work: the transaction that brings the rows: while it lasts, the load isn't abandoned.
    """
    insert = text(
        """
        INSERT INTO ledger.load (kind, state, layer, file, part, file_sha256, recipe, who, code_version)
        VALUES ('load', 'running', :layer, :file, :part, :file_sha256, :recipe, :who, :code_version)
        RETURNING id
        """
    )
    with engine.begin() as connection:
        load_id = int(connection.execute(insert, vars(start)).scalar_one())
        # Before anybody sees the row: `fail_abandoned` must not find it without its lock.
        at_work.execute(text("SELECT pg_advisory_xact_lock(:kind, :id)"), {"kind": _AT_WORK, "id": load_id})
    return load_id


def fail_abandoned(engine: Engine) -> int:
    """Mark the loads as failed whose process was killed, as nobody else could, and return how many there were."""
    with engine.begin() as connection:
        return connection.execute(text(_FAIL_ABANDONED), {"kind": _AT_WORK}).rowcount


_FAIL_ABANDONED = """
    WITH running AS MATERIALIZED (SELECT id FROM ledger.load WHERE state = 'running'),
    abandoned AS MATERIALIZED (SELECT id FROM running WHERE pg_try_advisory_xact_lock(:kind, id))
    UPDATE ledger.load SET state = 'failed', finished = clock_timestamp(),
        message = 'the loading process ended before it was done; nothing of it was kept'
    WHERE state = 'running' AND id IN (SELECT id FROM abandoned)
"""


def finish_load(connection: Connection, load_id: int, counts: Counts, notes: Mapping[str, Any]) -> None:
    """Write, in the transaction that brought the rows, that the load is done."""
    connection.execute(
        text(
            """
            UPDATE ledger.load
            SET state = 'done', finished = clock_timestamp(), read = :read, loaded = :loaded, unchanged = :unchanged,
                quarantined = :quarantined, ignored = :ignored, changed = :changed, notes = CAST(:notes AS jsonb)
            WHERE id = :load_id
            """
        ),
        {"load_id": load_id, "read": counts.read, **vars(counts), "notes": json.dumps(notes, ensure_ascii=False)},
    )


def fail_load(engine: Engine, load_id: int, message: str) -> None:
    """Write, in a transaction of its own, why nothing of a load was kept."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE ledger.load SET state = 'failed', finished = clock_timestamp(), message = :message "
                "WHERE id = :load_id"
            ),
            {"load_id": load_id, "message": message},
        )


def keep_issues(connection: Connection, load_id: int, issues: Iterable[Mapping[str, Any]]) -> None:
    """Write what was wrong with the rows of a load: one mapping an issue, keys as the columns of ledger.quarantine."""
    rows = [
        {**issue, "load_id": load_id, "cells": json.dumps(issue.get("cells"), ensure_ascii=False)} for issue in issues
    ]
    if rows:
        connection.execute(
            text(
                """
                INSERT INTO ledger.quarantine (load_id, outcome, reason, message, row, cell, field, value, cells)
                VALUES (:load_id, :outcome, :reason, :message, :row, :cell, :field, :value, CAST(:cells AS jsonb))
                """
            ),
            rows,
        )


def list_loaded_files(connection: Connection) -> set[str]:
    """Return the SHA-256 of every file of which something was loaded."""
    rows = connection.execute(
        text("SELECT DISTINCT file_sha256 FROM ledger.load WHERE state = 'done' AND kind = 'load'")
    )
    return {str(sha256) for sha256 in rows.scalars()}


def count_changes(connection: Connection, layer_id: str) -> int:
    """Return how many loads have changed a layer; more of them later: one has, whenever it began and ended."""
    query = text("SELECT count(*) FROM ledger.load WHERE state = 'done' AND changed > 0 AND layer = :layer")
    return int(connection.execute(query, {"layer": layer_id}).scalar_one())


def loads_digest(connection: Connection) -> str:
    """Return a digest of all loads that changed something: another one means other data."""
    return str(
        connection.execute(
            text(
                "SELECT md5(coalesce(string_agg(id::text, ',' ORDER BY id), '')) FROM ledger.load "
                "WHERE state = 'done' AND changed > 0"
            )
        ).scalar_one()
    )
