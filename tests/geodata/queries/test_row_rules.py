"""The database's own fence: what each login reads with a query that asks for everything, and by which index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import shapely
from sqlalchemy import Connection, event, func, text
from sqlalchemy.exc import DBAPIError

from geodata.database.engine import engine_for
from geodata.database.logins import AREAS_SETTING, Login
from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.publication import publish
from geodata.queries.features import page
from geodata.queries.geojson import geojson
from geodata.queries.narrowing import in_box
from geodata.queries.reading import OWN_AREAS_ONLY, RESIDENT, STEWARD, Reader, Reading, open_reading
from geodata.queries.row_rules import follow_declarations
from geodata.queries.tiles import tile
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put

WEST = "MULTIPOLYGON(((111.96 27.70, 112.00 27.70, 112.00 27.76, 111.96 27.76, 111.96 27.70)))"
EAST = "MULTIPOLYGON(((112.00 27.70, 112.04 27.70, 112.04 27.76, 112.00 27.76, 112.00 27.70)))"
GROUND = (Login.OFFICER, Login.POLICE)
WHOLE = (Login.OWNER, Login.LOADER, Login.STAFF, Login.ANALYST)


@pytest.fixture(scope="module")
def district(deployments: Deployments) -> Settings:
    """Two grids, a hazard in each, of which each has an earlier version; a compound in the west."""
    settings = deployments.make("Row rules")
    grids = [("w", "W", "West", WEST), ("e", "E", "East", EAST)]
    put(
        settings,
        "area",
        [
            {"source_id": key, "code": code, "name": name, "kind": "grid", "geom": geom}
            for key, code, name, geom in grids
        ],
    )
    yard = "MULTIPOLYGON(((111.97 27.73, 111.972 27.73, 111.972 27.732, 111.97 27.732, 111.97 27.73)))"
    put(settings, "compound", [{"source_id": "a", "name": "Garden", "geom": yard}])
    for kind in ("gas", "electric"):
        put(
            settings,
            "hazard",
            [
                {"source_id": key, "kind": kind, "found_on": "2025-10-01", "geom": f"POINT({lon} 27.73)"}
                for key, lon in (("west", 111.971), ("east", 112.02))
            ],
        )
    counts = {"kind": "theft", "month": "2025-01-01", "incidents": "40"}
    put(settings, "incident_count", [{**counts, "source_id": code, "area_code": code} for code in "WE"])
    return settings


@pytest.fixture
def own(district: Settings) -> str:
    """The value of the setting that names the west alone."""
    with engine_for(district, Login.STAFF).connect() as connection:
        return str(connection.execute(text("SELECT ARRAY[id]::text FROM live.area WHERE code = 'W'")).scalar_one())


def _count(connection: Connection, table: str) -> int:
    return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def _state(connection: Connection, areas: str) -> None:
    connection.execute(text(f"SELECT set_config('{AREAS_SETTING}', :areas, true)"), {"areas": areas})


@pytest.mark.parametrize("login", GROUND)
@pytest.mark.parametrize("table", ["live.hazard", "history.hazard"])
def test_rows_of_own_areas_alone_and_none_without_any(district: Settings, own: str, login: Login, table: str) -> None:
    with engine_for(district, login).connect() as connection:
        assert _count(connection, table) == 0, "nobody has said which areas"
        _state(connection, own)
        assert _count(connection, table) == 1
        for nothing in ("{}", ""):
            _state(connection, nothing)
            assert _count(connection, table) == 0
        _state(connection, own)
        connection.commit()
        # The same connection, as a pool gives it to the next reader.
        assert _count(connection, table) == 0
        _state(connection, own)
        connection.rollback()
        assert _count(connection, table) == 0
        assert _count(connection, "live.compound") == 1, "open everywhere"


@pytest.mark.parametrize("login", GROUND)
@pytest.mark.parametrize("areas", ["1", "{1,x}", "{1} OR true"])
def test_a_setting_that_is_no_array_is_an_error_and_no_rows(district: Settings, login: Login, areas: str) -> None:
    with engine_for(district, login).connect() as connection:
        _state(connection, areas)
        with pytest.raises(DBAPIError, match=r"malformed|invalid"):
            _count(connection, "live.hazard")


@pytest.mark.parametrize("login", WHOLE)
def test_who_works_for_the_whole_area_has_every_row(district: Settings, login: Login) -> None:
    with engine_for(district, login).connect() as connection:
        assert _count(connection, "live.hazard") == 2
        if login is not Login.ANALYST:
            assert _count(connection, "history.hazard") == 2


def test_a_query_that_forgets_its_rule_gets_no_more(district: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.queries.reading.Reading.row_rule", lambda *_: text("true"))
    for audience in (Audience.GRID_OFFICER, Audience.POLICE):
        with open_reading(district, Reader(audience, ("W",))) as reading:
            assert page(reading, reading.layer("hazard")).matched == 1
            assert page(reading, reading.layer("compound")).matched == 1
    with open_reading(district, Reader(Audience.GRID_OFFICER)) as reading:
        assert page(reading, reading.layer("hazard")).matched == 0


def test_the_police_read_counts_of_incidents_and_officers_do_not(district: Settings, own: str) -> None:
    with engine_for(district, Login.POLICE).connect() as connection:
        _state(connection, own)
        assert connection.execute(text("SELECT sum(incidents) FROM live.incident_count")).scalar_one() == 40
    with engine_for(district, Login.OFFICER).connect() as connection, pytest.raises(DBAPIError, match="denied"):
        connection.execute(text("SELECT id FROM live.incident_count"))


@pytest.mark.parametrize("login", GROUND)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT source_id FROM live.hazard",
        "SELECT src_x FROM live.hazard",
        "SELECT row_to_json(hazard) FROM live.hazard",
        "SELECT id FROM live.area_link",
        "SELECT who FROM ledger.load",
        "SELECT cells FROM ledger.quarantine",
        "UPDATE live.hazard SET kind = 'gas'",
        "ALTER TABLE live.hazard DISABLE ROW LEVEL SECURITY",
        "SET SESSION AUTHORIZATION DEFAULT; SET ROLE csmap_owner",
        "CREATE TEMPORARY TABLE kept AS SELECT id FROM live.hazard",
    ],
)
def test_what_is_not_theirs_is_denied(district: Settings, own: str, login: Login, statement: str) -> None:
    with engine_for(district, login).connect() as connection:
        _state(connection, own)
        with pytest.raises(DBAPIError, match=r"denied|must be owner|does not exist"):
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize("login", GROUND)
def test_names_of_other_areas_cannot_be_read_by_their_pinyin(district: Settings, own: str, login: Login) -> None:
    def spelled() -> set[str]:
        with engine_for(district, login).connect() as connection:
            _state(connection, own)
            return set(connection.execute(text("SELECT name FROM live.spelling")).scalars())

    branches = [("w", "西片支部", "W"), ("e", "东片支部", "E"), ("b", "两片支部", "W"), ("c", "两片支部", "E")]
    put(
        district,
        "party_branch",
        [{"source_id": key, "name": name, "kind": "joint", "area_code": code} for key, name, code in branches],
    )
    put(district, "police_post", [{"source_id": "p", "name": "东片警务室", "geom": "POINT(112.02 27.73)"}])
    publish(district)
    assert spelled() == {"西片支部", "两片支部", "东片警务室"}
    put(district, "party_branch", [{"source_id": "w", "name": "西片支部", "kind": "joint", "area_code": "E"}])
    publish(district)
    assert spelled() == {"两片支部", "东片警务室"}, "it has moved"
    put(district, "party_branch", [{"source_id": "b", "name": "一片支部", "kind": "joint", "area_code": "W"}])
    publish(district)
    assert spelled() == {"一片支部", "东片警务室"}, "the other one isn't theirs"
    with engine_for(district, login).connect() as connection:
        assert set(connection.execute(text("SELECT name FROM live.spelling")).scalars()) == {"东片警务室"}


def test_each_table_of_a_layer_has_its_rules_and_they_bind_the_owner(district: Settings) -> None:
    query = text(
        "SELECT format('%s.%s', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE nspname IN ('live', 'history') AND relrowsecurity AND relforcerowsecurity "
        "AND 2 = (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid)"
    )
    with engine_for(district, Login.OWNER).connect() as connection:
        ruled = set(connection.execute(query).scalars())
    assert ruled == {f"{schema}.{layer.id}" for schema in ("live", "history") for layer in LAYERS}


def test_a_layer_that_opens_or_closes_takes_its_rule_along(
    district: Settings, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows() -> int:
        with engine_for(district, Login.OFFICER).connect() as connection:
            return _count(connection, "live.hazard")

    with engine_for(district, Login.OWNER).connect() as connection:
        assert not follow_declarations(connection)
        opened = tuple(replace(layer, is_everywhere=True) if layer.id == "hazard" else layer for layer in LAYERS)
        with monkeypatch.context() as patch:
            patch.setattr("geodata.queries.row_rules.LAYERS", opened)
            assert follow_declarations(connection)
            connection.commit()
            assert rows() == 2
        assert follow_declarations(connection)
        connection.commit()
        assert rows() == 0


# Indexes, at a size where they matter: ten thousand points on each side of the border, a tile with some fifty of them.

MANY = """
    INSERT INTO live.{layer} (source, source_id, row_hash, load_id, recorded_from, area_ids, {columns}, geom)
    SELECT 'many', n::text, '', 1, now(), ARRAY[CASE WHEN n % 200 < 100 THEN :west ELSE :east END], {values},
        ST_SetSRID(ST_MakePoint(111.96 + (n % 200) * 0.0004, 27.70 + (n / 200) * 0.0005), 4326)
    FROM generate_series(0, 23999) AS n
