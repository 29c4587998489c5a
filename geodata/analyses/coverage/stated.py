"""Changes as JSON states them: each kind with its words, and how a word is read."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from reprlib import repr as short
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.coverage.modes import FASTEST_KMH, MODES, SLOWEST_KMH
from geodata.errors import InvalidInput
from geodata.layers.hours import canonical_hours

Change = Mapping[str, Any]
Stated = Sequence[Change]
MOST_CHANGES = 200
MOST_CORNERS = 1_000
WIDEST_DEG = 5.0
"""A barrier is no wider: one around half the globe would be turned inside out where it is drawn in metres."""
CLASSES = frozenset(name for mode in MODES.values() for name in mode.kmh)
"""Classes of road that any mode knows."""


def text(value: Any) -> str:
    """Return a text of 1 to 200 signs."""
    if not isinstance(value, str) or not value.strip() or len(value) > 200 or not value.isprintable():
        raise ValueError("a text of 1 to 200 signs")
    return value.strip()


def number(value: Any) -> float:
    """Return a finite number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError("a number")
    try:
        found = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        found = math.inf
    if not math.isfinite(found):
        raise ValueError("a number")
    return found


def lon(value: Any) -> float:
    """Return degrees of longitude."""
    if not -180 <= number(value) <= 180:
        raise ValueError("degrees of longitude, such as 112.0")
    return float(value)


def lat(value: Any) -> float:
    """Return degrees of latitude."""
    if not -90 <= number(value) <= 90:
        raise ValueError("degrees of latitude, such as 27.73")
    return float(value)


def spot(value: Any) -> list[float]:
    """Return a spot from [lon, lat]."""
    # A tuple is one that has been read before.
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError("a spot such as [112.0, 27.73]")
    return [lon(value[0]), lat(value[1])]


