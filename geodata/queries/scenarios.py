"""Scenarios: changes that are tried together, kept under a name."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from geodata.errors import InvalidInput, NotFound


@dataclass(frozen=True)
class Scenario:
    """Changes under a name, such as [{"change": "add", "lon": 112.0, "lat": 27.7}]."""

    name: str
    changes: Sequence[Mapping[str, Any]]
    saved: datetime


def keep_scenario(
    connection: Connection, name: str, changes: Sequence[Mapping[str, Any]], *, replaces: bool = True
) -> datetime | None:
    """Keep changes under a name and return when; None where it has others already, and those aren't to be replaced.

    Of two that keep something under one name at once, the other one comes second.
    """
    taken = "DO UPDATE SET changes = excluded.changes, saved = now()" if replaces else "DO NOTHING"
    statement = text(
        "INSERT INTO analysis.scenario (name, changes) VALUES (:name, CAST(:changes AS jsonb)) "
        f"ON CONFLICT (name) {taken} RETURNING saved"
    )
    stated = {"name": name.strip(), "changes": json.dumps(list(changes), ensure_ascii=False)}
    found: datetime | None = connection.execute(statement, stated).scalar_one_or_none()
    return found


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
        raise NotFound(f"no scenario {name!r}", zh=f"没有名为“{name}”的方案")
    return Scenario(row.name, row.changes, row.saved)


def rename_scenario(connection: Connection, name: str, new_name: str) -> None:
    """Give a scenario another name; when it was saved stays.

    Raises:
        NotFound: there is none of the old name.
        InvalidInput: another one has the new name.
    """
    get_scenario(connection, name)
    statement = text(
        "UPDATE analysis.scenario SET name = :new WHERE name = :name "
        "AND NOT EXISTS (SELECT FROM analysis.scenario other WHERE other.name = :new AND other.name <> :name)"
    )
    if not connection.execute(statement, {"name": name, "new": new_name.strip()}).rowcount:
        raise InvalidInput(f"there is a scenario {new_name!r} already", zh=f"已有名为“{new_name}”的方案")


def forget_scenario(connection: Connection, name: str) -> None:
    """Take a scenario away."""
    connection.execute(text("DELETE FROM analysis.scenario WHERE name = :name"), {"name": name})


def layers_changed_since(connection: Connection, layer_ids: Collection[str], moment: datetime) -> list[str]:
    """Return which layers a load has changed after a moment, by id."""
    query = text(
        "SELECT DISTINCT layer FROM ledger.load "
        "WHERE state = 'done' AND changed > 0 AND finished > :moment AND layer = ANY(:layers) ORDER BY layer"
    )
    return list(connection.execute(query, {"moment": moment, "layers": list(layer_ids)}).scalars())
