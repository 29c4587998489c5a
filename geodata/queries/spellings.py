"""The pinyin of searched names: worked out once for each name, kept beside the layers, copied into publications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, MetaData, Select, Table, Text, func, select, text

from geodata.layers.audience import Audience
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.persons import MAY_HOLD, PATTERN
from geodata.queries.readable import SCHEMA
from geodata.queries.reading import Reading
from geodata.spelling import spelled, typed_pattern

SPELLING = Table("spelling", MetaData(), Column("name", Text()), Column("ways", Text()), schema=SCHEMA)
HANZI = "[\u3400-\u9fff]"


def spell_names(connection: Connection, layers: Sequence[Layer]) -> int:
    """Work out the pinyin of every searched name in live that has none yet, and return how many were new."""
    added = 0
    for layer in layers:
        for field in layer.fields:
            if field.is_searched:
                added += _spell(connection, layer, field)
    _say_where(connection, layers)
    return added


def _say_where(connection: Connection, layers: Sequence[Layer]) -> None:
    """Write beside each spelling whose it is: everybody's, or that of the areas in which records have the name.

    What has been everybody's once stays so: no name is a secret afterwards.
    """
    everywhere, bound = [], []
    for layer in layers:
        for field in layer.fields:
            if field.is_searched and layer.is_everywhere:
                everywhere += _names(layer, field)
            elif field.is_searched:
                bound += _names(layer, field, ", area_ids")
    if everywhere:
        names = " UNION ".join(everywhere)
        connection.exec_driver_sql(
            f"UPDATE live.spelling s SET is_everywhere = true FROM ({names}) n "
            "WHERE s.name = n.name AND NOT s.is_everywhere"
        )
    owned = " UNION ALL ".join(bound) or "SELECT NULL::text AS name, '{}'::integer[] AS area_ids WHERE false"
    connection.exec_driver_sql(
        "UPDATE live.spelling s SET area_ids = known.area_ids FROM ("
        "SELECT all_of.name, coalesce(array_agg(DISTINCT id) FILTER (WHERE id IS NOT NULL), '{}') AS area_ids "
        f"FROM live.spelling all_of LEFT JOIN ({owned}) n USING (name) LEFT JOIN unnest(n.area_ids) AS id ON true "
        "WHERE NOT all_of.is_everywhere GROUP BY all_of.name"
        ") known WHERE s.name = known.name AND s.area_ids <> known.area_ids"
    )


def publish_spellings(connection: Connection, layers: Sequence[Layer], audience: Audience, schema: str) -> None:
    """Create <schema>.spelling with the pinyin of just the names that this audience can read."""
    names = [
        f"SELECT {_values(field)} AS name FROM {schema}.{layer.id}"
        for layer in layers
        for field in layer.fields_for(audience)
        if field.is_searched
    ]
    known = " UNION ".join(names) or "SELECT NULL::text AS name WHERE false"
    connection.exec_driver_sql(
        f"CREATE TABLE {schema}.spelling AS SELECT s.name, s.ways FROM live.spelling s JOIN ({known}) n USING (name)"
    )
    connection.exec_driver_sql(f"ALTER TABLE {schema}.spelling ADD PRIMARY KEY (name)")
    connection.exec_driver_sql(f"ANALYZE {schema}.spelling")


def typed_names(wanted: str, *, at_start: bool = False) -> Select[tuple[str]] | None:
    """Return the query for the names that fit typed letters, from the first letter of any syllable or of the name."""
    pattern = typed_pattern(wanted)
    if pattern is None:
        return None
    begins = "(^|;)" if at_start else "(^|[ ;])"
    return select(SPELLING.c.name).where(SPELLING.c.ways.op("~")(begins + pattern))


def ways_of(reading: Reading, names: Iterable[str]) -> dict[str, str]:
    """Return how each of some names is spelled in pinyin; "" for one without hanzi."""
    wanted = sorted(set(names))
    rows = reading.connection.execute(select(SPELLING).where(SPELLING.c.name.in_(wanted))).all() if wanted else []
    return dict.fromkeys(wanted, "") | {row.name: row.ways for row in rows}


def is_typed(reading: Reading, layer: Layer, field: Field, wanted: str) -> ColumnElement[bool] | None:
    """Return the condition that a field's name, or one of its names, is what was typed in pinyin."""
    names = typed_names(wanted)
    if names is None:
        return None
    column = reading.table(layer).c[field.name]
    if field.kind == "names":
        return column.bool_op("&&")(func.array(names.scalar_subquery(), type_=ARRAY(Text)))
    return column.in_(names)


def without_persons(layer: Layer, column: str) -> str:
    """Return the SQL of a column of names without the persons in them: what is left, or what the layer is called.

    The quotation marks that stood around a person go too.
    """
    persons = PATTERN.replace("'", "''")
    without = f"regexp_replace(regexp_replace({column}, '{persons}', '', 'g'), '“”|「」|『』|\"\"', '', 'g')"
    left = f"coalesce(nullif(btrim({without}), ''), '{layer.title.zh}')"
    kept = f"WHEN {column} !~ '{MAY_HOLD}' THEN {column}"
    return f"CASE {kept} WHEN {column} ~ '{persons}' THEN {left} ELSE {column} END"


def _spell(connection: Connection, layer: Layer, field: Field) -> int:
    names = " UNION ".join(_names(layer, field))
    query = text(
        f"SELECT DISTINCT n.name FROM ({names}) n "
        "LEFT JOIN live.spelling s USING (name) WHERE s.name IS NULL AND n.name ~ :hanzi"
    )
    new = list(connection.execute(query, {"hanzi": HANZI}).scalars())
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy("COPY live.spelling (name, ways) FROM STDIN") as copy:
        for name in new:
            ways = spelled(name)
            if ways is not None:
                copy.write_row((name, ways))
    return len(new)


def _names(layer: Layer, field: Field, more: str = "") -> list[str]:
    """Return the queries for a field's names in live, and for what publications have of them, with more columns."""
    found = [f"SELECT {_values(field)} AS name{more} FROM live.{layer.id}"]
    if field.without_persons:
        found.append(f"SELECT {without_persons(layer, field.name)} AS name{more} FROM live.{layer.id}")
    return found


def _values(field: Field) -> str:
    return f"unnest({field.name})" if field.kind == "names" else field.name
