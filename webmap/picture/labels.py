"""Where names and symbols of a picture stand already: none is written over another."""

from __future__ import annotations

import shapely
from shapely import affinity


class Labels:
    """The places of a picture that are taken."""

    def __init__(self, width: float, height: float) -> None:
        self._page = shapely.box(2, 2, width - 2, height - 2)
        self._taken: list[shapely.Polygon] = []

    def take(self, x: float, y: float, width: float, height: float, *, angle: float = 0, is_sure: bool = False) -> bool:
        """Take a box around a middle, and tell whether it was free and on the page; `is_sure` takes it in any case."""
        box = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        if angle:
            box = affinity.rotate(box, angle, origin=(x, y))
        is_free = self._page.contains(box) and not any(box.intersects(other) for other in self._taken)
        if is_free or is_sure:
            self._taken.append(box)
        return is_free or is_sure
