"""An empty layer gets its indexes after it is filled; nobody can tell afterwards, and nothing is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers import LAYERS, get_layer
from geodata.queries.filling import MANY_ROWS, filling
from geodata.settings import Settings
from tests.geodata.queries.staged import put

INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'live' UNION ALL
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'live'::regnamespace ORDER BY 1, 2
"""


def _indexes(connection: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(INDEXES))]


def _kill_server_of(connection: Connection) -> None:
    number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with connection.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:number, 10000)"), {"number": number})


def test_every_layer_gets_back_what_it_had(deployment: Settings) -> None:
    with engine_for(deployment, Login.LOADER).connect() as connection:
        before = _indexes(connection)
        for layer in LAYERS:
            with filling(connection, layer, MANY_ROWS):
                assert len(_indexes(connection)) < len(before), layer.id
            assert _indexes(connection) == before, layer.id


def test_many_rows_are_merged_like_few(deployment: Settings) -> None:
    place = "POINT(112.001 27.731)"
    many = [{"source_id": f"P{number}", "name": "Post", "geom": place} for number in range(MANY_ROWS)]
    with engine_for(deployment, Login.LOADER).connect() as connection:
        before = _indexes(connection)
    assert put(deployment, "police_post", many).loaded == MANY_ROWS
    again = put(deployment, "police_post", [*many[1:], {"source_id": "P0", "name": "Other", "geom": place}])
    assert (again.loaded, again.unchanged) == (1, MANY_ROWS - 1)
    with engine_for(deployment, Login.LOADER).connect() as connection:
        assert _indexes(connection) == before
        found = text("SELECT count(*), count(DISTINCT id), count(geom_3857) FROM live.police_post")
        assert tuple(connection.execute(found).one()) == (MANY_ROWS, MANY_ROWS, MANY_ROWS)


def test_a_layer_with_rows_keeps_its_indexes(deployment: Settings) -> None:
    put(deployment, "police_post", [{"source_id": "p", "name": "Post", "geom": "POINT(112.001 27.731)"}])
    with engine_for(deployment, Login.LOADER).connect() as connection:
        before = _indexes(connection)
        with filling(connection, get_layer("police_post"), MANY_ROWS):
            assert _indexes(connection) == before


def test_a_layer_that_somebody_reads_keeps_them_too(deployment: Settings) -> None:
    with (
        engine_for(deployment, Login.STAFF).connect() as reader,
        engine_for(deployment, Login.LOADER).connect() as connection,
    ):
        reader.execute(text("SELECT FROM live.police_post"))
        before = _indexes(connection)
        with filling(connection, get_layer("police_post"), MANY_ROWS):
            assert _indexes(connection) == before


def test_a_fault_while_it_is_filled_takes_nothing_away(deployment: Settings) -> None:
    engine = engine_for(deployment, Login.LOADER)
    with engine.connect() as connection:
        before = _indexes(connection)
    with (
        pytest.raises(RuntimeError, match="the disk is gone"),
        engine.begin() as connection,
        filling(connection, get_layer("police_post"), MANY_ROWS),
    ):
        raise RuntimeError("the disk is gone")
    with engine.connect() as connection:
        assert _indexes(connection) == before


def test_a_server_process_that_is_killed_takes_nothing_away(deployment: Settings) -> None:
    engine = engine_for(deployment, Login.LOADER)
    with engine.connect() as connection:
        before = _indexes(connection)
    with (
        pytest.raises(OperationalError),
        engine.begin() as connection,
        filling(connection, get_layer("police_post"), MANY_ROWS),
    ):
        _kill_server_of(connection)
    with engine.connect() as connection:
        assert _indexes(connection) == before


@pytest.mark.parametrize("login", [Login.STAFF, Login.PUBLIC, Login.ANALYST])
def test_only_the_loader_may(deployment: Settings, login: Login) -> None:
    with (
        engine_for(deployment, login).connect() as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.execute(text("SELECT live.drop_indexes('police_post')"))
