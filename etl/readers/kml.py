"""Reads the placemarks of KML and KMZ as rows, a stretch of the file at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import shapely

from etl.batch import Batch, Geometries
from etl.readers.archive import open_entry, open_zip
from etl.readers.cells import limit_columns, rows_frame
from etl.readers.kml_places import LEFT_OUT, OWN_HEADINGS, Place, PlaceListener
from etl.readers.markup import MarkupError, parse
from etl.readers.part import BATCH_ROWS, Notes, Part, heading_as_cell, row_list
from geodata.errors import InvalidInput

CRS = "EPSG:4326"
_POINTS_AT_ONCE = 4_000_000


def read_kml(path: Path) -> list[Part]:
    """Return the one part of a KML file: a row for each placemark.

    Columns: "id", "folder" (the names of the folders around it, "A / B"), "name", "description", then those of the
    file's extended data. Altitudes, styles, pictures and links to other files aren't read; tracks neither, which
    are about persons.

    Raises:
        InvalidInput: damaged, cut off, with a DOCTYPE, a KMZ that is a zip bomb or has no KML in it, no
            placemarks.
    """
    notes = Notes()
    count = 0
    filled: dict[str, None] = {}
    for place in _places(path, notes):
        count += 1
        filled.update((heading, None) for heading, value in place.values.items() if value)
        limit_columns(path.name, filled)
    if not count:
        raise InvalidInput(f"{path.name} has no rows: no placemark is in it; hand over the filled file.")
    headings = dict.fromkeys((*(own for own in OWN_HEADINGS if own in filled or own == "name"), *filled))
    columns = tuple(headings)
    return [Part("", columns, CRS, lambda: _batches(path, columns, notes), heading_as_cell, notes)]


def _batches(path: Path, headings: tuple[str, ...], notes: Notes) -> Iterator[Batch]:
    rows: list[Place] = []
    points, first = 0, 1
    for place in _places(path, notes):
        rows.append(place)
        points += int(shapely.get_num_coordinates(place.geometry))
        if len(rows) >= BATCH_ROWS or points >= _POINTS_AT_ONCE:
            yield _batch(headings, rows, first)
            first += len(rows)
            rows, points = [], 0
    if rows:
        yield _batch(headings, rows, first)


def _batch(headings: tuple[str, ...], places: list[Place], first: int) -> Batch:
    cells = [[place.values.get(heading) or None for heading in headings] for place in places]
    geometry: Geometries = np.array([place.geometry for place in places], dtype=object)
    return Batch(rows_frame(headings, list(enumerate(cells, start=first))), geometry)


def _places(path: Path, notes: Notes) -> Iterator[Place]:
    listener = PlaceListener()
    unreadable: list[int] = []
    count = 0
    for source in _sources(path):
        try:
            for _ in parse(source, listener):
                for place in listener.take():
                    count += 1
                    if place.is_broken:
                        unreadable.append(count)
                    yield place
        except MarkupError as error:
            raise InvalidInput(
                f"{path.name} can't be read as KML, it is damaged or cut off ({error}): hand it over again."
            ) from error
    for element in listener.left_out:
        if element != "NetworkLink" or path.suffix.lower() == ".kml":  # a KMZ's own links lead to what was read
            notes.add(LEFT_OUT[element])
    if unreadable:
        notes.add(f"The geometry of {row_list(unreadable)} can't be built: these rows have none.")


def _sources(path: Path) -> Iterator[IO[bytes]]:
    """Open the KML; of a KMZ all that are in it, its doc.kml first: it may be no more than links to the others."""
    if path.suffix.lower() == ".kml":
        with path.open("rb") as file:
            yield file
        return
    with open_zip(path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(".kml")]
        if not names:
            raise InvalidInput(f"{path.name} has no KML in it: save it as KMZ again.")
        for name in sorted(names, key=lambda name: name.lower() != "doc.kml"):
            with open_entry(path, archive, name) as entry:
                yield entry
