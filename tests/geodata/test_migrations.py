"""The database has the shape that the mapped classes say, and its guards hold."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

import geodata.migrations
from geodata.database.engine import admin_url, engine_for
from geodata.database.ledger import Load
from geodata.database.logins import GRANTS, Login
from geodata.database.record import Base
from geodata.layers import LAYERS
from geodata.layers.text import Text
from geodata.migrations import current_revision, migrate, newest_revision
from geodata.queries.jobs import list_jobs
from geodata.settings import Settings
from tests.deployments import Deployments

COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
        pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE n.nspname IN ('live', 'ledger') AND c.relkind = 'r' AND c.relname <> 'alembic_version' ORDER BY 1, 2
"""
CONSTRAINTS = """
    SELECT c.relname, o.conname, pg_get_constraintdef(o.oid) FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('live', 'ledger') AND c.relname <> 'alembic_version' ORDER BY 1, 2
"""
INDEXES = """
    SELECT tablename, indexname, indexdef FROM pg_indexes
    WHERE schemaname IN ('live', 'ledger') AND tablename <> 'alembic_version' ORDER BY 1, 2
"""
COMMENTS = """
    SELECT c.relname, obj_description(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('live', 'ledger') AND c.relkind = 'r' AND c.relname <> 'alembic_version' ORDER BY 1
"""


def _catalog(connection: Connection) -> dict[str, list[Any]]:
    queries = {"columns": COLUMNS, "constraints": CONSTRAINTS, "indexes": INDEXES, "comments": COMMENTS}
    return {name: [tuple(row) for row in connection.execute(text(query))] for name, query in queries.items()}


def test_migrations_make_what_the_models_say(deployment: Settings) -> None:
    assert Load.__tablename__ in {table.name for table in Base.metadata.sorted_tables}
    url = admin_url(deployment)
    with create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE models")
    try:
        with create_engine(url.set(database="models"), poolclass=NullPool).begin() as connection:
            connection.exec_driver_sql("CREATE EXTENSION postgis; CREATE SCHEMA live; CREATE SCHEMA ledger;")
            connection.exec_driver_sql(
                "CREATE FUNCTION public.csmap_extent() RETURNS geometry "
                "LANGUAGE sql IMMUTABLE AS $$SELECT NULL::geometry$$"
            )
            Base.metadata.create_all(connection)
            wanted = _catalog(connection)
        with create_engine(url, poolclass=NullPool).connect() as connection:
            found = _catalog(connection)
    finally:
        with create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("DROP DATABASE models")
    for kind, rows in wanted.items():
        assert sorted(found[kind], key=str) == sorted(rows, key=str), kind


def test_history_has_every_column_of_live(deployment: Settings) -> None:
    query = "SELECT column_name FROM information_schema.columns WHERE table_schema = :schema AND table_name = :layer"
    with engine_for(deployment, Login.STAFF).connect() as connection:
        for layer in LAYERS:
            live, history = (
                set(connection.execute(text(query), {"schema": schema, "layer": layer.id}).scalars())
                for schema in ("live", "history")
            )
            assert history == live | {"recorded", "closed_by_load"}, layer.id


def test_migrating_again_changes_nothing(deployment: Settings) -> None:
    assert migrate(deployment) == newest_revision()
    with engine_for(deployment, Login.OWNER).connect() as connection:
        assert current_revision(connection) == newest_revision()


@pytest.mark.parametrize(
    ("geom", "guard"),
    [
        ("ST_Point('NaN', 27.73, 4326)", "geom_|Invalid coordinate"),
        ("ST_Point('Infinity', 27.73, 4326)", "geom_|Invalid coordinate"),
        ("ST_GeomFromText('POINT EMPTY', 4326)", "geom_not_empty|geom_in_extent"),
        ("ST_Point(27.73, 112, 4326)", "geom_in_extent|Invalid coordinate"),
        ("ST_Point(112, 28.73, 4326)", "geom_in_extent"),
        ("ST_GeomFromText('LINESTRING(112 27.73, 112 27.74)', 4326)", "Geometry type"),
        ("ST_PointZ(112, 27.73, 5, 4326)", "dimension"),
    ],
)
def test_the_last_guard_refuses_bad_places(deployment: Settings, geom: str, guard: str) -> None:
    insert = text(
        "INSERT INTO live.police_post (source, source_id, row_hash, load_id, recorded_from, name, geom) "
        f"VALUES ('s', 'k', '', 1, now(), 'Post', {geom})"
    )
    with engine_for(deployment, Login.LOADER).begin() as connection, pytest.raises(DBAPIError, match=guard):
        connection.execute(insert)


def test_events_cannot_be_changed(deployment: Settings) -> None:
    with engine_for(deployment, Login.LOADER).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO live.hazard (source, source_id, row_hash, load_id, recorded_from, kind, found_on, geom) "
                "VALUES ('s', 'h', '', 1, now(), 'gas', '2025-01-01', ST_Point(112, 27.73, 4326))"
            )
        )
        connection.execute(
            text(
                "INSERT INTO live.hazard_event (source, source_id, row_hash, load_id, recorded_from, hazard_id, kind, "
                "happened_on) SELECT 's', 'e', '', 1, now(), id, 'closed', '2025-01-02' FROM live.hazard"
            )
        )
    with engine_for(deployment, Login.LOADER).begin() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text("UPDATE live.hazard_event SET kind = 'reported'"))
    with engine_for(deployment, Login.LOADER).begin() as connection, pytest.raises(DBAPIError, match="denied"):
        connection.execute(text("DELETE FROM live.hazard_event"))


