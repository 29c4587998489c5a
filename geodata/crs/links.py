"""How each coordinate system hangs on WGS 84: by which operation, how exact, and where on earth it is valid."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.enums import TransformDirection
from pyproj.transformer import AreaOfInterest, TransformerGroup
from shapely.geometry.base import BaseGeometry

from geodata.crs import china_offset
from geodata.crs.china_offset import Floats, Points
from geodata.crs.systems import (
    BD09,
    CGCS2000_SRID,
    GCJ02,
    STORAGE_SRID,
    WGS84,
    get_crs,
    is_china_2000,
    parse_system,
    system_name,
)
from geodata.errors import InvalidInput

Bounds = tuple[float, float, float, float]
Change = Callable[[Floats, Floats], Points]

# warnings.catch_warnings changes the whole process: one thread at a time.
_quiet = threading.Lock()


@dataclass(frozen=True)
class Box:
    """A rectangle of degrees, edges included; west > east where it lies across the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
        """Return which points lie in it; False for NaN and inf."""
        after, before = lon >= self.west, lon <= self.east
        between = after & before if self.west <= self.east else (after | before) & (np.abs(lon) <= 180)
        return between & (lat >= self.south) & (lat <= self.north)

    def __str__(self) -> str:
        return f"lon {self.west:g} to {self.east:g}, lat {self.south:g} to {self.north:g}"


@dataclass(frozen=True)
class Operation:
    """How coordinates of one system become those of another: what a receipt states.

    Attributes:
        source: the system's name for people.
        target: the same.
        accuracy_m: as the operation's publisher states it; None where nobody states one.
        description: the steps, in words.
        area_of_interest: (west, south, east, north) degrees for which it was chosen; None for no place in particular.
    """

    source: str
    target: str
    accuracy_m: float | None
    description: str
    area_of_interest: Bounds | None


@dataclass(frozen=True)
class Link:
    """One system's way to WGS 84 and back.

    Attributes:
        to_wgs84: (n,) x, y to (n,) lon, lat; inf where there is no answer.
        from_wgs84: the way back.
        there: `to_wgs84` in words; "" where nothing is changed.
        back: `from_wgs84` in words.
        accuracy_m: metres; None for unknown.
        box: where the system is valid.
        is_shifted: GCJ-02 or BD-09: `box` is in its own degrees, where other systems' are in those of WGS 84.
    """

    to_wgs84: Change
    from_wgs84: Change
    there: str
    back: str
    accuracy_m: float | None
    box: Box
    is_shifted: bool = False


_WORLD = Box(-180, -90, 180, 90)
_SHIFTED_BOX = Box(72.004, 0.8293, 137.8347, 55.8271)
_SHIFTED_WORDS = "the published formula (the official one isn't public)"


def operation(source: str | int, target: str | int, boundary: BaseGeometry | None = None) -> Operation:
    """Say how coordinates of `source` become those of `target`, both by way of WGS 84.

    Args:
        source: any text that `parse_system` reads.
        target: the same.
        boundary: WGS 84; the operation is the one that fits best there.

    Raises:
        InvalidInput: a system that isn't usable, or no operation better than a ballpark is valid for the boundary.
    """
    bounds = None if boundary is None else bounds_of(boundary)
    start, end = parse_system(source), parse_system(target)
    if start == end:
        steps: list[tuple[str, float | None]] = []
    else:
        there, back = get_link(start, bounds), get_link(end, bounds)
        steps = [(there.there, there.accuracy_m), (back.back, back.accuracy_m)]
    words = [text for text, _ in steps if text]
    accuracies = [accuracy for _, accuracy in steps]
    return Operation(
        source=system_name(start),
        target=system_name(end),
        accuracy_m=None if None in accuracies else sum((a for a in accuracies if a is not None), 0.0),
        description="; then ".join(words) or "nothing to change",
        area_of_interest=bounds,
    )


def bounds_of(boundary: BaseGeometry) -> Bounds:
    """Return a boundary's bounds, by which operations are chosen.

    Raises:
        InvalidInput: an empty boundary, or one that isn't in degrees.
    """
    west, south, east, north = (float(edge) for edge in shapely.bounds(boundary))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidInput(
            f"the boundary spans x {west:g} to {east:g}, y {south:g} to {north:g}; wanted is a shape in WGS 84 degrees"
        )
    return west, south, east, north


@cache
def get_link(system: str, bounds: Bounds | None = None) -> Link:
    """Return how a parsed system hangs on WGS 84, by the operation that fits best within `bounds`.

    A pyproj Transformer makes itself anew in each thread (pyproj >= 3.1), so a Link may be shared by threads.

    Raises:
        InvalidInput: no operation better than a ballpark is valid for the bounds.
    """
    if system == GCJ02:
        return _shifted("GCJ-02", china_offset.wgs84_from_gcj02, china_offset.gcj02_from_wgs84)
    if system == BD09:
        return _shifted("BD-09", china_offset.wgs84_from_bd09, china_offset.bd09_from_wgs84)
    if system == WGS84:
        return Link(_unchanged, _unchanged, "", "", 0.0, _WORLD)
    crs = get_crs(system)
    return _china_2000(crs) if is_china_2000(crs) else _registered(crs, system, bounds)


