"""Where the places that rows are about are known already: under their own keys, or by the compounds that they name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geodata.layers.layer import Layer
from geodata.queries.stage import stage_name

FEWEST = 3
"""Fewer known places than this say nothing about a file: one may have moved, two may have been mixed up."""
_LOOKED_AT = 2_000


def find_known_places(
    connection: Connection, layer: Layer, *, source: str
) -> tuple[NDArray[np.object_], NDArray[np.object_]] | None:
    """Return where the first staged rows lie, and where live has the same things; WGS 84.

    Args:
        connection: inside the load's transaction, the stage filled.
        layer: whose stage it is.
        source: the register that the rows come from.

    Returns:
        (n,) points and (n,) shapes, n >= FEWEST: the middles of records that live has under the same keys; where these
        are too few, the outlines of the compounds that rows name (their middles for rows that are compounds). None
        where both are too few, and for layers without places.
    """
    if layer.geometry is None:
        return None
    words = {"layer": layer.id, "stage": stage_name(layer), "limit": _LOOKED_AT}
    found = _pairs(connection.execute(text(_SAME_KEY.format(**words)), {"source": source}))
    if len(found) < FEWEST:
        found = _by_compound(connection, layer, words)
    if len(found) < FEWEST:
        return None
    points, known = zip(*found, strict=True)
    return np.asarray(shapely.from_wkb(points), dtype=object), np.asarray(shapely.from_wkb(known), dtype=object)


def _by_compound(connection: Connection, layer: Layer, words: dict[str, object]) -> list[tuple[bytes, bytes]]:
    if layer.id == "compound":
        query = _SAME_NAME.format(**words, name="name", known="ST_Centroid(c.geom)")
    elif layer.field("compound_name") is not None:
        query = _SAME_NAME.format(**words, name="compound_name", known="c.geom")
    else:
        return []
    return _pairs(connection.exec_driver_sql(query))


def _pairs(found: Iterable[Sequence[Any]]) -> list[tuple[bytes, bytes]]:
    return [(bytes(row[0]), bytes(row[1])) for row in found]


_SAME_KEY = """
    SELECT ST_AsBinary(ST_Centroid(s.geom)), ST_AsBinary(ST_Centroid(x.geom))
    FROM (SELECT source_id, geom FROM {stage} WHERE geom IS NOT NULL LIMIT {limit}) s
        JOIN live.{layer} x ON x.source = :source AND x.source_id = s.source_id AND x.geom IS NOT NULL
"""
_SAME_NAME = """
    SELECT ST_AsBinary(ST_Centroid(s.geom)), ST_AsBinary({known})
    FROM (SELECT {name} AS name, community, geom FROM {stage} WHERE geom IS NOT NULL LIMIT {limit}) s
        JOIN live.compound c ON c.name = s.name AND c.community IS NOT DISTINCT FROM s.community
"""
