"""GCJ-02 and BD-09 against published vectors, and there and back again."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.crs import convert
from geodata.settings import PROJECT

# A degree is about 111 km: 1e-13 degrees are 1e-8 m, and one bit of a longitude of 120 degrees is 1.4e-14.
SAME_DEG = 1e-13
# At 105 E the formula has a root of |lon - 105|, steeper there than an iteration can follow: a micrometre.
STEEP_DEG = 1e-11
PHONES = PROJECT / "webmap" / "frontend" / "officer" / "china_offset.ts"
NODE = Path(sys.executable).parent / "node"
LONGITUDES = st.floats(72.02, 137.81)
LATITUDES = st.floats(0.85, 55.81)


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    east = (lon - other_lon) * 111_320 * np.cos(np.radians(lat))
    return float(np.hypot(east, (lat - other_lat) * 110_900))


def rows_of(path: Path, source: str) -> list[tuple[float, float, float, float]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["from"] == source]
    assert rows
    return [(float(row["lon_in"]), float(row["lat_in"]), float(row["lon_out"]), float(row["lat_out"])) for row in rows]


def test_published_gcj02_vectors_come_out_to_the_last_digit(shared_data: Callable[[str], Path]) -> None:
    for lon, lat, gcj_lon, gcj_lat in rows_of(shared_data("coordvec/eviltransform_vectors.csv"), "WGS84"):
        assert convert(lon, lat, source="wgs84", target="gcj02") == pytest.approx((gcj_lon, gcj_lat), abs=1e-12)
        assert convert(gcj_lon, gcj_lat, source="gcj02", target="wgs84") == pytest.approx((lon, lat), abs=1e-12)


def test_published_bd09_vectors_are_near_but_have_another_wave(shared_data: Callable[[str], Path]) -> None:
    # That library's BD-09 has pi where Baidu has 3000 pi / 180 (its issue 43), and undoes GCJ-02 in one step. The
    # wave's height is 3e-6 radians at a radius of 124 degrees: 3.7e-4 degrees, 41 m, and 2e-5 degrees, 2 m; the step
    # is 2 m. So its rows can be 45 m from the truth, no more, where Baidu's shift as a whole is 1.2 km.
    for lon, lat, wgs_lon, wgs_lat in rows_of(shared_data("coordvec/eviltransform_vectors.csv"), "BD09"):
        seen = convert(lon, lat, source="bd09", target="wgs84")
        assert distance_m(float(seen[0]), float(seen[1]), wgs_lon, wgs_lat) < 45
        assert distance_m(lon, lat, wgs_lon, wgs_lat) > 1000


def test_bd09_from_gcj02_is_the_vector_that_most_libraries_publish() -> None:
    # coordtransform and its translations: Tian'anmen.
    assert convert(116.404, 39.915, source="gcj02", target="bd09") == pytest.approx(
        (116.41036949371029, 39.92133699351021), abs=1e-12
    )


def test_bd09_from_wgs84_is_what_baidus_own_service_answers() -> None:
    # The example of Baidu's geoconv documentation, from=1 to=5; the service adds a random part of less than a metre.
    seen = convert(114.21892734521, 29.575429778924, source="wgs84", target="bd09")
    assert distance_m(float(seen[0]), float(seen[1]), 114.2307519546763, 29.57908428837437) < 1


def test_the_shift_at_louxing_is_as_measured() -> None:
    # 656 m for GCJ-02 (544 east, 367 south), and 1,221 m for BD-09.
    lon, lat = convert(111.99, 27.73, source="wgs84", target="gcj02")
    assert (lon - 111.99) * 111_320 * np.cos(np.radians(27.73)) == pytest.approx(544, abs=2)
    assert (lat - 27.73) * 110_800 == pytest.approx(-367, abs=2)
    baidu = convert(111.99, 27.73, source="wgs84", target="bd09")
    assert distance_m(111.99, 27.73, float(baidu[0]), float(baidu[1])) == pytest.approx(1221, abs=3)


@given(lon=LONGITUDES, lat=LATITUDES)
@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_there_and_back_is_the_same_point(system: str, lon: float, lat: float) -> None:
    allowed = SAME_DEG if abs(lon - 105) > 1e-4 else STEEP_DEG
    there = convert(lon, lat, source="wgs84", target=system)
    assert convert(*there, source=system, target="wgs84") == pytest.approx((lon, lat), abs=allowed, rel=0)


@given(lon=LONGITUDES, lat=LATITUDES)
def test_bd09_to_gcj02_and_back_is_the_same_point(lon: float, lat: float) -> None:
    there = convert(lon, lat, source="bd09", target="gcj02")
    allowed = SAME_DEG if abs(there[0] - 105) > 0.02 else STEEP_DEG
    assert convert(*there, source="gcj02", target="bd09") == pytest.approx((lon, lat), abs=allowed, rel=0)


@given(lon=LONGITUDES, lat=LATITUDES)
def test_the_shift_moves_every_point_but_never_far(lon: float, lat: float) -> None:
    # The largest published shift is about a kilometre; a shift of nothing would mean a point left unshifted.
    gcj = convert(lon, lat, source="wgs84", target="gcj02")
    assert 0 < distance_m(lon, lat, float(gcj[0]), float(gcj[1])) < 2000


def test_an_array_is_converted_point_by_point() -> None:
    x = np.array([[111.9, 112.0], [112.1, 116.4]])
    y = np.array([[27.6, 27.7], [27.8, 39.9]])
    gcj_x, gcj_y = convert(x, y, source="wgs84", target="gcj02")
    assert gcj_x.shape == gcj_y.shape == (2, 2)
    for row, column in np.ndindex(2, 2):
        one = convert(x[row, column], y[row, column], source="wgs84", target="gcj02")
        assert one == (gcj_x[row, column], gcj_y[row, column])


@pytest.mark.skipif(not NODE.exists(), reason="the front end's Node.js isn't there: ./csmap setup")
def test_a_phone_without_a_network_moves_spots_as_the_server_does() -> None:
    spots = [(112.0012, 27.7312), (104.99, 35.01), (121.5, 31.2), (87.6, 43.8), (73.1, 3.9)]
    shifted = [tuple(map(float, convert(lon, lat, source="wgs84", target="gcj02"))) for lon, lat in spots]
    script = (
        f"import {{ wgs84FromGcj02 }} from {json.dumps(PHONES.as_uri())};"
        f"console.log(JSON.stringify({json.dumps(shifted)}.map(wgs84FromGcj02)));"
    )
    asked = [str(NODE), "--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", script]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert np.array(json.loads(said)) == pytest.approx(np.array(spots), abs=STEEP_DEG)
