"""From a spot to the nearest posts, and spots in order: by hand, on a street with a lane to a compound's one gate."""

from __future__ import annotations

import pytest

from geodata.analyses.on_foot import NO_STREET, Spot, walking_order, ways_to_posts
from geodata.coverage.order import MOST_PLACES
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put

COURT = "112.0102 27.7302, 112.0122 27.7302, 112.0122 27.7322, 112.0102 27.7322, 112.0102 27.7302"
IN_COURT, BESIDE_THE_STREET = (112.0105, 27.7315), (112.0121, 27.7303)
WEST, EAST, CUT_OFF = Spot(112.002, 27.73), Spot(112.018, 27.73), Spot(112.0, 27.75)
A_MINUTE_M = 75


@pytest.fixture(scope="module")
def place(deployments: Deployments) -> Settings:
    """A street 2 km long, a lane off its middle, a compound whose one gate is on the lane, a street apart."""
    made = deployments.make("On foot", synthetic=True)
    assert walking_refused(made)
    lines = {
        "street": "112 27.73, 112.01 27.73, 112.02 27.73",
        "lane": "112.01 27.73, 112.01 27.735",
        "apart": "111.998 27.75, 112.002 27.75",
    }
    put(
        made,
        "road",
        [
            {"source_id": f"way/{key}", "name": key, "highway": "residential", "geom": f"MULTILINESTRING(({line}))"}
            for key, line in lines.items()
        ],
    )
    put(made, "compound", [{"source_id": "c", "name": "Court", "geom": f"MULTIPOLYGON((({COURT})))"}])
    gate = {"source_id": "g", "kind": "main", "compound_name": "Court", "geom": "POINT(112.0102 27.7312)"}
    put(made, "gate", [gate])
    posts = {"near": "112.004 27.73", "far": "112 27.73", "unreached": "112.03 27.76"}
    put(
        made,
        "police_post",
        [{"source_id": key, "name": key, "geom": f"POINT({at})"} for key, at in posts.items()],
    )
    return made


def walking_refused(made: Settings) -> bool:
    """Without roads there is nothing to walk on: one says so, the other refuses."""
    assert [walk.cause for walk in ways_to_posts(made, WEST)] == ["no_roads"]
    with pytest.raises(InvalidInput, match="road"):
        walking_order(made, [WEST, EAST], is_begun=False)
    return True


def _court(settings: Settings, at: tuple[float, float]) -> Spot:
    return Spot(*at, compound_id=1)


def test_one_walks_out_by_the_gate_to_the_nearest_posts(place: Settings) -> None:
    # By the street it lies 11 m from; by the gate 20 m to the lane, 133 m down it, 591 m to the west.
    first, second = ways_to_posts(place, _court(place, BESIDE_THE_STREET))
    assert first.length_m == pytest.approx(744, abs=3)
    assert first.time_ds == pytest.approx(744 / A_MINUTE_M * 600, rel=0.005)
    assert second.length_m == pytest.approx(744 + 394, abs=4)
    assert (first.gate_id, first.street) == (1, "lane")
    assert first.line is not None
    assert first.line.coords[0] == pytest.approx((112.0102, 27.7312), abs=1e-6)
    assert first.line.coords[-1] == pytest.approx((112.004, 27.73), abs=1e-6)
    (outside, _) = ways_to_posts(place, Spot(*BESIDE_THE_STREET))
    assert outside.gate_id is None
    assert outside.length_m == pytest.approx(33 + 798, abs=3)


def test_why_there_is_no_way_is_told(place: Settings) -> None:
    # Beside a street that leads nowhere, and in the fields.
    for spot in (CUT_OFF, Spot(112.006, 27.74)):
        assert [walk.cause for walk in ways_to_posts(place, spot)] == [NO_STREET]


def test_spots_are_walked_to_in_the_least_time_and_those_cut_off_are_named(place: Settings) -> None:
    spots = [EAST, _court(place, IN_COURT), WEST, CUT_OFF, _court(place, BESIDE_THE_STREET)]
    order = walking_order(place, spots, is_begun=False)
    assert order.cut_off == (3,)
    assert order.spots in {(0, 1, 4, 2), (0, 4, 1, 2), (2, 1, 4, 0), (2, 4, 1, 0)}
    first, within, last = order.legs
    assert (within.time_ds, within.line) == (0, None)
    for leg in (first, last):
        # 788 m on the street, 133 m on the lane, 20 m to the gate.
        assert leg.length_m == pytest.approx(941, abs=4)
        assert leg.time_ds == pytest.approx(941 / A_MINUTE_M * 600, rel=0.005)
    assert first.line is not None
    begins = {(round(x, 3), round(y, 3)) for x, y in (first.line.coords[0], first.line.coords[-1])}
    assert begins == {(112.018 if order.spots[0] == 0 else 112.002, 27.73), (112.01, 27.731)}
    # From the street's western end the eastern one comes last.
    assert walking_order(place, [Spot(112.0001, 27.73), *spots], is_begun=True).spots in {
        (0, 3, 2, 5, 1),
        (0, 3, 5, 2, 1),
    }
    assert walking_order(place, [CUT_OFF, EAST], is_begun=True).cut_off == (1,)
    assert walking_order(place, [], is_begun=False).spots == ()
    with pytest.raises(InvalidInput, match="at most 13"):
        walking_order(place, [EAST] * (MOST_PLACES + 1), is_begun=False)
