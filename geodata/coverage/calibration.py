"""Speeds by class of road from trips that were observed: routed, fitted, and routed again until they agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.fitting import fitted_slowness
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import FASTEST_KMH, SLOWEST_KMH, Mode
from geodata.coverage.snapping import Snapped
from geodata.coverage.streets import DS_A_MINUTE, KMH_TO_M_PER_DS, Streets, Ways
from geodata.coverage.trips import Followed, follow
from geodata.errors import InvalidInput

FEWEST_TRIPS = 10
"""Of fewer nothing can be said; every fifth is held back to see how the speeds do on trips they weren't fitted to."""
_HELD_BACK = 5
_ROUNDS = 20
_PATIENCE = 3
"""So many rounds without any gain: ways change back and forth between speeds that do equally well."""
_SETTLED = 1e-3
_HARDLY = 0.02


@dataclass(frozen=True)
class ClassSpeed:
    """A class of road before and after.

    Attributes:
        name: in the words of OpenStreetMap.
        before_kmh, kmh: its speed.
        trips, km: how many trips lead over it where it is free to be its own speed, and how far.
        data_share: how much of its speed the trips decide, 0..1; the rest is the speed before.
    """

    name: str
    before_kmh: float
    kmh: float
    trips: int
    km: float
    data_share: float


@dataclass(frozen=True)
class TripError:
    """How far times on the streets are from observed ones.

    Attributes:
        mean_abs_min: on average, minutes.
        median_pct: of half the trips it is less, per cent of the observed time.
        bias_min: minutes more than observed, on average; below 0 for times that are too short.
    """

    mean_abs_min: float
    median_pct: float
    bias_min: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """Fitted speeds.

    Attributes:
        classes: those that any trip leads over, the longest way first.
        before, after: the error with the speeds before, and with these, on the very trips.
        held_back: the error on every fifth trip, with speeds that were fitted to the others.
        rounds: how often the trips were routed.
        is_settled: the speeds no longer changed.
    """

    classes: tuple[ClassSpeed, ...]
    before: TripError
    after: TripError
    held_back: TripError
    rounds: int
    is_settled: bool

    @property
    def kmh(self) -> Mapping[str, float]:
        """The speeds by class."""
        return {each.name: each.kmh for each in self.classes}


@dataclass(frozen=True, eq=False)
class Trips:
    """Observed trips: (k,) where each begins and ends on the streets, (k,) deciseconds that it took."""

    begin: Snapped
    end: Snapped
    took_ds: Floats

    def those(self, kept: Mask | Ints) -> Trips:
        """Return some of them."""
        return Trips(self.begin.those(kept), self.end.those(kept), self.took_ds[kept])


def calibrate(ways: Ways, mode: Mode, trips: Trips) -> Calibration:
    """Return the speeds by class with which trips take as long as was observed.

    Each round takes the quickest ways at the speeds so far and fits the slowness of each class to them by non-negative
    least squares: bounded, and drawn towards the speeds before as far as the scatter of the trips leaves them open.
    Trips that are far off, with a stop or a wrong clock, count less (Huber). Limits of single ways hold.

    Args:
        ways: the roads; all modes.
        mode: who travelled, at the speeds before.
        trips: with a way at these speeds, each.

    Raises:
        InvalidInput: too few trips, or a time that isn't more than 0.
    """
    took = trips.took_ds
    if len(took) < FEWEST_TRIPS:
        raise InvalidInput(f"{len(took)} trips that can be used; wanted are {FEWEST_TRIPS} or more")
    if not (np.isfinite(took) & (took > 0)).all():
        raise InvalidInput("a trip that took no time, or nobody knows how long; wanted is more than 0")
    before = _routed(ways, mode, trips)
    is_held = np.arange(len(took)) % _HELD_BACK == _HELD_BACK - 1
    found = _search(ways, mode, trips, _slowed(mode))
    held = _search(ways, mode, trips.those(~is_held), found.routed.mode)
    # Never worse than it was: speeds that only fit their own ways are none.
    best = found if _loss(found.routed.followed, took) <= _loss(before.followed, took) else _Search(before, 0, False)
    there = trips.those(is_held)
    return Calibration(
        classes=_told(mode, best, before),
        before=error_of(before.followed.time_ds, took),
        after=error_of(best.routed.followed.time_ds, took),
        held_back=error_of(_routed(ways, held.routed.mode, there).followed.time_ds, there.took_ds),
        rounds=found.rounds,
        is_settled=found.is_settled,
    )


