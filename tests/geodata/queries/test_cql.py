"""CQL2 filters: each operator against records whose answer one can see, and what can't be asked is said."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import shapely

from geodata.errors import InvalidInput
from geodata.layers.audience import Audience
from geodata.queries import cql
from geodata.queries.geojson import geojson
from geodata.queries.narrowing import in_box
from geodata.queries.reading import STEWARD, Reader, Reading, open_reading
from geodata.queries.valid_time import held_during
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
COMPOUNDS = [
    # (key, name, community, households, built_year, west edge in degrees)
    ("a", "Garden", "North", 100, 1990, 112.000),
    ("b", "O'Hara Court", "North", 300, 2000, 112.010),
    ("c", "100% Yard_1", "South", 500, None, 112.020),
    ("d", "花园", "South", None, 2020, 112.030),
]
TERMS = [(1, "2018-01-01", "2020-12-31"), (2, "2021-01-01", "2023-12-31"), (3, "2024-01-01", None)]
WHISTLES = ["2025-03-01T07:30:00+08:00", "2025-03-01T22:00:00+08:00", "2025-03-02T00:00:00+08:00"]


def _square(west: float) -> str:
    return f"MULTIPOLYGON((({west} 27.73, {west + 0.002} 27.73, {west + 0.002} 27.732, {west} 27.732, {west} 27.73)))"


@pytest.fixture(scope="module")
def district(deployments: Deployments) -> Settings:
    settings = deployments.make("Filters")
    put(
        settings,
        "compound",
        [
            {
                "source_id": key,
                "name": name,
                "community": community,
                "households": households,
                "residents": 987,
                "built_year": built,
                "geom": _square(west),
            }
            for key, name, community, households, built, west in COMPOUNDS
        ],
    )
    names = [("Garden", "Old Yard"), ("Garden", "锦绣"), ("花园", "锦绣")]
    put(settings, "alias", [{"compound_name": whose, "name": name, "kind": "popular"} for whose, name in names])
    put(settings, "whistle", [{"kind": "joint", "blown_at": at, "compound_name": "Garden"} for at in WHISTLES])
    put(settings, "area", [{"source_id": "x", "code": "X", "name": "Not drawn yet", "kind": "grid"}])
    projects = [("Lamps", "2024-05-01"), ("Lift", None)]
    put(
        settings,
        "micro_project",
        [{"source_id": name, "name": name, "started_on": day, "compound_name": "Garden"} for name, day in projects],
    )
    put(settings, "owners_committee", [{"source_id": "k", "name": "K", "compound_name": "Garden"}])
    put(
        settings,
        "term",
        [
            {
                "parent_source_id": "k",
                "source_id": str(n),
                "number": n,
                "seats": 5,
                "starts_on": begins,
                "ends_on": ends,
            }
            for n, begins, ends in TERMS
        ],
    )
    return settings


@pytest.fixture
def view(district: Settings) -> Iterator[Reading]:
    with open_reading(district, STEWARD) as found:
        yield found


def _found(view: Reading, layer_id: str, text: str, by: str, **asked: str) -> set[object]:
    layer = view.layer(layer_id)
    page = geojson(view, layer, cql.condition(cql.queryables(view, layer), text, **asked))
    assert page.matched == len(page.features)
    return {json.loads(each)["properties"][by] for each in page.features}


def _letters(view: Reading, text: str, **asked: str) -> set[object]:
    """Return the compounds that fit, by the letter of their name's beginning."""
    letters = {name: key for key, name, *_ in COMPOUNDS}
    return {letters[str(name)] for name in _found(view, "compound", text, "name", **asked)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("households = 300", "b"),
        ("households <> 300", "ac"),  # nothing is known of d: it is neither
        ("households < 300", "a"),
        ("households <= 300", "ab"),
        ("households > 300 OR households IS NULL", "cd"),
        ("households IS NOT NULL", "abc"),
        ("households = 3e2", "b"),
        ("households > 299.5 AND households < 300.5", "b"),
        ("NOT community = 'North'", "cd"),
        # AND binds before OR, NOT before both.
        ("community = 'South' OR community = 'North' AND households = 300", "bcd"),
        ("(community = 'South' OR community = 'North') AND households = 300", "b"),
        ("NOT community = 'North' AND households = 500", "c"),
        ("name = 'O''Hara Court'", "b"),
        ("name = '花园'", "d"),
        ("name LIKE 'G%'", "a"),
        ("name LIKE '%_1'", "c"),
        ("name LIKE '100\\%%'", "c"),
        ("name LIKE '1000%'", ""),
        ("name NOT LIKE 'G%'", "bcd"),
        ("CASEI(name) = CASEI('gARDEN')", "a"),
        ("CASEI(name) LIKE CASEI('%COURT')", "b"),
        ("CASEI('Straße') = CASEI('STRASSE') AND CASEI('ΟΔΟΣ') = CASEI('οδοσ')", "abcd"),
        ("CASEI('GROẞ') LIKE CASEI('gros_') AND CASEI('é') <> CASEI('e')", "abcd"),
        ("name IN ('Garden', '花园')", "ad"),
        ("households NOT IN (100, 300)", "c"),
        ("households BETWEEN 100 AND 300", "ab"),
        ("households NOT BETWEEN 100 AND 300", "c"),
        ("residents > households", "abc"),
        ("households + 2 * 100 = 300", "a"),
        ("households / 3 = 100", "b"),
        ("households / 0 = 1", ""),
        ("households % 200 = 100", "abc"),
        ("households div 200 = 1", "b"),
        ("households ^ 2 = 10000", "a"),
        ("-households = -100", "a"),
        ("A_CONTAINS(aliases, ('锦绣'))", "ad"),
        ("A_CONTAINEDBY(aliases, ('锦绣', 'Else')) AND aliases IS NOT NULL", "d"),
        ("A_OVERLAPS(aliases, ('Old Yard', 'Else'))", "a"),
        ("A_EQUALS(aliases, ('锦绣'))", "d"),
        ("\"name\" = 'Garden'", "a"),
        ("name = '; DROP TABLE live.compound; --'", ""),
        ("TRUE", "abcd"),
    ],
)
def test_conditions_find_what_they_say(view: Reading, text: str, wanted: str) -> None:
    assert _letters(view, text) == set(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("S_INTERSECTS(geometry, POINT(112.001 27.731))", "a"),
        ("S_INTERSECTS(geometry, BBOX(112.0, 27.7, 112.011, 27.8))", "ab"),
        ("S_DISJOINT(geometry, BBOX(112.0, 27.7, 112.011, 27.8))", "cd"),
        ("S_WITHIN(geometry, POLYGON((111.9 27.7, 112.011 27.7, 112.011 27.8, 111.9 27.8, 111.9 27.7)))", "a"),
        ("S_CONTAINS(geometry, POINT(112.011 27.731))", "b"),
        ("S_TOUCHES(geometry, POINT(112.0 27.73))", "a"),
        ("S_CROSSES(geometry, LINESTRING(111.9 27.731, 112.005 27.731))", "a"),
        ("S_OVERLAPS(geometry, POLYGON((111.9 27.7, 112.001 27.7, 112.001 27.8, 111.9 27.8, 111.9 27.7)))", "a"),
        ("S_EQUALS(geometry, POLYGON((112 27.73, 112.002 27.73, 112.002 27.732, 112 27.732, 112 27.73)))", "a"),
        ("S_INTERSECTS(POINT(112.001 27.731), geometry)", "a"),
    ],
)
def test_places_lie_to_each_other_as_asked(view: Reading, text: str, wanted: str) -> None:
    assert _letters(view, text) == set(wanted)


