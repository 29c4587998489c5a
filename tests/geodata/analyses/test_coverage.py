"""Coverage of a village drawn by hand: gates, hours, room, cells, and questions that can't be answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely

from geodata.analyses.access import measure_access
from geodata.analyses.coverage import Answer, Changes, Question, as_json, cover, frame_of, parse_period, remedies_of
from geodata.analyses.coverage.cover import ground_of
from geodata.analyses.coverage.drawn import drawn
from geodata.analyses.coverage.gaps import gaps_of
from geodata.analyses.coverage.reach_of import reach_of
from geodata.analyses.coverage.report import by_cause_as_json
from geodata.errors import GeodataError, InvalidInput
from geodata.queries.posts import PostRow
from geodata.settings import Settings
from tests.geodata.queries.staged import put

# One street from west to east, 98.6 m between its nodes; on foot 789 deciseconds each.
STREET = "MULTILINESTRING((112 27.73, 112.001 27.73, 112.002 27.73, 112.003 27.73, 112.004 27.73, 112.005 27.73))"
LANE = "MULTILINESTRING((112.004 27.73, 112.004 27.7305))"
YARD = "MULTIPOLYGON(((112.0035 27.7305, 112.0045 27.7305, 112.0045 27.731, 112.0035 27.731, 112.0035 27.7305)))"
HOUSE = "MULTIPOLYGON((({0} 27.7301, {1} 27.7301, {1} 27.7302, {0} 27.7302, {0} 27.7301)))"
STEP_DS = 789


def house(lon: float, **facts: object) -> dict[str, object]:
    return {"geom": HOUSE.format(lon - 0.00005, lon + 0.00005), "source_id": f"h{lon}", **facts}


@pytest.fixture
def village(deployment: Settings) -> Settings:
    return laid_village(deployment)


def laid_village(deployment: Settings) -> Settings:
    """Lay a post at the street's west end, open by day, and a walled yard at the end of a lane in the east."""
    put(
        deployment,
        "road",
        [
            {"source_id": "s", "highway": "residential", "node_ids": "{1,2,3,4,5,6}", "geom": STREET},
            {"source_id": "l", "highway": "footway", "node_ids": "{5,7}", "geom": LANE},
        ],
    )
    put(deployment, "compound", [{"source_id": "Y", "code": "Y", "name": "Yard", "residents": 500, "geom": YARD}])
    put(
        deployment,
        "gate",
        [
            {
                "source_id": "G1",
                "kind": "foot",
                "hours": "Mo-Su 06:00-22:00",
                "compound_name": "Yard",
                "geom": "POINT(112.004 27.7305)",
            },
        ],
    )
    posts = [{"source_id": "P", "name": "Post", "hours": "Mo-Fr 09:00-17:00", "geom": "POINT(112 27.73)"}]
    put(deployment, "police_post", posts)
    return deployment


def asked(settings: Settings, minutes: float = 15, **more: object) -> Answer:
    return cover(settings, Question("police_room", minutes=minutes, **more))  # type: ignore[arg-type]


def test_a_compound_is_entered_at_its_gate(village: Settings) -> None:
    answer = asked(village, at="Mon 10:00")
    # Four steps of the street and 55.4 m of lane at 4.5 km/h.
    assert answer.time_ds.tolist() == [4 * STEP_DS + 443]
    assert (answer.demand_total, answer.covered, answer.share) == (500, 500, 1.0)


@pytest.mark.parametrize(
    ("when", "minutes", "cause", "lifted"),
    [
        ("Mon 18:00", 15, "hours", ("hours",)),
        ("Mon 23:00", 15, "gate", ("gate", "hours")),
        ("Mon 10:00", 5, "distance", ()),
        # A gate at the street, 55 m from the wall, is farther than a wall's gate can be.
        ("Sat 10:00", 5, "distance", ()),
    ],
)
def test_what_stands_in_the_way_is_told(
    village: Settings, when: str, minutes: float, cause: str, lifted: tuple[str, ...]
) -> None:
    answer = asked(village, minutes, at=when)
    assert (answer.cause, answer.lifted) == ([cause], [lifted])


