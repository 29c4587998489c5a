"""GCJ-02 and BD-09, the shifted systems of Chinese map services, from and to WGS 84."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Points = tuple[Floats, Floats]

# The shift is stated in metres and turned into degrees on the Krasovsky ellipsoid.
_AXIS_M = 6378245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_MAX_STEPS = 10
# A step below this is one bit of a longitude: 3e-14 degrees are 3e-9 m.
_CONVERGED_DEG = 3e-14
# Some libraries write pi here, which lands up to 40 m from what Baidu's own service answers.
_BAIDU_WAVE = 3000 * np.pi / 180
_BAIDU_EAST_DEG, _BAIDU_NORTH_DEG = 0.0065, 0.006


def gcj02_from_wgs84(lon: Floats, lat: Floats) -> Points:
    """Shift WGS 84 to GCJ-02.

    Args:
        lon: (n,) degrees, finite. The domain is the caller's to check: outside it the formula means nothing.
        lat: (n,) degrees.

    Returns:
        (n,) longitudes and latitudes in degrees.
    """
    east_m, north_m = _shift_m(lon - 105.0, lat - 35.0)
    phi = np.radians(lat)
    curve = 1 - _ECCENTRICITY_2 * np.sin(phi) ** 2
    normal_m = _AXIS_M / np.sqrt(curve)
    meridian_m = normal_m * (1 - _ECCENTRICITY_2) / curve
    return lon + np.degrees(east_m / (normal_m * np.cos(phi))), lat + np.degrees(north_m / meridian_m)


def wgs84_from_gcj02(lon: Floats, lat: Floats) -> Points:
    """Undo `gcj02_from_wgs84`, by iteration: the usual single step would leave a bias of 2.4 m."""
    return _inverse(gcj02_from_wgs84, lon, lat)


def bd09_from_gcj02(lon: Floats, lat: Floats) -> Points:
    """Shift GCJ-02 to BD-09 (BD09LL, degrees)."""
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BAIDU_WAVE)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BAIDU_WAVE)
    return radius * np.cos(angle) + _BAIDU_EAST_DEG, radius * np.sin(angle) + _BAIDU_NORTH_DEG


def gcj02_from_bd09(lon: Floats, lat: Floats) -> Points:
    """Undo `bd09_from_gcj02`, by iteration: the published one-step inverse is up to a metre off."""
    return _inverse(bd09_from_gcj02, lon, lat)


def bd09_from_wgs84(lon: Floats, lat: Floats) -> Points:
    """Shift WGS 84 to BD-09: the GCJ-02 shift and Baidu's on top."""
    return bd09_from_gcj02(*gcj02_from_wgs84(lon, lat))


def wgs84_from_bd09(lon: Floats, lat: Floats) -> Points:
    """Undo `bd09_from_wgs84`."""
    return wgs84_from_gcj02(*gcj02_from_bd09(lon, lat))


def _inverse(shift: Callable[[Floats, Floats], Points], lon: Floats, lat: Floats) -> Points:
    """Return the points that `shift` moves to (lon, lat): a fixed point, as the shift hardly changes on its own way."""
    x, y = lon, lat
    for _ in range(_MAX_STEPS):
        shifted_lon, shifted_lat = shift(x, y)
        step_lon, step_lat = lon - shifted_lon, lat - shifted_lat
        x, y = x + step_lon, y + step_lat
        if max(np.abs(step_lon).max(initial=0), np.abs(step_lat).max(initial=0)) <= _CONVERGED_DEG:
            break
    return x, y


def _shift_m(x: Floats, y: Floats) -> Points:
    """Return the GCJ-02 shift to the east and to the north, metres, at x, y degrees from 105 E, 35 N."""
    shared = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    root = np.sqrt(np.abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    waves_east = shared + 20 * _wave(x, 1) + 40 * _wave(x, 3) + 150 * _wave(x, 12) + 300 * _wave(x, 30)
    waves_north = shared + 20 * _wave(y, 1) + 40 * _wave(y, 3) + 160 * _wave(y, 12) + 320 * _wave(y, 30)
    return east + waves_east * 2 / 3, north + waves_north * 2 / 3


def _wave(degrees: Floats, half_period_deg: float) -> Floats:
    """Return a sine that comes back after twice `half_period_deg`."""
    return np.sin(degrees * (np.pi / half_period_deg))
