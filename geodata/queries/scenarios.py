"""Scenarios: changes that are tried together, kept under a name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from geodata.errors import NotFound


@dataclass(frozen=True)
class Scenario:
    """Changes under a name, such as [{"change": "add", "lon": 112.0, "lat": 27.7}]."""

    name: str
    changes: Sequence[Mapping[str, Any]]
    saved: datetime


def keep_scenario(connection: Connection, name: str, changes: Sequence[Mapping[str, Any]]) -> None:
    """Keep changes under a name, in place of those that it has had."""
    statement = text(
        "INSERT INTO analysis.scenario (name, changes) VALUES (:name, CAST(:changes AS jsonb)) "
        "ON CONFLICT (name) DO UPDATE SET changes = excluded.changes, saved = now()"
    )
    connection.execute(statement, {"name": name.strip(), "changes": json.dumps(list(changes), ensure_ascii=False)})


def list_scenarios(connection: Connection) -> list[Scenario]:
    """Return all scenarios by name."""
    rows = connection.execute(text("SELECT name, changes, saved FROM analysis.scenario ORDER BY name"))
    return [Scenario(row.name, row.changes, row.saved) for row in rows]


def get_scenario(connection: Connection, name: str) -> Scenario:
    """Return a scenario by its name.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(
        text("SELECT name, changes, saved FROM analysis.scenario WHERE name = :name"), {"name": name}
    ).first()
    if row is None:
        raise NotFound(f"no scenario {name!r}")
    return Scenario(row.name, row.changes, row.saved)


def forget_scenario(connection: Connection, name: str) -> None:
    """Take a scenario away."""
    connection.execute(text("DELETE FROM analysis.scenario WHERE name = :name"), {"name": name})
