"""A layer's tiles as one PMTiles file, against GDAL's driver over the same points."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from geodata.database.postgres import ADMIN
from geodata.settings import PROJECT
from tests.bench.machine import Unended, run
from tests.bench.rows import Row
from tests.bench.serving.town import PEER, Town

OURS = """
import json, pathlib, sys
from tests.bench.machine import peak_mb
from geodata.publication.archives import write_archive
from geodata.queries.reading import RESIDENT, open_reading
from geodata.settings import load_settings
with open_reading(load_settings(), RESIDENT) as reading:
    layer = reading.layer("service_point")
    tiles = write_archive(reading, layer, pathlib.Path(sys.argv[1]), credit="", name="points").tiles
    print(json.dumps([tiles, peak_mb()]))
"""
PREPARE = """
import sys, geopandas, sqlalchemy
engine = sqlalchemy.create_engine(sys.argv[1])
frame = geopandas.read_postgis("SELECT id, name, kind, hours, address, phone, geom FROM %s.service_point", engine)
frame.to_file(sys.argv[2], driver="FlatGeobuf")
"""
THEIRS = """
import sys, pyogrio
from tests.bench.machine import peak_mb
with pyogrio.open_arrow(sys.argv[1], use_pyarrow=False) as (meta, stream):
    pyogrio.write_arrow(stream, sys.argv[2], driver="PMTiles", layer="service_point", geometry_name="wkb_geometry",
        geometry_type="Point", crs=meta["crs"], dataset_options={"MINZOOM": int(sys.argv[3]), "MAXZOOM": 16})
print(peak_mb())
"""
LOWEST = 8
"""The lowest zoom of both: ours has fewer, GDAL's would be one tile of all points."""
PATIENCE_S, PATIENCE_X = 1200, 4
"""GDAL's driver is ended after so long, which is more than decides whether the goal of three times ours is met."""


def rows(town: Town) -> Iterator[Row]:
    """Give what both take by the clock, GDAL's at least where it was ended, and the most memory of our process."""
    ours, points, theirs = (town.folder / name for name in ("ours.pmtiles", "points.fgb", "theirs.pmtiles"))
    environ = {"CSMAP_HOME": str(town.settings.home), "PYTHONPATH": str(PROJECT)}
    own = run([sys.executable, "-c", OURS, ours], environ)
    run([sys.executable, "-c", PREPARE % PEER, town.cluster.url(ADMIN), points])
    # What the system tells of a process has in it what its parent held when it began.
    tiles, memory_mb = json.loads(own.said.splitlines()[-1])
    most_s = max(PATIENCE_S, PATIENCE_X * own.wall_s)
    try:
        other = run([sys.executable, "-c", THEIRS, points, theirs, str(LOWEST)], environ, most_s=most_s)
        # GDAL warns of tiles that it has made coarser, before.
        their_s, told = other.wall_s, f"{_mb(theirs)}, {json.loads(other.said.splitlines()[-1]):,.0f} MB of memory"
    except Unended:
        their_s, told = most_s, f"not ended after {most_s / 60:.0f} min"
    yield Row(
        "archive of points", "GDAL", own.wall_s, their_s, f"{tiles:,} tiles, {_mb(ours)}; GDAL's {told}", mb=memory_mb
    )


def _mb(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"
