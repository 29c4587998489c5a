"""The areas that a reader can choose from, by level, code or name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_

from geodata.errors import NotFound, NotPublished
from geodata.layers import get_layer
from geodata.queries.features import Bbox
from geodata.queries.reading import Reading


@dataclass(frozen=True)
class AreaRow:
    """An area as a choice; bbox is None where it has no outline."""

    id: int
    code: str | None
    name: str
    kind: str
    bbox: Bbox | None


def list_areas(reading: Reading, kind: str | None = None) -> tuple[AreaRow, ...]:
    """Return the areas, of one level or all, in order of code and name."""
    layer = get_layer("area")
    if layer not in reading.layers:
        return ()
    table = reading.table(layer)
    return _list(reading, table.c.kind == kind if kind else None)


def get_area(reading: Reading, name: str) -> AreaRow:
    """Return the area of that code, name or id; codes go before names.

    Raises:
        NotFound: there is none, or several have the name.
        NotPublished: nothing has been published for the reader.
    """
    if not reading.layers:
        raise NotPublished("nothing has been published yet: ./csmap publish")
    layer = get_layer("area")
    if layer in reading.layers:
        table = reading.table(layer)
        wanted = [table.c.code == name, table.c.name == name]
        if name.isascii() and name.isdecimal() and len(name) < 10:
            wanted.append(table.c.id == int(name))
        for condition in (wanted[0], or_(*wanted[1:])):
            found = _list(reading, condition)
            if len({area.code for area in found}) == 1 and found[0].code is not None:
                found = _holding(reading, found) or found[-1:]
            if len(found) == 1:
                return found[0]
            if found:
                codes = ", ".join(str(area.code) for area in found)
                raise NotFound(f"{len(found)} areas are called {name!r}; ask by code: {codes}")
    raise NotFound(f"no area has the code or name {name!r}")


def area_of_id(reading: Reading, area_id: int) -> AreaRow:
    """Return an area by its id.

    Raises:
        NotFound: there is none.
    """
    layer = get_layer("area")
    found = _list(reading, reading.table(layer).c.id == area_id) if layer in reading.layers else ()
    if not found:
        raise NotFound(f"no area {area_id}")
    return found[0]


def _holding(reading: Reading, versions: tuple[AreaRow, ...]) -> tuple[AreaRow, ...]:
    """Return of the versions of one area those that hold on the deployment's day."""
    table = reading.table(get_layer("area"))
    today = reading.settings.today()
    return _list(
        reading,
        and_(
            table.c.id.in_([area.id for area in versions]),
            or_(table.c.valid_from.is_(None), table.c.valid_from <= today),
            or_(table.c.valid_to.is_(None), table.c.valid_to > today),
        ),
    )


def _list(reading: Reading, condition: ColumnElement[bool] | None) -> tuple[AreaRow, ...]:
    layer = get_layer("area")
    table = reading.table(layer)
    box = func.Box2D(table.c.geom)
    edges = (func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box))
    query = reading.rows(layer, table.c.id, table.c.code, table.c.name, table.c.kind, *edges)
    if condition is not None:
        query = query.where(condition)
    rows = reading.connection.execute(query.order_by(table.c.code, table.c.name, table.c.id))
    return tuple(
        AreaRow(row[0], row[1], row[2], row[3], None if row[4] is None else (row[4], row[5], row[6], row[7]))
        for row in rows
    )
