"""Records in words, ready to be put into a template: as a link, as lines of facts, as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.features import Row
from geodata.queries.reading import Reading
from webmap.cartography.symbols import Symbol, choice_symbols, coloured_by, plain_symbol
from webmap.wording import MISSING, WITHHELD, Wording

NUMBERS = frozenset({"count", "number", "money"})
MOST_SIGNS = 22
"""So many signs of numbers stand beside a name on a phone."""
APART = " · "
"""What stands between the details of a record."""


@dataclass(frozen=True)
class Place:
    """A record as a link: where it leads, what it is called, how it looks, where it lies (WGS 84 degrees)."""

    layer_id: str
    id: int
    name: str
    detail: str
    symbol: Symbol | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class Fact:
    """One line of a record: label and value, where the value leads (a place, a telephone number), weekly hours."""

    label: str
    value: str
    place: tuple[str, int] | None = None
    telephone: str = ""
    hours: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table; numbers stand at its right edge."""

    label: str
    is_number: bool


@dataclass(frozen=True)
class Listing:
    """Records of one layer as a table.

    `totals` has a cell a column and is empty where nothing adds up; `ids` are those of the rows, empty where they are
    no records. `count` is how many records there are in all, of which `rows` may be the first; `query` is what the list
    has to be asked for all. `note` says why some cells are withheld.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()
    layer_id: str = ""
    ids: tuple[int, ...] = ()
    count: int = 0
    query: Mapping[str, str] | None = None
    note: str = ""

    @property
    def has_long_numbers(self) -> bool:
        """Whether its numbers don't fit beside each other where there is little room, such as sums of millions."""
        lines = (*self.rows, self.totals) if self.totals else self.rows
        numbers = [n for n, column in enumerate(self.columns) if column.is_number]
        return sum(max((len(line[n]) for line in lines), default=0) for n in numbers) > MOST_SIGNS


def listing(reading: Reading, layer: Layer, rows: Sequence[Row], wording: Wording) -> Listing:
    """Return records as a table of the listed fields."""
    fields = listed_fields(reading, layer)
    cells = tuple(tuple(cell(layer, field, row, wording) for field in fields) for row in rows)
    columns = tuple(Column(wording.say(field.label), field.kind in NUMBERS) for field in fields)
    ids = tuple(row.id for row in rows)
    flags = {by for row in rows for listed in fields if (by := _withheld_by(listed, row))}
    note = wording.join(wording.say(each.label) for each in reading.fields(layer) if each.name in flags)
    return Listing(wording.say(layer.title), columns, cells, (), layer.id, ids, len(rows), note=note)


def _withheld_by(listed: Field, row: Row) -> str | None:
    """Return the flag by which a record's value isn't published, or None."""
    is_missing = row.values.get(listed.name) is None and listed.withheld_by is not None
    return listed.withheld_by if is_missing and row.values.get(listed.withheld_by or "") else None


def name_of(layer: Layer, row: Row, wording: Wording) -> str:
    """Return what a record is called: its name; what kind of thing it is and by which street, where it has none."""
    if row.values.get(layer.name_field) is None and layer.unnamed_by is not None:
        kind, apart = row.values.get(layer.unnamed_by.name), layer.told_apart_by
        if kind:
            street = str(row.values.get(apart.name) or "") if apart else ""
            return wording.name_of(layer, layer.unnamed_by.name, str(kind), street)
    return wording.name(layer, row.name)


def cell(layer: Layer, field: Field, row: Row, wording: Wording) -> str:
    """Return a field of a record in words; why it isn't said where it is withheld."""
    if _withheld_by(field, row):
        return wording.say(WITHHELD)
    is_unnamed = field.name == layer.name_field and row.values.get(field.name) is None and layer.unnamed_by is not None
    return name_of(layer, row, wording) if is_unnamed else wording.value(field, row.values.get(field.name))


def listed_fields(reading: Reading, layer: Layer) -> tuple[Field, ...]:
    """Return the fields that stand in the layer's list."""
    return tuple(field for field in reading.fields(layer) if field.is_listed)


