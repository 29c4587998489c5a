"""Reads OpenStreetMap files (PBF, XML, packed XML) in one pass, for all themes that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import osmium
import shapely
from osmium.filter import KeyFilter
from osmium.osm.types import Area, Node, OSMEntity, Relation, Way

from etl.readers.kinds import ending_of
from etl.readers.osm_order import check_packed, has_ways_first
from etl.readers.osm_rows import WRITERS, RowWriter
from etl.readers.osm_selection import OsmSelection
from etl.readers.part import Part, heading_as_cell
from etl.readers.spool import SpoolFolder
from geodata.errors import InvalidInput

CRS = "EPSG:4326"


def read_osm(path: Path, selections: Sequence[OsmSelection]) -> list[Part]:
    """Return a part for each selection, also for one that nothing fits.

    Columns: "@id" ("way/123"), for ways "@nodes", for restrictions "restriction", "@from", "@via", "@to", then the
    selection's keys. Row numbers count the elements of a part.

    Raises:
        InvalidInput: no selections, damaged, cut off, or nothing in the file fits any of them.
    """
    if not selections:
        raise InvalidInput(f"{path.name} is an OpenStreetMap file: say what to take from it (a recipe with [osm]).")
    check_packed(path)
    folder = SpoolFolder()
    writers = [
        WRITERS[selection.elements](selection, folder, f"{number}.arrow") for number, selection in enumerate(selections)
    ]
    for element in _elements(path, writers):
        for writer in writers:
            _hand_over(element, writer)
    frame = _frame(path)
    for writer in writers:
        writer.rest(frame)
        writer.spool.finish()
    if not any(writer.spool.count for writer in writers):
        wanted = ", ".join(selection.id for selection in selections)
        raise InvalidInput(f"{path.name} has no rows: nothing in it fits what is asked for ({wanted}).")
    return [_part(writer) for writer in writers]


def _part(writer: RowWriter) -> Part:
    spool = writer.spool
    return Part(writer.selection.id, spool.headings, CRS, spool.batches, heading_as_cell, writer.notes())


def _hand_over(element: OSMEntity, writer: RowWriter) -> None:
    if isinstance(element, Node):
        writer.node(element)
    elif isinstance(element, Way):
        writer.way(element)
    elif isinstance(element, Area):
        writer.area(element)
    elif isinstance(element, Relation):
        writer.relation(element)


def _elements(path: Path, writers: Sequence[RowWriter]) -> Iterator[OSMEntity]:
    """Yield all elements with a key that some selection asks for; turn osmium's complaints into a sentence."""
    kinds = {writer.selection.elements for writer in writers}
    areas = {
        key
        for writer in writers
        if writer.selection.elements in ("areas", "points", "places")
        for key in writer.selection.tags
    }
    keys = {key for writer in writers for key in writer.selection.tags or ("type",)}
    try:
        processor = osmium.FileProcessor(str(path))
        if kinds != {"restrictions"}:
            processor.with_locations(_locations(path))  # type: ignore[arg-type]  # takes a table as well
        if areas:
            processor.with_areas(KeyFilter(*areas))
        yield from processor.with_filter(KeyFilter(*keys))
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        raise InvalidInput(f"{path.name} is damaged or cut off ({error}): hand it over again.") from error


def _frame(path: Path) -> shapely.Polygon | None:
    """Return the box that a file says it was cut out with, WGS 84; None where it doesn't say."""
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        box = reader.header().box()
    if not box.valid():
        return None
    return shapely.box(box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)


def _locations(path: Path) -> osmium.index.LocationTable:
    """Return the table of node places; filled already where ways come before their nodes, as some web tools write."""
    table = osmium.index.create_map("flex_mem")
    if ending_of(path) != ".pbf" and has_ways_first(path):
        handler = osmium.NodeLocationsForWays(table)
        handler.ignore_errors()
        with osmium.io.Reader(str(path), osmium.osm.NODE) as reader:
            osmium.apply(reader, handler)
    return table
