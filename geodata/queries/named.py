"""All names that a search may find, with their spots: for an index that is searched without a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, case, cast, func, literal, null, select, true
from sqlalchemy.dialects.postgresql import ARRAY, array

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.features import Bbox
from geodata.queries.reading import Reading
from geodata.queries.spellings import SPELLING

_NONE = cast(literal("{}"), ARRAY(Text))
STREAMED = 1000


@dataclass(frozen=True)
class Named:
    """A record by its names.

    Attributes:
        id: the record's.
        name: what it is called; where it has no name, the value of the choice that stands for it.
        named_by: the field that `name` is from.
        stands_on: the street that tells one without a name apart; "" for others.
        detail: what else tells it apart.
        bbox: west, south, east, north in WGS 84 degrees, of a point twice the same; None for one without a shape.
        others: what its other searched fields say.
        ways: how its names are spelled in pinyin, as `geodata.spelling` has it; the first one is the name's own, empty
            where it has none. The street of one without a name is among the others.
    """

    id: int
    name: str
    named_by: str
    detail: str
    bbox: Bbox | None
    others: tuple[str, ...]
    ways: tuple[str, ...]
    stands_on: str = ""


def names_of(reading: Reading, layer: Layer) -> Iterator[Named]:
    """Yield the records of a layer that a search may find, in order of id; a thousand at a time are in memory.

    Of lines and areas of the base map one piece stands for all of its name.
    """
    searched = [field for field in reading.fields(layer) if field.is_searched]
    if not layer.geometry or not searched:
        return
    rows = reading.connection.execute(_query(reading, layer, searched).execution_options(yield_per=STREAMED))
    kind = layer.unnamed_by
    for row in rows:
        known = row.name is not None
        if not known and row.kind is None:
            continue
        yield Named(
            id=row.id,
            name=row.name if known else row.kind,
            named_by=layer.name_field if known or kind is None else kind.name,
            detail=row.detail or "",
            bbox=None if row.west is None else (row.west, row.south, row.east, row.north),
            others=tuple(dict.fromkeys(word for word in row.others if word and word != row.name)),
            ways=tuple(row.ways),
            stands_on=row.stands_on or "",
        )


def _query(reading: Reading, layer: Layer, searched: list[Field]) -> Select[Any]:
    table, kind, apart = reading.table(layer), layer.unnamed_by, layer.told_apart_by
    name, box = cast(table.c[layer.name_field], Text), func.Box2D(table.c.geom)
    others = _all([_words(table, field) for field in searched if field.name != layer.name_field])
    stands_on = case((name.is_(None), cast(table.c[apart.name], Text))) if apart else cast(null(), Text)
    kept = reading.rows(
        layer,
        table.c.id,
        name.label("name"),
        (cast(table.c[kind.name], Text) if kind else cast(null(), Text)).label("kind"),
        stands_on.label("stands_on"),
        (cast(table.c.community, Text) if "community" in table.c else literal("")).label("detail"),
        *(getattr(func, f"ST_{edge}")(box).label(side) for side, edge in _EDGES.items()),
        others.label("others"),
        _spelled(name, func.array_append(others, stands_on) if apart else others).label("ways"),
    ).where(name.is_not(None) if layer.is_base else true())
    if layer.is_base and layer.geometry != "point":
        first = select(func.min(table.c.id)).where(reading.row_rule(layer), name.is_not(None)).group_by(name)
        kept = kept.where(table.c.id.in_(first))
    return kept.order_by(table.c.id)


_EDGES = {"west": "XMin", "south": "YMin", "east": "XMax", "north": "YMax"}


def _words(table: FromClause, field: Field) -> ColumnElement[Any]:
    """Return a searched field as an array of texts, empty where it says nothing."""
    column = table.c[field.name]
    if field.kind == "names":
        return func.coalesce(column, _NONE)
    return func.array_remove(array([cast(column, Text)]), None, type_=ARRAY(Text))


def _all(arrays: list[ColumnElement[Any]]) -> ColumnElement[Any]:
    found: ColumnElement[Any] = _NONE
    for each in arrays:
        found = func.array_cat(found, each, type_=ARRAY(Text))
    return found


def _spelled(name: ColumnElement[Any], others: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the SQL of the spellings of a name, empty where there is none, and of other words."""
    mine = select(SPELLING.c.ways).where(SPELLING.c.name == name).scalar_subquery()
    theirs = select(func.array_agg(SPELLING.c.ways)).where(SPELLING.c.name == func.any(others)).scalar_subquery()
    first = array([func.coalesce(mine, literal(""))])
    return func.array_cat(first, func.coalesce(theirs, _NONE), type_=ARRAY(Text))