def error_of(time_ds: Floats, took_ds: Floats) -> TripError:
    """Return how far times are from observed ones."""
    off = time_ds - took_ds
    return TripError(
        mean_abs_min=float(np.abs(off).mean() / DS_A_MINUTE),
        median_pct=float(np.median(np.abs(off) / took_ds) * 100),
        bias_min=float(off.mean() / DS_A_MINUTE),
    )


@dataclass(frozen=True, eq=False)
class _Routed:
    """Trips on their quickest ways at a mode's speeds; columns are the mode's classes in their order."""

    mode: Mode
    followed: Followed
    data_share: Floats | None = None


@dataclass(frozen=True, eq=False)
class _Search:
    routed: _Routed
    rounds: int
    is_settled: bool


def _routed(ways: Ways, mode: Mode, trips: Trips) -> _Routed:
    streets = lay_streets(ways, mode)
    found = follow(streets, trips.begin, trips.end, _kinds(ways, streets), kinds=len(mode.kmh))
    return _Routed(mode, found)


def _kinds(ways: Ways, streets: Streets) -> Ints:
    """Return (e,) the class of each edge, -1 where the way's own limit is what keeps one slow."""
    mode = streets.mode
    number = {name: at for at, name in enumerate(mode.kmh)}
    kind = np.array([number.get(name, -1) for name in ways.highway], dtype=np.int64)
    if mode.keeps_limits:
        speed = np.array([*mode.kmh.values(), 0.0])[kind]
        with np.errstate(invalid="ignore"):
            kind = np.where((ways.limit_kmh > 0) & (ways.limit_kmh < speed), -1, kind)
    return kind[streets.way]


def _slowed(mode: Mode) -> Mode:
    """Return a mode slower than any limit: a class of which every way is held by its limit would never be seen."""
    return mode.with_speeds({name: kmh / 3 for name, kmh in mode.kmh.items()}) if mode.keeps_limits else mode


def _search(ways: Ways, mode: Mode, trips: Trips, now: Mode) -> _Search:
    """Return the best of the rounds until the speeds no longer change, or change without getting better."""
    prior = _slowness(mode)
    share, best_at = np.zeros(len(prior)), 1
    best = routed = _routed(ways, now, trips)
    for number in range(1, _ROUNDS + 1):
        if _loss(routed.followed, trips.took_ds) < _loss(best.followed, trips.took_ds):
            best, best_at = _Routed(now, routed.followed, share), number
        length_m, slowness = routed.followed.length_m, _slowness(now)
        rest_ds = trips.took_ds - (routed.followed.time_ds - length_m @ slowness)
        fit, share = fitted_slowness(length_m, rest_ds, trips.took_ds, prior=prior)
        change = np.abs(fit / slowness - 1)[length_m.any(axis=0)].max(initial=0.0)
        if change < _SETTLED or (change < _HARDLY and number - best_at >= _PATIENCE):
            return _Search(_Routed(best.mode, best.followed, share), number, is_settled=True)
        kmh = np.clip(1 / (fit * KMH_TO_M_PER_DS), SLOWEST_KMH, FASTEST_KMH - 1)
        if number - best_at >= 2 * _PATIENCE:
            return _Search(_Routed(best.mode, best.followed, share), number, is_settled=False)
        now = mode.with_speeds(dict(zip(mode.kmh, kmh.tolist(), strict=True)))
        routed = _routed(ways, now, trips)
    return _Search(best, _ROUNDS, is_settled=False)


def _slowness(mode: Mode) -> Floats:
    """Return deciseconds for a metre of each class."""
    return 1 / (np.array(list(mode.kmh.values()), dtype=np.float64) * KMH_TO_M_PER_DS)


def _loss(followed: Followed, took_ds: Floats) -> float:
    return float(np.abs(followed.time_ds - took_ds).mean())


def _told(mode: Mode, best: _Search, before: _Routed) -> tuple[ClassSpeed, ...]:
    length_m, share = best.routed.followed.length_m, best.routed.data_share
    kmh, old = list(best.routed.mode.kmh.values()), list(before.mode.kmh.values())
    found = [
        ClassSpeed(
            name=name,
            before_kmh=old[at],
            kmh=round(kmh[at], 2),
            trips=int((length_m[:, at] > 0).sum()),
            km=float(length_m[:, at].sum() / 1000),
            data_share=0.0 if share is None else float(share[at]),
        )
        for at, name in enumerate(mode.kmh)
        if length_m[:, at].any()
    ]
    return tuple(sorted(found, key=lambda each: (-each.km, each.name)))
