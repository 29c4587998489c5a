"""The formats in which a layer may be taken away: the one for people first, those for programs last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import NotFound
from geodata.layers.layer import Layer
from geodata.queries.reading import Reading
from webmap.files.texts import csv_lines, geojson_parts
from webmap.files.vectors import flatgeobuf, geopackage, shapefile
from webmap.files.wish import Wish
from webmap.files.workbook import workbook


@dataclass(frozen=True, kw_only=True)
class Format:
    """A kind of file.

    Attributes:
        ending: of its name.
        title: what people call it.
        mimetype: as answers state it.
        lines: yields its text as the records are read; None for a file that is written first.
        write: writes it into a folder and returns it.
        needs_places: only for layers with places.
        keeps_system: says in which coordinate system it is.
        is_common: for everybody; others stand under "For developers".
    """

    ending: str
    title: str
    mimetype: str
    lines: Callable[[Reading, Wish], Iterator[str]] | None = None
    write: Callable[[Reading, Wish, Path], Path] | None = None
    needs_places: bool = False
    keeps_system: bool = False
    is_common: bool = False


FORMATS = (
    Format(
        ending="xlsx",
        title="Excel",
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write=workbook,
        is_common=True,
    ),
    Format(ending="csv", title="CSV", mimetype="text/csv", lines=csv_lines),
    Format(
        ending="gpkg",
        title="GeoPackage",
        mimetype="application/geopackage+sqlite3",
        write=geopackage,
        keeps_system=True,
    ),
    Format(
        ending="zip",
        title="Shapefile",
        mimetype="application/zip",
        write=shapefile,
        needs_places=True,
        keeps_system=True,
    ),
    Format(ending="geojson", title="GeoJSON", mimetype="application/geo+json", lines=geojson_parts),
    Format(
        ending="fgb",
        title="FlatGeobuf",
        mimetype="application/flatgeobuf",
        write=flatgeobuf,
        needs_places=True,
        keeps_system=True,
    ),
)


def formats_of(layer: Layer) -> tuple[Format, ...]:
    """Return the formats that a layer has."""
    return tuple(each for each in FORMATS if layer.geometry or not each.needs_places)


def get_format(layer: Layer, ending: str) -> Format:
    """Return a format of a layer by its ending.

    Raises:
        NotFound: the layer has none.
    """
    for each in formats_of(layer):
        if each.ending == ending:
            return each
    raise NotFound(f"{layer.id} can't be had as {ending!r}")
