"""One record with all that hangs on it: its children, what shares its spot, what refers to it, what lies near by."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.features import Row, get, list_by, page
from geodata.queries.narrowing import belonging
from geodata.queries.nearby import Nearby, nearby
from geodata.queries.own_words import value
from geodata.queries.reading import Reading

MOST = 50
MOST_CHILDREN = 200
FIRST = 5
"""So many records of a layer that hangs on the record are read; the rest are a number and a list away."""


@dataclass(frozen=True)
class Relation:
    """The records of one layer that hang on a record.

    Attributes:
        layer: theirs.
        count: how many there are.
        first: at most five, the newest first; of a table of totals all, at most 50.
        owners: by the id of a record of `first`, its parent's id and name, where the layer has a parent.
        split: how many there are of each value of the field that gives the layer its looks.
        sums: by child layer, the sums of its amounts by the choice that names its records; one tuple a choice.
    """

    layer: Layer
    count: int
    first: tuple[Row, ...]
    owners: dict[int, tuple[int, str]]
    split: dict[str, int]
    sums: dict[str, tuple[dict[str, object], ...]]


@dataclass(frozen=True)
class Children:
    """The records of one layer that belong to a record.

    Attributes:
        rows: at most 200 of them, in order of id.
        count: how many there are.
        sums: of all of them, by money field; what nobody has stated is left out.
    """

    rows: tuple[Row, ...]
    count: int
    sums: dict[str, Decimal]


@dataclass(frozen=True)
class Profile:
    """A record and its surroundings, each as the reader may see them.

    Attributes:
        row: the record.
        parent: the record that it belongs to, and that one's layer.
        children: by layer id, the records that belong to it; only layers that have any.
        same_place: others of its layer on the very same spot, at most 50.
        relations: the layers with records that refer to it or, for an area, that touch it.
        near: what lies near by in a straight line.
    """

    row: Row
    parent: tuple[Layer, Row] | None
    children: dict[str, Children]
    same_place: tuple[Row, ...]
    relations: tuple[Relation, ...]
    near: tuple[Nearby, ...]


def profile(reading: Reading, layer: Layer, record_id: int) -> Profile:
    """Return a record with its surroundings.

    Raises:
        NotFound: there is none for this reader.
    """
    row = get(reading, layer, record_id)
    told = {
        child.id: _children(reading, layer, child, record_id) for child in reading.layers if child.parent == layer.id
    }
    children = {name: found for name, found in told.items() if found.count}
    return Profile(
        row,
        _parent(reading, layer, record_id),
        children,
        _same_place(reading, layer, record_id),
        tuple(_relations(reading, layer, record_id)),
        nearby(reading, layer, record_id),
    )


def _children(reading: Reading, layer: Layer, child: Layer, record_id: int) -> Children:
    """Return the first children of one layer, their number and the sums of all."""
    table = reading.table(child)
    mine = table.c[f"{layer.id}_id"] == record_id
    money = [field.name for field in reading.fields(child) if field.kind == "money"]
    sums = (func.sum(table.c[name]).label(name) for name in money)
    query = reading.rows(child, func.count().label("n"), *sums).where(mine)
    known = dict(reading.connection.execute(query).mappings().one())
    rows = list_by(reading, child, mine, limit=MOST_CHILDREN) if known["n"] else ()
    return Children(rows, known["n"], {name: Decimal(known[name]) for name in money if known[name] is not None})


def _parent(reading: Reading, layer: Layer, record_id: int) -> tuple[Layer, Row] | None:
    """Return the record that a child belongs to."""
    known = {other.id: other for other in reading.layers}
    if layer.parent not in known:
        return None
    above, table = known[layer.parent], reading.table(layer)
    owner = select(table.c[f"{above.id}_id"]).where(table.c.id == record_id).scalar_subquery()
    found = list_by(reading, above, reading.table(above).c.id == owner, limit=1)
    return (above, found[0]) if found else None


def _same_place(reading: Reading, layer: Layer, record_id: int) -> tuple[Row, ...]:
    """Return the other records on the same spot; several hazards of a compound stand on one point for residents."""
    if layer.geometry != "point":
        return ()
    table = reading.table(layer)
    spot = select(table.c.geom).where(table.c.id == record_id).scalar_subquery()
    same = table.c.geom.bool_op("&&")(spot) & func.ST_Equals(table.c.geom, spot) & (table.c.id != record_id)
    return list_by(reading, layer, same, limit=MOST)


def _relations(reading: Reading, layer: Layer, record_id: int) -> list[Relation]:
    """Return what refers to a record, and what lies in an area; layers without any record there are left out."""
    found = []
    for other in reading.layers:
        table = reading.table(other)
        if layer.id == "area" and _is_detail(reading, other):
            continue
        if layer.id == "area" and not other.is_base:
            here: ColumnElement[bool] | None = table.c.area_ids.contains([record_id])
            if other.id == layer.id:
                here = and_(table.c.area_ids.contains([record_id]), table.c.id != record_id)
        elif other.parent == layer.id:
            continue
        else:
            here = belonging(reading, other, layer, record_id)
        if here is not None:
            relation = relation_of(reading, other, here)
            found += [relation] if relation.count else []
    return found


def _is_detail(reading: Reading, layer: Layer) -> bool:
    """Tell whether records only say more of their parent, such as funding lines, and lie nowhere by themselves."""
    return bool(layer.parent) and all(field.kind != "reference" for field in reading.fields(layer))


def relation_of(reading: Reading, layer: Layer, here: ColumnElement[bool]) -> Relation:
    """Return the records of a layer that meet a condition, counted, summed and the first of them."""
    first = page(reading, layer, of=here, limit=MOST if layer.is_totals else FIRST)
    if layer.is_totals or not first.matched:
        return Relation(layer, first.matched, first.records, {}, {}, {})
    owners = _owners(reading, layer, [row.id for row in first.records])
    return Relation(
        layer, first.matched, first.records, owners, _split(reading, layer, here), _sums(reading, layer, here)
    )


def _owners(reading: Reading, layer: Layer, ids: list[int]) -> dict[int, tuple[int, str]]:
    """Return the parents of some records by the record's id."""
    above = next((known for known in reading.layers if known.id == layer.parent), None)
    if above is None or above.name_field not in reading.table(above).c:
        return {}
    child, parent = reading.table(layer), reading.table(above)
    name = next(field for field in reading.fields(above) if field.name == above.name_field)
    query = select(child.c.id, parent.c.id, value(reading, above, name)).join(
        parent, parent.c.id == child.c[f"{above.id}_id"]
    )
    rows = reading.connection.execute(query.where(child.c.id.in_(ids), reading.row_rule(above)))
    return {row[0]: (row[1], str(row[2])) for row in rows}