def test_too_far_and_with_its_gate_shut_a_compound_gets_a_post_at_that_gate(village: Settings) -> None:
    # A yard beside it without gates: its ways in are nodes of the street, none of them this yard's.
    other = "MULTIPOLYGON(((112 27.7301, 112.0005 27.7301, 112.0005 27.7304, 112 27.7304, 112 27.7301)))"
    yards = [("Y", YARD), ("Z", other)]
    rows = [{"source_id": code, "code": code, "name": code, "residents": 5, "geom": shape} for code, shape in yards]
    put(village, "compound", rows)
    put(village, "gate", [{"source_id": "G1", "kind": "foot", "hours": "Mo-Su 06:00-22:00", "compound_name": "Y",
        "geom": "POINT(112.004 27.7305)"}])  # fmt: skip
    answer = asked(village, 2, at="Mon 23:00")
    place = [row.code for row in answer.places.rows].index("Y")
    assert answer.cause[place] == "distance"
    new_post, opened = remedies_of(answer, place)
    assert (new_post.kind, opened.kind, opened.gate and opened.gate.code) == ("new_post", "open_gate", "G1")
    assert new_post.spot == pytest.approx((112.004, 27.7305), abs=1e-6)


def test_a_gate_for_walkers_lets_no_car_in(village: Settings) -> None:
    answer = cover(village, Question("patrol", minutes=15))
    assert answer.cause == ["unroutable"]
    assert np.isinf(answer.time_ds[0])


def test_the_limit_is_inclusive(village: Settings) -> None:
    way_ds = 4 * STEP_DS + 443
    assert asked(village, way_ds / 600).covered == 500
    assert asked(village, (way_ds - 1) / 600).covered == 0


# Trap 9.
def test_people_inside_the_outline_whom_no_way_leads_to_are_not_counted(village: Settings) -> None:
    # A lane 28 m behind the street, with a wall between: from the post one gets there around the east end only.
    corners = ", ".join(f"112.00{step} 27.73025" for step in range(5, -1, -1))
    street = {"source_id": "s", "highway": "residential", "node_ids": "{1,2,3,4,5,6}", "geom": STREET}
    behind = f"MULTILINESTRING((112.005 27.73, {corners}))"
    lane = {"source_id": "b", "highway": "residential", "node_ids": "{6,16,15,14,13,12,11}", "geom": behind}
    put(village, "road", [street, lane])
    south = HOUSE.replace("27.7301", "27.7298").replace("27.7302", "27.7299").format(112.00195, 112.00205)
    put(village, "building", [house(112.0005, residents=20), {"source_id": "south", "residents": 3, "geom": south}])
    answer = asked(village, 5, demand="building")
    outline = shapely.union_all([
        shapely.geometry.shape(each["geometry"]) for each in reach_of(village, answer, "P")["features"]
    ])  # fmt: skip
    assert shapely.contains_xy(outline, *answer.places.lonlat(village.metric_crs).T).all()
    told = dict(zip((row.residents for row in answer.places.rows), answer.time_ds.tolist(), strict=True))
    assert told[3] == pytest.approx(2 * STEP_DS + 133, abs=2)  # and 16.7 m to its door
    assert told[20] > 9 * STEP_DS
    assert (answer.demand_total, answer.covered) == (23, 3)


def test_a_fifth_less_speed_takes_a_quarter_more_time(village: Settings) -> None:
    # The way takes 3599 deciseconds: 4319 with a fifth more time, 4499 at four fifths of the speed, 2999 at six fifths.
    told = asked(village, 4400 / 600).sensitivity()
    assert told == {"slower_20_pct": 0, "quicker_20_pct": 500, "changing_share": 1}
    assert asked(village, 4499 / 600).sensitivity()["slower_20_pct"] == 500
    assert asked(village, 2999 / 600).sensitivity()["quicker_20_pct"] == 500