def test_two_deployments_side_by_side(deployments: Deployments, tmp_path: Path) -> None:
    one = deployments.make("One", home=tmp_path / "one")
    other = deployments.make("Other", home=tmp_path / "other")
    with engine_for(one, Login.LOADER).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO live.police_post (source, source_id, row_hash, load_id, recorded_from, name, geom) "
                "VALUES ('s', 'k', '', 1, now(), 'Post', ST_Point(112, 27.73, 4326))"
            )
        )
    with engine_for(other, Login.STAFF).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM live.police_post")).scalar_one() == 0


def test_a_database_of_before_keeps_what_it_holds(deployment: Settings) -> None:
    before = """
        SET LOCAL search_path = jobs, public;
        INSERT INTO live.police_post (source, source_id, row_hash, load_id, recorded_from, name, geom)
            VALUES ('s', 'k', '', 1, now(), 'Post', ST_Point(112, 27.73, 4326));
        INSERT INTO live.road (source, source_id, row_hash, load_id, recorded_from, name, highway, geom)
            VALUES ('s', 'k', '', 1, now(), 'Quay', 'road', ST_Multi(ST_MakeLine(
                ST_Point(112, 27.73, 4326), ST_Point(112, 27.731, 4326))));
        ALTER TABLE live.police_post DROP COLUMN street;
        ALTER TABLE history.police_post DROP COLUMN street;
        ALTER TABLE live.service_point DROP COLUMN street;
        ALTER TABLE history.service_point DROP COLUMN street;
        INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, args)
            VALUES ('analysis', 'site', '{"question": {}}');
        INSERT INTO jobs.progress (job_id, share, message) SELECT max(id), 0.5, 'solving' FROM jobs.procrastinate_jobs;
        ALTER TABLE live.police_post DROP CONSTRAINT police_post_key,
            ADD CONSTRAINT police_post_key UNIQUE (source, source_id);
        ALTER TABLE jobs.progress DROP COLUMN message_zh;
        DROP TABLE ledger.told_total;
        ALTER TABLE ledger.publication DROP COLUMN held;
        DROP POLICY own_areas ON live.spelling;
        ALTER TABLE live.spelling DROP COLUMN is_everywhere, DROP COLUMN area_ids;
        ALTER TABLE live.compound DROP COLUMN households_band;
        ALTER TABLE history.compound DROP COLUMN households_band;
        DROP TABLE account.factor, account.requirement;
        DROP TABLE account.session, account.attempt, account.account, account.log_entry;
        DROP FUNCTION account.keep_log;
        DROP TABLE analysis.walk, analysis.walk_edition;
        DROP TABLE evidence.hazard_photo;
        ALTER TABLE live.hazard DROP COLUMN due_stated;
        ALTER TABLE history.hazard DROP COLUMN due_stated;
        ALTER TABLE live.hazard_event DROP COLUMN happened_at, DROP COLUMN note, DROP COLUMN due_on,
            DROP COLUMN due_before;
        ALTER TABLE history.hazard_event DROP COLUMN happened_at, DROP COLUMN note, DROP COLUMN due_on,
            DROP COLUMN due_before;
        DROP FUNCTION live.hazard_steps, live.own_areas, live.begin_edit, live.note_edit, live.keep_hazard_version,
            live.report_hazard, live.step_hazard, live.take_back_edit, live.hazard_of_edit, live.add_hazard_photo,
            live.open_hazard_photo, live.list_hazard_photos;
        UPDATE ledger.alembic_version SET version_num = '0011'
    """
    with create_engine(admin_url(deployment), poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql(before)
    assert migrate(deployment) == newest_revision()
    with create_engine(admin_url(deployment), poolclass=NullPool).begin() as connection:
        assert connection.exec_driver_sql("SELECT source_id, street FROM live.police_post").all() == [("k", "Quay")]
        key = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'police_post_key'"
        assert connection.exec_driver_sql(key).scalars().all() == ["UNIQUE (source_id, source)"]
        (job,) = list_jobs(connection, most=1)
        assert (job.share, job.message) == (0.5, Text("solving", "solving")), "jobs of before keep their English"
        connection.exec_driver_sql("SET LOCAL search_path = jobs; DELETE FROM procrastinate_jobs")


def test_other_rights_come_with_a_migration() -> None:
    # A database gets its rights when it is migrated, and only a new revision says that it has to be: with other rights
    # write a migration, even an empty one, then the digest.
    digest = hashlib.sha256(repr(sorted(GRANTS.items())).encode()).hexdigest()
    assert digest[:16] == "3764ef806854ffe6"


def test_each_migration_has_a_number_of_its_own_and_follows_the_one_before() -> None:
    # Two that were written side by side may both be called the next one.
    stated = [
        re.findall(r'^(?:down_)?revision = "?(\w+)"?$', path.read_text("utf-8"), re.MULTILINE) for path in _files()
    ]
    numbers = [number for number, _ in stated]
    assert numbers == [path.name[:4] for path in _files()]
    assert [before for _, before in stated] == ["None", *numbers[:-1]]
    assert len(set(numbers)) == len(numbers)


def _files() -> list[Path]:
    return sorted((Path(geodata.migrations.__file__).parent / "versions").glob("[0-9]*.py"))
