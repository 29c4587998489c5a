"""What "covered" means in the sample: modes, speeds, limits, hours, in one place and in truth.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from etl.sample.gates import LETS_IN

SNAP_KMH = 4.5
"""From a post's door to the nearest way that its mode may use, on foot."""
CROSSING_M = 250.0
"""How long a bridge or underpass that isn't there could be."""
ON_BARRIER_M = 5.0
"""What is this near to a barrier's middle, a bend of a tunnel for one, lies on neither of its sides."""
NEAR_WALL_M = 30.0
"""Streets this near to an outline are where an open area's people set out, and where a gate could be added."""
PEOPLE_PER_DESK = 2000
BORDERLINE_SHARE = 0.01


@dataclass(frozen=True)
class Mode:
    """How one travels: km/h by class of way (the others are closed), which way, and the limit in minutes."""

    id: str
    kmh: Mapping[str, float]
    from_post: bool
    keeps_one_ways: bool
    limit_min: float

    @property
    def limit_s(self) -> float:
        """The limit in seconds, inclusive."""
        return self.limit_min * 60


_WALKED = ("trunk", "primary", "secondary", "tertiary", "residential", "living_street", "pedestrian", "service")
FOOT = Mode(
    id="foot",
    kmh={**dict.fromkeys((*_WALKED, "footway"), 4.5), "steps": 2.5},
    from_post=False,
    keeps_one_ways=False,
    limit_min=8,
)
CAR = Mode(
    id="car",
    kmh={
        "trunk": 45,
        "primary": 40,
        "secondary": 32,
        "tertiary": 28,
        "residential": 20,
        "living_street": 10,
        "service": 10,
    },
    from_post=True,
    keeps_one_ways=True,
    limit_min=2.5,
)
MODES = (FOOT, CAR)
TIMES = {"Mo 10:00": (0, 600), "Mo 22:30": (0, 1350)}
"""When coverage is asked for: (weekday from Monday, minute of the day)."""


def in_words() -> dict[str, object]:
    """Return the standard as truth.json states it."""
    return {
        "question": "nearest open police post",
        "modes": {
            mode.id: {
                "kmh": dict(mode.kmh),
                "direction": "from post to place" if mode.from_post else "from place to post",
                "limit_min": mode.limit_min,
                "keeps_one_ways": mode.keeps_one_ways,
            }
            for mode in MODES
        },
        "limit_is": "inclusive",
        "when": list(TIMES),
        "clock": "from the post's door to the compound's gate; the way inside the wall isn't counted",
        "ways": "all whose class has a speed, but those with access=private; turn restrictions don't count",
        "post": f"walks to the nearest point of the nearest way at {SNAP_KMH} km/h",
        "place": (
            "a walled compound is reached at any gate that is open at the time and lets the mode in; an open area at "
            f"any node of the ways within {NEAR_WALL_M:.0f} m of its outline"
        ),
        "gates_let_in": {kind: list(modes) for kind, modes in LETS_IN.items()},
        "capacity": (
            f"on foot: {PEOPLE_PER_DESK} residents a desk; in the order of travel time, compounds go whole to a post "
            "within the limit that has room"
        ),
        "causes": {
            "no_data": "nobody has counted its people; listed once, whatever the mode and time",
            "unroutable": "no route from any post at any hour to any gate of whatever kind",
            "gate": f"covered if all its gates let all in and each way within {NEAR_WALL_M:.0f} m had one",
            "one_way": "covered if cars might use every way in both directions",
            "barrier": f"covered if ways on both sides of river or railway, {CROSSING_M:.0f} m apart or less, met; "
            f"what is within {ON_BARRIER_M:.0f} m of its middle is on neither side",
            "hours": "covered if all posts were open",
            "distance": "covered by none of these, nor by all of them together",
            "capacity": "in reach, but all posts in reach are full",
            "with": "where more than one has to be lifted: the fewest, in this order, the first is the cause",
        },
        "borderline": f"judged otherwise were the limit {BORDERLINE_SHARE:.0%} off, so perhaps by another rounding",
    }
