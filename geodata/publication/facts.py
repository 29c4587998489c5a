"""What a publication says of each layer as a whole, written down when it is built."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, text

from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.layers.publishing import AtCompound, CountsByArea
from geodata.queries.extents import extent_columns
from geodata.queries.facts import loads_by_layer, looks_of, newest_day, placed_of
from geodata.queries.readable import SCHEMA, readable_table
from geodata.settings import Settings


def write_facts(
    connection: Connection, settings: Settings, audience: Audience, schema: str, layers: Sequence[Layer]
) -> None:
    """Create <schema>.facts: what is true of each published layer as a whole, by what is published of it."""
    connection.exec_driver_sql(
        f"CREATE TABLE {schema}.facts "
        "(layer text PRIMARY KEY, count bigint NOT NULL, data_date date, credit text NOT NULL, "
        "looks text[] NOT NULL, placed bigint NOT NULL, box double precision[], begins date, ends date)"
    )
    loads, facts = loads_by_layer(connection, settings), []
    for layer in layers:
        load = loads.get(layer.id)
        loaded_on = load.data_date if load else None
        newest = _newest(layer, audience, settings.today(), loaded_on)
        table = readable_table(layer.id, audience)
        shown = layer.seen_by(audience)
        known: list[ColumnElement[Any]] = [func.count(), newest, looks_of(layer, table), placed_of(table)]
        known += extent_columns(shown, table)
        count, data_date, looks, placed, box, begins, ends = connection.execute(
            select(*known).select_from(table),
            execution_options={"schema_translate_map": {SCHEMA: schema}},
        ).one()
        facts.append(
            {
                "layer": layer.id,
                "count": count,
                "data_date": data_date or loaded_on,
                "credit": load.credit if load else "",
                "looks": looks,
                "placed": placed,
                "box": box,
                "begins": begins,
                "ends": ends,
            }
        )
    connection.execute(
        text(
            f"INSERT INTO {schema}.facts "
            "VALUES (:layer, :count, :data_date, :credit, :looks, :placed, :box, :begins, :ends)"
        ),
        facts,
    )


def _newest(layer: Layer, audience: Audience, today: date, loaded_on: date | None) -> ColumnElement[date | None]:
    """Return the SQL of the newest day that the published rows tell of; a year of totals, up to its load."""
    table, rule = readable_table(layer.id, audience), layer.publication(audience)
    if isinstance(rule, CountsByArea):
        return func.least(func.max(func.make_date(table.c.year, 12, 31)), loaded_on or today)
    if isinstance(rule, AtCompound) and layer.date_field in rule.only_then:
        # The day of all together, though each by itself tells none: else old data would look as new as their load.
        exact = layer.model.__table__
        shown = exact.c.id.in_(select(table.c.id))
        return select(newest_day(layer, exact, today)).where(shown).scalar_subquery()
    return newest_day(layer, table, today)
