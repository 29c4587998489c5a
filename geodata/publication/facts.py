"""What a publication says of each layer as a whole, written down when it is built."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from geodata.layers.layer import Layer
from geodata.queries.facts import loads_by_layer
from geodata.settings import Settings


def write_facts(connection: Connection, settings: Settings, schema: str, layers: Sequence[Layer]) -> None:
    """Create <schema>.facts: count, data date and credit of each published layer."""
    connection.exec_driver_sql(
        f"CREATE TABLE {schema}.facts "
        "(layer text PRIMARY KEY, count bigint NOT NULL, data_date date, credit text NOT NULL)"
    )
    loads = loads_by_layer(connection, settings)
    for layer in layers:
        load = loads.get(layer.id)
        connection.execute(
            text(
                f"""
                INSERT INTO {schema}.facts
                SELECT :layer, count(*), CAST(:data_date AS date), :credit FROM {schema}.{layer.id}
                """
            ),
            {
                "layer": layer.id,
                "data_date": load.data_date if load else None,
                "credit": load.credit if load else "",
            },
        )
