"""What a resident is told of a community: its office, its police posts, whom to call, the way from each compound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from geodata.layers import get_layer
from geodata.queries.areas import AreaRow
from geodata.queries.features import Row, list_by
from geodata.queries.of_compound import in_area, office_of
from geodata.queries.profile import profile
from geodata.queries.reading import Reading
from geodata.queries.walks import POSTS, SERVICES, read_nearest
from webmap.record import Told, tell
from webmap.resident.answer import Number, number_of, numbers_of
from webmap.resident.on_foot import minutes_of
from webmap.resident.opening import Opening, opening_of, opening_words
from webmap.telling import Place, place
from webmap.wording import Wording


@dataclass(frozen=True)
class Staffed:
    """A place where somebody is: its hours (None where they aren't known) and its number (None where it has none)."""

    place: Place
    opening: Opening | None
    number: Number | None


@dataclass(frozen=True)
class Community:
    """What a resident is told of an area.

    Attributes:
        told: its record with all that lies in it.
        office: the community's; None where none is known.
        posts: the police posts in it.
        calls: numbers that answer everywhere.
        compounds: those that touch it, each with the minutes on foot to its nearest police post; None for no known way.
        opening_words: the sentences by which the page's script says anew what is open.
    """

    told: Told
    office: Staffed | None
    posts: tuple[Staffed, ...]
    calls: tuple[Number, ...]
    compounds: tuple[tuple[Place, int | None], ...]
    opening_words: Mapping[str, str]


def community_of(reading: Reading, area: AreaRow, wording: Wording, *, now: datetime | None) -> Community:
    """Return what a resident is told of an area.

    Args:
        reading: who asks.
        area: of whatever level.
        wording: says it.
        now: of which it is told what is open, in the place's own time; None for a page that is kept as a file.
    """
    layer = reading.layer("area")
    posts = _inside(reading, POSTS, area.id)
    compounds = _inside(reading, "compound", area.id)
    nearest = read_nearest(reading, [row.id for row in compounds])
    office = office_of(reading, area.name, (area.id,)) if area.kind == "community" else None
    return Community(
        told=tell(reading, layer, profile(reading, layer, area.id), wording),
        office=_staffed(SERVICES, office, wording, now) if office else None,
        posts=tuple(_staffed(POSTS, row, wording, now) for row in posts),
        calls=numbers_of(reading.settings, wording),
        compounds=tuple(
            (place(get_layer("compound"), row, wording), minutes_of(nearest.get(row.id))) for row in compounds
        ),
        opening_words=opening_words(),
    )


def _inside(reading: Reading, layer_id: str, area_id: int) -> tuple[Row, ...]:
    layer = next((each for each in reading.layers if each.id == layer_id), None)
    return () if layer is None else list_by(reading, layer, in_area(reading, layer, area_id), limit=1000)


def _staffed(layer_id: str, row: Row, wording: Wording, now: datetime | None) -> Staffed:
    where = place(get_layer(layer_id), row, wording, is_near=True)
    return Staffed(where, opening_of(row.values.get("hours"), now, wording), number_of(where.name, row))
