"""A layer's tiles as one PMTiles file, against GDAL's driver over the same points."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from geodata.database.postgres import ADMIN
from geodata.settings import PROJECT
from tests.bench.machine import run
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


def rows(town: Town) -> Iterator[Row]:
    """Give what both take by the clock, and the most memory of our process."""
    ours, points, theirs = (town.folder / name for name in ("ours.pmtiles", "points.fgb", "theirs.pmtiles"))
    environ = {"CSMAP_HOME": str(town.settings.home), "PYTHONPATH": str(PROJECT)}
    own = run([sys.executable, "-c", OURS, ours], environ)
    run([sys.executable, "-c", PREPARE % PEER, town.cluster.url(ADMIN), points])
    other = run([sys.executable, "-c", THEIRS, points, theirs, str(LOWEST)], environ)
    # What the system tells of a process has in it what its parent held when it began.
    # GDAL warns of tiles that it has made coarser, before.
    (tiles, memory_mb), their_mb = (json.loads(took.said.splitlines()[-1]) for took in (own, other))
    told = f"{tiles:,} tiles, {_mb(ours)}; GDAL's {_mb(theirs)}, {their_mb:,.0f} MB of memory"
    yield Row("archive of points", "GDAL", own.wall_s, other.wall_s, told, mb=memory_mb)


def _mb(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"