def test_coordinates_are_in_the_system_that_is_named_and_in_its_order(view: Reading) -> None:
    turned = "S_INTERSECTS(geometry, POINT(27.731 112.001))"
    assert _letters(view, turned, system=f"{EPSG}4326") == {"a"}
    metres = "S_INTERSECTS(geometry, POINT(12467894.3 3215101.2))"
    assert _letters(view, metres, system=f"{EPSG}3857") == {"a"}
    with pytest.raises(InvalidInput, match="outside"):
        cql.condition(cql.queryables(view, view.layer("compound")), turned)


def test_the_same_is_said_in_json(view: Reading) -> None:
    tree = {
        "op": "and",
        "args": [
            {"op": "like", "args": [{"op": "casei", "args": [{"property": "name"}]}, {"op": "casei", "args": ["G%"]}]},
            {"op": "<=", "args": [{"property": "households"}, 100]},
            {
                "op": "s_intersects",
                "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [112.001, 27.731]}],
            },
        ],
    }
    assert _letters(view, json.dumps(tree), language="cql2-json") == {"a"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("starts_on = DATE('2021-01-01')", {2}),
        ("starts_on = '2021-01-01'", {2}),
        ("starts_on >= DATE('2021-01-01')", {2, 3}),
        ("starts_on < TIMESTAMP('2020-12-31T16:00:00Z')", {1}),  # the day begins at 16:00 UTC
        ("starts_on <= TIMESTAMP('2020-12-31T16:00:00Z')", {1, 2}),
        ("T_AFTER(starts_on, DATE('2021-01-01'))", {3}),
        ("T_BEFORE(starts_on, DATE('2021-01-01'))", {1}),
        ("T_EQUALS(starts_on, DATE('2021-01-01'))", {2}),
        ("T_DISJOINT(starts_on, INTERVAL('2021-01-01', '..'))", {1}),
        ("T_INTERSECTS(starts_on, INTERVAL('..', '2021-01-01'))", {1, 2}),
        ("T_DURING(starts_on, INTERVAL('2018-01-01', '2024-01-01'))", {2}),
        ("T_DURING(INTERVAL(starts_on, ends_on), INTERVAL('2017-12-31', '2024-01-01'))", {1, 2}),
        ("T_CONTAINS(INTERVAL(starts_on, ends_on), INTERVAL('2022-01-01', '2022-12-31'))", {2}),
        ("T_STARTS(INTERVAL(starts_on, ends_on), INTERVAL('2021-01-01', '..'))", {2}),
        ("T_STARTEDBY(INTERVAL(starts_on, ends_on), INTERVAL('2021-01-01', '2021-06-30'))", {2}),
        ("T_FINISHES(INTERVAL(starts_on, ends_on), INTERVAL('2000-01-01', '2020-12-31'))", {1}),
        ("T_FINISHEDBY(INTERVAL(starts_on, ends_on), INTERVAL('2020-01-01', '2020-12-31'))", {1}),
        ("T_MEETS(INTERVAL(starts_on, ends_on), INTERVAL('2020-12-31', '2022-12-31'))", {1}),
        ("T_METBY(INTERVAL(starts_on, ends_on), INTERVAL('2020-01-01', '2021-01-01'))", {2}),
        ("T_OVERLAPS(INTERVAL(starts_on, ends_on), INTERVAL('2020-01-01', '2022-12-31'))", {1}),
        ("T_OVERLAPPEDBY(INTERVAL(starts_on, ends_on), INTERVAL('2020-01-01', '2022-12-31'))", {2}),
    ],
)
def test_days_lie_to_each_other_as_asked(view: Reading, text: str, wanted: set[int]) -> None:
    assert _found(view, "term", text, "number") == wanted


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("blown_at = TIMESTAMP('2025-02-28T23:30:00Z')", 1),
        ("T_INTERSECTS(blown_at, DATE('2025-03-01'))", 2),  # all of the place's own day
        ("T_INTERSECTS(blown_at, INTERVAL('2025-03-01T00:00:00Z', '..'))", 2),
        ("T_AFTER(blown_at, DATE('2025-03-01'))", 1),
        ("blown_at >= DATE('2025-03-02')", 1),
    ],
)
def test_a_day_beside_a_moment_is_all_of_its_hours_there(view: Reading, text: str, count: int) -> None:
    layer = view.layer("whistle")
    assert geojson(view, layer, cql.condition(cql.queryables(view, layer), text)).matched == count


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [
        ("2022-05-01", {2}),
        ("2020-12-31/2021-01-01", {1, 2}),
        ("../2018-01-01", {1}),
        ("2024-01-01/..", {3}),
        ("2099-01-01", {3}),
        ("2020-12-31T15:59:59Z", {1}),
        ("2020-12-31T16:00:00Z", {2}),
    ],
)
def test_datetime_asks_what_held_then(view: Reading, stated: str, wanted: set[int]) -> None:
    layer = view.layer("term")
    condition = held_during(view, layer, stated)
    assert condition is not None
    assert {json.loads(each)["properties"]["number"] for each in geojson(view, layer, condition).features} == wanted


