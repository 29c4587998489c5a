"""Records as the panel beside the map shows them, some to a file, for a page that no application answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from flask import render_template

from geodata.layers.layer import Layer
from geodata.queries.facts import LayerFacts
from geodata.queries.features import list_by
from geodata.queries.profile import Profile, profile
from geodata.queries.reading import Reading
from webmap import ageing
from webmap.record import tell
from webmap.static_site.addresses import Edition, as_file
from webmap.wording import Wording

MOST_WHOLE = 20_000
"""Of a layer with more records each is told by itself, without what hangs on it: that takes some queries a record."""
BLOCK = 50
"""So many ids share a file: one is a few dozen kilobytes."""


def write_records(reading: Reading, edition: Edition, facts: dict[str, LayerFacts], folders: dict[str, Path]) -> int:
    """Write all records of all layers but the base map's and those with pages of their own; return how many they are.

    Args:
        reading: a resident's.
        edition: names what links lead to.
        facts: of the layers.
        folders: by language, where to write `<layer>/<id // BLOCK>.json`: an object of HTML by id.
    """
    count = 0
    for layer in (each for each in reading.layers if _is_told(each, edition) and facts[each.id].count):
        for folder in folders.values():
            (folder / layer.id).mkdir(parents=True)
        for number, ids in groupby(ids_of(reading, layer), key=lambda record_id: record_id // BLOCK):
            is_whole = facts[layer.id].count <= MOST_WHOLE
            found = _profiles(reading, layer, list(ids), is_whole=is_whole)
            count += len(found)
            for language, folder in folders.items():
                with as_file(reading, edition, language):
                    told = _told(reading, layer, facts[layer.id], found, Wording(language))
                (folder / layer.id / f"{number}.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return count


def _is_told(layer: Layer, edition: Edition) -> bool:
    return not layer.is_base and layer.id not in edition.own_pages


def _profiles(reading: Reading, layer: Layer, ids: list[int], *, is_whole: bool) -> list[Profile]:
    if is_whole:
        return [profile(reading, layer, record_id) for record_id in ids]
    rows = list_by(reading, layer, reading.table(layer).c.id.in_(ids))
    return [Profile(row, None, {}, (), (), ()) for row in rows]


def _told(reading: Reading, layer: Layer, facts: LayerFacts, found: list[Profile], wording: Wording) -> dict[str, str]:
    stale = ageing.warning(layer, facts, reading.settings.today(), wording)
    return {
        str(each.row.id): render_template("record.html", told=tell(reading, layer, each, wording), stale=stale, level=2)
        for each in found
    }


def ids_of(reading: Reading, layer: Layer) -> Iterator[int]:
    """Yield a layer's ids in their order."""
    table, last = reading.table(layer), 0
    while rows := list_by(reading, layer, table.c.id > last, limit=1000):
        yield from (row.id for row in rows)
        last = rows[-1].id
