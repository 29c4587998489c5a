"""Bus stops in five steps: a file, a line in the list, a migration, a recipe, samples; nothing else is touched."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from geodata.database.cluster import Cluster
from geodata.settings import PROJECT

# All ask the one site that has the new layer: a second worker would make it once more.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("new layer")]

LAYER = '''"""Bus stops: where a bus can be caught."""

from sqlalchemy.orm import Mapped

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE, STAFF
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text


class BusStop(PlacedRecord):
    """A place where buses stop."""

    __tablename__ = "bus_stop"
    __shape__ = "point"

    name: Mapped[str]
    lines: Mapped[str | None]
    passengers: Mapped[int | None]


LAYER = Layer(
    id="bus_stop",
    model=BusStop,
    title=Text("公交站", "Bus stops"),
    meaning=Text("可以上下公交车的地方", "A place where one can catch a bus"),
    geometry="point",
    audiences=EVERYONE,
    public=Exact(),
    fields=(
        Field(
            name="name",
            kind="text",
            label=Text("站名", "Name"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
            is_searched=True,
        ),
        Field(
            name="lines",
            kind="text",
            label=Text("线路", "Lines"),
            meaning=Text("停靠的线路", "The lines that stop there"),
            audiences=EVERYONE,
            is_listed=True,
        ),
        Field(
            name="passengers",
            kind="count",
            unit="people",
            label=Text("客流", "Passengers a day"),
            meaning=Text("平均每天的客流", "Passengers on an average day"),
            audiences=STAFF,
            minimum=0,
        ),
    ),
    style=Style(shape="star", colour="#b0127b", size_px=12, label="name", order=60),
)
'''
MIGRATION = '''"""Bus stops."""

import sqlalchemy as sa

from geodata.migrations.tables import create_layer

revision = "{number}"
down_revision = "{head}"


def upgrade() -> None:
    """Create the layer."""
    create_layer(
        "bus_stop",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("lines", sa.Text),
        sa.Column("passengers", sa.Integer),
        comment="A place where buses stop.",
        shape="point",
    )
'''
RECIPE = """
id = "bus_stop_list"
layer = "bus_stop"
source = "bus_company"
title = { zh = "公交站点表", en = "List of bus stops" }
key = ["站点编号"]
[fields]
name = ["站点名称"]
lines = ["途经线路"]
passengers = ["日均客流"]
[requires]
fields = ["name", "lines"]
[geometry]
x = ["经度"]
y = ["纬度"]
crs = "wgs84"
"""
GOOD = "站点编号,站点名称,途经线路,日均客流,经度,纬度\nB1,春园路口,1路、5路,76543,112.001,27.731\n"
BAD = "站点编号,站点名称,途经线路,日均客流,经度,纬度\nB2,远方站,9路,-4,112.001,27.731\n"

ASK = """
import json, math, re, sys
from pathlib import Path
import shapely
from geodata.deployment import init_deployment
from webmap import create_app

def ask(home):
    client = create_app().test_client()
    z, lon, lat = 15, 112.001, 27.731
    column = int((lon + 180) / 360 * 2**z)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    tiles = "/ogc/collections/bus_stop/tiles/WebMercatorQuad"
    items = client.get("/ogc/collections/bus_stop/items").json
    record = items["features"][0]["id"]
    return {
        "items": items,
        "tile": client.get(f"{tiles}/{z}/{row}/{column}").data.decode("latin-1"),
        "page": client.get("/?lang=en").text,
        "list": client.get("/list?layer=bus_stop&lang=en").text,
        "panel": client.get(f"/panel/bus_stop/{record}?lang=en").text,
        "search": client.get("/search?q=春园").json,
        "style": client.get("/style.json").json,
        "csv": client.get("/download/bus_stop.csv").text,
        "briefing": client.get("/briefing/?lang=en").text,
    }

home = Path(sys.argv[2])
if sys.argv[1] == "init":
    init_deployment(home, name="Bus town", boundary=shapely.box(111.98, 27.7, 112.02, 27.75), time_zone="UTC")
else:
    print(json.dumps(ask(home)))
"""


def _project_with_bus_stops(folder: Path) -> Path:
    """Copy the project and do the five steps that the README tells."""
    for name in ("geodata", "etl", "webmap"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "geodata/layers/bus_stop.py").write_text(LAYER, "utf-8")
    index = folder / "geodata/layers/__init__.py"
    listed = index.read_text("utf-8").replace("    building,\n", "    building,\n    bus_stop,\n", 1)
    index.write_text(listed.replace("    area.LAYER,\n", "    area.LAYER,\n    bus_stop.LAYER,\n"), "utf-8")
    versions = folder / "geodata/migrations/versions"
    head = max(path.name for path in versions.glob("[0-9]*.py")).partition("_")[0]
    number = f"{int(head) + 1:04}"
    (versions / f"{number}_bus_stop.py").write_text(MIGRATION.format(head=head, number=number), "utf-8")
    (folder / "etl/recipes/bus_stop_list.toml").write_text(RECIPE, "utf-8")
    (folder / "good.csv").write_text(GOOD, "utf-8")
    (folder / "bad.csv").write_text(BAD, "utf-8")
    (folder / "ask.py").write_text(ASK, "utf-8")
    return folder


def _python(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(project), "CSMAP_HOME": str(project / "home")}
    environ.pop("CSMAP_DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, *words], cwd=project, env=environ, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    project = _project_with_bus_stops(tmp_path_factory.mktemp("bus"))
    home = project / "home"
    try:
        for words in (("ask.py", "init", str(home)), ("-m", "etl", "good.csv", "--yes")):
            done = _python(project, *words)
            assert done.returncode == 0, done.stderr
        bad = _python(project, "-m", "etl", "bad.csv", "--yes", "--json")
        assert bad.returncode == 1
        assert json.loads(bad.stdout.splitlines()[0])["quarantined"] == 1
        asked = _python(project, "ask.py", "ask", str(home))
        assert asked.returncode == 0, asked.stderr
        yield json.loads(asked.stdout)
    finally:
        Cluster.at(home).stop()


def test_ogc_items_and_download(answers: Any) -> None:
    assert answers["items"]["numberMatched"] == 1
    assert answers["items"]["features"][0]["properties"] == {"name": "春园路口", "lines": "1路、5路"}
    assert "春园路口" in answers["csv"]


def test_tile_and_style(answers: Any) -> None:
    assert "春园路口" in answers["tile"].encode("latin-1").decode("utf-8", "replace")
    assert "bus_stop" in answers["style"]["sources"] or "bus_stop" in json.dumps(answers["style"]["layers"])
    assert "#b0127b" in json.dumps(answers["style"]).lower()


def test_legend_list_panel_and_search(answers: Any) -> None:
    assert "Bus stops" in answers["page"]
    assert re.search(r"<(tr|li)[^>]*>(?:(?!</\1>).)*春园路口", answers["list"], re.DOTALL)
    assert "Lines" in answers["panel"]
    assert "1路、5路" in answers["panel"]
    assert [hit["name"] for hit in answers["search"]["hits"]] == ["春园路口"]


def test_folium(answers: Any) -> None:
    assert "Bus stops" in answers["briefing"]
    assert "春园路口" in answers["briefing"] or "\\u6625\\u56ed\\u8def\\u53e3" in answers["briefing"]


def test_what_only_staff_may_read_is_in_none_of_them(answers: Any) -> None:
    assert "76543" not in json.dumps(answers)
    assert "76,543" not in json.dumps(answers)
