"""The places that give a service, as the analyst reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import Table, func, literal_column, null, select

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers import get_layer
from geodata.queries.streets import nearest_street
from geodata.settings import Settings

APART = " · "


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
        street: the named street that is nearest; None where none is near.
        apart: what tells it apart from others of its name, or says where one without a name is; "" where neither.
    """

    id: int
    code: str
    name: str | None
    hours: str | None
    capacity: int | None
    lon: float
    lat: float
    street: str | None = None
    apart: str = ""

    @property
    def called(self) -> str:
        """What lists call it: its name, else its code, with what tells it apart."""
        return APART.join(filter(None, (self.name or self.code, self.apart)))


def read_posts(settings: Settings, layer_id: str, where: Sequence[tuple[str, Sequence[str]]]) -> list[PostRow]:
    """Return the points of a layer whose fields have one of the values that are asked for, in order of id.

    Raises:
        NotFound: no such layer.
    """
    table = cast(Table, get_layer(layer_id).model.__table__)
    said = [table.c[name] if name in table.c else null() for name in ("name", "hours", "capacity")]
    # Services may be given by places of any layer: most tell no street.
    street = table.c.street if "street" in table.c else literal_column(nearest_street(f"{table.fullname}.geom"))
    query = (
        select(table.c.id, table.c.source_id, *said, func.ST_X(table.c.geom), func.ST_Y(table.c.geom), street)
        .where(*(table.c[name].in_(values) for name, values in where))
        .order_by(table.c.id)
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        rows = [list(row) for row in connection.execute(query)]
    return [PostRow(*row) for row in rows]


def told_apart(posts: Sequence[PostRow]) -> list[PostRow]:
    """Return posts so that no two are called alike: those without a name, or of one name, by their street.

    Where that doesn't tell them apart, as for two of one name in one street, their codes do.
    """
    names = Counter(post.name for post in posts)
    found = [
        replace(post, apart=post.street or "") if post.name is None or names[post.name] > 1 else post for post in posts
    ]
    called = Counter(post.called for post in found)
    # One without a name has its code already.
    return [
        replace(post, apart=APART.join(filter(None, (post.apart, post.code))))
        if post.name is not None and called[post.called] > 1
        else post
        for post in found
    ]
