"""Where shapes of Web Mercator lie in a drawing, and their paths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

WIDTH = 720.0
TALLEST, FLATTEST = 1.3, 0.6
"""The height of a drawing by its width is between these."""
MARGIN = 0.04


@dataclass(frozen=True)
class Frame:
    """A box of Web Mercator as a drawing of WIDTH units.

    Attributes:
        box: west, south, east, north.
        scale: units of the drawing a metre of Web Mercator.
    """

    box: tuple[float, float, float, float]
    scale: float

    @classmethod
    def around(cls, shapes: Sequence[BaseGeometry]) -> Frame:
        """Return the frame that holds all of some shapes, with a margin."""
        west, south, east, north = (float(edge) for edge in shapely.total_bounds(np.asarray(shapes, dtype=object)))
        wide, high = max(east - west, 1.0), max(north - south, 1.0)
        wide, high = max(wide, high / TALLEST), max(high, wide * FLATTEST)
        x, y = (west + east) / 2, (south + north) / 2
        half_x, half_y = wide * (0.5 + MARGIN), high * (0.5 + MARGIN)
        return cls((x - half_x, y - half_y, x + half_x, y + half_y), WIDTH / (2 * half_x))

    @property
    def width(self) -> float:
        """Of the drawing."""
        return WIDTH

    @property
    def height(self) -> float:
        """Of the drawing."""
        return round((self.box[3] - self.box[1]) * self.scale, 1)

    def at(self, place: tuple[float, float]) -> tuple[float, float]:
        """Return where a place lies, to a tenth of a unit."""
        return round((place[0] - self.box[0]) * self.scale, 1), round((self.box[3] - place[1]) * self.scale, 1)

    def inside(self, shape: BaseGeometry) -> tuple[float, float]:
        """Return a place in the drawing that lies on a shape."""
        point = shapely.point_on_surface(shape)
        return self.at((shapely.get_x(point), shapely.get_y(point)))

    def holds(self, shape: BaseGeometry) -> bool:
        """Tell whether the place on a shape lies in the frame."""
        x, y = self.inside(shape)
        return 0 <= x <= WIDTH and 0 <= y <= self.height


def path_of(frame: Frame, shapes: Iterable[BaseGeometry]) -> str:
    """Return the SVG path of lines and areas as far as they lie in the frame, holes with them."""
    parts = []
    for shape in shapes:
        cut = shapely.clip_by_rect(shape, *frame.box)
        for part in shapely.get_parts(cut):
            is_area = part.geom_type == "Polygon"
            rings = [part.exterior, *part.interiors] if is_area else [part] if part.geom_type == "LineString" else []
            for ring in rings:
                points = [frame.at((x, y)) for x, y in shapely.get_coordinates(ring).tolist()]
                parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points) + ("Z" if is_area else ""))
    return "".join(parts)
