"""Keeps rows on disk between the one pass over a file and the reading of its parts."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from etl.batch import Batch, Geometries
from etl.readers.cells import text_frame

_ROWS_AT_ONCE = 20_000
_COORDINATE_BYTES_AT_ONCE = 64 << 20


class SpoolFolder:
    """A temporary folder that goes when nothing refers to it any more."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="csmap-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


class Spool:
    """Rows of one part: written once, from the first to the last, then read as often as wanted."""

    def __init__(self, folder: SpoolFolder, name: str, headings: Sequence[str], *, has_geometry: bool) -> None:
        self.headings = tuple(headings)
        self.count = 0
        self._folder = folder  # keeps it alive
        self._path = folder.path / name
        self._has_geometry = has_geometry
        types: dict[str, pa.DataType] = {str(at): pa.string() for at in range(len(headings))}
        self._schema = pa.schema({**types, "wkb": pa.binary()})
        self._rows: list[tuple[str | None, ...]] = []
        self._wkb: list[bytes | None] = []
        self._bytes = 0
        self._sink = pa.OSFile(str(self._path), "wb")
        self._writer = pa.ipc.new_stream(self._sink, self._schema)

    def add(self, cells: tuple[str | None, ...], wkb: bytes | None = None) -> None:
        """Append a row: one cell a heading, and its geometry as WKB."""
        self._rows.append(cells)
        self._wkb.append(wkb)
        self._bytes += len(wkb or b"")
        self.count += 1
        if len(self._rows) >= _ROWS_AT_ONCE or self._bytes >= _COORDINATE_BYTES_AT_ONCE:
            self._flush()

    def finish(self) -> None:
        """Write what is left; no row can be added after it."""
        self._flush()
        self._writer.close()
        self._sink.close()

    def _flush(self) -> None:
        if not self._rows:
            return
        columns = [pa.array(column, pa.string()) for column in zip(*self._rows, strict=True)]
        self._writer.write_batch(pa.record_batch([*columns, pa.array(self._wkb, pa.binary())], schema=self._schema))
        self._rows, self._wkb, self._bytes = [], [], 0

    def batches(self) -> Iterator[Batch]:
        """Yield the rows, numbered from 1."""
        first = 1
        with pa.OSFile(str(self._path), "rb") as source, pa.ipc.open_stream(source) as blocks:
            for block in blocks:
                numbers = np.arange(first, first + block.num_rows, dtype=np.int64)
                first += block.num_rows
                geometry: Geometries | None = None
                if self._has_geometry:
                    geometry = shapely.from_wkb(np.array(block.column("wkb").to_pylist(), dtype=object))
                yield Batch(text_frame(self.headings, block.columns[:-1], numbers), geometry)