def hours(value: Any) -> str:
    """Return weekly hours in their one form."""
    found = canonical_hours(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('weekly hours such as "Mo-Fr 09:00-17:00" or "24/7"')
    return found


def capacity(value: Any) -> int:
    """Return how many desks or people a post has."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10_000:
        raise ValueError("a whole number of 0 to 10000")
    return value


def flag(value: Any) -> bool:
    """Return yes or no."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def mode(value: Any) -> str:
    """Return the name of a mode."""
    if not isinstance(value, str) or value not in MODES:
        raise ValueError(f"one of {', '.join(MODES)}")
    return str(value)


def road_class(value: Any) -> str:
    """Return a class of road."""
    if not isinstance(value, str) or value not in CLASSES:
        raise ValueError(f"one of {', '.join(sorted(CLASSES))}")
    return str(value)


def kmh(value: Any) -> float:
    """Return a speed."""
    if not SLOWEST_KMH <= number(value) < FASTEST_KMH:
        raise ValueError(f"km/h from {SLOWEST_KMH} to below {FASTEST_KMH}")
    return float(value)


def barrier(value: Any) -> Mapping[str, Any]:
    """Return a spot, a line or an area as GeoJSON has it."""
    wanted = "a GeoJSON Point, LineString or Polygon in degrees"
    if not isinstance(value, dict) or value.get("type") not in ("Point", "LineString", "Polygon"):
        raise ValueError(wanted)
    rings: Any = value.get("coordinates")
    try:
        corners = {"Point": [rings], "LineString": rings, "Polygon": rings[0]}[value["type"]]
        _ = [spot(each) for each in corners]
        shape = shape_of({"type": value["type"], "coordinates": rings})
    except (ValueError, TypeError, LookupError, shapely.errors.ShapelyError):
        raise ValueError(wanted) from None
    if len(corners) > MOST_CORNERS or shape.is_empty or not shape.is_valid:
        raise ValueError(f"{wanted}, which doesn't cross itself and has at most {MOST_CORNERS} corners")
    west, south, east, north = shape.bounds
    if max(east - west, north - south) > WIDEST_DEG:
        raise ValueError(f"{wanted}, at most {WIDEST_DEG:g} degrees across")
    return {"type": value["type"], "coordinates": rings}


def shape_of(geometry: Mapping[str, Any]) -> BaseGeometry:
    """Return the shape that GeoJSON describes."""
    return shapely.from_geojson(json.dumps(geometry))


Reader = Callable[[Any], Any]
KINDS: Mapping[str, tuple[Mapping[str, Reader], Mapping[str, Reader]]] = {
    "add_post": ({"service": text, "lon": lon, "lat": lat}, {"name": text, "hours": hours, "capacity": capacity}),
    "move_post": ({"service": text, "post": text, "lon": lon, "lat": lat}, {}),
    "close_post": ({"service": text, "post": text}, {}),
    "set_hours": ({"service": text, "post": text, "hours": hours}, {}),
    "set_staff": ({"service": text, "post": text, "capacity": capacity}, {}),
    "add_gate": ({"lon": lon, "lat": lat}, {"compound": text, "hours": hours}),
    "open_gate": ({"gate": text}, {"hours": hours}),
    "add_crossing": ({"from": spot, "to": spot}, {"one_way": flag}),
    "add_barrier": ({"geometry": barrier}, {}),
    "open_both_ways": ({"road": text}, {}),
    "set_speed": ({"mode": mode, "road_class": road_class, "kmh": kmh}, {}),
}
"""The words that each kind of change needs, and those that it may have besides."""


def left_out(changes: Stated, *, service: str | None, mode: str) -> tuple[int, ...]:
    """Return the numbers of the changes that aren't about a question: another service's posts, another mode's speeds.

    Args:
        changes: as `checked` returns them.
        service: the one that is asked about; None where no posts matter.
        mode: how one travels.
    """
    return tuple(
        number
        for number, change in enumerate(changes, start=1)
        if change.get("service", service) != service or change.get("mode", mode) != mode
    )


def speeds_in(changes: Stated, mode: str) -> dict[str, float]:
    """Return the km/h by class of road that changes state for a mode."""
    return {
        change["road_class"]: change["kmh"]
        for change in changes
        if change["change"] == "set_speed" and change["mode"] == mode
    }


def checked(stated: Any) -> list[dict[str, Any]]:
    """Return a list of changes in their one form, whatever they are about.

    Raises:
        InvalidInput: it is no list of changes; says which one is wrong, and what is wanted.
    """
    if not isinstance(stated, list | tuple) or len(stated) > MOST_CHANGES:
        raise InvalidInput(
            f'wanted is a list of at most {MOST_CHANGES} changes, such as [{{"change": "close_post", ...}}]',
            zh=f"改动应为列表，最多 {MOST_CHANGES} 项",
        )
    return [_checked(number, each) for number, each in enumerate(stated, start=1)]


def _checked(number: int, stated: Any) -> dict[str, Any]:
    kind = stated.get("change") if isinstance(stated, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidInput(
            f"change {number} is {short(kind)}; there are {', '.join(KINDS)}",
            zh=f"第 {number} 项改动的类型无法识别：{short(kind)}",
        )
    needed, possible = KINDS[kind]
    given = {name: value for name, value in stated.items() if name != "change" and value is not None}
    missing, unknown = needed.keys() - given.keys(), given.keys() - needed.keys() - possible.keys()
    if missing or unknown:
        word = min(missing or unknown)
        raise InvalidInput(
            f"change {number} ({kind}) {'lacks' if missing else 'has'} {word!r}; wanted are "
            f"{', '.join(needed)}" + (f", and there may be {', '.join(possible)}" if possible else ""),
            zh=f"第 {number} 项改动（{kind}）{'缺少' if missing else '多出'} {word!r}",
        )
    found: dict[str, Any] = {"change": kind}
    for name, value in given.items():
        try:
            found[name] = {**needed, **possible}[name](value)
        except ValueError as error:
            raise InvalidInput(
                f"change {number} ({kind}) has {name} = {short(value)}; wanted is {error}",
                zh=f"第 {number} 项改动（{kind}）的 {name} 有误：{short(value)}",
            ) from None
    return found
