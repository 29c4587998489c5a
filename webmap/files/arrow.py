"""A layer as a stream of Arrow batches, which GDAL writes as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from geodata.crs.axes import CRS84, for_file
from geodata.layers.field import Field, Holds
from geodata.queries.download import BETWEEN, batches
from geodata.queries.reading import Reading
from webmap.files.wish import Wish

SHAPE = "geom"
_WKB = {"ARROW:extension:name": "geoarrow.wkb"}

TYPES: Mapping[Holds, pa.DataType] = {
    "whole": pa.int64(),
    "number": pa.float64(),
    "decimal": pa.float64(),
    "day": pa.date32(),
    "moment": pa.timestamp("ms", "UTC"),
    "flag": pa.bool_(),
}
"""By what a field holds; all others are texts, codes above all."""


def stream(
    view: Reading,
    wish: Wish,
    *,
    names: Mapping[str, str] | None = None,
    widths: Mapping[str, int] | None = None,
) -> pa.RecordBatchReader:
    """Return a layer's records as a stream; a few of them at a time are in memory.

    Args:
        view: who asks.
        wish: what for.
        names: a column's name in the file, where it isn't the field's.
        widths: how many bytes a text may have at most; with it moments are texts, too, as such a file has no times.
    """
    called = names or {}
    makers = {field.name: _maker(field, None if widths is None else widths.get(field.name)) for field in wish.fields}
    columns: list[pa.Field[Any]] = [pa.field(called.get("id", "id"), pa.int64(), metadata=_told(wish.key_label()))]
    for field in wish.fields:
        kind, _ = makers[field.name]
        width = widths.get(field.name) if widths is not None and kind == pa.string() else None
        told = _told(wish.labels[field.name], width)
        columns.append(pa.field(called.get(field.name, field.name), kind, metadata=told))
    if wish.layer.geometry:
        columns.append(pa.field(SHAPE, pa.binary(), metadata=_WKB))
    schema = pa.schema(columns)

    def read() -> Iterator[pa.RecordBatch]:
        for rows in batches(view, wish.layer, wish.conditions, place="shape"):
            found = list(zip(*rows, strict=True))
            arrays: list[pa.Array[Any]] = [pa.array(found[0], pa.int64())]
            for (kind, make), values in zip(makers.values(), found[1:], strict=False):
                arrays.append(pa.array([None if value is None else make(value) for value in values], kind))
            if wish.layer.geometry:
                arrays.append(pa.array(_placed(view, wish, found[-1]), pa.binary()))
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, read())


def _maker(field: Field, width: int | None) -> tuple[pa.DataType, Callable[[Any], Any]]:
    """Return a field's type in the file and what makes a value of it."""
    kind = TYPES.get(field.holds, pa.string())
    if width is not None and field.holds == "moment":
        kind = pa.string()
    if kind == pa.string():
        return kind, lambda value: cut(as_text(value), width)
    if kind == pa.float64():
        return kind, float
    if kind == pa.date32():
        return kind, lambda value: value.date() if isinstance(value, datetime) else value
    return kind, lambda value: value


def as_text(value: object) -> str:
    """Return a value as a text; of a list all its values."""
    if isinstance(value, list):
        return BETWEEN.join(str(part) for part in value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def cut(value: str, width: int | None) -> str:
    """Return a text of at most so many bytes in UTF-8, of whole characters."""
    return value if width is None else value.encode()[:width].decode(errors="ignore")


def _told(label: str, width: int | None = None) -> dict[str, str]:
    """Return what GDAL reads beside a column: what people call it, and how wide it is."""
    told = {"GDAL:OGR:alternative_name": label}
    return told if width is None else {**told, "GDAL:OGR:width": str(max(width, 1))}


def _placed(view: Reading, wish: Wish, shapes: Sequence[Any]) -> list[bytes | None]:
    """Return the WKB of shapes in the system that was asked for."""
    if wish.system == CRS84:
        return [None if shape is None else bytes(shape) for shape in shapes]
    read = shapely.from_wkb([None if shape is None else bytes(shape) for shape in shapes])
    moved = for_file(np.asarray(read, dtype=object), wish.system, view.settings.boundary)
    return list(shapely.to_wkb(moved))
