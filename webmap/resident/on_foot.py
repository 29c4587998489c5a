"""The ways on foot that have been published, in words: how long to which door, by which gate, or why there is none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from flask_babel import gettext

from geodata.coverage.streets import DS_A_MINUTE
from geodata.layers import get_layer
from geodata.layers.hours import ALWAYS
from geodata.queries.features import Row, list_by
from geodata.queries.reading import Reading
from geodata.queries.walks import Walk
from webmap.resident.opening import Opening, opening_of
from webmap.telling import Place, place
from webmap.wording import Wording


@dataclass(frozen=True)
class OnFoot:
    """A place that one walks to.

    Attributes:
        place: where it is.
        kind, kind_title: its kind, also in words.
        minutes: from the gate to its door, rounded up.
        distance: along the line, in words; "" where no line is kept.
        gate: by which gate one leaves, in words; "" where none is known.
        gate_opening: that gate's hours; None where it never closes, or nobody has said.
        opening: its hours; None where they aren't known.
        line: JSON of longitudes and latitudes from the gate to the door; "" where none is kept.
    """

    place: Place
    kind: str
    kind_title: str
    minutes: int
    distance: str
    gate: str
    gate_opening: Opening | None
    opening: Opening | None
    line: str


def on_foot(reading: Reading, walks: Sequence[Walk], wording: Wording, now: datetime | None) -> list[OnFoot]:
    """Return the places to which ways lead, in their order; `now` is the moment of which it is told what is open."""
    ways = [walk for walk in walks if walk.record_id is not None]
    if not ways:
        return []
    layer = reading.layer(ways[0].layer)
    kind = layer.field("kind")
    rows = by_id(reading, layer.id, {walk.record_id for walk in ways})
    gates = by_id(reading, "gate", {walk.gate_id for walk in ways})
    return [
        OnFoot(
            place=place(layer, row, wording, is_near=True),
            kind=str(row.values.get("kind") or ""),
            kind_title=wording.value(kind, row.values.get("kind")) if kind else "",
            minutes=minutes_of(walk) or 1,
            distance="" if walk.length_m is None else wording.distance(walk.length_m),
            gate=_gate(gates.get(walk.gate_id or 0), walk.street, wording),
            gate_opening=_gate_opening(gates.get(walk.gate_id or 0), now, wording),
            opening=opening_of(row.values.get("hours"), now, wording),
            line=_line(walk),
        )
        for walk in ways
        if (row := rows.get(walk.record_id or 0)) is not None
    ]


def minutes_of(walk: Walk | None) -> int | None:
    """Return the minutes of a way, rounded up, 1 at least; None where none is known."""
    return None if walk is None or walk.time_ds is None else max(1, ceil(walk.time_ds / DS_A_MINUTE))


def by_id(reading: Reading, layer_id: str, ids: set[int | None]) -> dict[int, Row]:
    """Return some records of a layer by id."""
    layer, wanted = reading.layer(layer_id), [each for each in ids if each is not None]
    return {row.id: row for row in list_by(reading, layer, reading.table(layer).c.id.in_(wanted))} if wanted else {}


def _gate(row: Row | None, street: str | None, wording: Wording) -> str:
    """Return by which gate one leaves, and on which street it is."""
    if row is None:
        return ""
    kind = get_layer("gate").field("kind")
    name = str(row.values.get("name") or "") or (wording.value(kind, row.values.get("kind")) if kind else "")
    if not wording.is_chinese and not row.values.get("name"):
        name = name[:1].lower() + name[1:]
    return gettext("%(gate)s on %(street)s", gate=name, street=street) if street else name


def _gate_opening(row: Row | None, now: datetime | None, wording: Wording) -> Opening | None:
    """Return the hours of a gate that closes; None for another."""
    hours = None if row is None else row.values.get("hours")
    return None if hours == ALWAYS else opening_of(hours, now, wording)


def _line(walk: Walk) -> str:
    if walk.line is None:
        return ""
    return json.dumps([[round(lon, 6), round(lat, 6)] for lon, lat in walk.line.coords], separators=(",", ":"))


def why_not(walks: Sequence[Walk]) -> str:
    """Return why no way to a police post is told."""
    cause = next((walk.cause for walk in walks if walk.cause), None)
    sentences = {
        "no_roads": gettext("No streets are known here, so no way can be told."),
        "no_post": gettext("No police post is known here."),
        "gate": gettext("No gate that lets people walk out is known, so no way can be told."),
        "no_way": gettext("On the streets that are known no way on foot leads to a police post."),
    }
    return sentences.get(cause or "", gettext("The way on foot isn't worked out yet."))
