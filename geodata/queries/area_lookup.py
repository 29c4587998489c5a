"""The outlines of one level of areas, for looking up in which of them a place lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection, text

from geodata.errors import InvalidInput
from geodata.layers.area import LEVELS
from geodata.queries.area_links import HOLDS_TODAY

FINEST_FIRST = tuple(level for level in LEVELS if level != "grid")
"""The levels in which places are looked up unless somebody says otherwise; a grid's outline changes too often."""


@dataclass(frozen=True)
class AreaOutlines:
    """The areas of one level that hold today and have an outline, in order of code and name.

    Attributes:
        kind: the level; "" where no area has an outline.
        codes: (n,) codes or None.
        names: (n,) names.
        shapes: (n,) outlines, WGS 84.
    """

    kind: str
    codes: npt.NDArray[np.object_]
    names: npt.NDArray[np.object_]
    shapes: npt.NDArray[np.object_]

    def find(self, points: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
        """Return (m,) the position of the area that each point lies in; -1 where there is none.

        A point on a border, or where outlines overlap, lies in the first of its areas in order of code and name.
        """
        found = np.full(len(points), len(self.shapes), dtype=np.int64)
        area, point = shapely.STRtree(points).query(self.shapes, predicate="intersects")
        np.minimum.at(found, point, area)
        return np.where(found == len(self.shapes), -1, found)


def area_outlines(connection: Connection, kind: str | None = None) -> AreaOutlines:
    """Return the outlines of a level; of the finest that has any where none is named.

    Raises:
        InvalidInput: no area of the named level has an outline.
    """
    counts = {level: int(count) for level, count in connection.exec_driver_sql(_LEVELS)}
    level = kind or next((level for level in FINEST_FIRST if level in counts), "")
    if kind is not None and kind not in counts:
        there = ", ".join(f"{level} ({count:,})" for level, count in sorted(counts.items())) or "none"
        raise InvalidInput(f"no area of the level {kind!r} has an outline; there are {there}")
    rows = connection.execute(text(_OUTLINES), {"kind": level}).all()
    codes, names, shapes = (np.array([row[at] for row in rows], dtype=object) for at in range(3))
    return AreaOutlines(level, codes, names, np.asarray(shapely.from_wkb(shapes), dtype=object))


_LEVELS = f"SELECT a.kind, count(*) FROM live.area a WHERE a.geom IS NOT NULL AND {HOLDS_TODAY} GROUP BY a.kind"

_OUTLINES = f"""
    SELECT a.code, a.name, ST_AsBinary(a.geom) FROM live.area a
    WHERE a.kind = :kind AND a.geom IS NOT NULL AND {HOLDS_TODAY} ORDER BY a.code NULLS LAST, a.name, a.id
"""
