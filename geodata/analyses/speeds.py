"""How fast people really travel: speeds by class of road from observed trips, which are used and forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import shapely

from geodata.analyses.coverage.question import mode_of
from geodata.analyses.coverage.stage import SNAP_LIMIT_M
from geodata.analyses.facts import ground_facts
from geodata.analyses.streets import ways_of
from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.calibration import FEWEST_TRIPS, Calibration, Trips, calibrate
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import Mode
from geodata.coverage.snapping import snap
from geodata.coverage.streets import DS_A_MINUTE, KMH_TO_M_PER_DS
from geodata.coverage.trips import follow
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.layers.text import counted
from geodata.settings import Settings

_TOO_FAST = 3.0
"""So many times the mode's fastest class, in a straight line, nobody travels: the clock or a point is wrong."""


@dataclass(frozen=True)
class Trip:
    """One observed trip: degrees of WGS 84, and how long it took; `row` is where it stands in its file."""

    row: int
    from_lon: float
    from_lat: float
    to_lon: float
    to_lat: float
    minutes: float


@dataclass(frozen=True)
class LeftOut:
    """A trip that can't be used; the sentence tells nobody's way."""

    row: int
    reason: str
    message: str


class TooFewTrips(InvalidInput):
    """So few trips can be used that nothing can be said; `rows` are the others, each with its reason."""

    def __init__(self, used: int, rows: Sequence[LeftOut]) -> None:
        trips = counted(used, "trip")
        super().__init__(f"{trips} that can be used; wanted are {FEWEST_TRIPS} or more")
        self.rows = tuple(rows)


@dataclass(frozen=True, eq=False)
class SpeedsAnswer:
    """Speeds by class from trips. No trip is part of it.

    Attributes:
        mode: who travelled, at the speeds before.
        found: the speeds, and the errors before and after.
        used: how many trips they stand on.
        left_out: those that couldn't be used.
        receipt: roads and code.
    """

    mode: Mode
    found: Calibration
    used: int
    left_out: tuple[LeftOut, ...]
    receipt: Mapping[str, object]


def calibrate_speeds(settings: Settings, mode_id: str, trips: Sequence[Trip]) -> SpeedsAnswer:
    """Return the speeds by class at which trips on the deployment's roads take as long as was observed.

    The trips are kept nowhere: neither in the store nor in the answer.

    Args:
        settings: the deployment.
        mode_id: "car", "ebike" or "walk": all trips were made so.
        trips: observed.

    Raises:
        TooFewTrips: it names the rows of those that can't be used, with their reasons.
        InvalidInput: no such mode, or no roads.
    """
    mode = mode_of(settings, mode_id)
    ways = ways_of(settings, mode)
    streets = lay_streets(ways, mode)
    begins, ends = (
        _metres(settings, [(each.from_lon, each.from_lat) for each in trips]),
        _metres(settings, [(each.to_lon, each.to_lat) for each in trips]),
    )
    took_ds = np.array([each.minutes for each in trips], dtype=np.float64) * DS_A_MINUTE
    begin, end = (snap(streets, spots[:, 0], spots[:, 1], limit_m=SNAP_LIMIT_M) for spots in (begins, ends))
    time_ds = follow(streets, begin, end, np.zeros(len(streets.tail), dtype=np.int64), kinds=1).time_ds
    straight_m = np.hypot(*(ends - begins).T)
    too_fast = straight_m > _TOO_FAST * max(mode.kmh.values()) * KMH_TO_M_PER_DS * took_ds
    reasons = [
        ("off_network", ~begin.is_joined, f"begins farther than {SNAP_LIMIT_M:.0f} m from every road of {mode.id}"),
        ("off_network", ~end.is_joined, f"ends farther than {SNAP_LIMIT_M:.0f} m from every road of {mode.id}"),
        ("no_way", ~np.isfinite(time_ds), f"has no way on the roads that are open to {mode.id}"),
        ("no_distance", straight_m == 0, "ends where it begins; wanted is a trip from one point to another"),
        ("too_fast", too_fast, f"is faster in a straight line than {mode.id} can be; its minutes or a point are wrong"),
    ]
    left_out: dict[int, LeftOut] = {}
    for reason, is_wrong, said in reasons:
        for number in np.flatnonzero(is_wrong).tolist():
            left_out.setdefault(number, LeftOut(trips[number].row, reason, f"The trip {said}."))
    kept: Ints = np.setdiff1d(np.arange(len(trips)), np.array(list(left_out), dtype=np.int64))
    rows = tuple(left_out[number] for number in sorted(left_out))
    if len(kept) < FEWEST_TRIPS:
        raise TooFewTrips(len(kept), rows)
    found = calibrate(ways, mode, Trips(begin.those(kept), end.those(kept), took_ds[kept]))
    facts = ground_facts(settings, ["road", "turn_restriction"])
    return SpeedsAnswer(mode, found, len(kept), rows, facts)


def speeds_as_json(answer: SpeedsAnswer) -> dict[str, object]:
    """Return an answer as JSON can hold it."""
    found = answer.found

    def rounded(error: object) -> dict[str, float]:
        return {name: round(value, 3) for name, value in vars(error).items()}

    return {
        "mode": answer.mode.id,
        "speeds_kmh": dict(found.kmh),
        "classes": [
            {**asdict(each), "km": round(each.km, 3), "data_share": round(each.data_share, 4)} for each in found.classes
        ],
        "error": {
            "before": rounded(found.before),
            "after": rounded(found.after),
            "held_back": rounded(found.held_back),
        },
        "trips": {"used": answer.used, "left_out": len(answer.left_out)},
        "left_out": [asdict(each) for each in answer.left_out],
        "rounds": found.rounds,
        "is_settled": found.is_settled,
        "receipt": dict(answer.receipt),
    }


def _metres(settings: Settings, degrees: Sequence[tuple[float, float]]) -> Floats:
    points = np.asarray(shapely.points(np.array(degrees, dtype=np.float64).reshape(-1, 2)), dtype=object)
    return np.asarray(shapely.get_coordinates(to_metric(list(points), settings.metric_crs)), dtype=np.float64)
