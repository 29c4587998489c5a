"""What goes into a briefing: every layer that the reader has, with its records in words and its shapes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import geopandas
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geodata.errors import NotFound
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.areas import AreaRow
from geodata.queries.facts import LayerFacts, layer_facts
from geodata.queries.features import Row, page
from geodata.queries.frames import frame
from geodata.queries.named import names_of
from geodata.queries.reading import Reading
from geodata.queries.search import FINDING
from geodata.queries.spellings import ways_of
from geodata.queries.walks import streets_of_gates
from geodata.settings import Settings
from webmap import telling
from webmap.briefing import words
from webmap.briefing.names import WrittenName, written_names
from webmap.cartography.symbols import Symbol, choice_symbols, coloured_by, plain_symbol
from webmap.wording import Wording

MOST_RECORDS = 3000
"""So many a list has; of points with more only places and names are told, other layers are left out."""
MOST_POINTS = 100_000
MOST_BASE = 40_000


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

    @property
    def total(self) -> int:
        """How many records it has."""
        return len(self.entries) if self.is_listed else len(self.places)

    @property
    def count(self) -> str:
        """How many records it has, as the language writes it."""
        return self.wording.number(self.total)


@dataclass(frozen=True)
class Briefing:
    """All that one briefing says.

    Attributes:
        settings: of the deployment.
        wording: the language.
        area: what it is about; None for the whole deployment.
        level: the area's kind in words; empty for the whole deployment.
        outline: of the area, WGS 84; None where the area has none.
        subjects: the layers that the map is about, in the registry's order.
        base: the layers of the base map with their shapes, low first.
        names: of towns and villages, the greatest first.
        streets: those by the gates of compounds, each with its ways in pinyin.
        facts: counts, dates and credits by layer id, of the layers as wholes.
        notice: the sentence that goes with all data.
        notes: what was left out, and why.
        version: of the publication that was read.
    """

    settings: Settings
    wording: Wording
    area: AreaRow | None
    level: str
    outline: BaseGeometry | None
    subjects: tuple[BriefedLayer, ...]
    base: tuple[tuple[Layer, geopandas.GeoDataFrame], ...]
    names: tuple[WrittenName, ...]
    streets: dict[str, str]
    facts: dict[str, LayerFacts]
    notice: str
    notes: tuple[str, ...]
    version: int

    @property
    def title(self) -> str:
        """The area's name, or the place's."""
        return self.area.name if self.area else self.settings.name


def collect(
    reading: Reading, settings: Settings, wording: Wording, *, area: AreaRow | None = None, notice: str = ""
) -> Briefing:
    """Return what a briefing on an area says, as this reader may know it.

    Args:
        reading: who asks.
        settings: of the deployment.
        wording: the language.
        area: one of the reader's areas; None for the whole deployment.
        notice: the sentence that goes with all data.

    Raises:
        NotFound: nothing has been published for the reader.
    """
    if not reading.layers:
        raise NotFound("nothing has been published yet: ./csmap publish")
    notes: list[str] = []
    drawn = [layer for layer in reading.layers if layer.geometry and layer.style and not layer.is_name_only]
    fitting = [layer for layer in drawn if _fits(reading, layer, area, wording, notes)]
    kind = next((layer.field("kind") for layer in drawn if layer.id == "area"), None)
    subjects = tuple(_subject(reading, layer, area, wording) for layer in fitting if not layer.is_base)
    sought = [entry.sought for briefed in subjects for entry in briefed.entries if entry.sought]
    return Briefing(
        settings=settings,
        wording=wording,
        area=area,
        level=wording.value(kind, area.kind) if area and kind else "",
        outline=_outline(reading, settings, area),
        subjects=subjects,
        base=tuple(
            (layer, _placed(frame(reading, layer, area=area.id if area else None)))
            for layer in sorted(fitting, key=_order)
            if layer.is_base
        ),
        names=written_names(reading, wording, area.id if area else None, notes),
        streets=ways_of(reading, {street for *_, streets in sought for street in streets}),
        facts=layer_facts(reading),
        notice=notice,
        notes=tuple(notes),
        version=reading.version,
    )


def _fits(reading: Reading, layer: Layer, area: AreaRow | None, wording: Wording, notes: list[str]) -> bool:
    """Tell whether a layer belongs into a file: it has records or is always shown; too many are noted."""
    count = page(reading, layer, area=area.id if area else None, limit=0).matched
    if not count and not layer.is_on_at_first:
        return False
    most, sentence = MOST_POINTS if layer.geometry == "point" else MOST_RECORDS, words.LEFT_OUT
    if layer.is_base:
        most, sentence = MOST_BASE, words.BASE_LEFT_OUT
    if count > most:
        notes.append(wording.fill(sentence, wording.say(layer.title), wording.number(count)))
    return count <= most


def _order(layer: Layer) -> int:
    return layer.style.order if layer.style else 0


def _placed(found: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    placed: geopandas.GeoDataFrame = found[found.geometry.notna()]
    return placed


def _outline(reading: Reading, settings: Settings, area: AreaRow | None) -> BaseGeometry | None:
    if area is None:
        return settings.boundary
    shapes = frame(reading, reading.layer("area"), area=area.id).geometry
    outline: BaseGeometry | None = shapes.get(area.id)
    return outline


def _subject(reading: Reading, layer: Layer, area: AreaRow | None, wording: Wording) -> BriefedLayer:
    found = in_words(reading, layer, frame(reading, layer, area=area.id if area else None), wording)
    streets = streets_of_gates(reading) if layer.id == FINDING else {}
    names: dict[int, Sought] = {
        named.id: (named.detail, named.others, named.ways, streets.get(named.id, ()))
        for named in names_of(reading, layer)
    }
    found = replace(found, entries=tuple(replace(entry, sought=names.get(entry.id)) for entry in found.entries))
    return found if found.total <= MOST_RECORDS else without_list(found)


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
    return replace(briefed, entries=(), places=places, is_listed=False, names=names)


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
        places=_placed(placed),
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
