"""Ways on foot that are asked for while one is out: from a spot to the nearest police posts, some spots in order.

They are worked out as the analyst, on roads, gates, compounds and posts, which are everybody's; whoever asks brings the
spots along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely

from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.places import Places
from geodata.analyses.coverage.question import Asked, mode_of
from geodata.analyses.coverage.stage import SNAP_LIMIT_M, snapped
from geodata.analyses.coverage.way_lines import tree_of
from geodata.analyses.streets import streets_of
from geodata.analyses.walks_found import COMPARED_MIN, TO_DOOR, find_ways_to_police
from geodata.coverage.arrays import Floats
from geodata.coverage.causes import NOTHING
from geodata.coverage.entries import soonest
from geodata.coverage.modes import WALK
from geodata.coverage.order import MOST_PLACES, quickest_order
from geodata.coverage.pairs import site_times
from geodata.coverage.reach import nearest
from geodata.coverage.snapping import sources_of
from geodata.crs import from_metric, to_metric
from geodata.errors import InvalidInput
from geodata.queries.demand import PlaceRow
from geodata.queries.walks import Walk
from geodata.settings import Settings

LIMIT_DS = 2 * 60 * 60 * 10
"""Two hours on foot: farther than that nobody walks from one place to the next."""
NO_STREET = "no_street"
"""Why a spot has no way, besides `geodata.queries.walks.CAUSES`: no street is near it that leads on to the others."""


@dataclass(frozen=True)
class Spot:
    """Where one is, or wants to go: WGS 84 degrees, and the compound whose gates lead there; None for none."""

    lon: float
    lat: float
    compound_id: int | None = None


@dataclass(frozen=True)
class Leg:
    """A way from one spot to the next.

    Attributes:
        time_ds: from gate to gate, whole deciseconds.
        length_m: along the line.
        line: WGS 84 degrees; None where both are in one compound.
    """

    time_ds: int
    length_m: float
    line: shapely.LineString | None


@dataclass(frozen=True)
class Order:
    """An order of spots by their numbers.

    Attributes:
        spots: in the order in which they are walked to.
        legs: from each of these to the next.
        cut_off: the others: no way leads from these to them.
    """

    spots: tuple[int, ...]
    legs: tuple[Leg, ...]
    cut_off: tuple[int, ...]


def ways_to_posts(settings: Settings, spot: Spot) -> list[Walk]:
    """Return the ways from a spot to the police posts nearest on foot, at any hour, or one row that says why not.

    In a compound whose gates are known they begin at the gate; `compound_id` says nothing.
    """
    found = find_ways_to_police(settings, _places(settings, [spot]))
    if [walk.cause for walk in found] == ["no_way"] and not _has_street(settings, spot):
        return [replace(found[0], cause=NO_STREET)]
    return found


def walking_order(settings: Settings, spots: Sequence[Spot], *, is_begun: bool) -> Order:
    """Return the order in which some spots are walked to in the least time, proven, on the streets that are known.

    Ways within compounds aren't known: times run from gate to gate. Where ways are missing, or take longer than
    LIMIT_DS, the most are put in order that one walk comes to.

    Args:
        settings: the deployment's.
        spots: at most MOST_PLACES.
        is_begun: the first one is where it begins; else it begins wherever that is best.

    Raises:
        InvalidInput: they are too many, or no roads are known.
    """
    if len(spots) > MOST_PLACES:
        raise InvalidInput(
            f"{len(spots)} spots; at most {MOST_PLACES} are put in order", zh=f"最多可为 {MOST_PLACES} 处排序"
        )
    walked = _Walked(settings, spots)
    numbers, _ = quickest_order(walked.times(), first=0 if is_begun else None)
    cut_off = tuple(sorted(set(range(len(spots))) - set(numbers)))
    return Order(tuple(numbers), tuple(walked.legs(numbers)), cut_off)


class _Walked:
    """Spots on the streets, each with the doors by which one leaves it: its compound's gates, else itself."""

    def __init__(self, settings: Settings, spots: Sequence[Spot]) -> None:
        asked = Asked(_ON, mode_of(settings, WALK.id), COMPARED_MIN, None, "spot", "residents", None)
        self.crs, self.ground = settings.metric_crs, Ground(settings, asked, [], _places(settings, spots))
        self.streets = self.ground.stage(NOTHING).streets
        (self.entries, self.site), self.gates = self.ground.entries_now(), self.ground.gates_now()
        self.doors = np.flatnonzero(np.isin(self.entries.site, self.site) & self.entries.at.is_joined)
        self.starts = self.entries.at.those(self.doors)
        self.from_doors = self._from_doors()

    def _from_doors(self) -> Floats:
        """Return (n, d) the times to each spot from each door; inf where no way leads."""
        found = site_times(
            self.streets, self.starts, self.entries, site_count=self.ground.site_count, limit_ds=LIMIT_DS
        )[self.site].tocoo()
        times = np.full(found.shape, np.inf)
        times[found.coords] = found.data
        return times

    def times(self) -> Floats:
        """Return (n, n) the times from each spot to each."""
        own = self.entries.site[self.doors][None, :] == self.site[:, None]
        times = np.where(own[:, None, :], self.from_doors[None, :, :], np.inf)
        least: Floats = times.min(axis=2, initial=np.inf)
        least[self.site[:, None] == self.site[None, :]] = 0
        return least

    def legs(self, numbers: Sequence[int]) -> list[Leg]:
        """Return the ways from each of some spots to the next."""
        ways = [self._way(one, other) for one, other in pairwise(numbers)]
        lines = iter(from_metric([line for _, line in ways if line is not None], self.crs))
        return [Leg(took, 0.0, None) if line is None else Leg(took, line.length, next(lines)) for took, line in ways]

    def _way(self, one: int, other: int) -> tuple[int, shapely.LineString | None]:
        """Return what the way from a spot to another takes, and its line in metres."""
        if self.site[one] == self.site[other]:
            return 0, None
        times = np.where(self.entries.site[self.doors] == self.site[one], self.from_doors[other], np.inf)
        door = int(times.argmin())
        start, took = self.starts.those(np.array([door])), int(times[door])
        reached = nearest(self.streets.network, sources_of(self.streets, start), limit_ds=took)
        best = soonest(self.streets, *reached, self.entries, start, site_count=self.ground.site_count)
        last = int(best.entry[self.site[other]])
        spots = tree_of(self.streets, *reached).on_streets(0, start, self.entries.at.those(np.array([last])), took)
        return took, shapely.LineString([self._door(int(self.doors[door]), one), *spots, self._door(last, other)])

    def _door(self, entry: int, spot: int) -> tuple[float, float]:
        """Return where a gate is; where the entry is none, the spot itself."""
        gate = int(self.gates[entry])
        at = self.ground.places.points[spot] if gate < 0 else self.ground.gate_points[gate]
        x, y = shapely.get_coordinates(at)[0].tolist()
        return x, y


_ON = replace(TO_DOOR, direction="from_post")


def _places(settings: Settings, spots: Sequence[Spot]) -> Places:
    degrees = np.array([(spot.lon, spot.lat) for spot in spots], dtype=np.float64).reshape(-1, 2)
    return Places(
        kind="spot",
        rows=[PlaceRow(number, "", None, None, None, spot.compound_id, None) for number, spot in enumerate(spots)],
        layers=["spot"] * len(spots),
        people=np.full(len(spots), np.nan),
        shape=to_metric([shapely.Point(at) for at in degrees], settings.metric_crs),
        compound=np.array([spot.compound_id or 0 for spot in spots], dtype=np.int64),
        room_m=np.zeros(len(spots)),
    )


def _has_street(settings: Settings, spot: Spot) -> bool:
    streets = streets_of(settings, mode_of(settings, WALK.id))
    return bool(snapped(streets, _places(settings, [spot]).points, SNAP_LIMIT_M).is_joined.all())
