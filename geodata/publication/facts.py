"""What a publication says of each layer as a whole, written down when it is built."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from geodata.layers.layer import Layer
from geodata.queries.facts import LOADS_BY_LAYER


def write_facts(connection: Connection, schema: str, layers: Sequence[Layer]) -> None:
    """Create <schema>.facts: count, data date and credit of each published layer."""
    connection.exec_driver_sql(
        f"CREATE TABLE {schema}.facts "
        "(layer text PRIMARY KEY, count bigint NOT NULL, data_date date, credit text NOT NULL)"
    )
    for layer in layers:
        connection.execute(
            text(
                f"""
                INSERT INTO {schema}.facts
                SELECT :layer, (SELECT count(*) FROM {schema}.{layer.id}), data_date, coalesce(credit, '')
                FROM (SELECT 1) one LEFT JOIN ({LOADS_BY_LAYER}) loads ON loads.layer = :layer
                """
            ),
            {"layer": layer.id},
        )
