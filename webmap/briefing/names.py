"""Names of towns and villages in a briefing: as on the main map, from the same zooms and in the same sizes."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.layers.layer import Layer
from geodata.queries.place_names import list_place_names
from geodata.queries.reading import Reading
from webmap.briefing import words
from webmap.cartography.place_names import Written, how_written
from webmap.wording import Wording

MOST_NAMES = 3000
"""Each is an element of the page; of more the greatest are kept."""


@dataclass(frozen=True)
class WrittenName:
    """A name on the map: its layer, where it stands (WGS 84 degrees) and how it is written."""

    layer: Layer
    id: int
    name: str
    lon: float
    lat: float
    written: Written


def written_names(reading: Reading, wording: Wording, area: int | None, notes: list[str]) -> tuple[WrittenName, ...]:
    """Return the names that the reader's map writes in an area, or in all of the place; what is left out is noted."""
    found: list[WrittenName] = []
    for layer in (layer for layer in reading.layers if layer.is_name_only):
        looks = how_written(layer)
        places = list_place_names(reading, layer, wording.language, area=area, most=MOST_NAMES + 1)
        if len(places) > MOST_NAMES:
            notes.append(wording.say(words.NAMES_LEFT_OUT).format(wording.number(MOST_NAMES)))
        found += [
            WrittenName(layer, place.id, place.name, round(place.lon, 6), round(place.lat, 6), looks[place.kind])
            for place in places[:MOST_NAMES]
        ]
    return tuple(found)
