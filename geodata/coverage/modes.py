"""How one travels: speeds by class of road, which ways are open, and which way one-ways are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from geodata.errors import InvalidInput

_CLOSED = frozenset({"no", "private", "use_sidepath", "agricultural", "forestry", "emergency", "military"})
"""Words of access that keep the public out."""

FASTEST_KMH = 500
SLOWEST_KMH = 0.1


@dataclass(frozen=True)
class Mode:
    """One way of travelling.

    Attributes:
        id: its name, as commands and settings have it.
        kmh: speed by class of road, in the words of OpenStreetMap; a class that isn't there is closed.
        access: the tags that open or close a way to it, the one that counts most first.
        oneway: the tags that say in which direction a way may be used, likewise; () for one who minds none.
        keeps_limits: never faster than a way's own limit.
        keeps_turns: minds turn restrictions.
    """

    id: str
    kmh: Mapping[str, float]
    access: tuple[str, ...]
    oneway: tuple[str, ...]
    keeps_limits: bool = False
    keeps_turns: bool = False

    def with_speeds(self, kmh: Mapping[str, float]) -> Mode:
        """Return the mode with other speeds for some classes.

        Raises:
            InvalidInput: a speed below SLOWEST_KMH, or not below FASTEST_KMH.
        """
        wrong = next(((name, speed) for name, speed in kmh.items() if not SLOWEST_KMH <= speed < FASTEST_KMH), None)
        if wrong:
            raise InvalidInput(
                f"{self.id} on {wrong[0]} at {wrong[1]} km/h; wanted is one of {SLOWEST_KMH} to {FASTEST_KMH}"
            )
        return replace(self, kmh={**self.kmh, **kmh})

    def is_open(self, tags: Mapping[str, str | None]) -> bool:
        """Tell whether the public may use a way in this mode."""
        said = next((tags[name] for name in self.access if tags.get(name)), None)
        return said not in _CLOSED

    def directions(self, tags: Mapping[str, str | None]) -> tuple[bool, bool]:
        """Return whether a way may be used as it is drawn, and against that."""
        said = next((tags[name] for name in self.oneway if tags.get(name)), None)
        if said is None and "oneway" in self.oneway and tags.get("junction") in ("roundabout", "circular"):
            said = "yes"
        if said in ("yes", "true", "1"):
            return True, False
        if said in ("-1", "reverse"):
            return False, True
        return True, True

    def speed_kmh(self, highway: str, limit_kmh: float | None) -> float | None:
        """Return the speed on a way of a class; None where the class is closed to the mode."""
        speed = self.kmh.get(highway)
        if speed is None or not self.keeps_limits or not limit_kmh:
            return speed
        return min(speed, limit_kmh)


def _with_links(kmh: Mapping[str, float]) -> dict[str, float]:
    """Return the speeds with those of slip roads, which are as fast as the roads that they join."""
    joined = ("motorway", "trunk", "primary", "secondary", "tertiary")
    return {**kmh, **{f"{name}_link": kmh[name] for name in joined if name in kmh}}


_STREETS = (
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "road",
    "service",
)
_PATHS = ("pedestrian", "footway", "path", "track", "cycleway", "bridleway", "corridor")

WALK = Mode(
    id="walk",
    # 15 minutes are about a kilometre: 4.5 km/h with waiting at crossings.
    kmh=_with_links({**dict.fromkeys((*_STREETS, *_PATHS), 4.5), "steps": 2.5}),
    access=("foot", "access"),
    oneway=("oneway_foot",),
)
EBIKE = Mode(
    id="ebike",
    # 25 km/h are the most that an electric bicycle may do; lanes and paths are shared with walkers.
    kmh=_with_links({
        **dict.fromkeys(("trunk", "primary", "secondary", "tertiary", "unclassified", "road", "cycleway"), 18.0),
        **dict.fromkeys(("residential", "service", "track", "path"), 13.0),
        **dict.fromkeys(("living_street", "pedestrian"), 8.0),
    }),
    access=("bicycle", "access"),
    oneway=("oneway_bicycle", "oneway"),
)  # fmt: skip
CAR = Mode(
    id="car",
    kmh=_with_links({
        "motorway": 80.0, "trunk": 45.0, "primary": 40.0, "secondary": 32.0, "tertiary": 28.0, "unclassified": 25.0,
        "residential": 20.0, "road": 20.0, "living_street": 10.0, "service": 10.0,
    }),
    access=("motor_vehicle", "access"),
    oneway=("oneway",),
    keeps_limits=True,
    keeps_turns=True,
)  # fmt: skip
MODES = {mode.id: mode for mode in (WALK, EBIKE, CAR)}
"""By name. Speeds are averages with stops; a deployment may set its own."""
