"""How much an answer depends on what isn't known for sure: speeds, how far from a street counts, the roads' date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.stage import SNAP_LIMIT_M
from geodata.analyses.facts import plain
from geodata.coverage.sensitivity import Sway, at_speeds, sway_of
from geodata.errors import InvalidInput
from geodata.settings import Settings

SNAP_LIMITS_M = (SNAP_LIMIT_M / 2, SNAP_LIMIT_M * 2)


def moment_of(settings: Settings, stated: str) -> datetime:
    """Return the end of a day such as "2025-06-30", or a moment such as "2025-06-30T12:00", in the place's time zone.

    Raises:
        InvalidInput: it is none.
    """
    try:
        if len(stated) == len("2025-06-30"):
            found = datetime.combine(date.fromisoformat(stated) + timedelta(days=1), time())
        else:
            found = datetime.fromisoformat(stated)
    except (ValueError, OverflowError):
        raise InvalidInput(
            f"{stated[:40]!r} is no day; wanted is one such as 2025-06-30",
            zh=f"无法识别的日期 {stated[:40]!r}；应形如 2025-06-30",
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(settings.time_zone))


def sways(answer: Answer, *, roads_on: datetime | None = None) -> dict[str, Sway]:
    """Return what becomes of an answer, by what is supposed to be otherwise.

    Places where nobody is known to be have no weight. Each share is one of all people whose number is known.

    Args:
        answer: of `cover`.
        roads_on: a moment with other roads, as the store knew them then; None asks of no other.

    Returns:
        "speed_0.8", "speed_1.2", "snap_50_m", "snap_200_m", and "roads" with the moment.

    Raises:
        InvalidInput: no roads were known at that moment.
    """
    limit_ds = answer.asked.limit_ds
    found = {
        f"speed_{factor:g}": sway for factor, sway in at_speeds(answer.known, answer.time_ds, limit_ds=limit_ds).items()
    }
    for name, ground in _others(answer.ground, roads_on):
        other = ground.arrival()
        found[name] = sway_of(answer.known, answer.time_ds, answer.post, other.time_ds, other.owner, limit_ds=limit_ds)
    return found


def sways_as_json(found: dict[str, Sway]) -> dict[str, Any]:
    """Return sways as JSON can hold them; `changed_share` is that of all whose answer is another one."""
    return {
        name: {
            **{key: plain(value) if key == "covered" else round(value, 6) for key, value in asdict(sway).items()},
            "changed_share": round(sway.changed_share, 6),
        }
        for name, sway in found.items()
    }


def _others(ground: Ground, roads_on: datetime | None) -> Iterator[tuple[str, Ground]]:
    stands = (ground.settings, ground.asked, ground.posts, ground.places, ground.changes)
    for limit_m in SNAP_LIMITS_M:
        yield f"snap_{limit_m:g}_m", Ground(*stands, snap_limit_m=limit_m)
    if roads_on is not None:
        yield f"roads_{roads_on:%Y-%m-%dT%H:%M}", Ground(*stands, roads_on=roads_on)
