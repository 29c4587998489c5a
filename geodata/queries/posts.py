"""The places that give a service, as the analyst reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, func, null, select

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers import get_layer
from geodata.settings import Settings


@dataclass(frozen=True)
class PostRow:
    """One post.

    Attributes:
        id: its key in the layer.
        code: its key in the register that it comes from.
        name: what people call it; None where nobody has said.
        hours: weekly hours; None where nobody has said.
        capacity: in the layer's unit (desks, people); None where nobody has said.
        lon, lat: WGS 84 degrees.
    """

    id: int
    code: str
    name: str | None
    hours: str | None
    capacity: int | None
    lon: float
    lat: float


def read_posts(settings: Settings, layer_id: str, where: Sequence[tuple[str, Sequence[str]]]) -> list[PostRow]:
    """Return the points of a layer whose fields have one of the values that are asked for, in order of id.

    Raises:
        NotFound: no such layer.
    """
    table = cast(Table, get_layer(layer_id).model.__table__)
    said = [table.c[name] if name in table.c else null() for name in ("name", "hours", "capacity")]
    query = (
        select(table.c.id, table.c.source_id, *said, func.ST_X(table.c.geom), func.ST_Y(table.c.geom))
        .where(*(table.c[name].in_(values) for name, values in where))
        .order_by(table.c.id)
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        rows = [list(row) for row in connection.execute(query)]
    return [PostRow(*row) for row in rows]