def test_buildings_of_a_walled_compound_are_entered_at_its_gates(village: Settings) -> None:
    yard_house = "MULTIPOLYGON(((112.0036 27.7306, 112.0037 27.7306, 112.0037 27.7307, 112.0036 27.7306)))"
    rows = [
        {"source_id": "in", "residents": 40, "geom": yard_house},
        house(112.0015, residents=10),
        house(112.0025),
        house(112.0045, residents=0),
    ]
    put(village, "building", rows)
    answer = asked(village)
    found = {
        row.code: (time, people)
        for row, time, people in zip(answer.places.rows, answer.time_ds, answer.places.people, strict=True)
    }
    assert found["in"] == (4 * STEP_DS + 443, 40)
    # To the street it is a walk of its own: 16.6 m, then one and a half steps.
    assert found["h112.0015"][0] == pytest.approx(1.5 * STEP_DS + 133, abs=2)
    # Nobody counted isn't nobody there.
    assert np.isnan(found["h112.0025"][1])
    assert answer.cause[[row.code for row in answer.places.rows].index("h112.0025")] == "no_data"
    assert "h112.0045" not in found
    assert (answer.places.kind, answer.demand_total) == ("building", 50)


def test_cells_are_shared_over_their_buildings_to_the_unit(village: Settings) -> None:
    with_people = [
        {"source_id": "c1", "residents": 10.4, "area_m2": 10000, "geom": "POINT(112.001 27.7301)"},
        {"source_id": "c2", "residents": 7.3, "area_m2": 10000, "geom": "POINT(112.004 27.7301)"},
    ]
    put(village, "population_cell", with_people)
    put(village, "building", [house(112.0008), house(112.001), house(112.0012)])
    answer = asked(village, demand="cell")
    assert answer.demand_total == 18  # of 17.7
    by_layer = dict(zip(answer.places.layers, answer.places.people, strict=True))
    assert by_layer["population_cell"] == 7
    houses = [p for layer, p in zip(answer.places.layers, answer.places.people, strict=True) if layer == "building"]
    assert sorted(houses) == [3, 4, 4]


def test_places_in_no_area_are_gaps_by_squares_named_after_their_street(village: Settings) -> None:
    named = {"highway": "residential", "name": "Rua A", "geom": "MULTILINESTRING((112.03 27.73, 112.031 27.73))"}
    put(village, "road", [{"source_id": "a", "node_ids": "{20,21}", **named}])
    put(
        village,
        "building",
        [house(lon, residents=people) for lon, people in ((112.0301, 5), (112.0302, 9), (112.06, 2))],
    )
    answer = asked(village, 1)
    gaps, of = gaps_of(village, answer)
    assert (gaps[0].minutes, gaps[0].shortest, gaps[0].longest, gaps[0].post) == (None, None, None, -1)
    # Two houses share a square and a street; the third is three kilometres off, beside no street with a name.
    assert [(gap.name, gap.people, gap.places, gap.is_compound) for gap in gaps] == [
        ("Rua A", 14, 2, False),
        ("", 2, 1, False),
    ]
    assert sorted(of.tolist()) == [0, 0, 1]


def test_a_gap_is_told_by_the_median_of_its_people_and_the_post_of_most(village: Settings) -> None:
    put(village, "police_post", [{"source_id": "Q", "name": "East", "geom": "POINT(112.005 27.73)"}], source="east")
    houses = {112.0015: 4, 112.0022: 6, 112.0026: 9, 112.0031: 3}
    put(village, "building", [house(lon, residents=people) for lon, people in houses.items()])
    answer = asked(village, 1)
    gaps, of = gaps_of(village, answer)
    assert of.tolist() == [0, 0, 0, 0]
    minutes = sorted(zip((answer.time_ds / 600).tolist(), answer.known.tolist(), strict=True))
    # From the nearest: 4, 3, 6 and 9 people; the eleventh of 22 is among the 6.
    assert [people for _, people in minutes] == [4, 3, 6, 9]
    assert (gaps[0].minutes, gaps[0].shortest, gaps[0].longest) == (minutes[2][0], minutes[0][0], minutes[3][0])
    # 10 people are nearer to the post in the west, 12 to the one in the east.
    assert answer.posts[gaps[0].post].name == "East"


