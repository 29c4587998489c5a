"""Records without a place of their own: which compound, area or parent they find, and that they follow it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put

YARD = "MULTIPOLYGON(((112 27.73, 112.002 27.73, 112.002 27.732, 112 27.732, 112 27.73)))"
WEST = "MULTIPOLYGON(((111.99 27.72, 112.003 27.72, 112.003 27.74, 111.99 27.74, 111.99 27.72)))"
EAST = "MULTIPOLYGON(((112.003 27.72, 112.02 27.72, 112.02 27.74, 112.003 27.74, 112.003 27.72)))"
MOVED = "MULTIPOLYGON(((112.005 27.73, 112.007 27.73, 112.007 27.732, 112.005 27.732, 112.005 27.73)))"


def _all(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with engine_for(settings, Login.STAFF).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def _areas(settings: Settings) -> None:
    put(
        settings,
        "area",
        [
            {"source_id": "w", "code": "W", "name": "West", "kind": "community", "geom": WEST},
            {"source_id": "e", "code": "E", "name": "East", "kind": "community", "geom": EAST},
            {"source_id": "n", "code": "N", "name": "Nowhere", "kind": "other"},
        ],
    )


def _of(settings: Settings, layer: str) -> list[tuple[Any, ...]]:
    """Keys of a layer's records with the codes of the areas that they lie in."""
    query = f"""
        SELECT x.source_id, array(SELECT a.code FROM live.area a WHERE a.id = ANY(x.area_ids) ORDER BY 1)
        FROM live.{layer} x ORDER BY 1
    """
    return _all(settings, query)


def test_a_record_follows_its_compound_and_all_below_follow_it(deployment: Settings) -> None:
    _areas(deployment)
    compound = {"source_id": "a", "name": "Garden", "community": "West", "geom": YARD}
    put(deployment, "compound", [compound])
    meeting = {"source_id": "m", "kind": "building", "held_on": "2025-05-01", "compound_name": "Garden"}
    put(deployment, "meeting", [meeting])
    put(deployment, "meeting_issue", [{"source_id": "i", "parent_source_id": "m", "kind": "parking"}])
    put(deployment, "resolution", [{"source_id": "r", "parent_source_id": "i", "status": "solved"}])
    for layer in ("meeting", "meeting_issue", "resolution"):
        assert [areas for _, areas in _of(deployment, layer)] == [["W"]], layer
    put(deployment, "compound", [{**compound, "geom": MOVED}])
    for layer in ("meeting", "meeting_issue", "resolution"):
        assert [areas for _, areas in _of(deployment, layer)] == [["E"]], layer


def test_without_a_known_compound_a_record_is_turned_away(deployment: Settings) -> None:
    rows = [{"source_id": "d", "kind": "noise", "opened_on": "2025-05-01", "compound_name": "Unknown"}]
    merged = put(deployment, "dispute", rows)
    assert [(one.row, one.reason) for one in merged.dropped] == [(2, "no_compound")]


def test_a_record_that_may_lack_its_compound_lies_where_its_parent_does(deployment: Settings) -> None:
    _areas(deployment)
    put(deployment, "brand", [{"source_id": "b", "name": "Star"}])
    team = {"source_id": "t", "parent_source_id": "b", "name": "Patrol", "area_code": "E"}
    put(deployment, "volunteer_team", [team])
    put(deployment, "activity", [{"source_id": "x", "parent_source_id": "t", "held_on": "2025-05-01"}])
    assert _of(deployment, "brand") == [("b", [])]
    assert _of(deployment, "activity") == [("x", ["E"])]


def test_an_area_is_found_by_code_or_else_by_name(deployment: Settings) -> None:
    _areas(deployment)
    base = {"counted_on": "2025-06-30", "residents": 10}
    merged = put(
        deployment,
        "area_population",
        [
            {"source_id": "1", "area_code": "W", "area_name": "spelt otherwise", **base},
            {"source_id": "2", "area_name": "East", **base},
            # The name is right, but a code that nobody knows says that something is not.
            {"source_id": "3", "area_code": "X", "area_name": "East", **base},
            {"source_id": "4", "area_code": "N", **base},
            {"source_id": "5", **base},
        ],
    )
    assert [(one.row, one.reason) for one in merged.dropped] == [(4, "no_area"), (6, "no_area")]
    assert _of(deployment, "area_population") == [("1", ["W"]), ("2", ["E"]), ("4", ["N"])]


