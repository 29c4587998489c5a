"""The data of the serving bench: points, polygons and lines of a made-up city, published, and copied for the peers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import asinh, pi, radians, tan
from pathlib import Path
from urllib.parse import quote

import shapely
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from geodata.database.cluster import Cluster
from geodata.database.engine import engine_for, forget_engines
from geodata.database.logins import Login
from geodata.database.postgres import ADMIN
from geodata.deployment import init_deployment
from geodata.publication import publish
from geodata.settings import Settings
from tests.bench.points import BOX

PEER = "peer"
"""The schema from which the peers serve."""
LAYERS = {"service_point": 1_000_000, "building": 200_000, "road": 100_000}
"""The layers that are served, with so many records each."""
HAZARDS = 100_000
AREAS = 16
"""Hazards lie in so many areas, each in one; officers and police have one of them."""

_COMMON = "source, source_id, row_hash, load_id, recorded_from, area_ids"
_FIRST = "'bench', n::text, md5(n::text), :load, now()"
_SPOT = "ST_SetSRID(ST_MakePoint(:west + (:east - :west) * random(), :south + (:north - :south) * random()), 4326)"
_FILL = {  # in the order in which a load writes them: along a curve
    "service_point": f"""
        INSERT INTO live.service_point ({_COMMON}, name, kind, hours, address, phone, capacity, community, geom)
        SELECT {_FIRST}, '{{}}', '第' || n % 3000 || '服务站', (ARRAY['clinic', 'school', 'hydrant'])[1 + n % 3],
            'Mo-Fr 09:00-17:00', '人民路' || n % 800 || '号', '0738-' || (1000000 + n), n % 500,
            '第' || n % 100 || '社区', {_SPOT} AS geom
        FROM generate_series(1, :rows) n ORDER BY geom""",
    "building": f"""
        INSERT INTO live.building ({_COMMON}, name, levels, households, geom)
        SELECT {_FIRST}, '{{}}', CASE WHEN n % 50 = 0 THEN '第' || n % 2000 || '栋' END, 1 + n % 30, n % 90,
            ST_Multi(ST_Expand(spot, 0.00004 + 0.00008 * random(), 0.00003 + 0.00006 * random()))
        FROM (SELECT n, {_SPOT} AS spot FROM generate_series(1, :rows) n ORDER BY spot) placed""",
    "road": f"""
        INSERT INTO live.road ({_COMMON}, name, highway, lanes, geom)
        SELECT {_FIRST}, '{{}}', '第' || n % 1500 || '路',
            (ARRAY['residential', 'residential', 'service', 'tertiary', 'secondary', 'primary', 'footway'])[1 + n % 7],
            1 + n % 4, ST_Multi(ST_MakeLine(ARRAY[spot, ST_Translate(spot, 0.0006 * (random() - 0.5), 0.0004),
                ST_Translate(spot, 0.0012 * (random() - 0.5), 0.0011 * (random() - 0.5))]))
        FROM (SELECT n, {_SPOT} AS spot FROM generate_series(1, :rows) n ORDER BY spot) placed""",
    "hazard": f"""
        INSERT INTO live.hazard ({_COMMON}, kind, description, community, found_on, geom)
        SELECT {_FIRST}, ARRAY[1 + n % :areas], 'gas', 'bench', '第' || n % 100 || '社区', '2025-06-01',
            {_SPOT} AS geom
        FROM generate_series(1, :rows) n ORDER BY geom""",
}
_AREAS = f"""
    INSERT INTO live.area ({_COMMON}, code, name, kind, geom)
    SELECT {_FIRST}, ARRAY[n], 'A' || n, 'Area ' || n, 'grid',
        ST_Multi(ST_MakeEnvelope(:west, :south, :east, :north, 4326))
    FROM generate_series(1, :areas) n"""
_LOAD = """
    INSERT INTO ledger.load (kind, state, layer, who, code_version)
    VALUES ('load', 'done', :layer, 'bench', 'bench') RETURNING id"""
_KINDS = {"service_point": "name, kind, hours, address, phone", "building": "name, levels", "road": "name, highway"}


@dataclass(frozen=True)
class Town:
    """A published deployment.

    Attributes:
        settings: its own.
        cluster: its database, which the peers read, too.
        rows: how many records each layer has.
        folder: for what has to be written.
    """

    settings: Settings
    cluster: Cluster
    rows: dict[str, int]
    folder: Path

    @property
    def url(self) -> str:
        """The address of the database for the administrator, as libpq reads it."""
        # asyncpg and pydantic, which tipg reads it by, know a socket's folder in the place of the host alone.
        return f"postgresql://{ADMIN}@{quote(str(self.cluster.socket_folder), safe='')}:5432/csmap"


@contextmanager
def town(scale: float) -> Iterator[Town]:
    """Make the data, `scale` times as many records as there are in the whole bench."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        settings = init_deployment(folder / "home", name="Bench", boundary=shapely.box(*BOX), time_zone="Asia/Shanghai")
        cluster = Cluster.at(settings.home)
        try:
            rows = {layer: max(1000, int(count * scale)) for layer, count in LAYERS.items()}
            _fill(settings, {**rows, "hazard": max(1000, int(HAZARDS * scale))})
            publish(settings)
            _copy(cluster)
            yield Town(settings, cluster, rows, folder)
        finally:
            forget_engines(settings.home)
            cluster.stop()


def _fill(settings: Settings, rows: dict[str, int]) -> None:
    edges = dict(zip(("west", "south", "east", "north"), BOX, strict=True))
    with engine_for(settings, Login.OWNER).begin() as connection:
        for layer, statement in {"area": _AREAS, **_FILL}.items():
            load = connection.execute(text(_LOAD), {"layer": layer}).scalar_one()
            named = {"load": load, "rows": rows.get(layer), "areas": AREAS, **edges}
            connection.execute(text(statement), {key: value for key, value in named.items() if f":{key}" in statement})


def _copy(cluster: Cluster) -> None:
    """Give the peers tables of their own with the fields that our tiles have, in both coordinate systems, indexed."""
    with create_engine(cluster.url(ADMIN), poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        version = connection.execute(text("SELECT max(n) FROM ledger.publication")).scalar_one()
        connection.execute(text(f"CREATE SCHEMA {PEER}"))
        for layer, fields in _KINDS.items():
            table = f"{PEER}.{layer}"
            connection.execute(text(f"CREATE TABLE {table} AS SELECT id, {fields}, geom FROM pub_{version}.{layer}"))
            connection.execute(text(f"ALTER TABLE {table} ADD PRIMARY KEY (id)"))
            connection.execute(text(f"CREATE INDEX ON {table} USING gist (geom)"))
        connection.execute(text("VACUUM ANALYZE"))


def tiles_in_box(zoom: int, most: int) -> list[tuple[int, int, int]]:
    """Return tiles of a zoom that the data fill, as z, x, y: every so many of them, at most `most`."""
    west, south, east, north = BOX
    columns = range(int((west / 360 + 0.5) * 2**zoom), int((east / 360 + 0.5) * 2**zoom) + 1)
    rows = range(_row(north, zoom), _row(south, zoom) + 1)
    found = [(zoom, x, y) for x in columns for y in rows]
    return found[:: max(1, -(-len(found) // most))]


def _row(lat: float, zoom: int) -> int:
    return int((0.5 - asinh(tan(radians(lat))) / (2 * pi)) * 2**zoom)