def test_room_is_apart_from_reach(village: Settings) -> None:
    put(
        village,
        "building",
        [house(112.0005, residents=1500), house(112.0015, residents=900), house(112.0025, residents=400)],
    )
    changes = Changes(new_posts=(PostRow(-1, "N", None, "24/7", 1, 112.0, 27.73),), closed_posts=frozenset({1}))
    answer = cover(village, Question("police_room", minutes=15), changes)
    # 2,000 residents a desk: the nearest 1,500 fit, then 900 don't and 400 do.
    assert answer.covered == 2800
    assert answer.served == 1900
    assert answer.by_cause()["capacity"] == 900


def test_room_that_is_missing_is_that_of_all_who_come_before(village: Settings) -> None:
    people = (1500, 700, 400, 600)
    put(village, "building", [house(112.0005 + n / 1000, residents=count) for n, count in enumerate(people)])
    changes = Changes(new_posts=(PostRow(-1, "N", None, "24/7", 1, 112.0, 27.73),), closed_posts=frozenset({1}))
    answer = cover(village, Question("police_room", minutes=15), changes)
    assert answer.by_cause()["capacity"] == 1300
    told = {answer.known[place]: remedies_of(answer, place)[0] for place, why in enumerate(answer.cause) if why}
    # Room for 600 more would be taken by the 700, who are nearer, and by nobody behind them.
    assert {count: (remedy.people, remedy.room) for count, remedy in told.items()} == {
        700: (700, 700),
        600: (600, 1300),
    }


def test_posts_of_unknown_hours_count_at_no_moment(village: Settings) -> None:
    put(village, "police_post", [{"source_id": "P", "name": "Post", "geom": "POINT(112 27.73)"}])
    assert asked(village).covered == 500
    answer = asked(village, at="Mon 10:00")
    assert answer.cause == ["hours"]
    assert answer.receipt["posts"] == {"known": 1, "open": 0, "hours_unknown": 1, "off_network": 0}


