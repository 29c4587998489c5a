"""The state of a deployment's database, for the person who looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Connection, Table, func, select, text

from geodata.layers import LAYERS
from geodata.queries.facts import loads_by_layer, newest_day
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
    """What is in live of one layer, and up to which day it tells; both dates are None before the first load."""

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
    loads, today = loads_by_layer(connection, settings), settings.today()
    found = {}
    for layer in LAYERS:
        table = cast(Table, layer.model.__table__)
        query = select(func.count(), newest_day(layer, table, today)).select_from(table)
        count, newest = connection.execute(query).one()
        load = loads.get(layer.id)
        loaded_on, last_load = (load.data_date, load.last_finished) if load else (None, None)
        found[layer.id] = LayerStatus(count, newest or loaded_on, last_load)
    return found
