"""Loading a million points with twelve attributes, against ogr2ogr, geopandas and bare COPY."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import shapely

from geodata.database.cluster import Cluster
from geodata.database.engine import forget_engines
from geodata.database.postgres import ADMIN
from geodata.database.processes import find_postmaster
from geodata.deployment import init_deployment
from geodata.settings import PROJECT, Settings
from tests.bench.machine import Took, family_cpu_s, heading, run
from tests.bench.points import BOX
from tests.bench.rows import HEADING, Row

RECIPE = """
id = "bench"
layer = "micro_project"
source = "bench"
title = { zh = "测速", en = "Bench" }
key = ["project_no"]
[fields]
name = ["project_name"]
kind = ["project_kind"]
status = ["state"]
compound_name = ["compound"]
community = ["community"]
started_on = ["started"]
finished_on = ["finished"]
households = ["households"]
budget = ["budget"]
[geometry]
file = true
"""
TO_POSTGIS = """
import sys, geopandas, sqlalchemy
geopandas.read_file(sys.argv[1], use_arrow=True).to_postgis(
    "peer_geopandas", sqlalchemy.create_engine(sys.argv[2]), if_exists="replace", index=False)
"""

LOAD = """
import sys, pathlib
from etl.choosing import Wish
from etl.loading import load_file
from geodata.settings import load_settings
load_file(load_settings(), pathlib.Path(sys.argv[1]), Wish(recipe="bench"))
"""

OURS, AGAIN = "csmap load, all steps", "csmap load, the same file again"
UNCHANGED = "csmap load, unchanged rows in another file"
OGR, TO_TABLE = "ogr2ogr, table and index", "geopandas.to_postgis"


def main(rows: int) -> int:
    """Print what each way of loading took; csmap again with the same file, and with the same rows in another.

    Returns:
        1 where a goal is missed.
    """
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name, _deployment(Path(name)) as settings:
        points, prepared = Path(name) / "points.gpkg", Path(name) / "prepared.csv"
        # In a process of its own: what this one holds would count as its children's memory.
        run([sys.executable, "-m", "tests.bench.points", points, prepared, str(rows)], {"PYTHONPATH": str(PROJECT)})
        cluster = Cluster.at(settings.home)
        url = cluster.url(ADMIN)
        took = {"bare COPY of prepared rows (the limit)": _with_server(cluster, partial(_copy, prepared, cluster))}
        if shutil.which("ogr2ogr"):
            took[OGR] = _with_server(cluster, partial(_ogr2ogr, points, cluster))
        else:
            print("ogr2ogr is missing: apt-get install gdal-bin", file=sys.stderr)
        geopandas: list[str | Path] = [sys.executable, "-c", TO_POSTGIS, points, url]
        took[TO_TABLE] = _with_server(cluster, partial(run, geopandas))
        load = partial(_csmap, settings, "-c", LOAD, points)
        took[OURS] = _with_server(cluster, load)
        publish = partial(_csmap, settings, "-m", "webmap.command.publish")
        took["csmap publish, for residents and planners"] = _with_server(cluster, publish)
        took[AGAIN] = _with_server(cluster, load)
        with points.open("ab") as file:
            file.write(b"\0")  # another file by its digest, the same rows
        # Else the server would do it by itself meanwhile, and the WAL of that would count too.
        run(_psql(cluster, "VACUUM ANALYZE"))
        written = _wal_bytes(cluster)
        took[UNCHANGED] = _with_server(cluster, load)
        _print(rows, took)
        return _judge(took, (_wal_bytes(cluster) - written) / 1e6)


def _judge(took: Mapping[str, Took], wal_mb: float) -> int:
    """Print what loading is held to, by the clock; 1 where a goal is missed."""
    first, peers = took[OURS], (("ogr2ogr", OGR), ("geopandas.to_postgis", TO_TABLE))
    rows = [
        Row("load, all steps", name, first.wall_s, took[peer].wall_s, "-", mb=first.memory_mb)
        for name, peer in peers
        if peer in took
    ]
    for task, against in ((AGAIN, "its first load"), (UNCHANGED, "their first load")):
        told = task.removeprefix("csmap ").removesuffix(" in another file")
        rows.append(Row(told, against, took[task].wall_s, first.wall_s, "-"))
    rows.append(Row("load, unchanged rows: WAL", "", took[UNCHANGED].wall_s, None, "-", mb=wal_mb))
    print(HEADING)
    for row in rows:
        print(row.line())
    return int(any(row.verdict in ("short", "wrong") for row in rows))


def _with_server(cluster: Cluster, work: Callable[[], Took]) -> Took:
    """Do something and say what it took the server too."""
    postmaster = find_postmaster(cluster.data) or 0
    before = family_cpu_s(postmaster)
    took = work()
    return replace(took, server_s=family_cpu_s(postmaster) - before)


def _csmap(settings: Settings, *words: str | Path) -> Took:
    return run([sys.executable, *words], {"CSMAP_HOME": str(settings.home), "PYTHONPATH": str(PROJECT)})


def _wal_bytes(cluster: Cluster) -> int:
    """Return how much the server has written ahead since it was made."""
    return int(run(_psql(cluster, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn", "-At")).said)


@contextmanager
def _deployment(folder: Path) -> Iterator[Settings]:
    folder.chmod(0o755)
    home = folder / "home"
    settings = init_deployment(home, name="Bench", boundary=shapely.box(*BOX), time_zone="Asia/Shanghai")
    settings.recipes_folder.mkdir()
    (settings.recipes_folder / "bench.toml").write_text(RECIPE, "utf-8")
    try:
        yield settings
    finally:
        forget_engines(home)
        Cluster.at(home).stop()


def _psql(cluster: Cluster, command: str, *options: str) -> list[str]:
    return [
        "psql",
        *options,
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        str(cluster.socket_folder),
        "-U",
        ADMIN,
        "csmap",
        "-c",
        command,
    ]


def _copy(prepared: Path, cluster: Cluster) -> Took:
    """Copy rows that are text already into a table without index: nothing can be faster."""
    columns = ", ".join(f"c{number} text" for number in range(12))
    run(_psql(cluster, f"CREATE TABLE peer_copy ({columns}, geometry geometry)"))
    return run(_psql(cluster, f"\\copy peer_copy FROM '{prepared}' CSV"))


def _ogr2ogr(points: Path, cluster: Cluster) -> Took:
    target = f"PG:dbname=csmap host={cluster.socket_folder} user={ADMIN}"
    words = ["ogr2ogr", "-f", "PostgreSQL", target, str(points), "-nln", "peer_ogr", "--config", "PG_USE_COPY", "YES"]
    return run(words)


def _print(rows: int, took: dict[str, Took]) -> None:
    limit = next(iter(took.values())).wall_s
    print(f"load {rows:,} points x 12 attributes: {heading()}")
    print(f"{'':45}{'wall s':>9}{'x COPY':>9}{'cpu s':>9}{'server':>9}{'MB':>9}")
    for name, each in took.items():
        cpu = f"{each.cpu_s:9.2f}{each.server_s:9.2f}"
        print(f"{name:45}{each.wall_s:9.2f}{each.wall_s / limit:9.2f}{cpu}{each.memory_mb:9.0f}")
    figures = {name: {**vars(each), "said": ""} for name, each in took.items()}
    print(json.dumps(figures), file=sys.stderr)
