"""The gates of compounds as the analyst reads them, each with how far the nearest way is that it may stand on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings


@dataclass(frozen=True)
class GateRow:
    """One gate.

    Attributes:
        id: its key.
        code: its key in the register that it comes from.
        compound_id: whose gate it is.
        kind: a kind of the gate layer.
        hours: weekly hours; None where nobody has said.
        lon, lat: WGS 84 degrees.
        way_m: how far the nearest road of any class is, open or closed; None where there is none.
    """

    id: int
    code: str
    compound_id: int
    kind: str
    hours: str | None
    lon: float
    lat: float
    way_m: float | None


def read_gates(settings: Settings) -> list[GateRow]:
    """Return the gates of known compounds by compound, in the order of their register."""
    query = text(
        """
        SELECT g.id, g.source_id, g.compound_id, g.kind, g.hours, ST_X(g.geom), ST_Y(g.geom),
            -- The nearest in degrees isn't always the nearest in metres: the nearest of the first few is.
            (SELECT min(ST_Distance(near.geom::geography, g.geom::geography))
                FROM (SELECT r.geom FROM live.road r ORDER BY r.geom <-> g.geom LIMIT 8) near)
        FROM live.gate g WHERE g.compound_id IS NOT NULL ORDER BY g.compound_id, g.source_id, g.id
        """
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return [GateRow(*row) for row in connection.execute(query)]
