"""Photos of hazards: that they are there, for who sees the hazard; themselves, for the police and the steward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from geodata.errors import NotFound
from geodata.layers.audience import ON_THE_GROUND, Audience
from geodata.queries.reading import Reading

OPENED_BY = frozenset({Audience.POLICE, Audience.STEWARD})


@dataclass(frozen=True)
class Photo:
    """That there is a photo: its number, and the day on which it was taken."""

    id: int
    taken_on: date


def list_photos(reading: Reading, hazard_id: int) -> tuple[Photo, ...]:
    """Return the photos of a hazard, the oldest first; () for a reader who may not even know of them."""
    if reading.reader.audience not in ON_THE_GROUND:
        return ()
    rows = reading.connection.execute(
        text("SELECT id, taken_on FROM live.list_hazard_photos(:hazard)"), {"hazard": hazard_id}
    )
    return tuple(Photo(row.id, row.taken_on) for row in rows)


def open_photo(reading: Reading, photo_id: int) -> bytes:
    """Return a photo, a JPEG.

    Raises:
        NotFound: there is none, or none that this reader may look at.
    """
    if reading.reader.audience in OPENED_BY:
        query = text("SELECT live.open_hazard_photo(:photo)")
        found: bytes | None = reading.connection.execute(query, {"photo": photo_id}).scalar()
        if found is not None:
            return bytes(found)
    raise NotFound(f"no photo {photo_id}")
