"""Changes as people write them, what they bring in a village drawn by hand, and scenarios that outlive their data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from geodata.analyses.again import run_again
from geodata.analyses.coverage import Question, cover
from geodata.analyses.coverage import as_json as as_coverage
from geodata.analyses.coverage.question import understand
from geodata.analyses.scenarios import (
    Comparison,
    as_json,
    compared,
    comparison,
    comparison_run,
    drawn,
    forget,
    listed,
    rename,
    save,
    saved_scenario,
)
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput, NotFound
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.analyses.test_coverage import STEP_DS, house, laid_village, village
from tests.geodata.queries.staged import put

__all__ = ["village"]

QUESTION = Question("police_room", minutes=5, at="Mon 10:00")
CROSSED = [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]
WALL = [[112.0019, 27.72], [112.0021, 27.72], [112.0021, 27.74], [112.0019, 27.74], [112.0019, 27.72]]
POST = {"service": "police_room", "post": "P"}
AT_YARD = {"change": "add_post", "service": "police_room", "lon": 112.004, "lat": 27.73}


@pytest.fixture(scope="module")
def street(deployments: Deployments) -> Settings:
    """People in four houses along the street; 5 minutes reach 375 m: the first three houses from the west."""
    settings = laid_village(deployments.make("Scenarios"))
    houses = {112.0005: 10, 112.0015: 20, 112.0025: 40, 112.0045: 80}
    put(settings, "building", [house(lon, residents=people) for lon, people in houses.items()])
    return settings


def tried(settings: Settings, *stated: Mapping[str, Any], question: Question = QUESTION) -> Comparison:
    after = cover(settings, replace(question, changes=stated))
    assert after.asked.changes_left_out == ()
    return comparison(settings, cover(settings, question), after)


@pytest.mark.parametrize(
    ("change", "gained", "lost"),
    [
        (AT_YARD, 80, 0),
        ({"change": "move_post", **POST, "lon": 112.005, "lat": 27.73}, 80, 10),
        ({"change": "close_post", **POST}, 0, 70),
        ({"change": "set_hours", **POST, "hours": "周一至周五 13:00-17:00"}, 0, 70),
        ({"change": "set_staff", **POST, "capacity": 0}, 0, 0),
        # A step of 98.6 m takes 789 ds; to 112.0045 it is 444 m, 5.9 minutes at 4.5 km/h.
        ({"change": "set_speed", "mode": "walk", "road_class": "residential", "kmh": 6}, 80, 0),
        ({"change": "set_speed", "mode": "walk", "road_class": "residential", "kmh": 3}, 0, 40),
        # Beside the street that is there already: no way gets shorter.
        ({"change": "add_crossing", "from": [112.0, 27.73], "to": [112.004, 27.73]}, 0, 0),
        ({"change": "add_barrier", "geometry": {"type": "Point", "coordinates": [112.001, 27.73]}}, 0, 60),
        (
            {
                "change": "add_barrier",
                "geometry": {"type": "LineString", "coordinates": [[112.002, 27.729], [112.002, 27.731]]},
            },
            0,
            40,
        ),
    ],
    ids=lambda value: value["change"] if isinstance(value, dict) else str(value),
)
def test_each_change_brings_what_it_brings(street: Settings, change: dict[str, Any], gained: int, lost: int) -> None:
    found = tried(street, change)
    assert (found.gained, found.lost) == (gained, lost)
    told = as_json(found)
    assert told["covered_after"] == 70 + gained - lost
    assert sum(row["people"] for row in told["changed"] if row["change"] == "gained") == gained
    assert sum(row["people"] for row in told["changed"] if row["change"] == "lost") == lost
    places = drawn(street, found)["places"]["features"]
    assert sum(place["properties"]["people"] for place in places) == gained + lost
    json.dumps(told)


def test_why_people_are_lost_is_told(street: Settings) -> None:
    wall = {"type": "Polygon", "coordinates": [WALL]}
    found = tried(street, {"change": "add_barrier", "geometry": wall})
    assert [(row.is_gain, row.cause, row.people) for row in found.moved] == [(False, "unroutable", 40)]
    # What lies in the area isn't reached either, and what lies before it in the same time as ever.
    before, after = found.before.time_ds, found.after.time_ds
    assert np.isinf(after).tolist() == (before > 2 * STEP_DS).tolist()
    assert np.array_equal(before[before < 2 * STEP_DS], after[before < 2 * STEP_DS])


def test_a_crossing_joins_the_streets_wherever_it_is_drawn(village: Settings) -> None:
    put(
        village,
        "road",
        [
            {"source_id": "s", "highway": "residential", "geom": "MULTILINESTRING((112 27.73, 112.01 27.73))"},
            {"source_id": "n", "highway": "residential", "geom": "MULTILINESTRING((112 27.734, 112.01 27.734))"},
            {"source_id": "e", "highway": "residential", "geom": "MULTILINESTRING((112.01 27.73, 112.01 27.734))"},
        ],
    )
    put(village, "building", [house(112.0005, residents=10), house(112.002, residents=1)])
    put(village, "police_post", [{"source_id": "P", "hours": "24/7", "geom": "POINT(112 27.734)"}])
    before = cover(village, QUESTION)
    assert before.covered == 0
    # Both ends some metres off the streets, in the middle of them.
    link = {"change": "add_crossing", "from": [112.001, 27.7301], "to": [112.001, 27.7339]}
    in_ten = Question("police_room", minutes=10, at="Mon 10:00")
    found = tried(village, link, question=in_ten)
    # 98.6 m, 443 m over the crossing and 49 m back, 13 m to the door.
    assert found.after.time_ds.min() == pytest.approx((98.6 + 443.4 + 49.3 + 16.6) * 8, abs=15)
    assert found.gained == 11
    # One way only: people go to the post in the north, and nobody comes down from there.
    turned = {**link, "from": link["to"], "to": link["from"], "one_way": True}
    assert tried(village, {**link, "one_way": True}, question=in_ten).gained == 11
    assert tried(village, turned, question=in_ten).gained == 0


def test_a_one_way_street_that_is_opened_is_driven_both_ways(village: Settings) -> None:
    around = "MULTILINESTRING((112.01 27.73, 112.01 27.734, 112 27.734, 112 27.73))"
    there = {"source_id": "s", "highway": "residential", "oneway": "yes"}
    roads = [{**there, "geom": "MULTILINESTRING((112 27.73, 112.01 27.73))"}]
    put(village, "road", [*roads, {"source_id": "n", "highway": "residential", "geom": around}])
    put(village, "building", [house(112.009, residents=10)])
    put(village, "police_post", [{"source_id": "P", "hours": "24/7", "geom": "POINT(112.01 27.73)"}])
    found = tried(village, {"change": "open_both_ways", "road": "s"}, question=Question("patrol", minutes=5))
    # At 20 km/h 98.6 m against the sign, or 2,760 m around; and 16.6 m on foot to the house.
    assert (found.before.covered, found.gained, found.lost) == (0, 10, 0)
    assert found.before.time_ds.tolist() == pytest.approx([(443 + 986 + 443 + 887) * 1.8 + 133], abs=15)
    assert found.after.time_ds.tolist() == pytest.approx([98.6 * 1.8 + 133], abs=15)


@pytest.mark.parametrize(("staff", "served"), [(0, 0), (2, 2800)])
def test_as_many_are_served_as_the_staff_that_is_stated_has_room_for(
    village: Settings, staff: int, served: int
) -> None:
    # 2,000 residents a desk: the nearest 1,500 fit, then 900 don't and 400 do.
    post = {"source_id": "P", "name": "Post", "hours": "Mo-Fr 09:00-17:00", "capacity": 1, "geom": "POINT(112 27.73)"}
    put(village, "police_post", [post])
    homes = {112.0005: 1500, 112.0015: 900, 112.0025: 400}
    put(village, "building", [house(lon, residents=people) for lon, people in homes.items()])
    question = Question("police_room", minutes=15, at="Mon 10:00")
    told = as_json(tried(village, {"change": "set_staff", **POST, "capacity": staff}, question=question))
    assert (told["gained"], told["lost"]) == (0, 0)
    assert (told["served_before"], told["served_after"]) == (1900, served)
    assert (told["by_cause_before"]["capacity"], told["by_cause_after"]["capacity"]) == (900, 2800 - served)


def test_a_gate_opens_the_compound_that_is_nearest(village: Settings) -> None:
    question = Question("police_room", minutes=10, at="Mon 10:00")
    put(
        village,
        "gate",
        [{"source_id": "G1", "kind": "closed", "compound_name": "Yard", "geom": "POINT(112.004 27.7305)"}],
    )
    found = tried(village, {"change": "add_gate", "lon": 112.004, "lat": 27.7305}, question=question)
    assert (found.before.cause, found.gained) == (["gate"], 500)
    assert found.after.time_ds.tolist() == [4 * STEP_DS + 443]
    assert tried(village, {"change": "open_gate", "gate": "G1"}, question=question).gained == 500
    with pytest.raises(InvalidInput, match="where no compound is"):
        tried(village, {"change": "add_gate", "lon": 112.0, "lat": 27.73}, question=question)


def test_changes_of_one_post_go_on_from_each_other(street: Settings) -> None:
    later = {"change": "set_hours", **POST, "hours": "24/7"}
    found = tried(street, {"change": "move_post", **POST, "lon": 112.005, "lat": 27.73}, later)
    assert (found.gained, found.lost) == (80, 10)
    assert [(post.lon, post.hours) for post in found.after.posts] == [(112.005, "24/7")]


def test_what_is_about_another_question_is_left_out_and_said(street: Settings) -> None:
    cars = {"change": "set_speed", "mode": "car", "road_class": "primary", "kmh": 10}
    found = cover(street, replace(QUESTION, changes=[cars, AT_YARD | {"service": "fire"}, AT_YARD]))
    assert as_coverage(found)["changes_left_out"] == [1, 2]
    assert len(found.posts) == 2


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({}, "wanted is a list"),
        ([{}], "change 1 is None; there are add_post"),
        ([AT_YARD, {"change": "close_post"}], "change 2 .close_post. lacks 'post'"),
        ([{"change": "close_post", **POST, "why": 1}], "has 'why'"),
        ([{"change": "close_post", **POST, "post": "X"}], "is about the post 'X', which isn't there"),
        ([{"change": "open_gate", "gate": "X"}], "is about the gate 'X'"),
        ([AT_YARD | {"lat": float("nan")}], "lat = nan; wanted is a number"),
        ([AT_YARD | {"lon": 1000}], "wanted is degrees of longitude"),
        ([{"change": "set_hours", **POST, "hours": "sometimes"}], "wanted is weekly hours"),
        ([{"change": "set_staff", **POST, "capacity": -1}], "wanted is a whole number"),
        ([{"change": "set_speed", "mode": "walk", "road_class": "residential", "kmh": 1e-9}], "km/h from 0.1"),
        ([{"change": "set_speed", "mode": "walk", "road_class": "moonway", "kmh": 5}], "wanted is one of"),
        ([{"change": "add_barrier", "geometry": {"type": "Polygon", "coordinates": CROSSED}}], "cross itself"),
        ([{"change": "add_barrier", "geometry": {"type": "Point"}}], "wanted is a GeoJSON"),
        ([{"change": "add_crossing", "from": [112.0, 27.73], "to": [112.0, 27.78]}], "which is on no street"),
        ([{"change": "add_crossing", "from": [112.001, 27.73], "to": [112.001, 27.73]}], "at the same spot"),
    ],
)
def test_what_cannot_be_changed_is_refused(street: Settings, stated: Any, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as refused:
        tried(street, *stated) if stated else understand(street, replace(QUESTION, changes=stated))
    assert refused.value.zh


def test_scenarios_are_saved_renamed_and_forgotten(street: Settings) -> None:
    kept = save(street, " 关门 ", [{"change": "close_post", **POST}])
    save(street, "East", [AT_YARD])
    assert [each.name for each in listed(street)] == ["East", "关门"]
    assert (kept.changes, kept.outdated) == ([{"change": "close_post", **POST}], ())
    with pytest.raises(InvalidInput, match="already"):
        save(street, "East", [AT_YARD])
    save(street, "East", [AT_YARD, AT_YARD], replaces=True)
    assert len(saved_scenario(street, "East").changes) == 2
    with pytest.raises(InvalidInput, match="already"):
        rename(street, "East", "关门")
    assert rename(street, "关门", "Shut").name == "Shut"
    for name in ("", " ", "a/b", "..", "x" * 81, "a\nb"):
        with pytest.raises(InvalidInput, match="name"):
            save(street, name, [AT_YARD])
    with pytest.raises(InvalidInput, match="changes nothing"):
        save(street, "Nothing", [])
    forget(street, "East")
    with pytest.raises(NotFound):
        forget(street, "East")
    assert not saved_scenario(street, "Shut").is_outdated


def test_a_comparison_is_one_run_until_its_data_change(street: Settings) -> None:
    stated = [{"change": "close_post", **POST}]
    runs = [comparison_run(street, QUESTION, (), stated, lambda: tried(street, *stated)) for _ in range(2)]
    assert runs[0].id == runs[1].id
    assert runs[0].answer["lost"] == 70
    again = run_again(street, runs[0].id)
    assert (again.is_same, again.run.id) == (True, runs[0].id)
    other = comparison_run(street, QUESTION, stated, (), lambda: compared(street, QUESTION, stated, ()))
    assert (other.id != runs[0].id, other.answer["gained"]) == (True, 70)


def test_a_scenario_that_is_older_than_its_data_says_so(village: Settings) -> None:
    save(village, "Shut", [{"change": "close_post", **POST}])
    save(village, "Slow", [{"change": "set_speed", "mode": "walk", "road_class": "residential", "kmh": 3}])
    assert [each.outdated for each in listed(village)] == [(), ()]
    put(village, "police_post", [{"source_id": "Q", "name": "Another", "geom": "POINT(112 27.73)"}])
    assert {each.name: each.outdated for each in listed(village)} == {"Shut": ("police_post",), "Slow": ()}
    # What it names isn't in the register any more: it is still listed, and asked about it says what is missing.
    with engine_for(village, Login.OWNER).begin() as connection:
        connection.execute(text("DELETE FROM live.police_post WHERE source_id = 'P'"))
    with pytest.raises(InvalidInput, match="'P', which isn't there"):
        tried(village, *saved_scenario(village, "Shut").changes)
