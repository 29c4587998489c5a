"""Numbers that another source has given already: sums over all sources would have them twice."""

from __future__ import annotations

from sqlalchemy import Connection, text

from geodata.layers.layer import Layer
from geodata.layers.publishing import CountsByArea
from geodata.queries.area_match import has_area


def find_counted_elsewhere(connection: Connection, layer: Layer, table: str, *, source: str) -> dict[str, int]:
    """Return how many numbers of other sources stand for an area, date and kind that waiting rows are about, too.

    Those beside which this source has a number already are left out: somebody has said that they are meant so.

    Args:
        connection: inside the load's transaction.
        layer: what is filled; where its records aren't summed by area, there are none.
        table: the rows that wait, with area_code, area_name and the layer's date and kind.
        source: the register that they come from.

    Returns:
        Other source -> numbers, in order of the sources.
    """
    rule = layer.public
    if not isinstance(rule, CountsByArea) or rule.amount is None or rule.by is None or not has_area(layer):
        return {}
    words = {"layer": layer.id, "table": table, "date": rule.date, "by": rule.by, "amount": rule.amount}
    found = connection.execute(text(_ELSEWHERE.format(**words)), {"source": source})
    return {str(other): int(count) for other, count in found}


_ELSEWHERE = """
    SELECT x.source, count(DISTINCT x.id)
    FROM live.{layer} x JOIN live.area a ON a.id = x.area_id
        JOIN (SELECT DISTINCT area_code, area_name, {date}, {by} FROM {table}) w ON w.{date} = x.{date}
            AND w.{by} = x.{by} AND (w.area_code = a.code OR w.area_code IS NULL AND w.area_name = a.name)
    WHERE x.source <> :source AND x.{amount} > 0 AND NOT EXISTS (
        SELECT FROM live.{layer} own WHERE own.source = :source
            AND own.area_id = x.area_id AND own.{date} = x.{date} AND own.{by} = x.{by}
    )
    GROUP BY x.source ORDER BY x.source
"""
