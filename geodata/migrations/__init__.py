"""Brings a deployment's database to the newest shape: extension, logins, extent, tables, grants."""

from __future__ import annotations

import logging
from pathlib import Path

import shapely
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from shapely.geometry.base import BaseGeometry
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from geodata.crs import STORAGE_SRID
from geodata.database.engine import admin_url, refuse_other_shape
from geodata.database.logins import SCHEMAS, Login, create_logins, grant, login_url
from geodata.database.postgres import DATABASE
from geodata.errors import DatabaseUnavailable
from geodata.extent import extent
from geodata.queries.row_rules import state_row_rules
from geodata.settings import Settings
from geodata.version import known_revisions

FOLDER = Path(__file__).parent
WANTED_POSTGRESQL = 150000
WANTED_POSTGIS = (3, 3)


def migrate(settings: Settings) -> str:
    """Bring the deployment's database to the newest shape and return its revision; running it again changes nothing.

    Raises:
        DatabaseUnavailable: the server can't be reached, is too old, or has no PostGIS.
        DatabaseOutdated: a newer version of the code has made the database.
    """
    url = admin_url(settings)
    if settings.database_url is None:
        _create_database(url)
    try:
        with create_engine(url, poolclass=NullPool).begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('csmap migrate'))"))
            _prepare(connection, settings)
    except OperationalError as error:
        raise DatabaseUnavailable(f"the database can't be reached: {error.orig}") from None
    owner = create_engine(login_url(settings, url, Login.OWNER), poolclass=NullPool)
    with owner.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('csmap migrate'))"))
        revision = current_revision(connection)
        if revision is not None and revision not in known_revisions():
            refuse_other_shape(revision)
        command.upgrade(alembic_config(connection), "head")
        grant(connection)
        state_row_rules(connection)
        return current_revision(connection) or ""


def current_revision(connection: Connection) -> str | None:
    """Return the revision that a database is at; None before its first migration."""
    context = MigrationContext.configure(connection, opts={"version_table_schema": "ledger"})
    return context.get_current_revision()


def newest_revision() -> str:
    """Return the revision that the code expects of a database."""
    return str(ScriptDirectory(str(FOLDER)).get_current_head())


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration for one open connection: there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return config


def _create_database(url: URL) -> None:
    """Create the embedded cluster's database on first use."""
    engine = create_engine(url.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = connection.execute(text("SELECT datname FROM pg_database")).scalars().all()
        if DATABASE not in known:
            connection.exec_driver_sql(f'CREATE DATABASE "{DATABASE}"')


def _prepare(connection: Connection, settings: Settings) -> None:
    """Do what only the server's administrator may: extension, logins, extent, schemas of the owner."""
    version = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    if int(version) < WANTED_POSTGRESQL:
        raise DatabaseUnavailable(f"the server is PostgreSQL {version}; wanted is 15 or newer")
    try:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgis")
    except DBAPIError as error:
        raise DatabaseUnavailable(f"PostGIS can't be set up in the database: {error.orig}") from None
    postgis = str(connection.exec_driver_sql("SELECT postgis_lib_version()").scalar_one())
    if tuple(int(part) for part in postgis.split(".")[:2]) < WANTED_POSTGIS:
        raise DatabaseUnavailable(f"the server has PostGIS {postgis}; wanted is 3.3 or newer")
    _restate(connection)
    create_logins(connection, settings)
    _state_extent(connection, extent(settings))
    owner = f'"{connection.engine.url.database}_{Login.OWNER}"'
    for schema in SCHEMAS:
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner}")


def restate(settings: Settings) -> None:
    """Say again what the database forgets where PostGIS is upgraded or a dump restored; who serves does so first."""
    with create_engine(admin_url(settings), poolclass=NullPool).begin() as connection:
        _restate(connection)


def _restate(connection: Connection) -> None:
    """State what belongs to PostGIS's own functions; on a server where we are no superuser there is nothing to say."""
    if connection.exec_driver_sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").scalar_one():
        _let_indexes_be_used(connection)
        _take_back_from_everybody(connection)


def _let_indexes_be_used(connection: Connection) -> None:
    """Declare `&&` of geometries leakproof, where the server lets us: else row rules keep it from the spatial index.

    It compares two boxes and tells nothing of them but the answer. Only a superuser may say so; without it a reader
    under row rules is bounded by the index of areas instead.
    """
    connection.exec_driver_sql("ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF")


def _take_back_from_everybody(connection: Connection) -> None:
    """Let nobody run what PostGIS runs with its owner's rights: the extent of a table, also of one that is hidden."""
    for arguments in ("text, text", "text, text, text", "text, text, text, boolean"):
        connection.exec_driver_sql(f"REVOKE EXECUTE ON FUNCTION ST_EstimatedExtent({arguments}) FROM PUBLIC")


def _state_extent(connection: Connection, area: BaseGeometry) -> None:
    """Write where places may lie as a function without input, so that CHECKs can use it as a constant."""
    ewkb = shapely.to_wkb(shapely.set_srid(area, STORAGE_SRID), hex=True, include_srid=True)
    body = f"SELECT '{ewkb}'::public.geometry"
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION public.csmap_extent() RETURNS public.geometry "
        f"LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $${body}$$"
    )
