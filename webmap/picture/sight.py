"""What a picture looks at: a box of ground in pixels, and how close that is."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, log2, radians
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.crs import METRES_A_DEGREE
from geodata.queries.features import Bbox

_METRES_A_PIXEL_AT_0 = 40_075_016.686 / 512
_FONT_WIDE, _FONT_NARROW = 1.0, 0.57
"""Letters are about as wide as this part of their size: Chinese characters, and all others."""


@dataclass(frozen=True)
class Sight:
    """A box of ground on a picture.

    Attributes:
        west, north: of its upper left corner, WGS 84 degrees.
        pixels_a_degree: of latitude; one of longitude has `squeeze` times as many.
        squeeze: cosine of the latitude.
        width, height: pixels.
    """

    west: float
    north: float
    pixels_a_degree: float
    squeeze: float
    width: float
    height: float

    @property
    def metres_a_pixel(self) -> float:
        """How much ground a pixel shows."""
        return METRES_A_DEGREE / self.pixels_a_degree

    @property
    def zoom(self) -> float:
        """The zoom of the main map at which it shows as much."""
        return log2(_METRES_A_PIXEL_AT_0 * self.squeeze / self.metres_a_pixel)

    @property
    def box(self) -> Bbox:
        """West, south, east, north in degrees, a little more than is seen."""
        wide = self.width / (self.pixels_a_degree * self.squeeze)
        high = self.height / self.pixels_a_degree
        return (self.west - wide / 20, self.north - high * 1.05, self.west + wide * 1.05, self.north + high / 20)

    def pixels(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return longitudes and latitudes, (n, 2), as pixels from the upper left corner."""
        scale = np.array([self.pixels_a_degree * self.squeeze, -self.pixels_a_degree])
        found: NDArray[np.float64] = (lonlat - np.array([self.west, self.north])) * scale
        return found

    def drawn(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a shape in pixels."""
        found: BaseGeometry = shapely.transform(shape, self.pixels)
        return found


def sight_of(bounds: Bbox, *, width: float, height: float, margin: float = 36, least_m: float = 300) -> Sight:
    """Return what shows some ground as close as it fits, but no less than `least_m` metres across."""
    west, south, east, north = bounds
    squeeze = cos(radians((south + north) / 2))
    high = max(north - south, least_m / METRES_A_DEGREE)
    wide = max((east - west) * squeeze, least_m / METRES_A_DEGREE)
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return Sight(middle_x - width / 2 / scale / squeeze, middle_y + height / 2 / scale, scale, squeeze, width, height)


def text_width(text: str, size: float) -> float:
    """Return about how many pixels wide a text is."""
    return size * sum(_FONT_WIDE if ord(letter) >= 0x2E80 else _FONT_NARROW for letter in text)


def path_of(parts: Any, *, closed: bool) -> str:
    """Return lines or rings of pixels as SVG path data, to a tenth of a pixel."""
    said = []
    for part in parts:
        points = np.rint(np.asarray(part) * 10).astype(np.int64)
        steps = np.diff(points, axis=0)
        steps = steps[np.any(steps != 0, axis=1)]
        if len(steps) == 0:
            continue
        words = " ".join(f"{x / 10:g} {y / 10:g}" for x, y in steps)
        said.append(f"M{points[0][0] / 10:g} {points[0][1] / 10:g}l{words}{'z' if closed else ''}")
    return "".join(said)


def rings_of(shape: BaseGeometry) -> list[NDArray[np.float64]]:
    """Return the rings, or the lines, of a shape as arrays of points."""
    areas = [part for part in shapely.get_parts([shape]) if part.geom_type == "Polygon"]
    if areas:
        return [shapely.get_coordinates(ring) for ring in shapely.get_rings(areas)]
    return [shapely.get_coordinates(part) for part in shapely.get_parts([shape])]
