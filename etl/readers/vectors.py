"""Reads GeoJSON, GeoPackages, Shapefiles, FlatGeobuf, GPX and DBF through GDAL."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyogrio
import pyogrio.raw
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from etl.batch import Batch, Geometries
from etl.readers import geojson, gpx, shapefile
from etl.readers.cells import column_text, limit_columns, text_frame, unique_headings
from etl.readers.kinds import KINDS, ending_of
from etl.readers.part import BATCH_ROWS, Notes, Part, heading_as_cell, row_list
from geodata.errors import InvalidInput

_GDAL_ERRORS = (
    DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, pa.ArrowException, OSError, UnicodeError,
)  # fmt: skip
_STYLES_TABLE = "layer_styles"
"""Where QGIS keeps its colours: no table of the office."""


@dataclass(frozen=True)
class _Source:
    """How to open one layer of one file.

    Attributes:
        layer: its name in the file.
        id_heading: the heading that the features' own numbers get, "" where they have none.
        codec: of texts that GDAL is told to pass on byte by byte; "" where GDAL decodes them.
    """

    path: Path
    layer: str
    id_heading: str = ""
    codec: str = ""
    notes: Notes = field(default_factory=Notes)

    @property
    def options(self) -> Mapping[str, object]:
        """Options of pyogrio: dates stay as they are written, bytes of a .dbf stay what they are."""
        if self.codec:
            return {"encoding": "ISO-8859-1"}
        return {"DATE_AS_STRING": "YES"} if _driver(self.path) == "GeoJSON" else {}


def read_vectors(path: Path) -> list[Part]:
    """Return a part for each layer with rows; tables without geometry too.

    Features without a geometry have None. A geometry that can't be built (a ring of two points, a TIN) is None
    as well, and a note names the row. Coordinates stay as they are, with Z, M and NaN.

    Raises:
        InvalidInput: damaged, cut off, without companions, without rows, over 2,000 columns.
            Reading the batches raises it for curves.
    """
    driver = _driver(path)
    with _laid_out(path) as dataset:
        if driver == "GPKG":
            parts = _geopackage(path, dataset)
        elif driver == "GeoJSON":
            parts = [_geojson(path, dataset)]
        elif driver == "GPX":
            parts = [_gpx(path, dataset)]
        elif driver == "FlatGeobuf":
            parts = [_flatgeobuf(path, dataset)]
        else:
            parts = [_shapefile(path, dataset)]
    found = [part for part in parts if part is not None]
    if not found:
        raise InvalidInput(f"{path.name} has no rows: no layer holds a feature; hand over the filled file.")
    return found


def _driver(path: Path) -> str:
    return KINDS[ending_of(path)].driver


@contextmanager
def _laid_out(path: Path) -> Iterator[Path]:
    """Lay the file out in a folder of its own, under a plain name that GDAL can't take for anything else."""
    with tempfile.TemporaryDirectory(prefix="csmap-") as name:
        folder = Path(name)
        yield _LAY_OUT[_driver(path)](path, folder)


def _lay_out_geopackage(path: Path, folder: Path) -> Path:
    _refuse_cut_off(path)
    return _link(path, folder / "layers.gpkg")


def _lay_out_flatgeobuf(path: Path, folder: Path) -> Path:
    """Compare the header's own length, which follows the signature, with what is there."""
    with path.open("rb") as file:
        head = file.read(12)
    if len(head) < 12 or path.stat().st_size < 12 + int.from_bytes(head[8:], "little"):
        raise InvalidInput(f"{path.name} is cut off: shorter than its own header says; hand it over again.")
    return _link(path, folder / "layer.fgb")


def _link(path: Path, link: Path) -> Path:
    link.symlink_to(path.resolve())
    return link


_LAY_OUT: Mapping[str, Callable[[Path, Path], Path]] = {
    "GPKG": _lay_out_geopackage,
    "GeoJSON": geojson.lay_out,
    "ESRI Shapefile": shapefile.lay_out,
    "DBF": shapefile.lay_out_table,
    "FlatGeobuf": _lay_out_flatgeobuf,
    "GPX": gpx.lay_out,
}


def _refuse_cut_off(path: Path) -> None:
    """Compare the pages that an SQLite header counts with the size of the file."""
    with path.open("rb") as file:
        head = file.read(100)
    page_bytes = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big") if head[24:28] == head[92:96] else 0
    if len(head) < 100 or path.stat().st_size < pages * (65_536 if page_bytes == 1 else page_bytes):
        raise InvalidInput(f"{path.name} is cut off: shorter than its own header says; hand it over again.")


def _geopackage(path: Path, dataset: Path) -> Sequence[Part | None]:
    with _refusing(path, Notes()):
        layers = [str(name) for name, _ in pyogrio.list_layers(dataset) if name != _STYLES_TABLE]
    return [_part(dataset, _Source(path, layer), layer) for layer in layers]


def _geojson(path: Path, dataset: Path) -> Part | None:
    crs, is_declared = geojson.declared_crs(path)
    source = _Source(path, "")
    if not is_declared:
        source.notes.add(geojson.NO_CRS_NOTE)
    with _opened(dataset, source) as (meta, batches):
        numbers = [number for batch in islice(batches, 1) for number in batch.column(0).to_pylist()]
    # GDAL counts features from 0 where the file doesn't number them.
    if numbers != list(range(len(numbers))) and "id" not in meta["fields"]:
        source = replace(source, id_heading="id")
    part = _part(dataset, source, "")
    return part and replace(part, crs=crs)


