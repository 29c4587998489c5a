"""Totals by community and calendar year, with what is too small to be told withheld: one fixed table a publication."""

from __future__ import annotations

from geodata.layers.area import LEVELS
from geodata.layers.layer import Layer
from geodata.layers.publishing import CountsByArea
from geodata.queries.area_links import HOLDS_TODAY, LEAST_SHARE
from geodata.queries.compound_match import has_compound

TOLD_BY = tuple(level for level in LEVELS if level not in ("grid", "city", "province"))
"""The level that totals are told by: the first of these that the deployment has areas of."""

SAME_SHARE = 0.95
"""A community of which so much lies in one of today's goes on in it; one of which less does has been split."""


def told_totals(layer: Layer, rule: CountsByArea, *, only: str = "true") -> str:
    """Return the SQL of a WITH whose `told` says which totals are withheld: the one rule of all outlets.

    There is a row for every community, value and year; for a community that has been split, and its parts, only for the
    years in which they were counted. What earlier publications told of them isn't minded yet: see `told_before`.

    Its parameters are `minimum` and `today`. Columns of `told`: area_id, name, area_ids, kept_apart, year, total, also
    of those that may not be told, and is_withheld; `placed` has the records with their year and community_id.

    Args:
        layer: whose records.
        rule: by which they are told.
        only: a condition on records `x`; it has to keep or leave all of a year and kind, or totals would be others.
    """
    return _TOLD.format(
        layer=layer.id,
        only=only,
        date=rule.date,
        amount=f"coalesce(sum(x.{rule.amount}), 0)" if rule.amount else "count(x.id)",
        by=f"x.{rule.by}" if rule.by else "NULL::text",
        months=f"count(DISTINCT {rule.date}) = 12" if rule.is_monthly else "true",
        compound="x.compound_id" if has_compound(layer) else "NULL::bigint",
        holds=HOLDS_TODAY,
        same=SAME_SHARE,
        least=LEAST_SHARE,
        levels=", ".join(f"'{level}'" for level in TOLD_BY),
    )


# A record counts for one community: the one that holds most of its compound, else the one that its area lies in. What
# was counted of a community that no longer holds goes to the one that it goes on in. Of one that has been split nobody
# knows for which part: it stays a community by its old name, in the years in which it was counted, and its parts have
# no row there.
#
# Sorted by size, what is withheld is the beginning of each group: all that is too small, and then as many more until
# their sum is no longer small, and until each of them could be none for all that is told. Whoever knows the sum of all
# knows that of the withheld ones, and that none of them is more than the smallest that is told: 24 in all of two of
# which neither is over 15 can't be less than 9 each. One alone is never withheld: it would be the difference.
_TOLD = """
    today AS (
        SELECT a.id, a.code, a.name, a.area_ids, a.geom, a.kind FROM live.area a WHERE {holds} AND a.kind = (
            SELECT kind FROM live.area WHERE kind IN ({levels}) ORDER BY array_position(ARRAY[{levels}], kind) LIMIT 1)
    ), earlier AS (
        SELECT a.id, a.name, a.area_ids, a.geom, a.valid_to, (
            SELECT t.id FROM today t WHERE CASE WHEN a.geom IS NULL THEN t.code = a.code
                ELSE ST_Intersects(t.geom, a.geom)
                    AND ST_Area(ST_Intersection(t.geom, a.geom)) >= {same} * ST_Area(a.geom) END
            ORDER BY t.code IS DISTINCT FROM a.code, t.id LIMIT 1) AS goes_on_in
        FROM live.area a WHERE NOT ({holds}) AND a.kind = (SELECT kind FROM today LIMIT 1)
    ), communities AS (
        SELECT id, name, area_ids, false AS is_split FROM today
        UNION ALL SELECT id, name || coalesce(' (–' || valid_to || ')', ''), area_ids, true FROM earlier
            WHERE goes_on_in IS NULL
    ), counts_for AS (
        SELECT id, id AS community_id FROM communities
        UNION ALL SELECT id, goes_on_in FROM earlier WHERE goes_on_in IS NOT NULL
    ), placed AS (
        SELECT x.*, {by} AS kept_apart, extract(year FROM x.{date})::integer AS year, (
            SELECT c.community_id FROM unnest(x.area_ids) touched (id) JOIN counts_for c ON c.id = touched.id
                LEFT JOIN live.area_link share
                    ON share.layer = 'compound' AND share.record_id = {compound} AND share.area_id = c.id
            ORDER BY share.share DESC NULLS LAST, c.id LIMIT 1) AS community_id
        FROM live.{layer} x WHERE x.{date} < date_trunc('year', CAST(:today AS date)) AND ({only})
    ), counted AS (
        SELECT DISTINCT community_id, kept_apart, year FROM placed
    ), parts AS (
        SELECT e.id AS split_id, t.id FROM earlier e JOIN today t ON ST_Intersects(t.geom, e.geom)
            AND ST_Area(ST_Intersection(t.geom, e.geom)) > {least} * ST_Area(t.geom)
        WHERE e.goes_on_in IS NULL
    ), cells AS (
        SELECT kept_apart, year FROM placed GROUP BY kept_apart, year HAVING {months}
    ), totals AS (
        SELECT c.id AS area_id, c.name, c.area_ids, cells.kept_apart, cells.year, {amount}::integer AS total
        FROM communities c CROSS JOIN cells
            LEFT JOIN placed x ON x.community_id = c.id AND x.year = cells.year
                AND x.kept_apart IS NOT DISTINCT FROM cells.kept_apart
        WHERE EXISTS (
            SELECT FROM counted own WHERE own.community_id = c.id AND own.year = cells.year
                AND own.kept_apart IS NOT DISTINCT FROM cells.kept_apart
        ) OR NOT c.is_split AND NOT EXISTS (
            SELECT FROM parts JOIN counted whole ON whole.community_id = parts.split_id
            WHERE parts.id = c.id AND whole.year = cells.year
                AND whole.kept_apart IS NOT DISTINCT FROM cells.kept_apart
        )
        GROUP BY c.id, c.name, c.area_ids, cells.kept_apart, cells.year
    ), ranked AS (
        SELECT *, min(total) OVER whole AS least, sum(total) OVER whole AS all_together,
            sum(total) OVER sorted AS up_to_here, row_number() OVER sorted AS nth, lead(total) OVER sorted AS next
        FROM totals
        WINDOW whole AS (PARTITION BY kept_apart, year),
            sorted AS (PARTITION BY kept_apart, year ORDER BY total, area_id)
    ), bounded AS (
        SELECT *, min(nth) FILTER (
            WHERE next IS NULL OR nth > 1 AND up_to_here >= :minimum AND up_to_here <= (nth - 1) * next
        ) OVER (PARTITION BY kept_apart, year) AS enough
        FROM ranked
    ), told AS (
        SELECT *, total < :minimum OR all_together - total < :minimum
            OR (least < :minimum AND nth <= enough) AS is_withheld
        FROM bounded WHERE all_together >= :minimum
    )
"""
