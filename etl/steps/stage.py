"""Lays the rows that came through in the columns in which the store takes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely

from etl.batch import Geometries
from etl.flow import Flow, Mask
from geodata.crs import STORAGE_SRID
from geodata.layers.layer import Layer

_POINT = 0
_POINT_HEAD = np.frombuffer(b"\x01" + np.array([0x20000001, STORAGE_SRID], "<u4").tobytes(), np.uint8)
"""Of a point in EWKB: little-endian, with a system; x and y follow."""
_HEXADECIMAL = np.array([f"{byte:02X}" for byte in range(256)], dtype="S2")


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
    given: dict[str, pa.Array[Any]] = {
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


def _text(column: pd.Series[str]) -> pa.LargeStringArray:
    return pa.array(column, type=pa.large_string(), from_pandas=True)


def _ewkb(shapes: Geometries | None) -> pa.Array[Any]:
    """Return geometries as hexadecimal EWKB."""
    if shapes is None:
        raise ValueError("a layer with a geometry has geometries")
    there = ~shapely.is_missing(shapes)
    if not there.any():
        return pa.nulls(len(shapes), pa.string())
    if (shapely.get_type_id(shapes[there]) == _POINT).all():
        return _ewkb_of_points(shapely.get_coordinates(shapes[there]), there)
    with_srid = shapely.set_srid(shapes, STORAGE_SRID)
    return pa.array(shapely.to_wkb(with_srid, hex=True, include_srid=True), type=pa.string())


def _ewkb_of_points(coordinates: npt.NDArray[np.float64], there: Mask) -> pa.StringArray:
    """Return the same for points, which all have one length: a million in a second, not in four.

    Args:
        coordinates: (m, 2) of those that are there.
        there: (n,) where they go; null elsewhere.
    """
    raw = np.empty((len(coordinates), 25), dtype=np.uint8)
    raw[:, :9] = _POINT_HEAD
    raw[:, 9:] = coordinates.astype("<f8").view(np.uint8)
    length = 2 * raw.shape[1]
    ends = np.concatenate([[0], np.cumsum(there, dtype=np.int32) * length]).astype(np.int32)
    is_there = pa.array(there).buffers()[1]
    return pa.StringArray.from_buffers(
        len(there), pa.py_buffer(ends.tobytes()), pa.py_buffer(_HEXADECIMAL[raw].tobytes()), is_there
    )
