"""A record told in words with all that hangs on it: what the panel and a record's own page show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from geodata.layers.field import Field
from geodata.layers.layer import Layer, Topic
from geodata.queries.features import Row
from geodata.queries.nearby import Nearby
from geodata.queries.profile import Children, Profile, Relation
from geodata.queries.reading import Reading
from webmap.cartography.symbols import Symbol, choice_symbols, coloured_by, plain_symbol
from webmap.telling import (
    APART,
    NUMBERS,
    Column,
    Fact,
    Listing,
    Place,
    facts_of,
    listed_fields,
    listing,
    name_of,
    place,
    totals_of,
)
from webmap.wording import MISSING, Wording


@dataclass(frozen=True)
class Hanging:
    """The records of one layer that hang on a record: their number first, some of them, and the way to the rest.

    Attributes:
        layer_id: theirs.
        title: the layer's.
        symbol: the layer's; None for what isn't drawn.
        count: how many there are; None for totals, whose number says nothing.
        parts: the numbers by look: symbol, words, number.
        sums: amounts by source, or totals by year.
        first: the newest of them.
        query: what the list has to be asked to show them all.
    """

    layer_id: str
    title: str
    symbol: Symbol | None
    count: int | None
    parts: tuple[tuple[Symbol, str, int], ...]
    sums: tuple[Listing, ...]
    first: tuple[Place, ...]
    query: dict[str, str]


@dataclass(frozen=True)
class Group:
    """The layers of one topic that hang on a record."""

    title: str
    members: tuple[Hanging, ...]


@dataclass(frozen=True)
class NearBy:
    """The nearest records of a layer, each with its straight-line distance in words."""

    title: str
    places: tuple[tuple[Place, str], ...]


@dataclass(frozen=True)
class Told:
    """A record with all that hangs on it, in words."""

    place: Place
    layer_title: str
    facts: tuple[Fact, ...]
    tables: tuple[Listing, ...]
    same_place: tuple[Place, ...]
    groups: tuple[Group, ...]
    near: tuple[NearBy, ...]


def tell(reading: Reading, layer: Layer, found: Profile, wording: Wording) -> Told:
    """Return a record's profile in words, with the reader's fields and no others."""
    facts = facts_of(layer, reading.fields(layer), found.row, wording)
    if found.parent is not None:
        above, row = found.parent
        facts.insert(0, Fact(wording.say(above.title), name_of(above, row, wording), (above.id, row.id)))
    return Told(
        place=place(layer, found.row, wording),
        layer_title=wording.say(layer.title),
        facts=tuple(facts),
        tables=tuple(
            _child_table(reading, layer, found.row, reading.layer(name), children, wording)
            for name, children in found.children.items()
        ),
        same_place=tuple(place(layer, row, wording, is_near=True) for row in found.same_place),
        groups=_groups(reading, layer, found, wording),
        near=tuple(_told_near(each, wording) for each in found.near),
    )


def _child_table(
    reading: Reading, layer: Layer, row: Row, child: Layer, children: Children, wording: Wording
) -> Listing:
    """Return what belongs to a record as a table, with the totals of all of it."""
    table = listing(reading, child, children.rows, wording)
    sums = children.sums if children.count > 1 else {}
    totals = totals_of(listed_fields(reading, child), sums, wording)
    if not totals:
        table = _said(table)
    return replace(table, totals=totals, count=children.count, query={"layer": child.id, "of": f"{layer.id}/{row.id}"})


def _said(table: Listing) -> Listing:
    """Return a table without the columns in which no row says anything."""
    kept = [at for at in range(len(table.columns)) if at == 0 or any(row[at] != MISSING for row in table.rows)]
    return replace(
        table,
        columns=tuple(table.columns[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) for row in table.rows),
    )


def _groups(reading: Reading, layer: Layer, found: Profile, wording: Wording) -> tuple[Group, ...]:
    """Return what hangs on a record by topic, in the topics' order."""
    groups = []
    for topic in Topic:
        members = [relation for relation in found.relations if relation.layer.topic is topic]
        if members:
            told = tuple(hanging(reading, layer, found.row, relation, wording) for relation in members)
            groups.append(Group(wording.say(topic.label), told))
    return tuple(groups)


