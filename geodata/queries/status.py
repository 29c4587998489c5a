"""The state of a deployment's database, for the person who looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from geodata.layers import LAYERS
from geodata.queries.facts import loads_by_layer
from geodata.settings import Settings


@dataclass(frozen=True)
class DatabaseStatus:
    """Which server it is and how much it holds."""

    postgresql: str
    postgis: str
    bytes: int
    publication: int


@dataclass(frozen=True)
class LayerStatus:
    """What is in live of one layer; data_date and last_load are None before the first load."""

    count: int
    data_date: date | None
    last_load: datetime | None


def database_status(connection: Connection) -> DatabaseStatus:
    """Return the server's versions and the database's size in bytes."""
    row = connection.execute(
        text(
            "SELECT current_setting('server_version') AS postgresql, postgis_lib_version() AS postgis, "
            "pg_database_size(current_database()) AS bytes, "
            "coalesce((SELECT n FROM ledger.current_publication), 0) AS publication"
        )
    ).one()
    return DatabaseStatus(row.postgresql, row.postgis, row.bytes, row.publication)


def layer_statuses(connection: Connection, settings: Settings) -> dict[str, LayerStatus]:
    """Return the state of every layer by its id."""
    loads = loads_by_layer(connection, settings)
    found = {}
    for layer in LAYERS:
        count = int(connection.execute(text(f"SELECT count(*) FROM live.{layer.id}")).scalar_one())
        load = loads.get(layer.id)
        found[layer.id] = LayerStatus(count, load.data_date if load else None, load.last_finished if load else None)
    return found