def _flatgeobuf(path: Path, dataset: Path) -> Part | None:
    with _refusing(path, Notes()):
        declared = int(pyogrio.read_info(dataset)["features"])
    part = _part(dataset, _Source(path, ""), "")
    if part is None and declared:
        raise InvalidInput(f"{path.name} is cut off: none of its {declared:,} features is there; hand it over again.")
    return part


def _shapefile(path: Path, dataset: Path) -> Part | None:
    codec, is_named = shapefile.find_codec(path, dataset)
    source = _Source(path, "", codec=codec)
    if not is_named and codec != "utf-8":
        source.notes.add(f"The encoding {codec.upper()} was detected.")
    return _part(dataset, source, "")


def _gpx(path: Path, dataset: Path) -> Part | None:
    source = _Source(path, gpx.LAYER)
    source.notes.extend(gpx.notes(path))
    return _part(dataset, source, "")


def _part(dataset: Path, source: _Source, name: str) -> Part | None:
    """Return the part of a layer; None where it has no rows."""
    with _opened(dataset, source) as (meta, batches):
        if not any(batch.num_rows for batch in batches):
            return None
    if _driver(source.path) == "GPKG":
        source = replace(source, id_heading=meta["fid_column"])
    names = [_decode(field_name, source.codec) for field_name in meta["fields"]]
    headings = unique_headings([source.id_heading, *names] if source.id_heading else names)
    limit_columns(source.path.name, headings)
    return Part(name, headings, meta["crs"], lambda: _batches(source, headings), heading_as_cell, source.notes)


@contextmanager
def _opened(dataset: Path, source: _Source) -> Iterator[tuple[Mapping[str, Any], Iterator[pa.RecordBatch]]]:
    """Open a layer as what GDAL says about it and its batches: features' own numbers, then fields, then geometry."""
    # The driver by name: JSON can also be a script for GDAL that opens other files.
    target = f"GeoJSON:{dataset}" if _driver(source.path) == "GeoJSON" else str(dataset)
    with ExitStack() as stack:
        with _refusing(source.path, source.notes):
            opened = pyogrio.raw.open_arrow(
                target,
                layer=source.layer or None,
                return_fids=True,
                batch_size=BATCH_ROWS,
                use_pyarrow=True,
                datetime_as_string=True,
                **source.options,
            )
            meta, reader = stack.enter_context(opened)
        yield meta, _read_each(reader, source)


def _read_each(reader: pa.RecordBatchReader, source: _Source) -> Iterator[pa.RecordBatch]:
    while True:
        with _refusing(source.path, source.notes):
            try:
                batch = reader.read_next_batch()
            except StopIteration:
                return
        yield batch


@contextmanager
def _refusing(path: Path, notes: Notes) -> Iterator[None]:
    """Turn GDAL's errors into a sentence and its warnings into notes. Only GDAL's own calls belong inside."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            yield
        except _GDAL_ERRORS as error:
            reason = str(error).replace("\n", " ").split("; ")[-1]
            raise InvalidInput(
                f"{path.name} can't be read as {_driver(path)}, it is damaged or cut off ({reason}): "
                "hand it over again."
            ) from error
    for warning in heard:
        notes.add(f"GDAL says: {warning.message}")


def _batches(source: _Source, headings: tuple[str, ...]) -> Iterator[Batch]:
    first_field = 0 if source.id_heading else 1
    field_count = len(headings) + first_field
    unreadable: list[int] = []
    first = 1
    with _laid_out(source.path) as dataset, _opened(dataset, source) as (meta, batches):
        for block in batches:
            numbers = np.arange(first, first + block.num_rows, dtype=np.int64)
            first += block.num_rows
            columns = [_text(column, source.codec) for column in block.columns[first_field:field_count]]
            geometry = None
            if meta["geometry_type"] is not None:
                geometry, failed = _geometries(source.path, block.column(field_count))
                unreadable.extend(numbers[failed].tolist())
            yield Batch(text_frame(headings, columns, numbers), geometry)
    if unreadable:
        source.notes.add(
            f"The geometry of {row_list(unreadable)} can't be built (a ring of fewer than four points or not closed, "
            "or a kind for solids): these rows have none."
        )


def _geometries(path: Path, column: pa.Array[Any]) -> tuple[Geometries, npt.NDArray[np.bool_]]:
    """Return a block's geometries, None where there is none, and a mask of those that couldn't be built."""
    wkb = np.array(column.to_pylist(), dtype=object)
    try:
        with np.errstate(invalid="ignore"):  # NaN coordinates: a later step puts these rows aside
            geometries: Geometries = shapely.from_wkb(wkb, on_invalid="ignore")
    except NotImplementedError as error:
        raise InvalidInput(
            f"{path.name} holds curves (arcs): turn them into lines first (ogr2ogr -nlt CONVERT_TO_LINEAR, or in QGIS "
            "'Segmentize')."
        ) from error
    return geometries, (geometries == None) & (wkb != None)  # noqa: E711 - element by element


def _text(column: pa.Array[Any], codec: str) -> pa.Array[Any]:
    text = column_text(column)
    if not codec or not pa.types.is_string(column.type):
        return text
    coded = text.dictionary_encode()
    decoded = [_decode(str(value), codec) or None for value in coded.dictionary.to_pylist()]
    return pa.array(decoded, pa.string()).take(coded.indices)


def _decode(text: str, codec: str) -> str:
    """Return bytes that GDAL passed on as Latin-1 in their true encoding; a character cut at the end is dropped."""
    if not codec or text.isascii():
        return text
    return text.encode("latin-1").decode(codec, "replace").rstrip("\ufffd")
