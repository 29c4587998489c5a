"""A layer as a GeoDataFrame, for analyses, briefings and people who work in Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import ColumnElement, func

from geodata.crs import STORAGE_SRID
from geodata.layers.layer import Layer
from geodata.queries.features import Bbox
from geodata.queries.own_words import value
from geodata.queries.reading import Reading


def frame(
    reading: Reading,
    layer: Layer,
    *,
    area: int | None = None,
    bbox: Bbox | None = None,
    ids: Sequence[int] | None = None,
) -> geopandas.GeoDataFrame:
    """Return what the reader may see of a layer.

    Args:
        reading: who asks.
        layer: one that the reader has.
        area: the id of an area that the records touch; None for all.
        bbox: west, south, east, north in WGS 84 degrees, which the records touch; None for all.
        ids: of the records; None for all.

    Returns:
        index "id"; one column a field (a child layer also has its parent's id); geometry in WGS 84, None throughout
        for records without a place.
    """
    table = reading.table(layer)
    names = [column.name for column in table.columns if column.name not in {"area_ids", "geom", "geom_3857"}]
    told = {field.name: value(reading, layer, field) for field in reading.fields(layer)}
    columns: list[ColumnElement[Any]] = [told.get(name, table.c[name]) for name in names]
    if layer.geometry:
        columns.append(func.ST_AsBinary(table.c.geom).label("geometry__"))
    query = reading.rows(layer, *columns)
    if area is not None:
        query = query.where(table.c.area_ids.contains([area]))
    if bbox is not None:
        query = query.where(func.ST_Intersects(table.c.geom, func.ST_MakeEnvelope(*bbox, STORAGE_SRID)))
    if ids is not None:
        query = query.where(table.c.id.in_(ids))
    rows = reading.connection.execute(query.order_by(table.c.id)).all()
    values = pd.DataFrame([row[: len(names)] for row in rows], columns=names).set_index("id")
    places = np.full(len(rows), None, dtype=object)
    if layer.geometry and rows:
        places = shapely.from_wkb([None if row[-1] is None else bytes(row[-1]) for row in rows])
    return geopandas.GeoDataFrame(values, geometry=places, crs=STORAGE_SRID)
