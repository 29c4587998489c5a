"""GeoPackage, FlatGeobuf and Shapefile, written by GDAL from a stream."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio

from geodata.crs.axes import file_system
from geodata.errors import InvalidInput
from geodata.queries.download import longest_texts, shape_bytes, unplaced
from geodata.queries.reading import Reading
from webmap.files.arrow import SHAPE, TYPES, stream
from webmap.files.shapefile import LONGEST, readme, short_names
from webmap.files.wish import Wish

_SHAPES = {"point": "Point", "line": "MultiLineString", "area": "MultiPolygon"}
MOST_BYTES = 2**31 - 1
"""A part of a Shapefile has no more: many programs count its bytes with a sign."""
_NUMBER = 24
"""The widest number in its table; dates and flags are narrower."""
MOST_INDEXED = 500_000
"""FlatGeobuf's index is built in memory, 83 bytes a record; larger files go without."""


def geopackage(view: Reading, wish: Wish, folder: Path) -> Path:
    """Write a layer as GeoPackage: labels are its columns' titles, what has to be said its description and metadata."""
    path = folder / f"{wish.layer.id}.gpkg"
    options = _titled(wish, "IDENTIFIER")
    _write(stream(view, wish), path, wish, "GPKG", layer_options=options, layer_metadata=wish.said())
    return path


def flatgeobuf(view: Reading, wish: Wish, folder: Path) -> Path:
    """Write a layer as FlatGeobuf with a spatial index where that can be: not for records without a place."""
    path = folder / f"{wish.layer.id}.fgb"
    is_indexed = wish.count <= MOST_INDEXED and not unplaced(view, wish.layer, wish.conditions)
    options = {**_titled(wish, "TITLE"), "SPATIAL_INDEX": "YES" if is_indexed else "NO", "TEMPORARY_DIR": str(folder)}
    _write(stream(view, wish), path, wish, "FlatGeobuf", layer_options=options)
    return path


def shapefile(view: Reading, wish: Wish, folder: Path) -> Path:
    """Write a layer as a zipped Shapefile, with the full names of its columns in README.txt."""
    longest = longest_texts(view, wish.layer, wish.conditions)
    names = short_names(["id", *(field.name for field in wish.fields)])
    texts = {field.name for field in wish.fields if TYPES.get(field.holds) in (None, TYPES["moment"])}
    # A moment is written in another form than the database's: it has its own length.
    widths = {name: 40 if name in _moments(wish) else min(longest[name], LONGEST) for name in texts}
    _refuse_too_large(view, wish, widths)
    path = folder / f"{wish.layer.id}.shp"
    _write(stream(view, wish, names=names, widths=widths), path, wish, "ESRI Shapefile", encoding="UTF-8")
    shortened = {name for name in texts if longest[name] > LONGEST}
    (folder / "README.txt").write_bytes(readme(wish, names, shortened).encode("utf-8-sig"))
    target = folder / f"{wish.layer.id}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
        for part in sorted(folder.glob("*")):
            if part != target:
                archive.write(part, part.name)
    return target


def _refuse_too_large(view: Reading, wish: Wish, widths: Mapping[str, int]) -> None:
    """Stop before a Shapefile is written that no program could read.

    Raises:
        InvalidInput: its table or its shapes would have more bytes than their counters can count.
    """
    row = 1 + _NUMBER + sum(max(widths.get(field.name, _NUMBER), 1) for field in wish.fields)
    largest = max(wish.count * row, shape_bytes(view, wish.layer, wish.conditions))
    if largest > MOST_BYTES:
        gigabytes = f"{largest / 1e9:.1f}"
        raise InvalidInput(
            f"as a Shapefile this would have a part of {gigabytes} GB, and 2 GB is the most: take GeoPackage, or less "
            "at a time, such as one area",
            zh=f"导出为 Shapefile 时单个文件约 {gigabytes} GB，超过 2 GB 上限：请改用 GeoPackage，或缩小范围分次下载。",
        )


def _moments(wish: Wish) -> set[str]:
    return {field.name for field in wish.fields if field.holds == "moment"}


def _titled(wish: Wish, title: str) -> dict[str, str]:
    return {title: wish.title, "DESCRIPTION": wish.description()}


def _write(records: pa.RecordBatchReader, path: Path, wish: Wish, driver: str, **options: Any) -> None:
    if wish.layer.geometry:
        shape = {"geometry_type": _SHAPES[wish.layer.geometry], "crs": file_system(wish.system)}
        options = {"geometry_name": SHAPE, **shape, **options}
    pyogrio.write_arrow(records, path, layer=wish.layer.id, driver=driver, **options)
