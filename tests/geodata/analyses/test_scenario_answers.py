"""What is asked as if a scenario's changes had been made is answered as if they stood in the data, to the unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely

from geodata.analyses import kept_access
from geodata.analyses.access import measure_access
from geodata.analyses.access_told import access_as_json
from geodata.analyses.again import run_again
from geodata.analyses.coverage import Answer, Question, as_json, cover, supposed_frame, supposed_of
from geodata.analyses.coverage.cover import ground_of
from geodata.analyses.coverage.kept import coverage_run
from geodata.analyses.coverage.question import understand
from geodata.analyses.coverage.reach_of import reach_of, route_of
from geodata.analyses.grids import GridsQuestion, balance_grids
from geodata.analyses.grids import as_json as as_grids
from geodata.analyses.grids.kept import grids_run
from geodata.analyses.kept_access import access_run
from geodata.analyses.siting import SiteQuestion, plan_as_json, site
from geodata.analyses.siting.kept import site_run
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.geodata.analyses.test_coverage import YARD
from tests.geodata.queries.staged import put

POLICE = {"service": "police_room"}
ROOM = {"hours": "24/7", "capacity": 4}
SOUTH = "MULTILINESTRING((112 27.73, 112.001 27.73, 112.002 27.73, 112.003 27.73, 112.004 27.73, 112.005 27.73))"
NORTH = "MULTILINESTRING((112 27.734, 112.001 27.734, 112.002 27.734, 112.003 27.734, 112.004 27.734, 112.005 27.734))"
LANE = "MULTILINESTRING((112.004 27.73, 112.004 27.7305))"
# Two streets, with a river between them and one bridge over it in the east, and a yard whose gate is shut.
ROADS = {
    "s": ("residential", "{1,2,3,4,5,6}", SOUTH),
    "n": ("residential", "{11,12,13,14,15,16}", NORTH),
    "l": ("footway", "{5,7}", LANE),
    "e": ("residential", "{6,16}", "MULTILINESTRING((112.005 27.73, 112.005 27.734))"),
}
BRIDGE = ("residential", "{1,11}", "MULTILINESTRING((112 27.73, 112 27.734))")
FILL = [[112.0022, 27.729], [112.0026, 27.729], [112.0026, 27.731], [112.0022, 27.731], [112.0022, 27.729]]
# What lies in the area is no way any more: the street ends at its borders.
CUT = (
    "MULTILINESTRING((112 27.73, 112.001 27.73, 112.002 27.73, 112.0022 27.73), "
    "(112.0026 27.73, 112.003 27.73, 112.004 27.73, 112.005 27.73))"
)
GATE = {"source_id": "G", "kind": "closed", "compound_name": "Yard", "geom": "POINT(112.004 27.7305)"}
POSTS = {
    "P": {"name": "West", "hours": "Mo-Fr 09:00-17:00", "capacity": 2, "geom": "POINT(112.0001 27.73)"},
    "Q": {"name": "East", "hours": "Mo-Fr 09:00-17:00", "capacity": 3, "geom": "POINT(112.0045 27.734)"},
}
CHANGES: list[Mapping[str, Any]] = [
    {"change": "move_post", **POLICE, "post": "P", "lon": 112.0031, "lat": 27.73},
    {"change": "set_hours", **POLICE, "post": "P", "hours": "24/7"},
    {"change": "set_staff", **POLICE, "post": "P", "capacity": 3},
    {"change": "close_post", **POLICE, "post": "Q"},
    {"change": "add_post", **POLICE, "lon": 112.0005, "lat": 27.734, "name": "North", **ROOM},
    {"change": "open_gate", "gate": "G"},
    {"change": "add_crossing", "from": [112.0, 27.73], "to": [112.0, 27.734]},
    {"change": "add_barrier", "geometry": {"type": "Polygon", "coordinates": [FILL]}},
    {"change": "set_speed", "mode": "walk", "road_class": "footway", "kmh": 3},
]
AT_NIGHT = Question("police_room", minutes=8, at="Mon 22:00")
WITH = replace(AT_NIGHT, changes=CHANGES)
GRIDS = GridsQuestion(goal_share=0.9)


def house(lon: float, lat: float, people: int) -> dict[str, object]:
    west, east, north = lon - 0.00005, lon + 0.00005, lat + 0.0002
    ring = f"{west} {lat + 0.0001}, {east} {lat + 0.0001}, {east} {north}, {west} {north}, {west} {lat + 0.0001}"
    return {"source_id": f"{lon} {lat}", "residents": people, "households": people, "geom": f"MULTIPOLYGON((({ring})))"}


def lay(settings: Settings, posts: Mapping[str, Mapping[str, object]], gate: object, **roads: Any) -> None:
    rows = {**ROADS, **roads}.items()
    laid = [{"source_id": key, "highway": kind, "node_ids": ids, "geom": geom} for key, (kind, ids, geom) in rows]
    put(settings, "road", laid)
    put(settings, "gate", [gate])  # type: ignore[list-item]
    put(settings, "police_post", [{"source_id": code, **post} for code, post in posts.items()])


@pytest.fixture
def town(deployment: Settings) -> Settings:
    put(deployment, "compound", [{"source_id": "Y", "code": "Y", "name": "Yard", "residents": 500, "geom": YARD}])
    put(
        deployment,
        "waterway",
        [{"source_id": "r", "kind": "river", "geom": "MULTILINESTRING((111.99 27.732, 112.02 27.732))"}],
    )
    homes = {112.0005: 10, 112.0015: 21, 112.0028: 42, 112.0048: 80}
    houses = [house(lon, lat, people) for lon, people in homes.items() for lat in (27.73, 27.734)]
    put(deployment, "building", [*houses, house(112.004, 27.7306, 500)])
    grids = {"A": (111.99, 112.0018), "B": (112.0018, 112.02)}
    put(
        deployment,
        "area",
        [
            {
                "source_id": code,
                "code": code,
                "name": code,
                "kind": "grid",
                "geom": f"MULTIPOLYGON((({w} 27.72, {e} 27.72, {e} 27.74, {w} 27.74, {w} 27.72)))",
            }
            for code, (w, e) in grids.items()
        ],
    )
    lay(deployment, POSTS, GATE)
    return deployment


def change_the_data(settings: Settings) -> Settings:
    """Make the same changes in the data; the lane is walked as slowly by the settings."""
    new = {"name": "North", **ROOM, "geom": "POINT(112.0005 27.734)"}
    moved = {**POSTS["P"], "hours": "24/7", "capacity": 3, "geom": "POINT(112.0031 27.73)"}
    opened = {**GATE, "kind": "main", "hours": "24/7"}
    lay(settings, {"P": moved, "N": new}, opened, s=("residential", None, CUT), x=BRIDGE)
    return replace(settings, speeds={"walk": {"footway": 3.0}})


def without(told: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in ("receipt", "changes", *names)}


def ways(settings: Settings, answer: Answer) -> list[Any]:
    """Return where the way from each home leads, how long it takes, and its line to the decimetre."""
    spots = answer.places.lonlat(settings.metric_crs)
    found = [route_of(settings, answer, *spot) for spot in spots.tolist()]
    return [(way["properties"], way["geometry"]) for way in found]


def test_coverage_reach_ways_and_access_are_those_of_the_changed_town(town: Settings) -> None:
    today, then = cover(town, AT_NIGHT), cover(town, WITH)
    reached = reach_of(town, then, "P"), reach_of(town, then, "+1")
    measured = access_as_json(measure_access(ground_of(town, WITH)))
    planned = plan_as_json(site(town, SiteQuestion(WITH, add=1)))
    led = ways(town, then)
    with pytest.raises(InvalidInput, match="closed at"):
        reach_of(town, today, "P")
    with pytest.raises(InvalidInput, match="no post of police_room is open Mo 22:00"):
        measure_access(ground_of(town, AT_NIGHT))

    changed = change_the_data(town)
    same = cover(changed, AT_NIGHT)
    # 8 minutes are 600 m: all of the north (153) and the 10 over the bridge reach the new post, the 21 beside them are
    # 640 m away; the yard (500) and those east of the barrier (122) reach the one that is moved.
    assert (today.covered, then.covered, same.covered) == (0, 785, 785)
    assert then.time_ds.tolist() == same.time_ds.tolist()
    # Where a way ends nobody says why; of a barrier that is drawn it is known that it stands in the way.
    assert (then.by_cause()["barrier"], same.by_cause()["distance"]) == (21, 21)
    own = ("uncovered", "by_cause", "places_by_cause")
    assert without(as_json(then), *own) == without(as_json(same), *own)
    for mine, theirs in zip(reached, (reach_of(changed, same, "P"), reach_of(changed, same, "N")), strict=True):
        assert len(mine["features"]) == len(theirs["features"]) > 0
        for ring, other in zip(mine["features"], theirs["features"], strict=True):
            one, two = (shapely.geometry.shape(each["geometry"]) for each in (ring, other))
            assert one.symmetric_difference(two).area < 1e-5 * two.area
            assert ring["properties"]["minutes"] == other["properties"]["minutes"]
    for (told, line), (stated, other_line) in zip(led, ways(changed, same), strict=True):
        assert without(told, "post", "cause") == without(stated, "post", "cause")
        if line is not None:
            mine_led, theirs_led = shapely.geometry.shape(line), shapely.geometry.shape(other_line)
            assert mine_led.hausdorff_distance(theirs_led) < 2e-6
    assert without(measured) == without(access_as_json(measure_access(ground_of(changed, AT_NIGHT))))
    assert without(planned, "closed") == without(plan_as_json(site(changed, SiteQuestion(AT_NIGHT, add=1))), "closed")


def test_grids_are_those_of_the_changed_town(town: Settings) -> None:
    def balanced(*changes: Mapping[str, Any]) -> Any:
        return as_grids(balance_grids(town, replace(GRIDS, changes=changes)))

    def pairs(told: Any) -> int:
        return int(told["receipt"]["neighbouring_pairs"])

    today, then, crossed, barred = (balanced(*some) for some in ((), CHANGES, CHANGES[6:7], CHANGES[7:8]))
    assert then["changes_left_out"] == [1, 2, 3, 4, 5, 9]
    # The crossing brings blocks of both banks together, the barrier parts two of one street.
    assert pairs(barred) < pairs(today) < pairs(crossed)
    same: Any = as_grids(balance_grids(change_the_data(town), GRIDS))
    assert without(then, "changes_left_out") == without(same, "changes_left_out")
    assert pairs(then) == pairs(same)


def test_what_is_kept_says_with_which_changes_and_can_be_repeated(town: Settings) -> None:
    asked = [understand(town, each) for each in (AT_NIGHT, WITH)]
    runs = [coverage_run(town, each, lambda: cover(town, WITH)) for each in asked[1:]]
    assert coverage_run(town, asked[0], lambda: cover(town, AT_NIGHT)).id != runs[0].id
    runs.append(access_run(town, WITH, "2sfca"))
    question = replace(GRIDS, changes=CHANGES)
    runs.append(grids_run(town, question, lambda: balance_grids(town, question)))
    siting = SiteQuestion(WITH, add=1)
    runs.append(site_run(town, siting, lambda: site(town, siting)))
    for run in runs:
        assert len(run.answer["changes"]) == len(CHANGES)
        again = run_again(town, run.id)
        assert (again.is_same, again.run.id) == (True, run.id)
    assert runs[1].answer == kept_access.measured(town, WITH, "2sfca")
    assert np.isclose(runs[1].answer["supply"], 7)


def test_every_change_that_is_supposed_has_its_place(town: Settings) -> None:
    both_ways = {"change": "open_both_ways", "road": "l"}
    other = {"change": "add_post", "service": "fire", "lon": 112.0, "lat": 27.73}
    answer = cover(town, replace(WITH, changes=[*CHANGES, both_ways, other]))
    frame = supposed_frame(town, answer)
    # A move leads from where the post stands, a post that is closed is where it stood; a speed is everywhere.
    assert shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=4).tolist() == [
        "LINESTRING (112.0001 27.73, 112.0031 27.73)",
        "POINT (112.0001 27.73)",
        "POINT (112.0001 27.73)",
        "POINT (112.0045 27.734)",
        "POINT (112.0005 27.734)",
        "POINT (112.004 27.7305)",
        "LINESTRING (112 27.73, 112 27.734)",
        f"POLYGON (({', '.join(f'{lon} {lat}' for lon, lat in FILL)}))",
        None,
        LANE.replace("MULTILINESTRING", "MULTILINESTRING "),
        "POINT (112 27.73)",
    ]
    assert frame["is_counted"].tolist() == [True] * 10 + [False]
    assert [each.gone for each in supposed_of(town, answer)][:4] == [(112.0001, 27.73), None, None, (112.0045, 27.734)]
    assert len(supposed_frame(town, cover(town, AT_NIGHT))) == 0
    with pytest.raises(InvalidInput, match="change 1 is about the road 'x', which isn't there"):
        cover(town, replace(AT_NIGHT, changes=[{**both_ways, "road": "x"}]))
