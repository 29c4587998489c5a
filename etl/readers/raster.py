"""Reads GeoTIFF rasters as one row for each cell that has a value, with the cell's outline."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import rasterio
import shapely
from affine import Affine
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from etl.batch import Batch, Geometries
from etl.readers.cells import number_text, text_frame
from etl.readers.part import BATCH_ROWS, Part
from geodata.errors import InvalidInput

HEADING = "value"
MOST_CELLS = 20_000_000
_CORNERS = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)], dtype=np.float64)


@dataclass(frozen=True)
class _Raster:
    path: Path
    width: int
    height: int
    transform: Affine


def read_raster(path: Path) -> list[Part]:
    """Return the one part of a GeoTIFF of one band: "value" and the outline of each cell; cells without data left out.

    Row numbers count all cells, line by line from the top left, those without data too.

    Raises:
        InvalidInput: damaged, cut off, not one band, complex numbers, no place on earth, over 20 million cells.
    """
    with _opened(path) as dataset:
        raster = _Raster(path, dataset.width, dataset.height, dataset.transform)
        _refuse_pictures(path, dataset)
        crs = _crs(dataset)
    if next(_batches(raster), None) is None:
        raise InvalidInput(f"{path.name} has no rows: no cell of it holds a value.")
    return [Part("", (HEADING,), crs, lambda: _batches(raster), lambda row, _: _cell(raster, row))]


def _refuse_pictures(path: Path, dataset: DatasetReader) -> None:
    if dataset.count != 1:
        raise InvalidInput(f"{path.name} has {dataset.count:,} bands: hand over a raster with one, its values.")
    if np.dtype(dataset.dtypes[0]).kind not in "iuf":
        raise InvalidInput(f"{path.name} holds {dataset.dtypes[0]} values: hand over a raster of plain numbers.")
    if dataset.transform.is_identity:
        raise InvalidInput(f"{path.name} doesn't say where on earth it lies: hand over a GeoTIFF.")
    if dataset.width * dataset.height > MOST_CELLS:
        raise InvalidInput(
            f"{path.name} has {dataset.width:,} x {dataset.height:,} cells, more than {MOST_CELLS:,}: cut it to the "
            "district first (gdal_translate -projwin)."
        )


def _crs(dataset: DatasetReader) -> str | None:
    if dataset.crs is None:
        return None
    code = dataset.crs.to_epsg()
    return f"EPSG:{code}" if code else str(dataset.crs.to_wkt())


def _cell(raster: _Raster, row: int) -> str:
    line, column = divmod(row - 1, raster.width)
    return f"line {line + 1}, column {column + 1}"


@contextmanager
def _opened(path: Path) -> Iterator[DatasetReader]:
    with _refusing(path):
        dataset = rasterio.open(path, driver="GTiff", sharing=False)
    try:
        yield dataset
    finally:
        dataset.close()


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn what GDAL says to a broken raster into a sentence. Only rasterio's own calls belong inside."""
    try:
        yield
    except (RasterioIOError, RasterioError, ValueError) as error:
        raise InvalidInput(
            f"{path.name} can't be read as GeoTIFF, it is damaged or cut off: hand it over again."
        ) from (error)


def _batches(raster: _Raster) -> Iterator[Batch]:
    with _opened(raster.path) as dataset:
        for window in _windows(raster):
            with _refusing(raster.path):
                block = dataset.read(1, window=window, masked=True)
            known = ~np.ma.getmaskarray(block) & np.isfinite(block.data)
            if known.any():
                line, column = np.nonzero(known)
                yield _batch(raster, block.data[known], line + window.row_off, column + window.col_off)


def _windows(raster: _Raster) -> Iterator[Window]:
    """Yield pieces of at most a batch of cells that cover the raster, whole lines where they aren't too long."""
    width = min(raster.width, BATCH_ROWS)
    height = BATCH_ROWS // width
    for top in range(0, raster.height, height):
        for left in range(0, raster.width, width):
            yield Window(left, top, min(width, raster.width - left), min(height, raster.height - top))


def _batch(
    raster: _Raster, values: npt.NDArray[np.generic], line: npt.NDArray[np.int64], column: npt.NDArray[np.int64]
) -> Batch:
    # A 32-bit float by its own shortest text: 0.16, not 0.1599999964237213.
    texts = [number_text(float(str(value))) for value in values]
    numbers = line.astype(np.int64) * raster.width + column + 1
    frame = text_frame((HEADING,), [pa.array(texts, pa.string())], numbers)
    return Batch(frame, _outlines(raster.transform, line, column))


def _outlines(transform: Affine, line: npt.NDArray[np.int64], column: npt.NDArray[np.int64]) -> Geometries:
    """Return the outline of each cell as a polygon, also where the raster is turned or sheared."""
    x = column[:, None] + _CORNERS[None, :, 0]
    y = line[:, None] + _CORNERS[None, :, 1]
    east, north = transform.c + transform.a * x + transform.b * y, transform.f + transform.d * x + transform.e * y
    return np.asarray(shapely.polygons(np.stack([east, north], axis=-1)), dtype=object)