def _shifted(name: str, to_wgs84: Change, from_wgs84: Change) -> Link:
    there = f"{name} to WGS 84 by {_SHIFTED_WORDS}, inverted by iteration"
    back = f"WGS 84 to {name} by {_SHIFTED_WORDS}"
    return Link(to_wgs84, from_wgs84, there, back, None, _SHIFTED_BOX, is_shifted=True)


def _china_2000(crs: CRS) -> Link:
    """Unproject to CGCS2000 degrees and take them as WGS 84: PROJ has only a ballpark for that last step."""
    same = "CGCS2000 taken as WGS 84 (less than 1 m apart)"
    box = _area(crs) or _area(CRS.from_epsg(CGCS2000_SRID)) or _WORLD
    if crs.is_geographic:
        return Link(_unchanged, _unchanged, same, "WGS 84 taken as CGCS2000 (less than 1 m apart)", 1.0, box)
    transformer = _candidates(crs, _base(crs), None)[0]
    to_wgs84, from_wgs84 = _both_ways(transformer)
    back = f"WGS 84 taken as CGCS2000 (less than 1 m apart) and projected to {crs.name}"
    return Link(to_wgs84, from_wgs84, f"unprojected from {crs.name}, and {same}", back, 1.0, box)


def _registered(crs: CRS, system: str, bounds: Bounds | None) -> Link:
    """Take the best operation that PROJ knows for the bounds."""
    fitting = _candidates(crs, CRS.from_epsg(STORAGE_SRID), bounds)
    if not fitting:
        place = " that is valid for the boundary ({:g}, {:g}, {:g}, {:g})".format(*bounds) if bounds else ""
        raise InvalidInput(
            f"{system_name(system)} can't be brought to WGS 84: there is no operation better than a ballpark{place}. "
            "Check that the system is the right one, or ask for the file in WGS 84 or CGCS2000"
        )
    chosen = fitting[0]
    to_wgs84, from_wgs84 = _both_ways(chosen)
    words = chosen.description + (", by the parameters that came with the system" if crs.is_bound else "")
    there, back = f"{crs.name} to WGS 84 ({words})", f"WGS 84 to {crs.name} ({words}; backwards)"
    accuracy = chosen.accuracy if chosen.accuracy >= 0 else None
    return Link(to_wgs84, from_wgs84, there, back, accuracy, _area(crs) or _WORLD)


def _candidates(crs: CRS, target: CRS, bounds: Bounds | None) -> list[Transformer]:
    """Return the operations without a ballpark step and without a missing grid, best first."""
    interest = None if bounds is None else AreaOfInterest(*bounds)
    with _quiet, warnings.catch_warnings():
        # A better operation whose grid isn't installed is no news here: the receipt states the accuracy in use.
        warnings.simplefilter("ignore", UserWarning)
        group = TransformerGroup(crs, target, always_xy=True, allow_ballpark=False, area_of_interest=interest)
    if bounds is None:
        return list(group.transformers)
    west, south, east, north = bounds
    edges = np.array([west, (west + east) / 2, east]), np.array([south, (south + north) / 2, north])
    covers = [(_box(t.area_of_use.bounds) if t.area_of_use else _WORLD).holds(*edges) for t in group.transformers]
    whole = [t for t, held in zip(group.transformers, covers, strict=True) if held.all()]
    # Areas of use are drawn around coasts and borders: a boundary may lie partly outside, but its middle may not.
    return whole or [t for t, held in zip(group.transformers, covers, strict=True) if held[1]]


def _both_ways(transformer: Transformer) -> tuple[Change, Change]:
    # A TransformerGroup's own transformers can't be shared by threads; one made from the pipeline's text can.
    shared = Transformer.from_pipeline(transformer.definition)

    def to_wgs84(x: Floats, y: Floats) -> Points:
        lon, lat = shared.transform(x, y)
        return lon, lat

    def from_wgs84(lon: Floats, lat: Floats) -> Points:
        x, y = shared.transform(lon, lat, direction=TransformDirection.INVERSE)
        return x, y

    return to_wgs84, from_wgs84


def _unchanged(x: Floats, y: Floats) -> Points:
    return x.copy(), y.copy()


def _base(crs: CRS) -> CRS:
    base = crs.geodetic_crs
    if base is None:
        raise InvalidInput(f"{crs.name} has no geographic system under it; wanted is a map's coordinate system")
    return base.to_2d()


def _area(crs: CRS) -> Box | None:
    """Return a CRS's area of use, or that of the system under it; None where the registry has none."""
    if crs.area_of_use is not None:
        return _box(crs.area_of_use.bounds)
    under = crs.source_crs if crs.is_bound else crs.geodetic_crs
    return _box(under.area_of_use.bounds) if under is not None and under.area_of_use is not None else None


def _box(bounds: Bounds) -> Box:
    return Box(*bounds)