def test_more_posts_never_cover_less(village: Settings) -> None:
    rng = np.random.default_rng(3)
    put(village, "building", [house(112 + n / 2000, residents=int(rng.integers(1, 50))) for n in range(10)])
    posts: tuple[PostRow, ...] = ()
    before = cover(village, Question("police_room", minutes=2)).covered
    for number in range(1, 5):
        spot = float(112 + rng.uniform(0, 0.005)), 27.73
        posts = (*posts, PostRow(-number, f"N{number}", None, "24/7", None, *spot))
        now = cover(village, Question("police_room", minutes=2), Changes(new_posts=posts)).covered
        assert now >= before
        before = now
    covered = [cover(village, Question("police_room", minutes=m), Changes(new_posts=posts)).covered for m in (1, 2, 4)]
    assert covered == sorted(covered)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"service": "barber"}, "no service 'barber'; there are clinic"),
        ({"minutes": 0}, "a limit of 0 minutes; wanted is more than 0"),
        ({"minutes": 0.0008}, "wanted is a tenth of a second"),
        ({"minutes": -3}, "a limit of -3 minutes"),
        ({"minutes": float("nan")}, "a limit of nan minutes"),
        ({"at": "25 o'clock"}, "is no moment of the week"),
        ({"mode": "hovercraft"}, "no mode 'hovercraft'; there are walk"),
        ({"demand": "moon"}, "no demand 'moon'"),
        ({"weight": "gold"}, "no weight 'gold'"),
        ({"by": "galaxy"}, "no level of areas 'galaxy'"),
        ({"by": "community"}, "no areas of the level community"),
        ({"speeds": {"residential": 1e-9}}, "at 1e-09 km/h; wanted is one of 0.1 to 500"),
        ({"service": "fire"}, "no service_point of kind fire_station is loaded"),
        ({"demand": "building"}, "no residents are known of any buildings"),
        ({"weight": "households"}, "no households are known"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(
    village: Settings, question: Mapping[str, object], said: str
) -> None:
    with pytest.raises(GeodataError, match=said):
        cover(village, Question(**{"service": "police_room", **question}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ((), "police_room has no post: no police_post is loaded"),
        (("police_post",), "no residents are known of any buildings, compounds or population cells"),
        (("police_post", "empty"), "the residents of all buildings, compounds and population cells add up to 0"),
        (("police_post", "compound"), "there are no roads: load"),
    ],
)
def test_what_is_missing_is_named(deployment: Settings, layers: Sequence[str], said: str) -> None:
    yard = {"code": "Y", "name": "Yard", "residents": 5, "geom": YARD}
    rows: dict[str, tuple[str, dict[str, object]]] = {
        "police_post": ("police_post", {"name": "Post", "geom": "POINT(112 27.73)"}),
        "compound": ("compound", yard),
        "empty": ("compound", {**yard, "residents": 0}),
    }
    for name in layers:
        layer, row = rows[name]
        put(deployment, layer, [row])
    with pytest.raises(InvalidInput, match=said):
        asked(deployment)


def test_posts_outside_the_network_are_named(village: Settings) -> None:
    far = Changes(closed_posts=frozenset({1}), new_posts=(PostRow(-1, "far", None, None, None, 112.02, 27.75),))
    with pytest.raises(InvalidInput, match="none of the 1 posts of police_room is within 100 m of a street"):
        cover(village, Question("police_room"), far)


def test_an_island_is_cut_off_and_told(village: Settings) -> None:
    island = "MULTILINESTRING((112.02 27.75, 112.0205 27.75))"
    there = "MULTIPOLYGON(((112.02 27.7501, 112.0201 27.7501, 112.0201 27.7502, 112.02 27.7501)))"
    row = {"source_id": "i", "highway": "residential", "node_ids": "{8,9}", "geom": island}
    put(village, "road", [row], source="other")
    put(village, "building", [house(112.0005, residents=5), {"source_id": "i", "residents": 7, "geom": there}])
    answer = asked(village)
    assert answer.by_cause()["unroutable"] == 7
    assert answer.receipt["network"] == {"nodes": 7, "edges": 6, "nodes_cut_off": 2, "pieces_cut_off": 1}


WEST = "MULTIPOLYGON(((111.999 27.729, 112.0022 27.729, 112.0022 27.732, 111.999 27.732, 111.999 27.729)))"
WIDE = "MULTIPOLYGON(((111.99 27.72, 112.1 27.72, 112.1 27.74, 111.99 27.74, 111.99 27.72)))"
EAST = "MULTIPOLYGON(((112.0022 27.729, 112.006 27.729, 112.006 27.732, 112.0022 27.732, 112.0022 27.729)))"


@pytest.fixture
def weighed(village: Settings) -> Settings:
    """Two grids with their elderly: three homes in the west, none but the yard in the east."""
    put(
        village,
        "area",
        [
            {"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": WEST},
            {"source_id": "e", "code": "E", "name": "East", "kind": "grid", "geom": EAST},
        ],
    )
    homes = [house(112.0005, residents=30), house(112.001, residents=20), house(112.002, residents=1), house(112.0015)]
    put(village, "building", homes)
    counted = [
        ("W", "2025-09-30", 7), ("E", "2025-09-30", 4), ("W", "2024-12-31", 700), ("E", "2024-12-31", 400),
    ]  # fmt: skip
    put(village, "area_population", [{"area_code": a, "counted_on": on, "aged_65": n} for a, on, n in counted])
    yard, street = "POINT(112.004 27.7307)", "POINT(112.001 27.73)"
    hazards = [
        {"kind": "gas", "found_on": on, "compound_name": name, "geom": spot}
        for on, name, spot in (
            ("2025-09-01", "Yard", yard),
            ("2025-10-02", "Yard", yard),
            ("2023-01-01", "Yard", yard),
            ("2025-10-03", "Nowhere", street),
        )
    ]
    put(village, "hazard", hazards)
    return replace(village, as_of=date(2025, 10, 31))


def test_the_elderly_of_areas_are_shared_over_homes_to_the_unit(weighed: Settings) -> None:
    answer = asked(weighed, weight="elderly", by="grid")
    # 7 by 30 : 20 : 1 are 4.1, 2.7 and 0.1; the 4 of the east, where no home is known, stay in their grid.
    people = {row.code: n for row, n in zip(answer.places.rows, answer.places.people, strict=True) if not np.isnan(n)}
    assert people == {"h112.0005": 4, "h112.001": 3, "E": 4}
    assert [(area.area and area.area.name, area.demand) for area in answer.areas] == [("East", 4), ("West", 7)]
    assert answer.places_by_cause()["no_data"] == 1


def area(code: str, outline: str | None, **facts: object) -> dict[str, object]:
    return {"source_id": f"{code}{facts.get('valid_from')}", "code": code, "name": code, "geom": outline, **facts}


def test_where_nobody_has_counted_the_elderly_they_are_unknown_not_none(weighed: Settings) -> None:
    # A newer count of the east alone makes nobody in the west young.
    put(weighed, "area_population", [{"area_code": "E", "counted_on": "2025-10-01", "aged_65": 5}], source="newer")
    assert asked(weighed, weight="elderly").demand_total == 12
    # Two homes lie where no grid is counted; of the street's 21 are 9 beyond both grids, 3 of them in one unmapped.
    put(weighed, "area", [area("N", None, kind="grid"), area("S", WIDE, kind="street")], source="more")
    more = [{"area_code": code, "counted_on": "2025-10-01", "aged_65": n} for code, n in (("N", 3), ("S", 21))]
    put(weighed, "area_population", more, source="more")
    far = [house(112.0065, residents=8), house(112.007, residents=2)]
    put(weighed, "building", far, source="far")
    answer = asked(weighed, weight="elderly")
    people = {row.code: n for row, n in zip(answer.places.rows, answer.places.people, strict=True)}
    assert (answer.demand_total, answer.receipt["weight_left_out"]) == (12, 9)
    # How many they are is null for programs, too, and no 0; where all are counted, 0 is what is known.
    counted = asked(weighed, demand="compound")
    assert [by_cause_as_json(each)["no_data"] for each in (answer, counted)] == [None, 0]
    assert np.isnan([people["h112.0065"], people["h112.007"]]).all()
    assert answer.places_by_cause()["no_data"] == 3
    posts = Changes(new_posts=(PostRow(-1, "N", None, "24/7", 2, 112.0, 27.73),))
    found = measure_access(ground_of(weighed, Question("police_room", minutes=15), posts))
    # The east's 5 have no home: nobody knows how they fare; nor how many of the 10 farther east are old.
    group = found.groups["aged_65"]
    assert (group and group.people, found.elderly_unknown, found.elderly_left_out) == (7, 10, 14)


def test_an_area_counts_once_as_it_is_today(weighed: Settings) -> None:
    dated = [("W", WEST, {}), ("E", EAST, {"valid_to": "2025-01-01"}), ("E", EAST, {"valid_from": "2025-01-01"})]
    rows = [area(code, outline, kind="grid", **days) for code, outline, days in dated]
    put(weighed, "area", [{**row, "source_id": key} for row, key in zip(rows, ("w", "e", "e2"), strict=True)])
    answer = asked(weighed, weight="elderly")
    # The east's 4 were counted within an outline that no longer holds.
    assert (answer.demand_total, answer.receipt["weight_left_out"]) == (7, 4)
    put(weighed, "area_population", [{"area_code": "E", "counted_on": "2025-10-01", "aged_65": 6}], source="newer")
    answer = asked(weighed, weight="elderly")
    assert (answer.demand_total, answer.receipt["weight_left_out"]) == (13, 0)


def test_counts_that_are_all_zero_weigh_nothing(weighed: Settings) -> None:
    rows = [{"area_code": code, "counted_on": "2025-10-15", "aged_65": 0} for code in "WE"]
    put(weighed, "area_population", rows, source="newer")
    with pytest.raises(InvalidInput, match="people aged 65 and over of all areas add up to 0"):
        asked(weighed, weight="elderly")


FAR = "MULTIPOLYGON(((112.01 27.729, 112.012 27.729, 112.012 27.732, 112.01 27.732, 112.01 27.729)))"
MONTHS = [f"2024-{month:02}-01" for month in range(1, 13)]


@pytest.fixture
def counted(weighed: Settings) -> Settings:
    """Three communities with a year of thefts: 30 in the west, 15 in the east, 4 far off; one with half a year."""
    outlines = {"CW": WEST, "CE": EAST, "CF": FAR, "CH": FAR}
    put(
        weighed,
        "area",
        [
            {"source_id": code, "code": code, "name": code, "kind": "community", "geom": outlines[code]}
            for code in outlines
        ],
    )
    sums = {"CW": [19, *[1] * 11], "CE": [4, *[1] * 11], "CF": [4, *[0] * 11], "CH": [90] * 6}
    rows = [
        {"area_code": code, "month": month, "kind": "theft", "incidents": n}
        for code, counts in sums.items()
        for month, n in zip(MONTHS, counts, strict=False)
    ]
    put(weighed, "incident_count", rows)
    return weighed


def test_incidents_count_in_sums_and_lie_nowhere(counted: Settings) -> None:
    answer = asked(counted, weight="incidents")
    # The 4 far off are too few, and the next few go with them; half a year is no year.
    assert answer.demand_total == 30
    assert answer.receipt["weight_period"] == ["2024-01-01", "2024-12-31"]
    assert as_json(answer)["uncovered"] == []
    assert frame_of(counted, answer)["people"].isna().all()
    places = drawn(counted, answer, np.full(len(answer.cause), -1))["places"]["features"]
    assert places
    assert not any("people" in place["properties"] for place in places)
    with pytest.raises(InvalidInput, match="kind 'murder' aren't counted; wanted is one of theft"):
        asked(counted, weight="incidents", kind="murder")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"period": "2025-09"}, "told for whole calendar years only; wanted are 2024-01..2024-12"),
        ({"period": "2024-11-02..2025-10-31"}, "wanted are whole months"),
        ({"by": "grid"}, "told of communities and wider areas"),
    ],
)
def test_incidents_are_told_as_their_owners_do(counted: Settings, question: dict[str, str], said: str) -> None:
    period = parse_period(question["period"]) if "period" in question else None
    with pytest.raises(InvalidInput, match=said):
        asked(counted, weight="incidents", period=period, by=question.get("by"))


