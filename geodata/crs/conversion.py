"""Convert coordinates and geometries from one system to another, refusing what lies outside either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from geodata.crs.china_offset import Floats, Points
from geodata.crs.links import Link, bounds_of, get_link
from geodata.crs.systems import parse_system, system_name
from geodata.errors import InvalidInput

Mask = NDArray[np.bool_]
Geometries = NDArray[np.object_] | Sequence[BaseGeometry | None]


def convert(
    x: ArrayLike, y: ArrayLike, *, source: str | int, target: str | int, boundary: BaseGeometry | None = None
) -> Points:
    """Convert points from one coordinate system to another.

    Args:
        x: longitude or easting, in the source's unit, of any shape. Always the eastward one, whatever a CRS's own
            axis order is.
        y: latitude or northing, of the same shape.
        source: any text that `parse_system` reads.
        target: the same.
        boundary: WGS 84; where there are several operations, the one that fits best there is taken.

    Returns:
        x and y in the target's unit, new arrays of the same shape.

    Raises:
        InvalidInput: shapes disagree, NaN or inf, points outside the domain of the source or of the target (for
            gcj02 and bd09 a rectangle around China, for others the CRS's area of use), or a system that can't be
            used. `in_domain` tells which points are inside.
    """
    xs, ys = _arrays(x, y)
    to_x, to_y = _converted(_Given(xs.ravel(), ys.ravel()), parse_system(source), parse_system(target), boundary)
    return to_x.reshape(xs.shape), to_y.reshape(xs.shape)


def in_domain(x: ArrayLike, y: ArrayLike, source: str | int) -> Mask:
    """Return which points lie where `source` is valid, of the shape of x and y; False for NaN and inf.

    Raises:
        InvalidInput: shapes disagree, or a system that can't be used.
    """
    xs, ys = _arrays(x, y)
    link = get_link(parse_system(source))
    if link.is_shifted:
        return link.box.holds(xs, ys)
    return _positions(xs.ravel(), ys.ravel(), link)[2].reshape(xs.shape)


def convert_geometries(
    geometries: Geometries, *, source: str | int, target: str | int, boundary: BaseGeometry | None = None
) -> NDArray[np.object_]:
    """Convert geometries from one coordinate system to another.

    Args:
        geometries: (n,) shapely geometries or None.
        source: any text that `parse_system` reads.
        target: the same.
        boundary: as for `convert`.

    Returns:
        (n,) geometries without Z and M; None stays None.

    Raises:
        InvalidInput: as for `convert`; the message counts coordinates and names the first geometry by its index.
    """
    flat = flat_geometries(geometries)
    coordinates, owner = shapely.get_coordinates(flat, return_index=True)
    given = _Given(coordinates[:, 0], coordinates[:, 1], owner)
    start, end = parse_system(source), parse_system(target)
    moved = _converted(given, start, end, boundary)
    return flat if start == end else shapely.set_coordinates(flat, np.column_stack(moved))


def flat_geometries(geometries: Geometries) -> NDArray[np.object_]:
    """Return (n,) the geometries without Z and M in a new array; None stays None."""
    array = np.asarray(geometries, dtype=object)
    # shapely.transform alone would leave a Z and an M of NaN on POINT ZM. Making a million points anew takes seconds.
    is_deep = shapely.has_z(array) | shapely.has_m(array)
    flat = array.copy()
    flat[is_deep] = shapely.force_2d(array[is_deep])
    return flat


def geometries_in_domain(geometries: Geometries, source: str | int) -> Mask:
    """Return which geometries lie wholly where `source` is valid; True for None and empty ones, which lie nowhere."""
    array = np.asarray(geometries, dtype=object)
    coordinates, owner = shapely.get_coordinates(array, return_index=True)
    inside = np.ones(len(array), dtype=np.bool_)
    inside[owner[~in_domain(coordinates[:, 0], coordinates[:, 1], source)]] = False
    return inside


@dataclass(frozen=True)
class _Given:
    """Points as they were handed over: (n,) x and y, and for geometries (n,) which geometry each belongs to."""

    xs: Floats
    ys: Floats
    owner: NDArray[Any] | None = None

    def refusal(self, bad: Mask, what: str, wanted: str) -> InvalidInput:
        """Return the error about the `bad` ones: how many, which is the first, its values, what was wanted."""
        first = int(np.argmax(bad))
        where = f"at index {first}" if self.owner is None else f"in the geometry at index {self.owner[first]}"
        return InvalidInput(
            f"{int(bad.sum())} of {len(bad)} points {what}; the first is {where}: "
            f"x={self.xs[first]:.10g}, y={self.ys[first]:.10g}; wanted: {wanted}"
        )


def _converted(given: _Given, source: str, target: str, boundary: BaseGeometry | None) -> Points:
    bounds = None if boundary is None else bounds_of(boundary)
    start, end = get_link(source, bounds), get_link(target, bounds)
    finite = np.isfinite(given.xs) & np.isfinite(given.ys)
    if not finite.all():
        raise given.refusal(~finite, "have a coordinate that is NaN or inf", "finite numbers")
    lon, lat, inside = _positions(given.xs, given.ys, start)
    if not inside.all():
        wanted = f"{start.box}{_hint(given, start, int(np.argmin(inside)))}"
        raise given.refusal(~inside, f"lie outside {system_name(source)}", wanted)
    if source == target:
        return given.xs.copy(), given.ys.copy()
    # From one shifted system to the other the domain is the same rectangle, and the source's check is enough.
    inside = end.box.holds(lon, lat) | (start.is_shifted and end.is_shifted)
    if not inside.all():
        raise _Given(lon, lat, given.owner).refusal(~inside, f"lie outside {system_name(target)}", str(end.box))
    return end.from_wgs84(lon, lat)


def _positions(xs: Floats, ys: Floats, link: Link) -> tuple[Floats, Floats, Mask]:
    """Return WGS 84 positions, and which of them are true and in the system's domain."""
    if link.is_shifted:
        inside = link.box.holds(xs, ys)
        # The formula is for finite numbers; what stands in for the others is never read.
        lon, lat = link.to_wgs84(np.where(inside, xs, 105.0), np.where(inside, ys, 35.0))
        return lon, lat, inside
    lon, lat = link.to_wgs84(xs, ys)
    inside = link.box.holds(lon, lat)
    # PROJ's unprojecting goes round the earth: a northing 40,008 km too large lands on the right spot all the same.
    back_x, back_y = link.from_wgs84(lon, lat)
    return lon, lat, inside & np.isclose(back_x, xs, 1e-6, 1e-6) & np.isclose(back_y, ys, 1e-6, 1e-6)


def _hint(given: _Given, link: Link, index: int) -> str:
    """Return where a refused point would be, or the advice to swap its axes; "" where neither helps."""
    x, y = given.xs[index : index + 1], given.ys[index : index + 1]
    if _positions(y, x, link)[2].all():
        return ". With x and y swapped it would fit: x is the longitude or easting, y the latitude or northing"
    lon, lat = link.to_wgs84(x, y)
    told = np.isfinite([lon[0], lat[0]]).all() and not np.array_equal((lon, lat), (x, y))
    return f"; it would be lon {lon[0]:.6g}, lat {lat[0]:.6g}" if told else ""


def _arrays(x: ArrayLike, y: ArrayLike) -> Points:
    try:
        xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"coordinates must be numbers: {error}") from None
    if xs.shape != ys.shape:
        raise InvalidInput(f"x has the shape {xs.shape} and y {ys.shape}; wanted are as many x as y")
    return xs, ys