def hanging(reading: Reading, layer: Layer, row: Row, relation: Relation, wording: Wording) -> Hanging:
    """Return the records of one layer that hang on a record in words."""
    other = relation.layer
    asked = {"area": str(row.values.get("code") or row.id)} if layer.id == "area" else {"of": f"{layer.id}/{row.id}"}
    query = {"layer": other.id, **asked}
    if other.is_totals:
        table = listing(reading, other, relation.first, wording)
        return Hanging(other.id, wording.say(other.title), plain_symbol(other), None, (), (table,), (), query)
    return Hanging(
        layer_id=other.id,
        title=wording.say(other.title),
        symbol=plain_symbol(other),
        count=relation.count,
        parts=_parts(other, relation.split, wording),
        sums=tuple(_sums_by_source(reading, name, rows, wording) for name, rows in relation.sums.items() if rows),
        first=tuple(_named_by_owner(layer, relation, each, wording) for each in relation.first),
        query=query,
    )


def _named_by_owner(layer: Layer, relation: Relation, row: Row, wording: Wording) -> Place:
    """Return a record as the panel of what it hangs on names it: by its owner where its own name says nothing new."""
    other = relation.layer
    told = place(other, row, wording, is_near=True)
    if other.name_field != f"{layer.id}_name":
        return told
    owner = relation.owners.get(row.id)
    if owner is not None and other.parent:
        return replace(told, layer_id=other.parent, id=owner[0], name=owner[1])
    named = row.values.get("name")
    first, _, rest = told.detail.partition(APART)
    return (
        replace(told, name=str(named)) if named else replace(told, name=first or wording.say(other.title), detail=rest)
    )


def _parts(layer: Layer, split: dict[str, int], wording: Wording) -> tuple[tuple[Symbol, str, int], ...]:
    """Return the numbers by look, in the declared order; what looks alike is one number."""
    field = coloured_by(layer)
    if field is None:
        return ()
    words: dict[Symbol, list[str]] = {}
    numbers: dict[Symbol, int] = {}
    for value, symbol in choice_symbols(layer).items():
        if split.get(value):
            words.setdefault(symbol, []).append(wording.value(field, value))
            numbers[symbol] = numbers.get(symbol, 0) + split[value]
    return tuple((symbol, " / ".join(said), numbers[symbol]) for symbol, said in words.items())


def _sums_by_source(reading: Reading, layer_id: str, rows: tuple[dict[str, object], ...], wording: Wording) -> Listing:
    """Return sums by source as a table with a line of totals."""
    layer = reading.layer(layer_id)
    fields = [field for field in reading.fields(layer) if field.kind == "money" or field.name == layer.name_field]
    columns = tuple(Column(wording.say(field.label), field.kind in NUMBERS) for field in fields)
    cells = tuple(tuple(wording.value(field, row.get(field.name)) for field in fields) for row in rows)
    totals = totals_of(fields, _added(fields, rows) if len(rows) > 1 else {}, wording)
    return Listing(wording.say(layer.title), columns, cells, totals, count=len(rows))


def _added(fields: Sequence[Field], rows: Sequence[dict[str, object]]) -> dict[str, Decimal]:
    """Return the sums of the amounts of some rows by field; what none of them states is left out."""
    sums: dict[str, Decimal] = {}
    for field in (field for field in fields if field.kind == "money"):
        stated = [value for row in rows if isinstance(value := row.get(field.name), Decimal)]
        if stated:
            sums[field.name] = sum(stated, Decimal(0))
    return sums


def _told_near(near: Nearby, wording: Wording) -> NearBy:
    """Return the nearest records of a layer, each with its distance in words."""
    layer = near.layer
    placed = tuple((place(layer, row, wording, is_near=True), wording.distance(metres)) for row, metres in near.found)
    return NearBy(wording.say(layer.title), placed)