def test_too_few_incidents_are_not_told(counted: Settings) -> None:
    # Six calls in all aren't even named; twelve are all of one community, and telling them would tell whose they are.
    rows = [
        {"area_code": "CW", "month": month, "kind": kind, "incidents": total if month == MONTHS[0] else 0}
        for kind, total in (("rare", 6), ("call", 12))
        for month in MONTHS
    ]
    put(counted, "incident_count", rows)
    with pytest.raises(InvalidInput, match="kind 'rare' aren't counted; wanted is one of call, theft"):
        asked(counted, weight="incidents", kind="rare")
    with pytest.raises(InvalidInput, match="too few call incidents"):
        asked(counted, weight="incidents", kind="call")


def test_hazards_are_those_of_compounds(weighed: Settings) -> None:
    answer = asked(weighed, weight="hazards")
    assert (answer.places.kind, answer.demand_total) == ("compound", 2)
    assert answer.receipt["weight_left_out"] == 1
    assert answer.receipt["weight_period"] == ["2024-11-01", "2025-10-31"]
    assert asked(weighed, weight="hazards", period=parse_period("2023")).demand_total == 1
    with pytest.raises(InvalidInput, match="no hazards"):
        asked(weighed, weight="hazards", period=parse_period("2020"))


@pytest.mark.parametrize("weight", ["elderly", "incidents", "hazards"])
def test_without_anything_to_weigh_by_it_is_said(village: Settings, weight: str) -> None:
    with pytest.raises(InvalidInput, match="first"):
        asked(village, weight=weight)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2025", (date(2025, 1, 1), date(2025, 12, 31))),
        ("2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2024-12..2025-01", (date(2024, 12, 1), date(2025, 1, 31))),
        ("2025-01-15..2025-02-14", (date(2025, 1, 15), date(2025, 2, 14))),
    ],
)
def test_periods_are_whole_days(text: str, days: tuple[date, date]) -> None:
    assert parse_period(text) == days


@pytest.mark.parametrize("text", ["", "last year", "2025-13", "2025-02..2025-01", "2025-01-01-01"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="period"):
        parse_period(text)