def test_a_record_that_finds_another_compound_lies_where_that_does(deployment: Settings) -> None:
    _areas(deployment)
    west, east = {"source_id": "w", "geom": YARD}, {"source_id": "e", "geom": MOVED}
    put(deployment, "compound", [{**west, "name": "Garden"}, {**east, "name": "House"}])
    alias = {"source_id": "a", "name": "Old mill", "kind": "popular"}
    put(deployment, "alias", [{**alias, "compound_name": "Garden"}])
    meeting = {"source_id": "m", "kind": "building", "held_on": "2025-05-01", "compound_name": "Old mill"}
    put(deployment, "meeting", [meeting])
    put(deployment, "meeting_issue", [{"source_id": "i", "parent_source_id": "m", "kind": "parking"}])
    put(deployment, "alias", [{**alias, "compound_name": "House"}])
    merged = put(deployment, "meeting", [meeting])
    assert (merged.loaded, merged.unchanged, merged.rematched) == (0, 1, 1)
    for layer in ("meeting", "meeting_issue"):
        assert [areas for _, areas in _of(deployment, layer)] == [["E"]], layer


def _names(settings: Settings) -> list[tuple[Any, ...]]:
    return _all(settings, "SELECT source_id, name, aliases FROM live.compound ORDER BY 1")


# There is no moment at which these two have the same day.
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_an_old_name_ends_on_the_day_of_the_place(deployments: Deployments, zone: str) -> None:
    settings = deployments.make(zone, time_zone=zone)
    put(settings, "compound", [{"source_id": "a", "name": "Garden", "geom": YARD}])
    before = datetime.now(ZoneInfo(zone)).date()
    put(settings, "compound", [{"source_id": "a", "name": "Palace", "geom": YARD}])
    after = datetime.now(ZoneInfo(zone)).date()
    [(name, used_to)] = _all(settings, "SELECT name, used_to FROM live.alias")
    assert name == "Garden"
    assert before <= used_to <= after


def test_a_renamed_compound_is_found_by_its_old_name_too(deployment: Settings) -> None:
    compound = {"source_id": "a", "community": "West", "geom": YARD}
    put(deployment, "compound", [{**compound, "name": "Garden"}])
    merged = put(deployment, "compound", [{**compound, "name": "Palace"}])
    assert (merged.loaded, merged.renamed) == (1, 1)
    kept = "SELECT name, kind, compound_name, used_from, used_to IS NOT NULL, source, load_id FROM live.alias"
    [(name, kind, compound_name, used_from, is_over, source, load)] = _all(deployment, kept)
    assert (name, kind, compound_name, used_from, is_over, source) == ("Garden", "former", "Palace", None, True, "test")
    assert [(load,)] == _all(deployment, "SELECT load_id FROM live.compound")
    dispute = {"source_id": "d", "kind": "noise", "opened_on": "2025-05-01", "compound_name": "Garden"}
    assert put(deployment, "dispute", [{**dispute, "community": "West"}]).dropped == ()
    put(deployment, "compound", [{**compound, "name": "Garden"}])
    put(deployment, "compound", [{**compound, "name": "Palace"}])
    assert _names(deployment) == [("a", "Palace", ["Garden"])]


def test_an_old_name_that_another_compound_took_is_for_a_person_to_decide(deployment: Settings) -> None:
    west, east = {"source_id": "w", "geom": YARD}, {"source_id": "e", "geom": MOVED}
    put(deployment, "compound", [{**west, "name": "Garden"}, {**east, "name": "House"}])
    put(deployment, "compound", [{**west, "name": "Palace"}, {**east, "name": "Garden"}])
    assert _names(deployment) == [("e", "Garden", ["House"]), ("w", "Palace", ["Garden"])]
    merged = put(deployment, "dispute", [{"kind": "noise", "opened_on": "2025-05-01", "compound_name": "Garden"}])
    assert [one.reason for one in merged.dropped] == ["no_compound"]


