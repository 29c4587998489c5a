"""Streets from the road layer: times and joins as the map has them, by the analyst's login."""

from __future__ import annotations

import numpy as np
import pytest

from geodata.analyses.streets import streets_of
from geodata.coverage.modes import CAR, WALK
from geodata.coverage.reach import nearest
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.geodata.queries.staged import put

AHEAD = "MULTILINESTRING((112 27.73, 112.001 27.73, 112.002 27.73))"
OVER = "MULTILINESTRING((112.001 27.729, 112.001 27.73, 112.001 27.731))"
RAMP = "MULTILINESTRING((112.002 27.73, 112.002 27.731, 112.001 27.731))"


@pytest.fixture
def roads(deployment: Settings) -> Settings:
    """A street, a bridge over its middle, and a ramp from the street's end to the bridge's."""
    put(
        deployment,
        "road",
        [
            {"highway": "residential", "oneway": "yes", "node_ids": "{1,2,3}", "geom": AHEAD},
            {
                "highway": "primary",
                "level": "1",
                "bridge": "yes",
                "maxspeed_kmh": "20",
                "node_ids": "{4,5,6}",
                "geom": OVER,
            },
            {"highway": "residential", "node_ids": "{3,7,6}", "geom": RAMP},
            {
                "highway": "service",
                "access": "private",
                "node_ids": "{2,8}",
                "geom": "MULTILINESTRING((112.001 27.73, 112.0012 27.7305))",
            },
        ],
    )
    return deployment


def test_walkers_go_around_by_the_ramp(roads: Settings) -> None:
    streets = streets_of(roads, WALK)
    assert streets.network.node_count == 7
    assert streets.cut_off.nodes == 0
    x, y = streets.network.x_m, streets.network.y_m
    west, south = int(x.argmin()), int(y.argmin())
    times, _ = nearest(streets.network, np.array([west]))
    # 197 m along the street, 110 m and 99 m by the ramp, 222 m over the bridge, at 4.5 km/h: 502 s.
    assert times[south] == pytest.approx(5020, rel=0.01)


def test_cars_cannot_come_back_from_a_one_way_street(roads: Settings) -> None:
    streets = streets_of(roads, CAR)
    # The one-way street's first two nodes are left and never entered.
    assert (streets.cut_off.nodes, streets.cut_off.pieces) == (2, 2)
    speeds = streets.length_m / np.maximum(streets.ahead_ds, streets.back_ds) * 36
    assert sorted(set(np.rint(speeds).astype(int).tolist())) == [20]


def test_without_roads_the_sentence_says_what_to_load(deployment: Settings) -> None:
    with pytest.raises(InvalidInput, match="there are no roads: load"):
        streets_of(deployment, WALK)


def test_cars_keep_the_turns_that_the_map_forbids_at_a_node(deployment: Settings) -> None:
    arms = {1: "112.001 27.73", 2: "112.003 27.73", 3: "112.002 27.731", 4: "112.002 27.729"}
    put(
        deployment,
        "road",
        [
            {
                "source_id": f"way/{node}",
                "highway": "residential",
                "node_ids": f"{{{node},5}}",
                "geom": f"MULTILINESTRING(({place}, 112.002 27.73))",
            }
            for node, place in arms.items()
        ]
        + [
            {
                "source_id": "way/6",
                "highway": "residential",
                "node_ids": "{3,6}",
                "geom": "MULTILINESTRING((112.002 27.731, 112.003 27.731))",
            }
        ],
    )
    rows = [
        {"kind": "no_left_turn", "from_way": "way/1", "via": "node/5", "to_way": "way/3"},
        {"kind": "only_straight_on", "from_way": "way/3", "via": "node/5", "to_way": "way/4"},
        {"kind": "no_right_turn", "from_way": "way/1", "via": "way/9 way/8", "to_way": "way/4"},
        {"kind": "no_left_turn", "from_way": "way/2", "via": "way/3", "to_way": "way/6"},
        {"kind": "no_right_turn", "from_way": "way/1", "via": "node/5 way/3", "to_way": "way/4"},
        {"kind": "no_u_turn", "from_way": "way/77", "via": "node/5", "to_way": "way/1"},
        {"kind": "give_way", "from_way": "way/2", "via": "node/5", "to_way": "way/3"},
    ]
    put(deployment, "turn_restriction", rows)
    # From 1 not into 3; from 3 into none of 1, 2 and 3 itself; from 2 not over 3 into 6.
    told = streets_of(deployment, CAR).turns
    assert (told.kept, told.over_ways, told.forbidden) == (3, 1, 5)
    assert told.left_out == {"kind_unknown": 1, "road_not_loaded": 2, "via_unclear": 1}
    assert streets_of(deployment, WALK).turns.forbidden == 0
