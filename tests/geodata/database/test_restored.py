"""A dump of the embedded database, restored into a new home as deploy/README.md says: everything, with its rights."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from geodata import accounts
from geodata.database.cluster import Cluster
from geodata.database.engine import admin_url, engine_for, forget_engines
from geodata.database.logins import Login
from geodata.database.postgres import ADMIN, get_postgres
from geodata.layers.audience import Audience
from geodata.migrations import migrate, restate
from geodata.publication import publish
from geodata.queries.features import page
from geodata.queries.reading import RESIDENT, Reader, open_reading
from geodata.settings import PROJECT, Settings
from tests.deployments import Deployments
from tests.district import WEST, YARD
from tests.geodata.database.test_rights import _granted
from tests.geodata.queries.staged import put

PASSWORD = "correct horse battery"
POLICE = Reader(Audience.POLICE, ("W",))
BOX = "ST_MakeEnvelope(12467000, 3210000, 12468000, 3211000, 3857)"


@dataclass(frozen=True)
class Held:
    """What a database holds: how many rows of each table, who may do what, and which rows."""

    counts: dict[str, int]
    rights: object
    policies: list[tuple[str, ...]]


def _held(settings: Settings) -> Held:
    tables = text(
        "SELECT format('%I.%I', nspname, relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE relkind IN ('r', 'v') AND nspname !~ '^(pg_[a-z]|information_schema|public)' ORDER BY 1"
    )
    policies = text("SELECT schemaname, tablename, policyname, roles::text, qual FROM pg_policies ORDER BY 1, 2, 3")
    with _as_admin(settings) as connection:
        counts = {name: _one(connection, f"SELECT count(*) FROM {name}") for name in connection.scalars(tables).all()}
        return Held(counts, _granted(connection), [tuple(row) for row in connection.execute(policies)])


def _as_admin(settings: Settings) -> Connection:
    return create_engine(admin_url(settings), poolclass=NullPool).connect()


def _one(connection: Connection, query: str) -> int:
    return int(connection.execute(text(query)).scalar_one())


def _is_leakproof(settings: Settings) -> bool:
    with _as_admin(settings) as connection:
        query = (
            "SELECT proleakproof::int FROM pg_proc WHERE oid = 'geometry_overlaps(geometry, geometry)'::regprocedure"
        )
        return bool(_one(connection, query))


def _index_of_the_police(settings: Settings) -> str:
    """Return by which index the police's hazards of a box are read, with other ways made dear."""
    with open_reading(settings, POLICE) as reading:
        reading.connection.execute(text("SET LOCAL enable_seqscan = off"))
        query = text(f"EXPLAIN SELECT count(*) FROM live.hazard WHERE geom_3857 && {BOX}")
        plan = "\n".join(reading.connection.execute(query).scalars())
    [name] = re.findall(r"Index Scan (?:using|on) (\w+)", plan)
    return str(name)


@pytest.fixture(scope="module")
def saved(deployments: Deployments) -> Settings:
    if deployments.server:
        pytest.skip("a server is saved and restored by whoever runs it")
    settings = deployments.make("Saved")
    put(settings, "area", [{"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": WEST}])
    put(settings, "compound", [{"source_id": "a", "name": "Garden", "geom": YARD}])
    spots = {"in": "POINT(112.0005 27.7305)", "out": "POINT(112.03 27.73)"}
    for kind in ("gas", "electric"):  # the first ones become history
        rows = [{"source_id": key, "kind": kind, "found_on": "2025-10-01", "geom": at} for key, at in spots.items()]
        put(settings, "hazard", rows)
    accounts.add(settings, "west", PASSWORD, [Audience.POLICE], ["W"])
    publish(settings)
    return settings


@pytest.fixture(scope="module")
def restored(deployments: Deployments, saved: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A new home whose empty database a dump has taken the place of; nothing has been said again yet."""
    dump, settings = tmp_path_factory.mktemp("dump") / "csmap.dump", deployments.make("Saved")
    with dump.open("wb") as file:
        _run(saved, ["pg_dump", "-Fc", "csmap"], stdout=file)
    forget_engines(settings.home)
    with dump.open("rb") as file:
        _run(settings, ["pg_restore", "-d", "postgres", "--clean", "--create", "--if-exists"], stdin=file)
    return settings


def _run(settings: Settings, words: list[str], **way: object) -> None:
    cluster = Cluster.at(settings.home)
    name, *rest = words
    line: list[str | Path] = [get_postgres(cluster.data).programs / name, "-h", cluster.socket_folder, "-U", ADMIN]
    ended = subprocess.run(cluster.owner.command([*line, *rest]), check=False, stderr=subprocess.PIPE, cwd="/", **way)  # type: ignore[call-overload]
    assert ended.returncode == 0, ended.stderr


def test_a_dump_brings_back_every_row_with_its_rights_and_its_indexes(saved: Settings, restored: Settings) -> None:
    assert not _is_leakproof(restored), "a dump has nothing of what we say of PostGIS's functions"
    migrate(restored)
    before, after = _held(saved), _held(restored)
    assert after == before
    assert before.counts["history.hazard"] == 2
    assert before.policies
    assert _is_leakproof(restored)
    assert "geom_3857" in _index_of_the_police(restored)
    for reader, count in ((POLICE, 1), (RESIDENT, 1)):
        with open_reading(restored, reader) as reading:
            assert page(reading, reading.layer("hazard")).matched == count
    assert accounts.sign_in(restored, "west", PASSWORD, address="192.0.2.1")
    put(restored, "hazard", [{"source_id": "new", "kind": "gas", "found_on": "2025-10-02", "geom": "POINT(112 27.73)"}])
    assert publish(restored) == 2


def test_who_serves_says_again_what_an_upgrade_of_postgis_forgets(saved: Settings) -> None:
    with _as_admin(saved) as connection:
        connection.exec_driver_sql("ALTER FUNCTION geometry_overlaps(geometry, geometry) NOT LEAKPROOF")
        connection.exec_driver_sql("GRANT EXECUTE ON FUNCTION ST_EstimatedExtent(text, text) TO PUBLIC")
        connection.commit()
    # Slower, not wider: until then the police's rows are bounded by the index of areas.
    assert "area_ids" in _index_of_the_police(saved)
    restate(saved)
    assert _is_leakproof(saved)
    assert "geom_3857" in _index_of_the_police(saved)
    with engine_for(saved, Login.PUBLIC).connect() as connection:
        query = "SELECT has_function_privilege('ST_EstimatedExtent(text, text)', 'EXECUTE')::int"
        assert _one(connection, query) == 0


def test_the_guide_says_the_same() -> None:
    guide = (PROJECT / "deploy" / "README.md").read_text("utf-8")
    for words in ("-U csmap_admin -Fc csmap'", "-d postgres --clean --create --if-exists'", "'./csmap migrate'"):
        assert words in guide
