"""The names that the page without a database searches, as one file a language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from geodata.layers.layer import Layer
from geodata.queries.named import Named, names_of
from geodata.queries.reading import Reading
from geodata.queries.search import FINDING
from geodata.queries.spellings import ways_of
from geodata.queries.walks import streets_of_gates
from webmap.hits import by_street
from webmap.wording import Wording

MOST = 200_000
"""So many names a browser searches between two letters; of a place with more, the base map's are left out first."""
_DIGITS = 6


def write_names(reading: Reading, wording: Wording, path: Path) -> int:
    """Write the names of all layers, subjects before the base map, and return how many there are.

    Compounds stand with the streets of their gates, and each street with its pinyin once.

    Each name is in memory by itself.
    """
    layers = sorted(
        (layer for layer in reading.layers if layer.geometry and any(f.is_searched for f in reading.fields(layer))),
        key=lambda layer: (layer.is_base, layer.id != FINDING),
    )
    count, streets = 0, streets_of_gates(reading)
    ways = ways_of(reading, {street for each in streets.values() for street in each})
    with path.open("w", encoding="utf-8") as file:
        head = [{"id": each.id, "title": wording.say(each.title), "isBase": each.is_base} for each in layers]
        file.write(f'{{"layers":{_json(head)},"apart":{_json(wording.join(["", ""]))},"onStreet":{_json(by_street())},')
        file.write(f'"streets":{_json(ways)},"names":[')
        for number, layer in enumerate(layers):
            for named in names_of(reading, layer):
                if count == MOST:
                    break
                line = _line(number, layer, named, wording)
                if layer.id == FINDING and named.id in streets:
                    line.append(streets[named.id])
                file.write(("," if count else "") + "\n" + _json(line))
                count += 1
        file.write("]}\n")
    return count


def _line(number: int, layer: Layer, named: Named, wording: Wording) -> list[Any]:
    """Return a name as the page's script reads it (webmap/frontend/names.ts)."""
    called = wording.name_of(layer, named.named_by, named.name, named.stands_on)
    box = [round(edge, _DIGITS) for edge in named.bbox or ()]
    if box[:2] == box[2:]:
        box = box[:2]
    return [number, named.id, called, named.detail, box, list(named.others), list(named.ways)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
