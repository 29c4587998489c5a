"""Lays the rows that came through in the columns in which the store takes them."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import shapely

from etl.batch import Geometries
from etl.flow import Flow
from geodata.crs import STORAGE_SRID
from geodata.layers.layer import Layer


def stage_table(
    flow: Flow, layer: Layer, columns: tuple[str, ...], parent_key: pd.Series[str] | None = None
) -> pa.Table:
    """Return the good rows as text columns.

    Args:
        flow: at the end of its way.
        layer: whose stage it is.
        columns: of the stage, in order.
        parent_key: (n,) for a child layer.
    """
    good = flow.keep(~flow.is_bad)
    given: dict[str, pa.StringArray] = {
        "row": pa.array(good.rows.index.to_numpy()).cast(pa.string()),
        "source_id": _text(good.source_id),
    }
    if parent_key is not None:
        given["parent_source_id"] = _text(parent_key[~flow.is_bad])
    if layer.geometry is not None:
        given |= {str(name): _text(good.places[name]) for name in good.places}
        given |= {"geom": _ewkb(good.geometry), "src_geom": _ewkb(good.original)}
    given |= {str(name): _text(good.values[name]) for name in good.values}
    return pa.table({name: given[name] for name in columns})


def _text(column: pd.Series[str]) -> pa.StringArray:
    return pa.array(column, type=pa.string(), from_pandas=True)


def _ewkb(shapes: Geometries | None) -> pa.StringArray:
    if shapes is None:
        raise ValueError("a layer with a geometry has geometries")
    with_srid = shapely.set_srid(shapes, STORAGE_SRID)
    return pa.array(shapely.to_wkb(with_srid, hex=True, include_srid=True), type=pa.string())
