"""All roads as the analyst reads them: shapes, classes, and the words about access and direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings

TAGS = ("access", "foot", "bicycle", "motor_vehicle", "oneway", "oneway_bicycle", "oneway_foot", "junction")


@dataclass(frozen=True, eq=False)
class WayRow:
    """One road; `tags` are those of TAGS that it has, `nodes` is empty where the map has no numbers of nodes."""

    id: int
    highway: str
    level: int
    limit_kmh: float
    tags: dict[str, str]
    nodes: tuple[int, ...]


def read_ways(settings: Settings) -> tuple[list[WayRow], npt.NDArray[np.object_]]:
    """Return the roads in order of their ids, and their shapes (multi-lines, WGS 84)."""
    query = text(
        f"SELECT id, highway, coalesce(level, 0), coalesce(maxspeed_kmh, 'NaN'), {', '.join(TAGS)}, node_ids, "
        "ST_AsBinary(geom) FROM live.road ORDER BY id"
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        rows = connection.execute(query).all()
    ways = [
        WayRow(
            id=row[0],
            highway=row[1],
            level=row[2],
            limit_kmh=row[3],
            tags={name: word for name, word in zip(TAGS, row[4:-2], strict=True) if word},
            nodes=tuple(row[-2] or ()),
        )
        for row in rows
    ]
    return ways, np.asarray(shapely.from_wkb([bytes(row[-1]) for row in rows]), dtype=object)
