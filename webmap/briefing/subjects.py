"""The records of one layer as a briefing has them: in words, with their looks and places."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import geopandas
import numpy as np
import pandas as pd

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.features import Row
from geodata.queries.reading import Reading
from webmap import telling
from webmap.briefing import words
from webmap.cartography.symbols import Symbol, choice_symbols, coloured_by, plain_symbol
from webmap.wording import Wording

Sought = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""What tells a name apart, other names, their ways in pinyin, and the streets by a compound's gates."""


@dataclass(frozen=True)
class Entry:
    """One record: where it stands in the list, what it is called, how it looks; a cell for each column.

    `sought` is what the search knows of it besides its name; None for what no search finds.
    """

    id: int
    name: str
    symbol: Symbol
    cells: tuple[str, ...]
    is_placed: bool
    sought: Sought | None = None


@dataclass(frozen=True)
class Key:
    """A line of the legend: a look, what it stands for and how many there are."""

    symbol: Symbol
    words: str
    count: int


@dataclass(frozen=True)
class BriefedLayer:
    """A layer as the briefing has it.

    Attributes:
        layer: the declaration.
        wording: the briefing's language.
        title: in it.
        symbol: its look where nothing else is said.
        name_label: the heading of the names.
        columns: the headings of the cells.
        entries: the records in order of name.
        keys: the legend of a layer whose choices have looks of their own; empty for others.
        places: index = record id; columns "rank" (which of several on one spot is drawn: the lowest), "look" (Symbol),
            "level" (an area's kind, else empty) and the geometry in WGS 84; only records with a place.
        is_listed: each record stands in a list; else `entries` are empty.
        names: of a layer without a list, a name for each of `places`, with what the search knows of it; empty where the
            file has no room for them.
        unplaced: of a layer without a list, how many records have no place, so that the file doesn't have them.
    """

    layer: Layer
    wording: Wording
    title: str
    symbol: Symbol
    name_label: str
    columns: tuple[telling.Column, ...]
    entries: tuple[Entry, ...]
    keys: tuple[Key, ...]
    places: geopandas.GeoDataFrame
    is_listed: bool = True
    names: tuple[tuple[str, Sought | None], ...] = ()
    unplaced: int = 0

    @property
    def total(self) -> int:
        """How many records it has."""
        return len(self.entries) if self.is_listed else len(self.places)

    @property
    def count(self) -> str:
        """How many records it has, as the language writes it."""
        return self.wording.number(self.total)


def numbered_looks(places: geopandas.GeoDataFrame) -> dict[Symbol, int]:
    """Return the looks of a layer's places with their numbers, what matters most first."""
    seen = places.sort_values("rank", kind="stable")["look"]
    return {look: number for number, look in enumerate(dict.fromkeys(seen))}


def without_list(briefed: BriefedLayer) -> BriefedLayer:
    """Return a layer of points as places and names, those of a look together and what is near by one after another."""
    placed, looks = briefed.places, numbered_looks(briefed.places)
    order = np.lexsort((placed.geometry.hilbert_distance().to_numpy(), [looks[look] for look in placed["look"]]))
    told = {entry.id: (entry.name, entry.sought) for entry in briefed.entries}
    places = placed.iloc[order]
    names = tuple(told[record] for record in places.index)
    unplaced = len(briefed.entries) - len(places)
    return replace(briefed, entries=(), places=places, is_listed=False, names=names, unplaced=unplaced)


def placed_of(found: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return those rows of a frame that have a place."""
    placed: geopandas.GeoDataFrame = found[found.geometry.notna()]
    return placed


def in_words(reading: Reading, layer: Layer, found: geopandas.GeoDataFrame, wording: Wording) -> BriefedLayer:
    """Return the records of a layer's frame in words, with their looks."""
    plain = plain_symbol(layer)
    if plain is None:
        raise AssertionError(f"{layer.id} has no style and got into a briefing")
    fields = [field for field in telling.listed_fields(reading, layer) if field.name != layer.name_field]
    by = coloured_by(layer)
    by = by if by and by.name in found.columns else None
    entries, looks, ranks, levels = [], [], [], []
    for row, is_placed in zip(_rows(reading, layer, found), found.geometry.notna(), strict=True):
        told = telling.place(layer, row, wording)
        look = told.symbol or plain
        cells = tuple(telling.cell(layer, field, row, wording) for field in fields)
        entries.append(Entry(row.id, told.name, look, cells, bool(is_placed)))
        looks.append(look)
        ranks.append(_rank(by, row.values.get(by.name)) if by else 0)
        levels.append(str(row.values.get("kind")) if layer.id == "area" else "")
    name_field = layer.field(layer.name_field)
    placed = geopandas.GeoDataFrame({"rank": ranks, "level": levels}, geometry=found.geometry.array, index=found.index)
    placed["look"] = np.fromiter(looks, dtype=object, count=len(looks))
    return BriefedLayer(
        layer=layer,
        wording=wording,
        title=wording.say(layer.title),
        symbol=plain,
        name_label=wording.say(name_field.label if name_field else words.NAME),
        columns=tuple(telling.Column(wording.say(field.label), field.kind in telling.NUMBERS) for field in fields),
        entries=tuple(sorted(entries, key=_in_order)),
        keys=_keys(layer, by, looks, plain, wording),
        places=placed_of(placed),
    )


def _in_order(entry: Entry) -> tuple[float, str, int]:
    """Return what sorts records by name as lists do: of names that begin with a number the smaller one first."""
    number = re.match("[0-9]{1,18}", entry.name)
    return (int(number[0]) if number else math.inf, entry.name, entry.id)


def _rank(by: Field, value: object) -> int:
    """Return a value's place in the declared order: what comes first matters most."""
    values = [choice.value for choice in by.choices]
    return values.index(str(value)) if value in values else len(values)


def _keys(layer: Layer, by: Field | None, looks: Sequence[Symbol], plain: Symbol, wording: Wording) -> tuple[Key, ...]:
    """Return the legend of a layer whose choices have looks of their own: those that there are, each once."""
    if by is None:
        return ()
    said: dict[Symbol, list[str]] = {}
    for value, symbol in choice_symbols(layer).items():
        said.setdefault(symbol, []).append(wording.value(by, value))
    if plain not in said:
        said[plain] = [wording.say(words.OTHER)]
    counts = Counter(looks)
    return tuple(Key(symbol, " / ".join(labels), counts[symbol]) for symbol, labels in said.items() if counts[symbol])


def _rows(reading: Reading, layer: Layer, found: geopandas.GeoDataFrame) -> Iterator[Row]:
    """Yield a frame's records as pages have them."""
    fields = reading.fields(layer)
    columns = [found[field.name].tolist() for field in fields]
    for place, record_id in enumerate(found.index):
        values = {field.name: plain_value(field, column[place]) for field, column in zip(fields, columns, strict=True)}
        name = values.get(layer.name_field)
        yield Row(int(record_id), values, str(name) if name is not None else str(record_id), None, None)


def plain_value(field: Field, value: object) -> object:
    """Return a frame's value as the database gave it: pandas makes whole numbers with gaps floats, and gaps NaN."""
    if isinstance(value, list):
        return value
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    if field.kind in {"count", "reference"} and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
