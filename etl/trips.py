"""Reads observed trips: where each began and ended, and the minutes it took. Nothing of them is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.readers import read
from etl.steps.coordinates import read_numbers, read_pairs, read_wkt
from geodata.analyses.speeds import LeftOut, Trip
from geodata.errors import InvalidInput
from geodata.folding import fold

Floats = npt.NDArray[np.float64]
_ENDS = {
    "from": ("from", "origin", "start", "起点", "出发地"),
    "to": ("to", "destination", "end", "终点", "目的地"),
}
_LON = ("lon", "lng", "longitude", "x", "经度")
_LAT = ("lat", "latitude", "y", "纬度")
_MINUTES = ("minutes", "min", "duration_min", "分钟", "用时分钟", "用时")
_WANTED = (
    "wanted are minutes, and from and to as 'lon lat' or POINT(lon lat), or from_lon, from_lat, to_lon, to_lat; "
    "degrees of WGS 84"
)


def read_trips(path: Path) -> tuple[list[Trip], list[LeftOut]]:
    """Return the trips of a table, and the rows that are none, each with its sentence.

    Columns are `minutes`, and `from` and `to` ("112.01 27.73", or POINT(112.01 27.73)), or `from_lon`, `from_lat`,
    `to_lon`, `to_lat`; WGS 84 degrees. The sentences don't repeat where somebody was.

    Raises:
        InvalidInput: the file can't be read, or lacks one of these columns.
    """
    trips: list[Trip] = []
    left_out: list[LeftOut] = []
    for part in read(path):
        columns = {_plain(heading): heading for heading in part.headings}
        minutes = _find(columns, _MINUTES)
        if minutes is None:
            raise InvalidInput(f"{path.name} has no column of minutes, but {', '.join(part.headings)}; {_WANTED}")
        for batch in part.batches():
            spots = [_spots(batch.rows, columns, end, path.name) for end in _ENDS]
            took = read_numbers(batch.rows[minutes])
            rows = batch.rows.index.to_numpy(dtype=np.int64)
            for number, row in enumerate(rows.tolist()):
                lon, lat, to_lon, to_lat = (float(each[number]) for pair in spots for each in pair)
                trip = Trip(row, lon, lat, to_lon, to_lat, float(took[number]))
                wrong = _wrong(trip)
                if wrong:
                    left_out.append(LeftOut(row, *wrong))
                else:
                    trips.append(trip)
    return trips, left_out


def _wrong(trip: Trip) -> tuple[str, str] | None:
    """Return the reason and the sentence why a row is no trip; None where it is one."""
    minutes = trip.minutes
    for end, lon, lat in (("from", trip.from_lon, trip.from_lat), ("to", trip.to_lon, trip.to_lat)):
        if not np.isfinite([lon, lat]).all():
            return "bad_point", f"'{end}' is no point; wanted are two numbers, longitude and latitude."
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            swapped = " They seem to be swapped." if abs(lat) <= 180 and abs(lon) <= 90 else ""
            return "bad_point", f"'{end}' isn't on earth; wanted is longitude, then latitude, in degrees.{swapped}"
    if not (np.isfinite(minutes) and 0 < minutes <= 24 * 60):
        seen = "nothing that is a number" if np.isnan(minutes) else f"{minutes:g}"
        return "bad_minutes", f"minutes are {seen}; wanted is more than 0 and at most a day."
    return None


def _spots(rows: pd.DataFrame, columns: Mapping[str, str], end: str, name: str) -> tuple[Floats, Floats]:
    """Return (n,) longitudes and latitudes of one end of the trips; NaN where there are none."""
    for word in _ENDS[end]:
        lon = _find(columns, tuple(word + each for each in _LON))
        lat = _find(columns, tuple(word + each for each in _LAT))
        if lon and lat:
            return read_numbers(rows[lon]), read_numbers(rows[lat])
    whole = _find(columns, _ENDS[end])
    if whole is None:
        raise InvalidInput(f"{name} doesn't say {end} where, but has {', '.join(columns.values())}; {_WANTED}")
    lons, lats = (found.copy() for found in read_pairs(rows[whole]))
    points, _ = read_wkt(rows[whole])
    for at, point in enumerate(points):
        if point is not None and point.geom_type == "Point" and not point.is_empty:
            lons[at], lats[at] = point.x, point.y
    return lons, lats


def _find(columns: Mapping[str, str], words: Sequence[str]) -> str | None:
    return next((columns[_plain(word)] for word in words if _plain(word) in columns), None)


def _plain(heading: str) -> str:
    return "".join(sign for sign in fold(heading).lower() if sign.isalnum())
