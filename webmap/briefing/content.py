"""What goes into a briefing: every layer that the reader has, with its records in words and its shapes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas
from shapely.geometry.base import BaseGeometry

from geodata.errors import NotPublished
from geodata.layers.layer import Layer
from geodata.queries.areas import AreaRow
from geodata.queries.facts import LayerFacts, layer_facts
from geodata.queries.features import page
from geodata.queries.frames import frame
from geodata.queries.named import names_of
from geodata.queries.reading import Reading
from geodata.queries.search import FINDING
from geodata.queries.spellings import ways_of
from geodata.queries.walks import streets_of_gates
from geodata.settings import Settings
from webmap.briefing import words
from webmap.briefing.names import WrittenName, written_names
from webmap.briefing.subjects import BriefedLayer, Sought, in_words, placed_of, without_list
from webmap.wording import Wording

MOST_RECORDS = 3000
"""So many a list has; of points with more only places and names are told, other layers are left out."""
MOST_POINTS = 100_000
MOST_BASE = 40_000


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
        NotPublished: nothing has been published for the reader.
    """
    if not reading.layers:
        raise NotPublished("nothing has been published yet: ./csmap publish")
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
            (layer, placed_of(frame(reading, layer, area=area.id if area else None)))
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