@pytest.mark.parametrize("stated", ["", "..", "../..", "yesterday", "2025", "2025-13-01", "2025-01-02/2025-01-01", "/"])
def test_a_datetime_that_is_none_is_refused(view: Reading, stated: str) -> None:
    with pytest.raises(InvalidInput, match="datetime"):
        held_during(view, view.layer("term"), stated)


def test_what_has_no_place_is_in_every_box(view: Reading) -> None:
    nowhere = shapely.box(0, 0, 1, 1)
    for layer_id, count in (("area", 1), ("term", 3), ("compound", 0)):
        layer = view.layer(layer_id)
        assert geojson(view, layer, in_box(view, layer, nowhere)).matched == count, layer_id


def test_what_has_no_day_holds_at_any(view: Reading) -> None:
    layer = view.layer("micro_project")
    for stated, names in (
        ("2024-05-01", {"Lamps", "Lift"}),
        ("2023-01-01", {"Lift"}),
        ("2024-05-02/..", {"Lift"}),
        ("2024-04-30T16:00:00Z", {"Lamps", "Lift"}),
        ("../2024-04-30T15:59:59Z", {"Lift"}),
    ):
        condition = held_during(view, layer, stated)
        assert condition is not None
        found = geojson(view, layer, condition).features
        assert {json.loads(each)["properties"]["name"] for each in found} == names, stated


