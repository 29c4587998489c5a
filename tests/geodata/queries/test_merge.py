"""Merging: new, changed, same; history; keys; compounds; areas; a hazard's status."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers import get_layer
from geodata.queries.merge import merge
from geodata.queries.stage import copy_into_stage, create_stage, stage_columns
from geodata.settings import Settings
from tests.geodata.queries.staged import put, table

YARD = "MULTIPOLYGON(((112 27.73, 112.002 27.73, 112.002 27.732, 112 27.732, 112 27.73)))"
EAST = "MULTIPOLYGON(((112.001 27.72, 112.01 27.72, 112.01 27.74, 112.001 27.74, 112.001 27.72)))"
NEAR = "POINT(112.001 27.731)"
FAR = "POINT(112.03 27.75)"
AROUND_FAR = "MULTIPOLYGON(((112.029 27.749, 112.031 27.749, 112.031 27.751, 112.029 27.751, 112.029 27.749)))"
ALL = "MULTIPOLYGON(((111.99 27.72, 112.02 27.72, 112.02 27.75, 111.99 27.75, 111.99 27.72)))"


def _all(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with engine_for(settings, Login.STAFF).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_new_changed_and_unchanged_rows(deployment: Settings) -> None:
    rows = [
        {"source_id": "a", "name": "Garden", "households": 10, "geom": YARD},
        {"source_id": "b", "name": "Court", "households": 20, "geom": YARD},
    ]
    first = put(deployment, "compound", rows)
    assert (first.loaded, first.unchanged) == (2, 0)
    again = put(deployment, "compound", rows)
    assert (again.loaded, again.unchanged) == (0, 2)
    ids = dict(_all(deployment, "SELECT source_id, id FROM live.compound"))
    rows[1]["households"] = 21
    third = put(deployment, "compound", rows)
    assert (third.loaded, third.unchanged) == (1, 1)
    # The id stays, the old version is in history with the load that ended it.
    assert dict(_all(deployment, "SELECT source_id, id FROM live.compound")) == ids
    assert _all(deployment, "SELECT source_id, households, closed_by_load, id FROM history.compound") == [
        ("b", 20, 3, ids["b"])
    ]


def test_rows_that_are_gone_stay(deployment: Settings) -> None:
    put(deployment, "compound", [{"source_id": "a", "name": "Garden", "geom": YARD}])
    put(deployment, "compound", [{"source_id": "b", "name": "Court", "geom": YARD}])
    assert _all(deployment, "SELECT count(*) FROM live.compound") == [(2,)]


def test_a_repeated_key_keeps_its_first_row(deployment: Settings) -> None:
    merged = put(
        deployment,
        "compound",
        [
            {"source_id": "a", "name": "Garden", "geom": YARD},
            {"source_id": "a", "name": "Garden", "geom": YARD},
            {"source_id": "a", "name": "Other", "geom": YARD},
        ],
    )
    assert [(dropped.row, dropped.reason, dropped.first_row) for dropped in merged.dropped] == [
        (3, "duplicate", 2),
        (4, "repeated_key", 2),
    ]
    assert _all(deployment, "SELECT name FROM live.compound") == [("Garden",)]


def test_compounds_are_found_by_alias_and_by_place(deployment: Settings) -> None:
    put(deployment, "compound", [{"source_id": "a", "name": "Garden", "geom": YARD}])
    put(deployment, "alias", [{"name": "Old Garden", "kind": "former", "compound_name": "Garden"}])
    merged = put(
        deployment,
        "micro_project",
        [
            {"source_id": "1", "name": "By alias", "compound_name": "Old Garden"},
            {"source_id": "2", "name": "By place", "geom": "POINT(112.001 27.731)"},
            {"source_id": "3", "name": "Nowhere", "compound_name": "Unknown"},
            {"source_id": "4", "name": "Far", "compound_name": "Unknown", "geom": "POINT(112.01 27.74)"},
        ],
    )
    assert [(dropped.row, dropped.reason) for dropped in merged.dropped] == [(4, "no_place")]
    assert _all(
        deployment, "SELECT source_id, compound_id IS NOT NULL, src_method FROM live.micro_project ORDER BY 1"
    ) == [("1", True, "compound"), ("2", True, None), ("4", False, None)]


def test_a_name_with_rivals_needs_its_community(deployment: Settings) -> None:
    put(
        deployment,
        "compound",
        [
            {"source_id": "n", "name": "Garden", "community": "North", "geom": YARD},
            {"source_id": "s", "name": "Garden", "community": "South", "geom": EAST},
        ],
    )
    merged = put(
        deployment,
        "micro_project",
        [
            {"source_id": "1", "name": "Told", "compound_name": "Garden", "community": "South"},
            {"source_id": "2", "name": "Untold", "compound_name": "Garden"},
        ],
    )
    assert [(dropped.row, dropped.reason) for dropped in merged.dropped] == [(3, "no_place")]
    assert _all(
        deployment,
        "SELECT c.source_id FROM live.micro_project m JOIN live.compound c ON c.id = m.compound_id",
    ) == [("s",)]


def test_areas_are_linked_with_shares_and_follow_a_new_outline(deployment: Settings) -> None:
    put(deployment, "compound", [{"source_id": "a", "name": "Garden", "geom": YARD}])
    put(deployment, "police_post", [{"source_id": "p", "name": "Post", "geom": "POINT(112.0015 27.731)"}])
    areas = [
        {"source_id": "all", "name": "All", "kind": "street", "geom": ALL},
        {"source_id": "east", "name": "East", "kind": "grid", "geom": EAST},
    ]
    put(deployment, "area", areas)
    # EAST begins at 112.001, half way through the yard.
    shares = (
        "SELECT a.name, round(l.share::numeric, 3) FROM live.area_link l "
        "JOIN live.area a ON a.id = l.area_id ORDER BY 1"
    )
    assert [(name, float(str(share))) for name, share in _all(deployment, shares)] == [("All", 1.0), ("East", 0.5)]
    assert _all(deployment, "SELECT cardinality(area_ids) FROM live.police_post") == [(2,)]
    areas[1]["geom"] = "MULTIPOLYGON(((112.005 27.72, 112.01 27.72, 112.01 27.74, 112.005 27.74, 112.005 27.72)))"
    put(deployment, "area", areas)
    assert _all(deployment, "SELECT cardinality(area_ids) FROM live.police_post") == [(1,)]
    assert len(_all(deployment, shares)) == 1


def _hazard(settings: Settings) -> tuple[object, ...]:
    [row] = _all(settings, "SELECT status, closed_on::text FROM live.hazard")
    return row


def test_a_hazards_status_follows_its_events_alone(deployment: Settings) -> None:
    put(
        deployment,
        "hazard",
        [{"source_id": "h", "kind": "gas", "found_on": "2025-03-03", "geom": "POINT(112 27.73)"}],
    )
    assert _hazard(deployment) == ("reported", None)
    events = [
        {"parent_source_id": "h", "kind": "reported", "happened_on": "2025-03-03"},
        {"parent_source_id": "h", "kind": "closed", "happened_on": "2025-03-09"},
    ]
    put(deployment, "hazard_event", events)
    assert _hazard(deployment) == ("closed", "2025-03-09")
    with engine_for(deployment, Login.LOADER).begin() as connection:
        connection.execute(text("UPDATE live.hazard SET status = 'reported', closed_on = NULL"))
    assert _hazard(deployment) == ("closed", "2025-03-09")
    put(deployment, "hazard_event", [{"parent_source_id": "h", "kind": "reopened", "happened_on": "2025-03-20"}])
    assert _hazard(deployment) == ("in_progress", None)
    again = put(deployment, "hazard_event", events)
    assert (again.loaded, again.unchanged) == (0, 2)


def test_events_of_an_unknown_hazard_are_told(deployment: Settings) -> None:
    merged = put(
        deployment, "hazard_event", [{"parent_source_id": "x", "kind": "reported", "happened_on": "2025-03-03"}]
    )
    assert [dropped.reason for dropped in merged.dropped] == ["no_parent"]


PROJECTS = [
    {"source_id": "1", "name": "South", "compound_name": "Garden", "community": "South", "geom": FAR},
    {"source_id": "2", "name": "Far", "compound_name": "Garden", "community": "North", "geom": FAR},
    {"source_id": "3", "name": "Near", "compound_name": "Garden", "community": "North", "geom": NEAR},
]


def test_a_name_of_another_community_is_no_match_and_one_far_away_is_refused(deployment: Settings) -> None:
    put(deployment, "compound", [{"source_id": "a", "name": "Garden", "community": "North", "geom": YARD}])
    merged = put(deployment, "micro_project", PROJECTS)
    assert [(dropped.source_id, dropped.reason) for dropped in merged.dropped] == [("2", "far_from_compound")]
    assert _all(deployment, "SELECT source_id, compound_id IS NULL FROM live.micro_project ORDER BY 1") == [
        ("1", True),
        ("3", False),
    ]


def test_a_circle_for_an_unknown_outline_refuses_nothing(deployment: Settings) -> None:
    yard = {"source_id": "a", "name": "Garden", "community": "North", "geom": YARD, "src_method": "point"}
    put(deployment, "compound", [yard])
    assert put(deployment, "micro_project", PROJECTS).dropped == ()


def test_a_place_far_from_the_compound_that_it_names_is_not_given_to_the_one_it_lies_in(deployment: Settings) -> None:
    # Loaded before the compounds, so that nothing could refuse it.
    put(deployment, "micro_project", PROJECTS[1:2])
    there = {"source_id": "b", "name": "Court", "community": "North", "geom": AROUND_FAR}
    put(deployment, "compound", [{"source_id": "a", "name": "Garden", "community": "North", "geom": YARD}, there])
    assert _all(deployment, "SELECT compound_id FROM live.micro_project") == [(None,)]


def test_records_loaded_before_their_compound_find_it_later(deployment: Settings) -> None:
    project = [{"source_id": "1", "name": "Early", "compound_name": "Garden", "geom": NEAR}]
    put(deployment, "micro_project", project)
    put(deployment, "compound", [{"source_id": "a", "name": "Garden", "geom": YARD}])
    assert _all(deployment, "SELECT compound_id IS NOT NULL FROM live.micro_project") == [(True,)]
    # The file of projects says nothing new: its rows are unchanged.
    assert put(deployment, "micro_project", project).unchanged == 1


def test_two_parts_of_one_file_may_fill_one_layer(deployment: Settings) -> None:
    layer = get_layer("police_post")
    engine = engine_for(deployment, Login.LOADER)
    with engine.begin() as connection:
        for name in ("Old", "New"):
            create_stage(connection, layer)
            rows = [{"source_id": "p", "name": name, "geom": NEAR}]
            copy_into_stage(connection, layer, table(stage_columns(layer), rows))
            merge(connection, layer, source="test", load_id=1)
    assert _all(deployment, "SELECT name FROM live.police_post") == [("New",)]
    assert _all(deployment, "SELECT name, NOT isempty(recorded) FROM history.police_post") == [("Old", True)]


def test_a_load_begun_earlier_may_merge_later(deployment: Settings) -> None:
    layer = get_layer("police_post")
    engine = engine_for(deployment, Login.LOADER)
    with engine.begin() as early:
        early.execute(text("SELECT now()"))
        put(deployment, "police_post", [{"source_id": "p", "name": "First", "geom": NEAR}])
        create_stage(early, layer)
        copy_into_stage(early, layer, table(stage_columns(layer), [{"source_id": "p", "name": "Last", "geom": NEAR}]))
        merge(early, layer, source="test", load_id=9)
    assert _all(deployment, "SELECT name FROM live.police_post") == [("Last",)]


def test_an_event_moves_with_its_hazard(deployment: Settings) -> None:
    put(deployment, "area", [{"source_id": "e", "name": "East", "kind": "grid", "geom": EAST}])
    hazard = {"source_id": "h", "kind": "gas", "found_on": "2025-03-03", "geom": "POINT(112 27.73)"}
    put(deployment, "hazard", [hazard])
    put(deployment, "hazard_event", [{"parent_source_id": "h", "kind": "reported", "happened_on": "2025-03-03"}])
    put(deployment, "hazard", [{**hazard, "geom": "POINT(112.005 27.73)"}])
    assert _all(
        deployment, "SELECT h.area_ids = e.area_ids, cardinality(e.area_ids) FROM live.hazard h, live.hazard_event e"
    ) == [(True, 1)]


def test_an_outline_that_holds_no_more_takes_nobody(deployment: Settings) -> None:
    areas = [
        {"source_id": "old", "code": "E", "name": "East", "kind": "grid", "valid_to": "2020-01-01", "geom": EAST},
        {"source_id": "new", "code": "E", "name": "East", "kind": "grid", "valid_from": "2020-01-01", "geom": EAST},
    ]
    put(deployment, "area", areas)
    put(deployment, "police_post", [{"source_id": "p", "name": "Post", "geom": "POINT(112.005 27.73)"}])
    linked = "SELECT a.source_id FROM live.police_post p JOIN live.area a ON a.id = ANY(p.area_ids)"
    assert _all(deployment, linked) == [("new",)]


def test_a_record_with_the_key_of_its_content_gets_that_of_what_it_is_known_by(deployment: Settings) -> None:
    row = {"compound_name": "Garden", "starts_on": "2025-03-01", "lacks_manager": "true", "lacks_guards": "true"}
    put(deployment, "compound", [{"source_id": "c", "name": "Garden", "geom": YARD}])
    put(deployment, "compound_status", [{"source_id": f"{'0a' * 32}#1", **row}])
    merged = put(deployment, "compound_status", [{"source_id": "f" * 64, **row}])
    assert (merged.loaded, merged.unchanged) == (0, 1)
    changed = put(deployment, "compound_status", [{"source_id": "f" * 64, **row, "lacks_guards": "false"}])
    assert changed.loaded == 1
    with engine_for(deployment, Login.STAFF).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM live.compound_status")).scalar_one() == 1
