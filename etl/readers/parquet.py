"""Reads Parquet and GeoParquet, whose geometries are columns of WKB."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyproj
import shapely

from etl.batch import Batch, Geometries
from etl.readers.cells import column_text, limit_columns, text_frame
from etl.readers.part import BATCH_ROWS, Notes, Part, heading_as_cell, row_list
from geodata.errors import InvalidInput

WGS84 = "EPSG:4326"
MOST_ROWS = 50_000_000
"""A file of a few bytes can repeat one row a billion times."""
MOST_ROW_BYTES = 256 << 20
PIECE_BYTES = 64 << 20


@dataclass(frozen=True)
class _Table:
    path: Path
    headings: tuple[str, ...]
    geometry: str | None
    notes: Notes


def read_parquet(path: Path) -> list[Part]:
    """Return the one part of a Parquet file; of a GeoParquet its main geometries, the other ones are left out.

    Raises:
        InvalidInput: damaged, cut off, without rows or columns, geometries of another kind than WKB.
    """
    notes = Notes()
    with _opened(path) as file:
        schema, row_count = file.schema_arrow, file.metadata.num_rows
        geo = _geo(path, schema.metadata or {}, schema.names)
    if not row_count:
        raise InvalidInput(f"{path.name} has no rows: hand over the filled file.")
    if row_count > MOST_ROWS:
        raise InvalidInput(
            f"{path.name} has {row_count:,} rows, more than {MOST_ROWS:,}: cut it to the district first."
        )
    places = geo.get("columns", {}) if geo else {}
    geometry = geo.get("primary_column") if geo else None
    for name in places:
        if name != geometry:
            notes.add(f"The geometries {name!r} were left out: {geometry!r} are the main ones.")
    headings = tuple(name for name in schema.names if name not in places)
    limit_columns(path.name, headings)
    table = _Table(path, headings, geometry, notes)
    crs = _crs(path, places[geometry]) if geometry else None
    return [Part("", headings, crs, lambda: _batches(table), heading_as_cell, notes)]


def _geo(path: Path, metadata: Mapping[bytes, bytes], columns: Sequence[str]) -> dict[str, Any]:
    """Return what a GeoParquet says about its geometries; {} for a plain table."""
    if b"geo" not in metadata:
        return {}
    try:
        geo: dict[str, Any] = json.loads(metadata[b"geo"])
        main = geo["columns"][geo["primary_column"]]
        encoding = main["encoding"]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{path.name} says nothing sound about its geometries: write it anew.") from error
    if geo["primary_column"] not in columns:
        raise InvalidInput(f"{path.name} lacks the column {geo['primary_column']!r} of its geometries: write it anew.")
    if encoding != "WKB":
        raise InvalidInput(
            f"{path.name} holds geometries as {encoding!r}: write it with WKB (ogr2ogr -lco GEOMETRY_ENCODING=WKB)."
        )
    return geo


def _crs(path: Path, column: Mapping[str, Any]) -> str | None:
    """Return the coordinate system: WGS 84 where the file leaves it out, None where it says that it's unknown."""
    if "crs" not in column:
        return WGS84
    if column["crs"] is None:
        return None
    try:
        crs = pyproj.CRS.from_json_dict(column["crs"])
    except (pyproj.exceptions.CRSError, TypeError, AttributeError) as error:
        raise InvalidInput(f"{path.name} names a coordinate system that can't be read: write it anew.") from error
    if crs.to_authority(min_confidence=100) == ("OGC", "CRS84"):
        return WGS84
    code = crs.to_epsg(min_confidence=100)
    return f"EPSG:{code}" if code else str(crs.to_wkt())


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    """Open a file so that texts that are stored once stay so until they are counted: few bytes can hold many."""
    with _refusing(path):
        schema = pq.read_schema(path)
        texts = [field.name for field in schema if _is_text(field.type)]
        file = pq.ParquetFile(path, read_dictionary=texts)
    try:
        yield file
    finally:
        file.close()


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn what pyarrow says to a broken file into a sentence. Only pyarrow's own calls belong inside."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InvalidInput(
            f"{path.name} can't be read as Parquet, it is damaged or cut off: hand it over again."
        ) from (error)


def _batches(table: _Table) -> Iterator[Batch]:
    unreadable: list[int] = []
    first = 1
    with _opened(table.path) as file:
        wanted = [*table.headings, *([table.geometry] if table.geometry else [])]
        blocks = file.iter_batches(batch_size=BATCH_ROWS, columns=wanted, use_threads=False)
        while (block := _next(table.path, blocks)) is not None:
            for piece in _pieces(table.path, block):
                numbers = np.arange(first, first + piece.num_rows, dtype=np.int64)
                first += piece.num_rows
                geometry: Geometries | None = None
                if table.geometry:
                    wkb = np.array(piece.column(table.geometry).to_pylist(), dtype=object)
                    geometry = shapely.from_wkb(wkb, on_invalid="ignore")
                    unreadable.extend(numbers[(geometry == None) & (wkb != None)].tolist())  # noqa: E711 - by element
                columns = [column_text(piece.column(heading)) for heading in table.headings]
                yield Batch(text_frame(table.headings, columns, numbers), geometry)
    if unreadable:
        table.notes.add(f"The geometry of {row_list(unreadable)} can't be built: these rows have none.")


def _next(path: Path, blocks: Iterator[pa.RecordBatch]) -> pa.RecordBatch | None:
    with _refusing(path):
        return next(blocks, None)


def _pieces(path: Path, block: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Cut a block so that no piece has more than 64 MB of text once each row has its own."""
    row_bytes = np.zeros(block.num_rows, dtype=np.int64)
    for column in block.columns:
        if isinstance(column, pa.DictionaryArray):
            values = cast("pa.LargeBinaryArray", column.dictionary.cast(pa.large_binary()))
            lengths = pc.binary_length(values).take(column.indices)
            row_bytes += lengths.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    if row_bytes.size and row_bytes.max() > MOST_ROW_BYTES:
        raise InvalidInput(f"{path.name} has a row of over {MOST_ROW_BYTES >> 20} MB, which no place has.")
    ends = np.searchsorted(row_bytes.cumsum(), np.arange(1, row_bytes.sum() // PIECE_BYTES + 1) * PIECE_BYTES)
    cuts = np.unique([0, *ends.tolist(), block.num_rows])
    for start, end in pairwise(cuts.tolist()):
        yield block.slice(start, end - start)