def place(layer: Layer, row: Row, wording: Wording, *, is_near: bool = False) -> Place:
    """Return a record as a link with what tells it apart: its kind, its state, and where it lies.

    Args:
        layer: the record's.
        row: the record.
        wording: says its values.
        is_near: it is shown beside a record of the same place; its date says more than the place does.
    """
    called, symbol = name_of(layer, row, wording), plain_symbol(layer)
    coloured = coloured_by(layer)
    if coloured is not None and coloured.name in row.values:
        symbol = choice_symbols(layer).get(str(row.values[coloured.name]), symbol)
    details = [said for said in _details(layer, row, wording, is_near=is_near) if said not in (MISSING, called)]
    return Place(layer.id, row.id, called, APART.join(dict.fromkeys(details[:3])), symbol, row.lon, row.lat)


def _details(layer: Layer, row: Row, wording: Wording, *, is_near: bool) -> Iterator[str]:
    """Yield what tells a record apart, in the order of its fields, at the end when it holds."""
    period = layer.period if is_near else None
    where = (layer.date_field if period is None else None,) if is_near else ("compound_name", "community")
    if is_near:
        yield from _flags(layer, row, wording)
    said_by = layer.unnamed_by if row.values.get(layer.name_field) is None else layer.field(layer.name_field)
    for field in layer.fields:
        is_kind = field.is_listed and field.kind == "choice" and field != said_by
        if field.name in row.values and (is_kind or field.name in where or (is_near and field.is_said)):
            yield wording.value(field, row.values[field.name])
    starts_on, ends_on = (row.values.get(name) for name in period or ("", ""))
    if isinstance(starts_on, date):
        yield wording.period(starts_on, ends_on if isinstance(ends_on, date) else None)


def _flags(layer: Layer, row: Row, wording: Wording) -> Iterator[str]:
    """Yield the flags that hold, as one word where all do or none does."""
    if layer.flags is None:
        return
    known = {field: row.values.get(field.name) for field in layer.fields if field.kind == "flag"}
    if all(known.values()):
        yield wording.say(layer.flags.every)
    elif all(value is False for value in known.values()):
        yield wording.say(layer.flags.none)
    else:
        labels = [wording.say(field.label) for field, value in known.items() if value]
        yield wording.join([*labels[:1], *(label[:1].lower() + label[1:] for label in labels[1:])])


def facts_of(layer: Layer, fields: Sequence[Field], row: Row, wording: Wording) -> list[Fact]:
    """Return the record's lines; a reference and the name that it was found by are one line."""
    links = {f"{field.name.removesuffix('_id')}_name": field for field in fields if field.kind == "reference"}
    named = {link.name for name, link in links.items() if any(field.name == name for field in fields)}
    facts = []
    for field in fields:
        if field.name == layer.name_field or field.name in named:
            continue
        value = row.values.get(field.name)
        link = field if field.kind == "reference" else links.get(field.name)
        target = row.values.get(link.name) if link else None
        facts.append(
            Fact(
                label=wording.say(field.label),
                value=wording.value(field, value),
                place=(link.to, target) if link and link.to and isinstance(target, int) else None,
                telephone=telephone(value) if field.name == "phone" else "",
                hours=str(value or "") if field.kind == "hours" else "",
            )
        )
    return facts


def telephone(value: object) -> str:
    """Return the digits to dial; empty where the text is no single number."""
    digits = "".join(sign for sign in str(value or "") if sign.isdigit() or sign == "+")
    return digits if 3 <= len(digits) <= 15 else ""


def totals_of(fields: Sequence[Field], sums: Mapping[str, Decimal], wording: Wording) -> tuple[str, ...]:
    """Return the sums of the amounts, a cell a field; empty where there is nothing to add up."""
    return (
        tuple(wording.amount(sums[each.name], each.unit) if each.name in sums else "" for each in fields)
        if sums
        else ()
    )
