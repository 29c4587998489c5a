"""Records in words, ready to be put into a template: as a link, as lines of facts, as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.features import Row
from geodata.queries.reading import Reading
from webmap.symbols import Symbol, choice_symbols, coloured_by, plain_symbol
from webmap.wording import MISSING, Wording

NUMBERS = frozenset({"count", "number", "money"})


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
    """One line of a record: label and value, and where the value leads (a place, or a telephone number)."""

    label: str
    value: str
    place: tuple[str, int] | None = None
    telephone: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table; numbers stand at its right edge."""

    label: str
    is_number: bool


@dataclass(frozen=True)
class Listing:
    """Records of one layer as a table.

    `totals` has a cell a column and is empty where nothing adds up; `ids` are those of the rows, empty where they are
    no records.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()
    layer_id: str = ""
    ids: tuple[int, ...] = ()


def listing(reading: Reading, layer: Layer, rows: Sequence[Row], wording: Wording) -> Listing:
    """Return records as a table of the listed fields, with totals where they hold money."""
    fields = listed_fields(reading, layer)
    cells = tuple(tuple(_cell(layer, field, row, wording) for field in fields) for row in rows)
    columns = tuple(Column(wording.say(field.label), field.kind in NUMBERS) for field in fields)
    totals, ids = totals_of(fields, rows, wording), tuple(row.id for row in rows)
    return Listing(wording.say(layer.title), columns, cells, totals, layer.id, ids)


def name_of(layer: Layer, row: Row, wording: Wording) -> str:
    """Return what a record is called: its name; the kind of thing that it is, where it has none."""
    if row.values.get(layer.name_field) is None and layer.unnamed_by is not None:
        kind = wording.value(layer.unnamed_by, row.values.get(layer.unnamed_by.name))
        return kind if kind != MISSING else wording.name(layer, row.name)
    return wording.name(layer, row.name)


def _cell(layer: Layer, field: Field, row: Row, wording: Wording) -> str:
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
    where = (layer.date_field,) if is_near else ("compound_name", "community")
    details: list[str] = []
    for field in layer.fields:
        is_kind = field.is_listed and field.kind == "choice" and field.name != layer.name_field
        if field.name in row.values and (is_kind or field.name in where):
            said = wording.value(field, row.values[field.name])
            if said not in (MISSING, called, *details):
                details.append(said)
    return Place(layer.id, row.id, called, " · ".join(details[:3]), symbol, row.lon, row.lat)


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
                telephone=_telephone(value) if field.name == "phone" else "",
            )
        )
    return facts


def _telephone(value: object) -> str:
    """Return the digits to dial; empty where the text is no single number."""
    digits = "".join(sign for sign in str(value or "") if sign.isdigit() or sign == "+")
    return digits if 3 <= len(digits) <= 15 else ""


def totals_of(fields: Sequence[Field], rows: Sequence[Row], wording: Wording) -> tuple[str, ...]:
    """Return the sums of the amounts, a cell a field; empty where there is nothing to add up."""
    if len(rows) < 2 or not any(field.kind == "money" for field in fields):
        return ()
    totals = []
    for field in fields:
        stated = [value for row in rows if isinstance(value := row.values.get(field.name), Decimal | int)]
        total = sum(stated, Decimal(0))
        totals.append(wording.amount(total, field.unit) if field.kind == "money" and stated else "")
    return tuple(totals)
