"""Real deployments for tests: own folder, own embedded cluster (or a database on the server of the environment)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from geodata.database.cluster import PATH_NAME, Cluster
from geodata.database.engine import engine_for, forget_engines
from geodata.database.logins import SCHEMAS, Login
from geodata.database.private import own_folder
from geodata.database.processes import find_postmaster, list_processes
from geodata.deployment import init_deployment
from geodata.settings import Settings

LEPING = shapely.box(111.95, 27.69, 112.05, 27.77)
HASTY = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"
"""Settings for a cluster that nobody misses once the machine has lost its power."""


def _tell_to_end(cluster: Cluster) -> None:
    """Have a cluster end at once: what it would still write on its way down goes with its folder."""
    number = find_postmaster(cluster.data)
    if number is not None:
        os.kill(number, signal.SIGQUIT)


def _wait_for_end(cluster: Cluster) -> None:
    deadline = time.monotonic() + 60
    while list_processes(cluster.data):
        if time.monotonic() > deadline:
            raise AssertionError(f"the cluster in {cluster.data} doesn't end")
        time.sleep(0.05)


class Deployments:
    """Makes deployments below one folder and clears them away at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: list[Settings] = []
        self.empty_cluster: Cluster | None = None
        self.server = os.environ.get("CSMAP_DATABASE_URL")

    def make(
        self, name: str = "Test", boundary: BaseGeometry = LEPING, *, home: Path | None = None, **more: Any
    ) -> Settings:
        """Return a new, migrated, empty deployment.

        Its cluster is a copy of the first; where a test names the `home`, it is made there as for anybody else.
        """
        folder = home or self.folder / f"home{len(self.made)}"
        server = self.new_database()
        if server is None and home is None:
            self._copy_cluster(folder)
        more.setdefault("time_zone", "Asia/Shanghai")
        settings = init_deployment(folder, name=name, boundary=boundary, database_url=server, **more)
        self.made.append(settings)
        return settings

    def close(self) -> None:
        """Stop every cluster and drop every database."""
        for settings in self.made:
            forget_engines(settings.home)
            if settings.database_url is None:
                _tell_to_end(Cluster.at(settings.home))
        for settings in self.made:
            if settings.database_url is None:
                cluster = Cluster.at(settings.home)
                _wait_for_end(cluster)
                if cluster.folder != settings.home:  # root's tests lie in a folder that is only root's
                    shutil.rmtree(cluster.folder)
            else:
                self._drop_database(settings.database_url)

    def new_database(self) -> str | None:
        """Make a database on the server of CSMAP_DATABASE_URL, where it is set."""
        server, number = self.server, len(self.made)
        if not server:
            return None
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
        name = f"csmap_test_{os.getpid()}_{worker}_{number}"
        self._run_on_server(server, f'CREATE DATABASE "{name}"')
        return make_url(server).set(database=name).render_as_string(hide_password=False)

    def _copy_cluster(self, home: Path) -> None:
        """Lay an empty, migrated cluster ready for the deployment that `home` will be.

        To make one takes three times the CPU and, as it waits for the disk, ten times as long.
        """
        if self.empty_cluster is None:
            first = init_deployment(self.folder / "empty", name="Empty", boundary=LEPING)
            self.made.append(first)
            self.empty_cluster = Cluster.at(first.home)
            self.empty_cluster.stop()
            with (self.empty_cluster.data / "postgresql.auto.conf").open("a") as settings:
                settings.write(HASTY)
        source, folder = self.empty_cluster, home
        home.mkdir()
        if source.folder != source.home:  # root's tests lie in a folder that is only root's
            folder = source.folder.with_name(f"{source.folder.name}-{len(self.made)}")
            own_folder(folder, source.owner)
            (home / PATH_NAME).write_text(f"{folder}\n", "utf-8")
        subprocess.run(["cp", "-a", source.data, folder / "db"], check=True)

    def _drop_database(self, url: str) -> None:
        name = make_url(url).database
        server = self.server or ""
        self._run_on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')
        for login in Login:
            self._run_on_server(server, f'DROP ROLE IF EXISTS "{name}_{login}"')

    def _run_on_server(self, server: str, statement: str) -> None:
        url = make_url(server).set(drivername="postgresql+psycopg")
        with create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql(statement)


def empty(settings: Settings) -> Settings:
    """Take every row and every publication out of a deployment."""
    with engine_for(settings, Login.OWNER).begin() as connection:
        # A table that has had a row has pages: the other hundred needn't be emptied.
        tables = connection.execute(
            text(
                "SELECT string_agg(format('%I.%I', nspname, relname), ', ') "
                "FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
                "WHERE nspname = ANY(:schemas) AND relkind = 'r' AND relname <> 'alembic_version' "
                "AND pg_relation_size(pg_class.oid) > 0"
            ),
            {"schemas": list(SCHEMAS)},
        ).scalar_one()
        if tables:
            connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        schemas = connection.execute(
            text("SELECT nspname FROM pg_namespace WHERE nspname ~ '^(pub|plan)_[0-9]+$'")
        ).scalars()
        for schema in list(schemas):
            connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    return replace(settings)
