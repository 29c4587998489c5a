"""All roads as the analyst reads them: shapes, classes, words about access and direction, and forbidden turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
    key: str
    highway: str
    level: int
    limit_kmh: float
    tags: dict[str, str]
    nodes: tuple[int, ...]


def read_ways(settings: Settings, *, on: datetime | None = None) -> tuple[list[WayRow], npt.NDArray[np.object_]]:
    """Return the roads in order of their ids, and their shapes (multi-lines, WGS 84).

    Args:
        settings: the deployment.
        on: the moment of which the store tells what it knew then; None for now.
    """
    words = f"id, source_id, highway, level, maxspeed_kmh, {', '.join(TAGS)}, node_ids, geom"
    query = text(
        f"SELECT id, source_id, highway, coalesce(level, 0), coalesce(maxspeed_kmh, 'NaN'), {', '.join(TAGS)}, "
        f"node_ids, ST_AsBinary(geom) FROM {_known('road', words, on)} ORDER BY id"
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        rows = connection.execute(query, {} if on is None else {"on": on}).all()
    ways = [
        WayRow(
            id=row[0],
            key=row[1],
            highway=row[2],
            level=row[3],
            limit_kmh=row[4],
            tags={name: word for name, word in zip(TAGS, row[5:-2], strict=True) if word},
            nodes=tuple(row[-2] or ()),
        )
        for row in rows
    ]
    return ways, np.asarray(shapely.from_wkb([bytes(row[-1]) for row in rows]), dtype=object)


def roads_at(settings: Settings, spots: Sequence[tuple[float, float]]) -> list[tuple[str, str]]:
    """Return the key and the name ("" for none) of the road that is nearest to each spot (lon, lat)."""
    query = text(
        "SELECT source_id, coalesce(name, '') FROM live.road "
        "ORDER BY geom <-> ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) LIMIT 1"
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        rows = [connection.execute(query, {"lon": lon, "lat": lat}).one() for lon, lat in spots]
    return [(str(row[0]), str(row[1])) for row in rows]


@dataclass(frozen=True)
class TurnRow:
    """One turn restriction: `from_way` and `to_way` are keys of roads, `via` names a node, or ways in between."""

    kind: str
    from_way: str
    via: str
    to_way: str


def read_turns(settings: Settings, *, on: datetime | None = None) -> list[TurnRow]:
    """Return the turn restrictions in order of their ids, as `read_ways` tells roads."""
    table = _known("turn_restriction", "id, kind, from_way, via, to_way", on)
    query = text(f"SELECT kind, from_way, via, to_way FROM {table} ORDER BY id")
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return [TurnRow(*row) for row in connection.execute(query, {} if on is None else {"on": on})]


def _known(layer: str, columns: str, on: datetime | None) -> str:
    """Return what to read a layer's records from: those of now, or those that the store knew at the moment `:on`."""
    if on is None:
        return f"live.{layer}"
    return (
        f"(SELECT {columns} FROM live.{layer} WHERE recorded_from <= :on "
        f"UNION ALL SELECT {columns} FROM history.{layer} WHERE recorded @> CAST(:on AS timestamptz)) known"
    )


def roads_known_from(settings: Settings) -> datetime | None:
    """Return when the first roads were loaded; None where none ever were."""
    query = text(
        "SELECT least((SELECT min(recorded_from) FROM live.road), (SELECT min(lower(recorded)) FROM history.road))"
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        first: datetime | None = connection.execute(query).scalar_one()
        return first


def state_of_ways(settings: Settings) -> list[str]:
    """Return what the roads and their turns came from: the newest load of each, their number, when the last ended.

    Numbers alone would come again in a database that is made anew; and the newest load isn't always the last to end.
    """
    query = text(
        "SELECT format('%s %s %s %s', layer, max(id), count(*), max(finished)) FROM ledger.load "
        "WHERE state = 'done' AND changed > 0 AND layer IN ('road', 'turn_restriction') GROUP BY layer ORDER BY layer"
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return list(connection.execute(query).scalars())
