"""How many records each layer has, how old they are and whom to thank for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Row,
    Text,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.queries.readable import SCHEMA
from geodata.queries.reading import SCHEMAS, Reader, Reading, open_reading
from geodata.settings import Settings


@dataclass(frozen=True)
class LayerFacts:
    """What a reader may know of a layer as a whole.

    Attributes:
        count: of the rows that they may see.
        data_date: the day up to which these rows tell: the newest date in them; where they have none, the day of the
            newest load that brought news. Never later than the deployment's clock.
        credit: whom to thank.
        looks: the values of the field that gives the layer its looks, as far as these rows have them; "" for rows
            without one.
        placed: how many of these rows have a place on the map.
    """

    count: int
    data_date: date | None
    credit: str
    looks: frozenset[str] = frozenset()
    placed: int = 0


def layer_facts(reading: Reading) -> dict[str, LayerFacts]:
    """Return the facts of every layer that the reader has, by layer id; count is of the rows that they may see."""
    return _facts(reading, reading.layers)


def facts_of(reading: Reading, layer: Layer) -> LayerFacts:
    """Return the facts of one layer that the reader has; of staff's no other is looked through."""
    return _facts(reading, (layer,))[layer.id]


def _facts(reading: Reading, layers: Sequence[Layer]) -> dict[str, LayerFacts]:
    if reading.reader.audience in SCHEMAS:
        known = _published_facts(reading) if reading.version else {}
    else:
        # To count is not to read.
        known = _live_facts(replace(reading, touched=set()), layers)
    nothing = LayerFacts(0, None, "")
    return {layer.id: known.get(layer.id, nothing) for layer in layers}


def published_counts(settings: Settings) -> dict[tuple[Audience, str], int]:
    """Return how many rows of each layer residents and planners have; {} before the first publication."""
    found: dict[tuple[Audience, str], int] = {}
    for audience in SCHEMAS:
        with open_reading(settings, Reader(audience)) as reading:
            if reading.version:
                schema = reading.connection.get_execution_options()["schema_translate_map"][SCHEMA]
                rows = reading.connection.execute(text(f"SELECT layer, count AS records FROM {schema}.facts"))
                found |= {(audience, row.layer): int(row.records) for row in rows}
    return found


def _published_facts(reading: Reading) -> dict[str, LayerFacts]:
    """Read the facts that were written down when the publication was built."""
    schema = reading.connection.get_execution_options()["schema_translate_map"][SCHEMA]
    rows = reading.connection.execute(
        text(f"SELECT layer, count AS records, data_date, credit, looks, placed FROM {schema}.facts")
    )
    return {
        row.layer: LayerFacts(row.records, row.data_date, row.credit, frozenset(row.looks), row.placed) for row in rows
    }


def _live_facts(reading: Reading, layers: Sequence[Layer]) -> dict[str, LayerFacts]:
    """Count what a member of staff may see, now or of what the store knew at the moment that is asked of."""
    loads, today = loads_by_layer(reading.connection, reading.settings, reading.asof), reading.settings.today()
    found = {}
    for layer in layers:
        table = reading.table(layer)
        known = (func.count(), newest_day(layer, table, today), looks_of(layer, table), placed_of(table))
        query = select(*known).select_from(table).where(reading.row_rule(layer))
        count, newest, looks, placed = reading.connection.execute(query).one()
        load = loads.get(layer.id)
        day, credit = newest or (load.data_date if load else None), load.credit if load else ""
        found[layer.id] = LayerFacts(count, day, credit, frozenset(looks), placed)
    return found


def looks_of(layer: Layer, table: FromClause) -> ColumnElement[Sequence[str]]:
    """Return the SQL of the different values that decide how a layer's rows look, "" for none; empty without any."""
    by = layer.style.by if layer.style else None
    if by is None or by not in table.c:
        return _NO_LOOKS
    value = func.coalesce(cast(table.c[by], Text), "")
    return func.coalesce(func.array_agg(value.distinct()), _NO_LOOKS)


_NO_LOOKS = cast(literal("{}"), ARRAY(Text))


def placed_of(table: FromClause) -> ColumnElement[int]:
    """Return the SQL of how many rows have a place."""
    return func.count(table.c.geom) if "geom" in table.c else literal(0)


def newest_day(layer: Layer, table: FromClause, today: date) -> ColumnElement[date | None]:
    """Return the SQL of the newest day, not after `today`, that a layer's rows tell of; a month counts to its end.

    It is NULL where no row says any, and for readers who may not see the layer's date.
    """
    if layer.date_field is None or layer.date_field not in table.c:
        return cast(null(), Date)
    field, begins = layer.field(layer.date_field), cast(table.c[layer.date_field], Date)
    is_month = field is not None and field.kind == "month"
    ends = cast(begins + literal_column("interval '1 month -1 day'"), Date) if is_month else begins
    clock = literal(today, Date)
    return func.max(func.least(ends, clock)).filter(begins <= clock)


def loads_by_layer(connection: Connection, settings: Settings, asof: datetime | None = None) -> dict[str, Row[Any]]:
    """Return what the ledger knows of each layer's loads: data_date, last_finished, credit.

    data_date is the local day of the newest load that brought news: a change, or a file that hadn't been there before
    and confirmed what is known. It is never later than the deployment's clock. `asof` leaves out what ended later.
    """
    named = {"time_zone": settings.time_zone, "today": settings.today(), "asof": asof}
    return {row.layer: row for row in connection.execute(text(_LOADS_BY_LAYER), named)}


_LOADS_BY_LAYER = """
    WITH done AS (
        SELECT layer, finished, changed, unchanged, notes,
            row_number() OVER (PARTITION BY layer, part, file_sha256 ORDER BY id) = 1 AS is_first
        FROM ledger.load WHERE state = 'done' AND kind = 'load'
            AND finished <= coalesce(CAST(:asof AS timestamptz), 'infinity')
    ), dated AS (
        SELECT *, CASE WHEN changed > 0 OR (unchanged > 0 AND is_first) THEN finished END AS brought_news FROM done
    )
    SELECT layer,
        CASE WHEN count(brought_news) > 0
            THEN least(max(brought_news AT TIME ZONE :time_zone)::date, CAST(:today AS date)) END AS data_date,
        max(finished) AS last_finished,
        coalesce(string_agg(DISTINCT nullif(notes ->> 'credit', ''), '; '), '') AS credit
    FROM dated GROUP BY layer
"""
