"""How many records of a year stand at no compound, and so in no publication: by tens, of years that are over.

A number that goes by single records would tell of each of them, from one publication to the next. None and nine are
told alike, and the running year isn't told at all.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, text

from geodata.layers import get_layer
from geodata.layers.audience import Audience
from geodata.layers.figure import Figure, Is
from geodata.layers.figures import FIGURES
from geodata.layers.publishing import AtCompound
from geodata.queries.readable import SCHEMA
from geodata.queries.reading import Reading

STEP = 10


def publish_hidden(connection: Connection, audience: Audience, schema: str, *, today: date) -> None:
    """Create <schema>.hidden: by figure and year, of how many records at least the figure knows nothing.

    Args:
        connection: the owner's, in the publication's transaction.
        audience: who reads the schema.
        schema: of the publication.
        today: the deployment's day; only years that were over by then are told.
    """
    connection.exec_driver_sql(
        f"CREATE TABLE {schema}.hidden "
        "(figure text, year integer, at_least integer NOT NULL, PRIMARY KEY (figure, year))"
    )
    for figure in FIGURES:
        if is_told(figure, audience):
            tests = [test for test in figure.where if isinstance(test, Is)]
            held = "".join(f" AND x.{test.field} = ANY(:{test.field})" for test in tests)
            connection.execute(
                text(_COUNT.format(schema=schema, layer=figure.layer, day=figure.date, held=held)),
                {"figure": figure.key, "step": STEP, "today": today} | {t.field: list(t.values) for t in tests},
            )


_COUNT = """
    INSERT INTO {schema}.hidden
    SELECT :figure, extract(year FROM x.{day})::integer, count(*) / :step * :step FROM live.{layer} x
    WHERE x.compound_id IS NULL AND x.{day} < date_trunc('year', CAST(:today AS date)){held}
    GROUP BY 2 HAVING count(*) >= :step
"""


def is_told(figure: Figure, audience: Audience) -> bool:
    """Tell whether it is told how many records a figure misses because they stand at no compound."""
    rule = get_layer(figure.layer).publication(audience)
    is_plain = figure.when == "in" and not figure.dated_by and all(isinstance(test, Is) for test in figure.where)
    return isinstance(rule, AtCompound) and is_plain and figure.date not in rule.only_then


def hidden_at_least(reading: Reading, figure: Figure, year: int) -> int:
    """Return how many records at least a figure of a year that is over misses; 0 for fewer than ten."""
    schema = reading.connection.get_execution_options()["schema_translate_map"][SCHEMA]
    query = text(f"SELECT at_least FROM {schema}.hidden WHERE figure = :figure AND year = :year")
    return int(reading.connection.execute(query, {"figure": figure.key, "year": year}).scalar() or 0)
