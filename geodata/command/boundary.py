"""Reads the outline of a place as a command line names it: a box in degrees, a map file, an OSM extract's box."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import osmium
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs import STORAGE_SRID, convert_geometries
from geodata.errors import InvalidInput

_OSM = (".osm", ".osm.pbf", ".pbf", ".osm.gz", ".osm.bz2")


def read_boundary(text: str, crs: str | None = None) -> BaseGeometry:
    """Return the outline that a command line names, in WGS 84.

    Args:
        text: a vector file (all its areas together), an OpenStreetMap extract (its box), or "west,south,east,north" in
            degrees.
        crs: the file's coordinate system; None for what the file says.

    Raises:
        InvalidInput: no such file, no areas in it, or its coordinate system isn't known.
    """
    parts = text.split(",")
    if len(parts) == 4:
        return _box(parts, text)
    path = Path(text)
    if not path.exists():
        raise InvalidInput(f"{text!r} is neither a file nor W,S,E,N in degrees")
    return _box_of_extract(path) if path.name.lower().endswith(_OSM) else _outline(path, crs)


def _outline(path: Path, crs: str | None) -> BaseGeometry:
    try:
        meta, _, wkb, _ = pyogrio.raw.read(path, columns=[])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise InvalidInput(f"{path.name} can't be read as a map file: {error}") from None
    shapes = shapely.force_2d(shapely.from_wkb(wkb)) if wkb is not None else ()
    areas = np.asarray([shape for shape in shapes if shape is not None and shape.geom_type.endswith("Polygon")], object)
    if len(areas) == 0:
        raise InvalidInput(f"{path.name} holds no area; wanted is the outline of the place")
    system = crs or meta["crs"]
    if system is None:
        raise InvalidInput(f"{path.name} doesn't say its coordinate system: give --boundary-crs, such as EPSG:3435")
    return shapely.union_all(shapely.make_valid(convert_geometries(areas, source=system, target=STORAGE_SRID)))


def _box_of_extract(path: Path) -> BaseGeometry:
    """Return the box that an extract states; where it states none, the box of its nodes."""
    try:
        with osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING) as reader:
            box = reader.header().box()
        if not box.valid():
            for node in osmium.FileProcessor(str(path), osmium.osm.osm_entity_bits.NODE):
                if isinstance(node, osmium.osm.Node) and node.location.valid():
                    box.extend(node.location)
    except RuntimeError as error:
        raise InvalidInput(f"{path.name} can't be read as OpenStreetMap data: {error}") from None
    if not box.valid():
        raise InvalidInput(f"{path.name} holds no place; wanted is an extract of the city")
    west_south, east_north = box.bottom_left, box.top_right
    return shapely.box(west_south.lon, west_south.lat, east_north.lon, east_north.lat)


def _box(parts: list[str], text: str) -> BaseGeometry:
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        raise InvalidInput(f"--boundary {text!r} is no W,S,E,N in degrees, such as 7.40,43.72,7.44,43.76") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InvalidInput(f"--boundary {text!r}: wanted are west < east in -180..180 and south < north in -90..90")
    return shapely.box(west, south, east, north)
