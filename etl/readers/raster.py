"""Reads GeoTIFF rasters as one row for each cell that has a value, with the cell's outline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import rasterio
import shapely
from affine import Affine
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.io import DatasetReader
from rasterio.warp import transform_bounds
from rasterio.windows import Window
from shapely.geometry.base import BaseGeometry

from etl.batch import Batch, Geometries
from etl.readers.cells import number_text, text_frame
from etl.readers.part import BATCH_ROWS, Part
from geodata.crs import STORAGE_SRID
from geodata.errors import InvalidInput

HEADING, LAND_HEADING = "value", "land_area"
MOST_CELLS = 20_000_000
_CORNERS = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)], dtype=np.float64)


@dataclass(frozen=True)
class _Raster:
    path: Path
    width: int
    height: int
    transform: Affine
    land: Path | None
    near: Window


def read_raster(path: Path, *, land: Path | None = None, extent: BaseGeometry | None = None) -> list[Part]:
    """Return the one part of a GeoTIFF of one band: "value" and the outline of each cell; cells without data left out.

    Row numbers count all cells, line by line from the top left, those without data too.

    Args:
        path: the raster.
        land: another raster of the very same cells, whose values come beside as "land_area".
        extent: WGS 84; cells outside its box aren't read. None reads all.

    Raises:
        InvalidInput: damaged, cut off, not one band, complex numbers, no place on earth, over 20 million cells near
            the extent, none of them with a value; the other raster has other cells.
    """
    with _opened(path) as dataset:
        _refuse_pictures(path, dataset)
        near = _near(path, dataset, extent)
        raster = _Raster(path, dataset.width, dataset.height, dataset.transform, land, near)
        crs = _crs(dataset)
        if land is not None:
            _refuse_other_cells(path, dataset, land)
    if near.width * near.height > MOST_CELLS:
        raise InvalidInput(
            f"{path.name} has {near.width:,} x {near.height:,} cells, more than {MOST_CELLS:,}: cut it to the "
            "district first (gdal_translate -projwin)."
        )
    if next(_batches(raster), None) is None:
        raise InvalidInput(f"{path.name} has no rows: no cell of it near the boundary holds a value.")
    headings = (HEADING,) if land is None else (HEADING, LAND_HEADING)
    return [
        Part("", headings, crs, lambda: _batches(raster), lambda row, _: _cell(raster, row), is_raster=True),
    ]


def _near(path: Path, dataset: DatasetReader, extent: BaseGeometry | None) -> Window:
    """Return the window of the cells that may touch the extent; all of them where the raster can't say where it is."""
    whole = Window(0, 0, dataset.width, dataset.height)
    if extent is None or dataset.crs is None:
        return whole
    with _refusing(path):
        box = transform_bounds(f"EPSG:{STORAGE_SRID}", dataset.crs, *extent.bounds)  # type: ignore[no-untyped-call]
    corners = shapely.get_coordinates(shapely.box(*box))
    back = ~dataset.transform
    columns = back.a * corners[:, 0] + back.b * corners[:, 1] + back.c
    lines = back.d * corners[:, 0] + back.e * corners[:, 1] + back.f
    left, top = max(floor(columns.min()) - 1, 0), max(floor(lines.min()) - 1, 0)
    across = min(ceil(columns.max()) + 1, dataset.width) - left
    down = min(ceil(lines.max()) + 1, dataset.height) - top
    if across <= 0 or down <= 0:
        raise InvalidInput(f"{path.name} lies outside the boundary: no cell of it is near.")
    return Window(left, top, across, down)


def _refuse_other_cells(path: Path, dataset: DatasetReader, land: Path) -> None:
    with _opened(land) as other:
        _refuse_pictures(land, other)
        same = other.crs == dataset.crs and other.shape == dataset.shape
        if not same or not other.transform.almost_equals(dataset.transform, 1e-9):
            raise InvalidInput(
                f"{land.name} has other cells than {path.name}: hand over both with the same grid and system."
            )


def _refuse_pictures(path: Path, dataset: DatasetReader) -> None:
    if dataset.count != 1:
        raise InvalidInput(f"{path.name} has {dataset.count:,} bands: hand over a raster with one, its values.")
    if np.dtype(dataset.dtypes[0]).kind not in "iuf":
        raise InvalidInput(f"{path.name} holds {dataset.dtypes[0]} values: hand over a raster of plain numbers.")
    if dataset.transform.is_identity:
        raise InvalidInput(f"{path.name} doesn't say where on earth it lies: hand over a GeoTIFF.")


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
    with _opened(raster.path) as dataset, _opened(raster.land or raster.path) as beside:
        for window in _windows(raster.near):
            with _refusing(raster.path):
                block = dataset.read(1, window=window, masked=True)
                land = beside.read(1, window=window, masked=True)
            known = _known(block)
            if known.any():
                line, column = np.nonzero(known)
                values = [_texts(block.data[known])]
                if raster.land is not None:
                    # A cell whose land isn't known says so by an empty cell.
                    texts = _texts(land.data[known])
                    texts[~_known(land)[known]] = None
                    values.append(texts)
                yield _batch(raster, values, line + window.row_off, column + window.col_off)


def _known(block: np.ma.MaskedArray[Any, Any]) -> npt.NDArray[np.bool_]:
    return np.asarray(~np.ma.getmaskarray(block) & np.isfinite(block.data), dtype=np.bool_)


def _texts(values: npt.NDArray[np.generic]) -> npt.NDArray[np.object_]:
    # A 32-bit float by its own shortest text: 0.16, not 0.1599999964237213.
    return np.array([number_text(float(str(value))) for value in values], dtype=object)


def _windows(near: Window) -> Iterator[Window]:
    """Yield pieces of at most a batch of cells that cover a window, whole lines where they aren't too long."""
    left, top, across, down = int(near.col_off), int(near.row_off), int(near.width), int(near.height)
    width = min(across, BATCH_ROWS)
    height = BATCH_ROWS // width
    for line in range(0, down, height):
        for column in range(0, across, width):
            yield Window(left + column, top + line, min(width, across - column), min(height, down - line))


def _batch(
    raster: _Raster,
    values: Sequence[npt.NDArray[np.object_]],
    line: npt.NDArray[np.int64],
    column: npt.NDArray[np.int64],
) -> Batch:
    numbers = line.astype(np.int64) * raster.width + column + 1
    headings = (HEADING, LAND_HEADING)[: len(values)]
    frame = text_frame(headings, [pa.array(texts, pa.string()) for texts in values], numbers)
    return Batch(frame, _outlines(raster.transform, line, column))


def _outlines(transform: Affine, line: npt.NDArray[np.int64], column: npt.NDArray[np.int64]) -> Geometries:
    """Return the outline of each cell as a polygon, also where the raster is turned or sheared."""
    x = column[:, None] + _CORNERS[None, :, 0]
    y = line[:, None] + _CORNERS[None, :, 1]
    east, north = transform.c + transform.a * x + transform.b * y, transform.f + transform.d * x + transform.e * y
    return np.asarray(shapely.polygons(np.stack([east, north], axis=-1)), dtype=object)