def test_what_an_office_states_of_an_old_name_takes_the_place_of_what_was_kept(deployment: Settings) -> None:
    put(deployment, "compound", [{"source_id": "w", "name": "Garden", "geom": YARD}])
    put(deployment, "compound", [{"source_id": "w", "name": "Palace", "geom": YARD}])
    stated = {"source_id": "w/former/Garden", "name": "Garden", "kind": "former", "compound_name": "Palace"}
    put(deployment, "alias", [{**stated, "used_to": "2024-05-01"}], source="old names")
    put(deployment, "alias", [{**stated, "used_to": "2024-05-01"}], source="old names")
    with engine_for(deployment, Login.STAFF).connect() as connection:
        found = connection.execute(text("SELECT name, used_to::text FROM live.alias")).all()
    assert [tuple(row) for row in found] == [("Garden", "2024-05-01")]
    assert _names(deployment) == [("w", "Palace", ["Garden"])]


def test_a_slip_that_swapped_two_names_is_mended_by_the_next_register(deployment: Settings) -> None:
    west, east = {"source_id": "w", "geom": YARD}, {"source_id": "e", "geom": MOVED}
    right = [{**west, "name": "Garden"}, {**east, "name": "House"}]
    put(deployment, "compound", right)
    put(deployment, "compound", [{**west, "name": "House"}, {**east, "name": "Garden"}])
    put(deployment, "compound", right)
    merged = put(deployment, "dispute", [{"kind": "noise", "opened_on": "2025-05-01", "compound_name": "Garden"}])
    assert merged.dropped == ()


def test_an_area_that_gets_its_outline_later_takes_its_records_along(deployment: Settings) -> None:
    put(deployment, "area", [{"source_id": "1", "code": "L1", "name": "L1", "kind": "other"}], source="counts")
    put(deployment, "area_population", [{"area_code": "L1", "counted_on": "2025-06-30", "residents": 9}])
    outlined = [
        {"source_id": "1", "code": "L1", "name": "L1", "kind": "other", "geom": YARD},
        {"source_id": "w", "code": "W", "name": "West", "kind": "street", "geom": WEST},
    ]
    put(deployment, "area", outlined, source="outlines")
    assert [areas for _, areas in _of(deployment, "area_population")] == [["L1", "W"]]


def test_two_areas_of_one_name_are_told_by_code_only(deployment: Settings) -> None:
    twins = [
        {"source_id": "1", "code": "1", "name": "Twin", "kind": "community", "geom": WEST},
        {"source_id": "2", "code": "2", "name": "Twin", "kind": "community", "geom": EAST},
    ]
    put(deployment, "area", twins)
    base = {"counted_on": "2025-06-30", "residents": 10}
    merged = put(deployment, "area_population", [{"area_name": "Twin", **base}, {"area_code": "2", **base}])
    assert [(one.row, one.reason) for one in merged.dropped] == [(2, "no_area")]


def test_the_same_moment_is_unchanged_whatever_zone_it_is_written_in(deployment: Settings) -> None:
    put(deployment, "compound", [{"source_id": "a", "name": "Garden", "geom": YARD}])
    row = {"source_id": "w", "kind": "joint", "compound_name": "Garden", "blown_at": "2025-06-01T09:30:00+08:00"}
    put(deployment, "whistle", [row])
    again = put(deployment, "whistle", [{**row, "blown_at": "2025-06-01T01:30:00+00:00"}])
    assert (again.loaded, again.unchanged) == (0, 1)


