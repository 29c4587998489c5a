"""Which area a record belongs to that names one: by its code, else by a name that no other area has."""

from __future__ import annotations

from sqlalchemy import Connection

from geodata.layers.layer import Layer
from geodata.queries.area_links import HOLDS_TODAY


def has_area(layer: Layer) -> bool:
    """Say whether the layer's records name the area that they belong to."""
    return layer.field("area_id") is not None


def match_areas(connection: Connection, table: str) -> None:
    """Fill area_id of the rows of a stage or a live table that have none yet, or one without an outline.

    Names are compared with something in place of NULL: IS NOT DISTINCT FROM would compare each row with each area.

    A row with a code is found by it alone: where the code is wrong, the name beside it is no proof. Of several areas
    with one code, the one with an outline counts, then the oldest.
    """
    for rule in (_BY_CODE, _BY_NAME):
        connection.exec_driver_sql(
            f"""
            WITH named AS ({rule.format(table=table, holds=HOLDS_TODAY)})
            UPDATE {table} s SET area_id = named.id FROM named
            WHERE coalesce(named.area_code, chr(30)) = coalesce(s.area_code, chr(30))
                AND coalesce(named.area_name, chr(30)) = coalesce(s.area_name, chr(30))
                AND s.area_id IS DISTINCT FROM named.id
                AND (s.area_id IS NULL OR EXISTS (SELECT FROM live.area o WHERE o.id = s.area_id AND o.geom IS NULL))
            """
        )


_BY_CODE = """
    SELECT DISTINCT ON (w.area_code, w.area_name) w.area_code, w.area_name, a.id
    FROM (SELECT DISTINCT area_code, area_name FROM {table}) w JOIN live.area a ON a.code = w.area_code
    WHERE {holds} ORDER BY w.area_code, w.area_name, a.geom IS NULL, a.id
"""

_BY_NAME = """
    SELECT w.area_code, w.area_name, min(a.id) AS id
    FROM (SELECT DISTINCT area_code, area_name FROM {table} WHERE area_code IS NULL) w
        JOIN live.area a ON a.name = w.area_name
    WHERE {holds} GROUP BY w.area_code, w.area_name HAVING count(DISTINCT coalesce(a.code, a.id::text)) = 1
"""