"""
BOX = (111.985, 27.72, 111.988, 27.723)
TILE = (16, 53154, 27512)


@pytest.fixture(scope="module")
def many(deployments: Deployments) -> Settings:
    settings = deployments.make("Many")
    for key, geom in (("w", WEST), ("e", EAST)):
        put(settings, "area", [{"source_id": key, "code": key, "name": key, "kind": "grid", "geom": geom}])
    with engine_for(settings, Login.LOADER).begin() as connection:
        west, east = connection.execute(text("SELECT id FROM live.area ORDER BY code DESC")).scalars()
        for layer, columns, values in (
            ("hazard", "kind, found_on", "'gas', date '2025-01-01'"),
            ("service_point", "kind", "'clinic'"),
        ):
            query = text(MANY.format(layer=layer, columns=columns, values=values))
            connection.execute(query, {"west": west, "east": east})
    publish(settings)
    return settings


def _explained(connection: Connection, plans: list[Any]) -> None:
    """Keep the plan of each query that is run on a connection."""

    def explain(conn: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM" in statement and "set_config" not in statement:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            plans.append(cursor.fetchone()[0][0]["Plan"])

    event.listen(connection, "before_cursor_execute", explain)


def _steps(plan: Any) -> Iterator[Any]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _steps(below)


def _reads_by(plan: Any, layer_id: str) -> set[str]:
    """Return the indexes by which a plan reads a layer, "all" for reading it from end to end."""
    ways = {step["Node Type"] for step in _steps(plan) if step.get("Relation Name") == layer_id}
    indexes = {step["Index Name"] for step in _steps(plan) if step.get("Index Name", "").startswith(layer_id)}
    return indexes | ({"all"} if any("Seq Scan" in way for way in ways) else set())


READERS = {
    "officer": (Reader(Audience.GRID_OFFICER, ("w",)), "hazard"),
    "police": (Reader(Audience.POLICE, ("w", "e")), "hazard"),
    "police of a layer open to all": (Reader(Audience.POLICE, ("w",)), "service_point"),
    "steward": (STEWARD, "hazard"),
    "planner": (Reader(Audience.PLANNER), "service_point"),
    "resident": (RESIDENT, "service_point"),
}


@pytest.mark.parametrize(("reader", "layer_id"), READERS.values(), ids=READERS)
def test_each_login_reads_boxes_tiles_and_filters_by_the_spatial_index(
    many: Settings, reader: Reader, layer_id: str
) -> None:
    plans: list[Any] = []
    with open_reading(many, reader) as reading:
        layer = reading.layer(layer_id)
        _explained(reading.connection, plans)
        assert page(reading, layer, bbox=BOX).matched == 56
        # What has no place is in every box of the OGC API.
        assert geojson(reading, layer, in_box(reading, layer, shapely.box(*BOX))).matched == 56
        assert tile(reading, layer, *TILE)
    ways = [_reads_by(plan, layer_id) for plan in plans]
    assert ways
    for indexes in ways:
        assert "all" not in indexes
        assert any("_geom" in index for index in indexes), ways


def _is_told(reading: Reading, layer: Layer) -> bool:
    """Return whether a reader has rows of a layer: a publication's table without any has no index but its key's."""
    return bool(reading.connection.scalar(reading.rows(layer, func.count(reading.table(layer).c.id))))


@pytest.mark.parametrize("audience", list(Audience))
def test_each_login_can_read_every_layer_by_its_spatial_index(published: Settings, audience: Audience) -> None:
    """With other ways made dear, an index is read wherever the row rules let it be: for that few rows are enough."""
    reader, plans = Reader(audience, ("W",) if audience in OWN_AREAS_ONLY else ()), list[Any]()
    with open_reading(published, reader) as reading:
        reading.connection.execute(text("SET LOCAL enable_seqscan = off"))
        _explained(reading.connection, plans)
        told = [layer for layer in reading.layers if layer.geometry and _is_told(reading, layer)]
        assert {layer.geometry for layer in told} == {"point", "line", "area"}
        for layer in told:
            geom, box = reading.table(layer).c.geom_3857, func.ST_TileEnvelope(*TILE)
            reading.connection.execute(reading.rows(layer, func.count()).where(geom.bool_op("&&")(box)))
            assert any("geom_3857" in index for index in _reads_by(plans[-1], layer.id)), (layer.id, plans[-1])
