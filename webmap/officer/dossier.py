"""A compound's dossier: all that an officer may know of it on one page, what has to be seen to first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from geodata.layers import get_layer
from geodata.queries.deadlines import list_deadlines
from geodata.queries.features import Row, list_by
from geodata.queries.narrowing import belonging
from geodata.queries.of_compound import areas_of
from geodata.queries.profile import profile
from geodata.queries.reading import Reading
from geodata.queries.walks import POSTS, read_walks
from webmap.officer.deadlines import Item, items
from webmap.record import Group, Told, tell
from webmap.resident.answer import areas_told
from webmap.resident.on_foot import OnFoot, on_foot, why_not
from webmap.resident.opening import Opening, opening_of
from webmap.telling import Place, place
from webmap.wording import Wording

MOST_OPEN = 200


@dataclass(frozen=True)
class Gate:
    """A gate of a compound, with its hours; None where they aren't known."""

    place: Place
    opening: Opening | None


@dataclass(frozen=True)
class Dossier:
    """What an officer is told of a compound.

    Attributes:
        told: its record; what stands in the other attributes isn't in its groups.
        is_own: whether it touches the reader's areas; of others' compounds no hazards are shown.
        areas: the grid, the community and so on up, each with its level in words and the code of its page.
        hazards: those that are open, by deadline.
        posts: the police posts near on foot, the nearest first; `no_way` says why there are none.
        gates: with their hours.
    """

    told: Told
    is_own: bool
    areas: tuple[tuple[str, Place, str], ...]
    hazards: tuple[Item, ...]
    posts: tuple[OnFoot, ...]
    no_way: str
    gates: tuple[Gate, ...]


def dossier_of(reading: Reading, compound_id: int, wording: Wording, *, now: datetime | None) -> Dossier:
    """Return what a reader may know of a compound.

    Raises:
        NotFound: there is no such compound for this reader.
    """
    layer = reading.layer("compound")
    found = profile(reading, layer, compound_id)
    told = tell(reading, layer, found, wording)
    walks = [walk for walk in read_walks(reading, compound_id) if walk.layer == POSTS]
    areas = areas_of(reading, compound_id)
    posts = tuple(on_foot(reading, walks, wording, now))
    return Dossier(
        told=replace(told, groups=tuple(_without(told, "gate")), near=()),
        is_own=any(area.id in reading.area_ids for area in areas),
        areas=areas_told(areas, wording),
        hazards=tuple(
            items(reading, list_deadlines(reading, "all", compound_id=compound_id, limit=MOST_OPEN).rows, wording)
        ),
        posts=posts,
        no_way="" if posts else why_not(walks),
        gates=_gates(reading, compound_id, wording, now),
    )


def _without(told: Told, layer_id: str) -> list[Group]:
    groups = (
        replace(group, members=tuple(each for each in group.members if each.layer_id != layer_id))
        for group in told.groups
    )
    return [group for group in groups if group.members]


def _gates(reading: Reading, compound_id: int, wording: Wording, now: datetime | None) -> tuple[Gate, ...]:
    layer = reading.layer("gate")
    here = belonging(reading, layer, get_layer("compound"), compound_id)
    rows = () if here is None else list_by(reading, layer, here)
    return tuple(
        Gate(_named(place(layer, row, wording, is_near=True), row), opening_of(row.values.get("hours"), now, wording))
        for row in rows
    )


def _named(gate: Place, row: Row) -> Place:
    """Return a gate called by its own name, where it has one, and not by its kind alone."""
    name = str(row.values.get("name") or "")
    return replace(gate, name=name, detail=gate.name) if name else replace(gate, detail="")
