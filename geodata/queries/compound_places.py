"""Where a record stands that has no coordinates of its own: on its compound, wherever that goes."""

from __future__ import annotations

from sqlalchemy import Connection

from geodata.layers.layer import Layer
from geodata.queries.area_links import areas_of_point
from geodata.queries.compound_match import has_compound

_SPOT = "ST_PointOnSurface(c.geom)"


def place_by_compound(connection: Connection, stage: str) -> None:
    """Give the rows of a stage of points that have no place a point on the compound that they were matched with."""
    connection.exec_driver_sql(
        f"UPDATE {stage} s SET geom = {_SPOT}, src_method = 'compound' "
        "FROM live.compound c WHERE c.id = s.compound_id AND s.geom IS NULL"
    )


def follow_compounds(connection: Connection, layer: Layer) -> None:
    """Let a layer's records that stand on a compound stand on the one that they belong to now, as it is now.

    Nothing goes to history by that: the place is the compound's fact, and its own history tells where that was.
    """
    if layer.geometry == "point" and has_compound(layer):
        connection.exec_driver_sql(
            f"""
            UPDATE live.{layer.id} x SET geom = {_SPOT}, area_ids = {areas_of_point(_SPOT)}
            FROM live.compound c
            WHERE c.id = x.compound_id AND x.src_method = 'compound' AND x.geom IS DISTINCT FROM {_SPOT}
            """
        )
