"""Files to take away: how much memory it takes to write one, of a twentieth of the points and of all."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator

from geodata.settings import PROJECT
from tests.bench.machine import run
from tests.bench.rows import Row
from tests.bench.serving.town import Town

WRITE = """
import json, pathlib, sys
from datetime import date
from geodata.crs.axes import CRS84
from geodata.queries.download import count_of
from geodata.queries.facts import facts_of
from geodata.queries.own_words import told_fields
from geodata.queries.reading import RESIDENT, open_reading
from geodata.settings import load_settings
from tests.bench.machine import forget_peak, peak_mb
from webmap.files.formats import get_format
from webmap.files.wish import Wish
from webmap.wording import Wording
settings = load_settings()
with open_reading(settings, RESIDENT) as reading:
    layer = reading.layer("service_point")
    form, conditions = get_format(layer, sys.argv[1]), (reading.table(layer).c.id % int(sys.argv[2]) == 0,)
    wish = Wish(settings=settings, layer=layer, fields=told_fields(reading, layer), conditions=conditions,
        count=count_of(reading, layer, conditions), system=CRS84, facts=facts_of(reading, layer),
        wording=Wording("en"), notice="", asked="")
    forget_peak()
    before_mb = peak_mb()
    if form.lines:
        size = sum(len(part.encode()) for part in form.lines(reading, wish))
    else:
        size = form.write(reading, wish, pathlib.Path(sys.argv[3])).stat().st_size
    print(json.dumps([wish.count, size, before_mb, peak_mb() - before_mb]))
"""
ENDINGS = ("csv", "geojson", "xlsx", "gpkg", "fgb", "zip")
SHARE = 20


def rows(town: Town) -> Iterator[Row]:
    """Give the time of the clock for a file of all points, and the most memory beyond what the process began with."""
    environ = {"CSMAP_HOME": str(town.settings.home), "PYTHONPATH": str(PROJECT)}
    for ending in ENDINGS:
        told = {}
        for one_of in (SHARE, 1):
            folder = town.folder / "file"
            folder.mkdir()
            took = run([sys.executable, "-c", WRITE, ending, str(one_of), folder], environ)
            shutil.rmtree(folder)
            told[one_of] = (took.wall_s, *json.loads(took.said.splitlines()[-1]))
        (_, few, _, _, few_mb), (wall_s, count, size, before_mb, memory_mb) = told[SHARE], told[1]
        said = f"{count:,} records, {size / 1e6:,.0f} MB; of {few:,} {few_mb:.0f} MB more memory than {before_mb:.0f}"
        yield Row(f"{ending} of points, to take away", "", wall_s, None, said, mb=memory_mb)
