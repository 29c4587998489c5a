"""How many records each layer has, how old they are and whom to thank for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from geodata.queries.reading import SCHEMA, SCHEMAS, Reading
from geodata.settings import Settings


@dataclass(frozen=True)
class LayerFacts:
    """What a reader may know of a layer as a whole."""

    count: int
    data_date: date | None
    credit: str


def layer_facts(reading: Reading) -> dict[str, LayerFacts]:
    """Return the facts of every layer that the reader has, by layer id; count is of the rows that they may see."""
    if reading.reader.audience in SCHEMAS:
        known = _published_facts(reading) if reading.version else {}
    else:
        known = _live_facts(reading)
    nothing = LayerFacts(0, None, "")
    return {layer.id: known.get(layer.id, nothing) for layer in reading.layers}


def _published_facts(reading: Reading) -> dict[str, LayerFacts]:
    """Read the facts that were written down when the publication was built."""
    schema = reading.connection.get_execution_options()["schema_translate_map"][SCHEMA]
    rows = reading.connection.execute(text(f"SELECT layer, count AS records, data_date, credit FROM {schema}.facts"))
    return {row.layer: LayerFacts(row.records, row.data_date, row.credit) for row in rows}


def _live_facts(reading: Reading) -> dict[str, LayerFacts]:
    """Count what a member of staff may see now."""
    loads = loads_by_layer(reading.connection, reading.settings)
    found = {}
    for layer in reading.layers:
        query = select(func.count()).select_from(reading.table(layer)).where(reading.row_rule(layer))
        load = loads.get(layer.id)
        count = int(reading.connection.execute(query).scalar_one())
        found[layer.id] = LayerFacts(count, load.data_date if load else None, load.credit if load else "")
    return found


def loads_by_layer(connection: Connection, settings: Settings) -> dict[str, Row[Any]]:
    """Return what the ledger knows of each layer's loads: data_date, last_finished, credit.

    data_date is the day of the newest load, in local time, and never later than the deployment's clock.
    """
    named = {"time_zone": settings.time_zone, "today": settings.today()}
    return {row.layer: row for row in connection.execute(text(_LOADS_BY_LAYER), named)}


_LOADS_BY_LAYER = """
    SELECT layer, least(max(finished AT TIME ZONE :time_zone)::date, CAST(:today AS date)) AS data_date,
        max(finished) AS last_finished,
        coalesce(string_agg(DISTINCT nullif(notes ->> 'credit', ''), '; '), '') AS credit
    FROM ledger.load WHERE state = 'done' AND kind = 'load' GROUP BY layer
"""