@pytest.mark.parametrize(
    ("named", "community", "is_matched", "proposed"),
    [
        ("锦绣花园", "West", True, ()),
        ("锦绣花园", None, True, ()),
        ("锦绣花园", "East", False, ("锦绣花园 (West)",)),
        ("锦绣苑", "West", False, ("锦绣花园 (West)",)),
        ("原锦绣小区", None, False, ("锦绣花园 (West)",)),
        ("老纱厂宿舍", "West", False, ("锦绣花园 (West)",)),
        ("新星花园", "North", False, ("新星花园 (East)", "新星花园 (West)", "新星里 (East)")),
        ("新星花园", None, False, ("新星花园 (East)", "新星花园 (West)", "新星里 (East)")),
        ("新星", "West", False, ("新星花园 (West)", "新星花园 (East)", "新星里 (East)")),
        ("花园", "West", False, ()),
    ],
)
def test_a_name_matches_in_its_own_community_without_a_rival_and_else_proposes(
    named_compounds: Settings, named: str, community: str | None, is_matched: bool, proposed: tuple[str, ...]
) -> None:
    dispute = {"kind": "noise", "opened_on": "2025-05-01", "compound_name": named, "community": community}
    merged = put(named_compounds, "dispute", [dispute])
    assert (merged.dropped == ()) == is_matched
    assert [one.proposed for one in merged.unknown] == ([] if is_matched else [proposed])


@pytest.fixture(scope="module")
def named_compounds(deployments: Deployments) -> Settings:
    """Compounds whose names come near each other; nothing is loaded there that another case could find."""
    settings = deployments.make("Names")
    compounds = [
        ("锦绣花园", "West"), ("新星花园", "West"), ("新星花园", "East"), ("新星里", "East"),
    ]  # fmt: skip
    rows = [
        {"source_id": str(number), "name": name, "community": community, "geom": YARD}
        for number, (name, community) in enumerate(compounds)
    ]
    put(settings, "compound", rows)
    names = [
        {"name": "老纱厂", "kind": "former", "compound_name": "锦绣花园"},
        {"name": "新星小区", "kind": "popular", "compound_name": "新星里"},
    ]
    put(settings, "alias", names)
    return settings


@pytest.mark.parametrize(("lon", "reasons"), [(112.0033, []), (112.0037, ["far_from_compound"])])
def test_a_place_of_ones_own_has_to_be_within_150_m_of_the_compound(
    deployment: Settings, lon: float, reasons: list[str]
) -> None:
    """The yard ends at 112.002; a degree is 98.6 km there: 128 m and 168 m."""
    put(deployment, "compound", [{"source_id": "a", "name": "Garden", "geom": YARD}])
    place = f"POINT({lon} 27.731)"
    merged = put(deployment, "micro_project", [{"name": "Lamps", "compound_name": "Garden", "geom": place}])
    assert [one.reason for one in merged.dropped] == reasons
    assert merged.unknown == ()


def test_a_point_that_stands_on_its_compound_goes_where_that_goes(deployment: Settings) -> None:
    _areas(deployment)
    west, east = {"source_id": "w", "name": "Garden"}, {"source_id": "e", "name": "House"}
    put(deployment, "compound", [{**west, "geom": YARD}, {**east, "geom": MOVED}])
    alias = {"source_id": "a", "name": "Old mill", "kind": "popular"}
    put(deployment, "alias", [{**alias, "compound_name": "House"}])
    projects = [
        {"source_id": "1", "name": "Lamps", "compound_name": "Garden"},
        {"source_id": "2", "name": "Road", "compound_name": "Old mill"},
        {"source_id": "3", "name": "Own place", "compound_name": "Garden", "geom": "POINT(112.001 27.731)"},
    ]
    put(deployment, "micro_project", projects)
    put(deployment, "funding_line", [{"source_id": "f", "parent_source_id": "1", "funder": "street"}])
    assert _of(deployment, "micro_project") == [("1", ["W"]), ("2", ["E"]), ("3", ["W"])]
    put(deployment, "compound", [{**west, "geom": MOVED}, {**east, "geom": YARD}])
    assert _of(deployment, "micro_project") == [("1", ["E"]), ("2", ["W"]), ("3", ["W"])]
    assert _of(deployment, "funding_line") == [("f", ["E"])]
    # The name becomes the other compound's: known anew where the register comes again.
    put(deployment, "alias", [{**alias, "compound_name": "Garden"}])
    merged = put(deployment, "micro_project", projects[:2])
    assert (merged.unchanged, merged.rematched) == (2, 1)
    assert _of(deployment, "micro_project") == [("1", ["E"]), ("2", ["E"]), ("3", ["W"])]
    spots = "SELECT ST_AsText(geom) FROM live.micro_project WHERE src_method = 'compound'"
    assert len(set(_all(deployment, spots))) == 1
