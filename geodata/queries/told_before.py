"""What publications have told of totals: a correction too small to be told by itself can't be told by a difference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, text

from geodata.layers.layer import Layer
from geodata.layers.publishing import CountsByArea
from geodata.queries.totals import told_totals


def settle_totals(connection: Connection, layers: Sequence[Layer], *, today: date, publication: int) -> int:
    """Keep what this publication may newly tell of totals, and return of how many years and values it may not.

    The totals of one year and value stand or change together. New ones are told where no total differs by less than
    the rule's minimum from what any publication has told of it, and none is told now and withheld then, or the other
    way round, that is much the same. Else the year stays as it was told, until more is put right.

    Args:
        connection: the owner's, in the publication's transaction.
        layers: all; those without a rule of totals don't matter.
        today: the deployment's day.
        publication: the number of the one that is being built.
    """
    connection.execute(text(_NOW))
    for layer in layers:
        rule = totals_rule(layer)
        if rule is not None:
            named = {"layer": layer.id, "minimum": rule.minimum, "today": today, "publication": publication}
            query = f"WITH {told_totals(layer, rule)} INSERT INTO totals_now SELECT :layer, {_CELL}, false FROM told"
            connection.execute(text(query), named)
            connection.execute(text(_MARK_HELD), named)
            connection.execute(text(_KEEP), named)
    return int(connection.execute(text(_COUNT_HELD)).scalar_one())


def totals_rule(layer: Layer) -> CountsByArea | None:
    """Return the rule by which a layer's totals are told, the same to all who get totals of it."""
    rules = {rule for rule in (layer.public, layer.planner, layer.officer) if isinstance(rule, CountsByArea)}
    assert len(rules) <= 1, layer.id  # noqa: S101
    return next(iter(rules), None)


def published_totals(rule: CountsByArea) -> str:
    """Return the SELECT of a layer's totals as they are published; run in the transaction of `settle_totals`.

    Its parameters are `layer` and `minimum`. Columns: id, area_ids, area_id, area_name, the field that is counted apart
    where there is one, year, total (NULL where it is withheld) and is_withheld.
    """
    by_column = f"told.kept_apart AS {rule.by}, " if rule.by else ""
    return f"""
        SELECT row_number() OVER (ORDER BY told.year DESC, told.kept_apart, told.area_id) AS id, told.area_ids,
            told.area_id, told.name AS area_name, {by_column}told.year,
            CASE WHEN NOT told.is_withheld THEN told.total END AS total, told.is_withheld
        FROM ({LATEST}) told WHERE EXISTS (
            SELECT FROM totals_now now WHERE now.layer = :layer AND now.year = told.year
                AND now.kept_apart IS NOT DISTINCT FROM told.kept_apart)
    """


LATEST = """
    SELECT * FROM (
        SELECT *, rank() OVER (PARTITION BY kept_apart, year ORDER BY publication DESC) AS age
        FROM ledger.told_total WHERE layer = :layer AND minimum = :minimum
    ) versions WHERE age = 1
"""
"""What was told last of a layer's totals, each year and value by itself; its parameters are `layer` and `minimum`."""

_CELL = "kept_apart, year, area_id, name, area_ids, total, is_withheld"

_NOW = """
    CREATE TEMPORARY TABLE totals_now (layer text, kept_apart text, year integer, area_id bigint, name text,
        area_ids integer[], total integer, is_withheld boolean, is_held boolean) ON COMMIT DROP
"""

# Versions by another minimum aren't minded: whoever changed the rule meant what is told by it. Areas that are in one
# version alone are other areas on the same ground (a new code, a split): their totals have to be the same ones.
_MARK_HELD = """
    WITH now AS (
        SELECT * FROM totals_now WHERE layer = :layer
    ), versions AS (
        SELECT v.* FROM ledger.told_total v WHERE layer = :layer AND minimum = :minimum AND EXISTS (
            SELECT FROM now WHERE now.year = v.year AND now.kept_apart IS NOT DISTINCT FROM v.kept_apart)
    ), sides AS (
        SELECT v.publication, now.kept_apart, now.year, now.area_id, now.total, now.is_withheld, true AS is_now
        FROM now JOIN (SELECT DISTINCT publication, kept_apart, year FROM versions) v
            ON v.year = now.year AND v.kept_apart IS NOT DISTINCT FROM now.kept_apart
        UNION ALL SELECT publication, kept_apart, year, area_id, total, is_withheld, false FROM versions
    ), pairs AS (
        SELECT publication, kept_apart, year, count(*) AS sides, max(total) - min(total) AS difference,
            bool_or(is_withheld) AS is_once_withheld, bool_and(is_withheld) AS is_ever_withheld,
            bool_or(is_now) AS is_now, min(total) AS total
        FROM sides GROUP BY publication, kept_apart, year, area_id
    ), alone AS (
        SELECT publication, kept_apart, year, array_agg((total, is_ever_withheld) ORDER BY total)::text AS totals
        FROM pairs WHERE sides = 1 GROUP BY publication, kept_apart, year, is_now
    ), clashes AS (
        SELECT kept_apart, year FROM pairs WHERE sides = 2 AND NOT is_ever_withheld
            AND (difference BETWEEN 1 AND :minimum - 1 OR is_once_withheld AND difference = 0)
        UNION SELECT kept_apart, year FROM alone GROUP BY publication, kept_apart, year
            HAVING count(*) = 1 OR min(totals) <> max(totals)
    )
    UPDATE totals_now SET is_held = true FROM clashes
    WHERE layer = :layer AND clashes.year = totals_now.year
        AND clashes.kept_apart IS NOT DISTINCT FROM totals_now.kept_apart
"""

_KEEP = f"""
    WITH now AS (
        SELECT {_CELL} FROM totals_now WHERE layer = :layer AND NOT is_held
    ), latest AS (
        SELECT {_CELL} FROM ({LATEST}) told
    ), changed AS (
        (SELECT * FROM now EXCEPT SELECT * FROM latest) UNION ALL (SELECT * FROM latest EXCEPT SELECT * FROM now)
    )
    INSERT INTO ledger.told_total (layer, minimum, publication, {_CELL})
    SELECT :layer, :minimum, :publication, {_CELL} FROM now WHERE EXISTS (
        SELECT FROM changed WHERE changed.year = now.year AND changed.kept_apart IS NOT DISTINCT FROM now.kept_apart)
"""

_COUNT_HELD = "SELECT count(*) FROM (SELECT DISTINCT layer, kept_apart, year FROM totals_now WHERE is_held) held"