def test_records_without_a_time_have_no_condition(view: Reading) -> None:
    assert held_during(view, view.layer("compound"), "2025-01-01") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "can't be read"),
        ("name = ", "can't be read"),
        ("name = 'x' AND", "can't be read"),
        ("secret = 1", "can't be asked"),
        ("area_ids IS NULL", "can't be asked"),
        ("geom_3857 IS NULL", "can't be asked"),
        ("name = 1", "compares name, a text, with 1"),
        ("households = 'x'", "compares"),
        ("households LIKE 'x'", "for a text"),
        ("geometry = 'x'", "compares"),
        ("geometry < geometry", "no order"),
        ("name", "where a condition is wanted"),
        ("households + 1", "where a condition is wanted"),
        ("name = 1 + 'x'", "for a number"),
        ("lower(name) = 'x'", "isn't known"),
        ("S_INTERSECTS(geometry)", "1 arguments to 's_intersects'; wanted are 2"),
        ("T_AFTER(built_year, built_year, built_year)", "3 arguments to 't_after'; wanted are 2"),
        ("ACCENTI(name) = 'x'", "isn't known"),
        ("pg_sleep(10) = 1", "isn't known"),
        ("name IN (name)", None),
        ("households = 1e400", "no number"),
        ("S_INTERSECTS(geometry, POINT(1000 27))", "outside"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "valid geometry"),
        ("S_INTERSECTS(name, POINT(112 27))", "wanted is a place"),
        ("T_AFTER(name, DATE('2020-01-01'))", "for a time"),
        ("built_year = DATE('2020-13-01')", "wanted is a day"),
        ("(" * 51 + "TRUE" + ")" * 51, "51 deep"),
        ("NOT " * 60 + "TRUE", "60 deep"),
        ("households = " + "-" * 60 + "1", "60 deep"),
        ("name IN (" * 401, "401 brackets"),
        # Neither is what it seems to one who only knows 'quotes': a name in "quotes" holds one, or brackets.
        (f""" "'" = {"(" * 1900}1{")" * 1900} AND "'" = 1 """, "1900 brackets"),
        (f""" "{")" * 1300}" = {"(" * 1300}1{")" * 1300} """, "1300 brackets"),
        ("S_INTERSECTS(geometry, POINT EMPTY)", "can't be read"),
        ("S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT EMPTY))", "can't be read"),
        ("S_INTERSECTS(geometry, POINT Z(1 2))", "can't be read"),
        pytest.param("name = '" + "x" * 5000 + "'", "at most 4096", id="too long"),
    ],
)
def test_what_can_not_be_asked_is_said(view: Reading, text: str, said: str | None) -> None:
    layer = view.layer("compound")
    if said is None:
        geojson(view, layer, cql.condition(cql.queryables(view, layer), text))
        return
    with pytest.raises(InvalidInput, match=said):
        cql.condition(cql.queryables(view, layer), text)


@pytest.mark.parametrize(
    "tree",
    [
        "[]",
        "{}",
        "null",
        "17",
        '{"op": "and", "args": []}',
        '{"op": "and", "args": {"a": 1}}',
        '{"op": "=", "args": [1]}',
        '{"op": "=", "args": [null, 1]}',
        '{"op": ["and"], "args": []}',
        '{"op": "in", "args": [{"property": "name"}, "x"]}',
        '{"op": "in", "args": [{"property": "name"}, []]}',
        '{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": []}]}',
        '{"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [1, 2]}]}',
        '{"op": "t_after", "args": [{"property": "built_year"}, {"interval": ["..", "..", ".."]}]}',
        '{"property": ["name"]}',
        "{",
    ],
)
def test_trees_that_mean_nothing_are_refused(view: Reading, tree: str) -> None:
    with pytest.raises(InvalidInput):
        cql.condition(cql.queryables(view, view.layer("compound")), tree, language="cql2-json")


def test_a_filter_names_what_the_reader_gets_and_nothing_else(district: Settings) -> None:
    """An officer may not ask what they may not read: counting answers would tell it."""
    with open_reading(district, Reader(Audience.GRID_OFFICER, ())) as view:
        layer = view.layer("compound")
        known = cql.queryables(view, layer)
        assert known.keys() == {"id", "geometry", *(field.name for field in view.fields(layer))}
        hidden = {field.name for field in layer.fields} - known.keys()
        for name in hidden:
            with pytest.raises(InvalidInput, match="can't be asked"):
                cql.condition(cql.queryables(view, layer), f"{name} IS NULL")