def _split(reading: Reading, layer: Layer, here: ColumnElement[bool]) -> dict[str, int]:
    by = layer.style.by if layer.style else None
    if by is None or all(field.name != by for field in reading.fields(layer)):
        return {}
    column = reading.table(layer).c[by]
    query = reading.rows(layer, column, func.count()).where(here, column.is_not(None)).group_by(column)
    return {str(row[0]): int(row[1]) for row in reading.connection.execute(query)}


def _sums(reading: Reading, layer: Layer, here: ColumnElement[bool]) -> dict[str, tuple[dict[str, object], ...]]:
    """Return the amounts of the children of some records, summed by the choice that names them."""
    found = {}
    for child in reading.layers:
        fields = {field.name: field for field in reading.fields(child)}
        name = fields.get(child.name_field)
        money = [field for field in fields.values() if field.kind == "money"]
        if child.parent == layer.id and money and name is not None and name.kind == "choice":
            found[child.id] = _summed(reading, layer, child, name, money, here)
    return found


def _summed(
    reading: Reading, layer: Layer, child: Layer, name: Field, money: list[Field], here: ColumnElement[bool]
) -> tuple[dict[str, object], ...]:
    table, parent = reading.table(child), reading.table(layer)
    sums: list[ColumnElement[Any]] = [func.sum(table.c[field.name]).label(field.name) for field in money]
    query = (
        select(table.c[name.name], *sums)
        .join(parent, parent.c.id == table.c[f"{layer.id}_id"])
        .where(here, reading.row_rule(layer), reading.row_rule(child))
        .group_by(table.c[name.name])
    )
    by_name = {row[name.name]: dict(row) for row in reading.connection.execute(query).mappings()}
    ordered = [choice.value for choice in name.choices if choice.value in by_name]
    return tuple(_plain(by_name[value]) for value in ordered)


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {key: Decimal(value) if isinstance(value, int) else value for key, value in row.items()}
