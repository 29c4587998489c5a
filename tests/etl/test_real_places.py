"""Five real places, made by the documented commands from their files: counts as somebody else would count them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest
from flask.testing import FlaskClient

from etl.command.load import main as load
from geodata.command.init import main as init
from geodata.coverage.modes import CAR
from geodata.settings import Settings, load_settings
from tests.deployments import Deployments
from tests.etl.osm_counts import osm_counts
from tests.etl.test_independent_router import check_times
from tests.etl.test_loading import rows
from tests.signing import client_of
from webmap.command.publish import main as publish

SharedData = Callable[[str], Path]
Lines = list[dict[str, Any]]
FOUR_ENDS = ("loaded", "unchanged", "quarantined", "ignored")


@dataclass
class Place:
    """A deployment that the commands have made, and what they said of each file."""

    settings: Settings
    lines: Lines

    def line(self, layer: str, part: str = "") -> dict[str, Any]:
        """Return what the load of a layer came to."""
        [line] = [line for line in self.lines if line["layer"] == layer and (not part or line["part"] == part)]
        return line

    def read(self, statement: str) -> list[tuple[object, ...]]:
        """Return what the store answers."""
        return rows(self.settings, statement)

    def client(self, audience: str) -> FlaskClient:
        """Return a client that reads as somebody."""
        return client_of(self.settings, None if audience == "resident" else audience)


class Maker:
    """Makes places by the commands, in folders of the tests."""

    def __init__(self, deployments: Deployments, patch: pytest.MonkeyPatch) -> None:
        self.deployments, self.patch = deployments, patch

    def make(self, name: str, *words: str, loads: Sequence[Sequence[str]]) -> Place:
        """Run init, load for each of the files with its words, and publish."""
        home = self.deployments.folder / name.replace(" ", "-")
        server = self.deployments.new_database()
        self.patch.setenv("CSMAP_HOME", str(home))
        if server:
            self.patch.setenv("CSMAP_DATABASE_URL", server)
        assert init(["--name", name, *words]) == 0
        settings = load_settings()
        self.deployments.made.append(settings)
        lines: Lines = []
        for arguments in loads:
            said = io.StringIO()
            with redirect_stdout(said):
                load(["--json", "--yes", *arguments])
            lines += [json.loads(line) for line in said.getvalue().splitlines()]
        assert publish([]) == 0
        return Place(settings, lines)


@pytest.fixture(scope="module")
def maker(deployments: Deployments) -> Iterator[Maker]:
    """Make places whose environment is taken back at the end."""
    with pytest.MonkeyPatch.context() as patch:
        yield Maker(deployments, patch)


def check_four_ends(place: Place) -> None:
    """Check that each source row ended in one of four ways."""
    for line in place.lines:
        assert line["read"] == sum(line[end] for end in FOUR_ENDS), line


def check_outlets(place: Place, counts: dict[str, int], audience: str = "resident") -> None:
    """Check that list, OGC items and tiles answer with so many records of each layer."""
    client = place.client(audience)
    for layer, count in counts.items():
        items = client.get(f"/ogc/collections/{layer}/items?limit=1")
        assert items.status_code == 200, items.text
        assert json.loads(items.text)["numberMatched"] == count, layer
        assert client.get(f"/list?layer={layer}").status_code == 200
        lines = csv.reader(io.StringIO(client.get(f"/download/{layer}.csv").text))
        assert sum(1 for _ in lines) - 1 == count


def check_tile(place: Place, layer: str, audience: str = "resident") -> None:
    """Check that the tile of zoom 14 that holds the middle of the first record isn't empty."""
    [(x, y)] = place.read(
        "SELECT floor((ST_X(p) / 40075016.6855785 + 0.5) * 16384)::int, floor((0.5 - ST_Y(p) / 40075016.6855785) "
        f"* 16384)::int FROM (SELECT ST_PointOnSurface(geom_3857) AS p FROM live.{layer} ORDER BY id LIMIT 1) first"
    )
    tile = place.client(audience).get(f"/ogc/collections/{layer}/tiles/WebMercatorQuad/14/{y}/{x}")
    assert tile.status_code == 200
    assert len(tile.data) > 20


def check_osm(place: Place, path: Path) -> None:
    """Check that each recipe for OpenStreetMap loaded as many elements as pyosmium counts."""
    counted = osm_counts(path)
    loaded = {line["part"]: line["read"] for line in place.lines if line["part"] in counted}
    assert loaded == counted
    assert sum(line["quarantined"] + line["ignored"] for line in place.lines if line["part"]) == 0


@pytest.fixture(scope="module")
def porto_alegre(maker: Maker, shared_data: SharedData) -> Place:
    """Porto Alegre in Portuguese words, south of the equator, west of Greenwich."""
    files = ("poa_osm.pbf", "poa_points_of_interest.csv", "poa_hexgrid.csv")
    paths = [str(shared_data(f"br-poa/{file}")) for file in files]
    words = ("--boundary", paths[0], "--tz", "America/Sao_Paulo", "--lang", "en")
    return maker.make("Porto Alegre", *words, loads=[[path] for path in paths])


def test_porto_alegre(porto_alegre: Place, shared_data: SharedData) -> None:
    check_four_ends(porto_alegre)
    check_osm(porto_alegre, shared_data("br-poa/poa_osm.pbf"))
    assert porto_alegre.settings.metric_crs == "EPSG:32722"
    assert porto_alegre.line("road")["loaded"] == 15_886
    points = pd.read_csv(shared_data("br-poa/poa_points_of_interest.csv"))
    cells = pd.read_csv(shared_data("br-poa/poa_hexgrid.csv"))
    assert porto_alegre.read("SELECT count(*), sum(residents) FROM live.population_cell") == [
        (len(cells), cells["population"].sum())
    ]
    found = porto_alegre.read(
        "SELECT source_id, name, round(ST_X(geom)::numeric, 6)::float, round(ST_Y(geom)::numeric, 6)::float "
        "FROM live.service_point WHERE source = 'points_of_interest' ORDER BY source_id"
    )
    assert found == [(each.id, each.id, each.lon, each.lat) for each in points.sort_values("id").itertuples()]
    services = len(points) + porto_alegre.line("service_point", "osm_service_amenity")["loaded"]
    check_outlets(porto_alegre, {"road": 15_886, "service_point": services})
    check_outlets(porto_alegre, {"population_cell": len(cells)}, "planner")
    for layer in ("road", "service_point"):
        check_tile(porto_alegre, layer)
    check_tile(porto_alegre, "population_cell", "planner")


def test_what_has_no_name_is_called_what_it_is(porto_alegre: Place) -> None:
    # Its toilets have no names in OpenStreetMap: they are called what they are, with the street where one is near.
    page = porto_alegre.client("resident").get("/list?layer=service_point").text
    called = re.findall("Public toilet(, [^<]+)?</span></a>", page)
    assert (len(called), len([street for street in called if street])) == (11, 10)
    assert re.search("townhall(, [^<]+)?</span></a>", page)
    assert porto_alegre.read("SELECT count(*) FROM live.service_point WHERE name IS NULL") == [(11,)]


def test_times_on_its_streets_are_those_of_scipy(porto_alegre: Place) -> None:
    check_times(porto_alegre.settings, CAR)


@pytest.fixture(scope="module")
def chicago(maker: Maker, shared_data: SharedData) -> Place:
    """Chicago in feet, with dates that begin with the month."""
    areas = str(shared_data("us-chicago/areas/Chicago77.shp"))
    tables = [[str(shared_data(f"us-chicago/{name}.csv"))] for name in ("Police_Stations", "THEFT")]
    words = ("--boundary", areas, "--boundary-crs", "EPSG:3435", "--tz", "America/Chicago", "--lang", "en")
    return maker.make("Chicago", *words, loads=[[areas, "--crs", "EPSG:3435"], *tables])


def test_chicago(chicago: Place, shared_data: SharedData) -> None:
    check_four_ends(chicago)
    assert chicago.settings.metric_crs == "EPSG:32616"
    assert chicago.line("area")["loaded"] == 77
    assert chicago.line("police_post")["loaded"] == 23
    assert chicago.line("incident_count")["loaded"] == 399
    check_outlets(chicago, {"area": 77, "police_post": 23})
    check_tile(chicago, "area")
    check_tile(chicago, "police_post")
    counts = chicago.read("SELECT count(*) FROM live.incident_count")[0][0]
    check_outlets(chicago, {"incident_count": int(str(counts))}, "steward")


def test_chicagos_thefts_are_where_a_spatial_join_finds_them(chicago: Place, shared_data: SharedData) -> None:
    areas = geopandas.read_file(shared_data("us-chicago/areas/Chicago77.shp")).set_crs("EPSG:3435").to_crs("EPSG:4326")
    thefts = pd.read_csv(shared_data("us-chicago/THEFT.csv"))
    places = geopandas.points_from_xy(thefts["Longitude"], thefts["Latitude"], crs="EPSG:4326")
    joined = geopandas.GeoDataFrame(thefts, geometry=places).sjoin(areas, predicate="within")
    month = pd.to_datetime(joined["Date"], format="%m/%d/%Y %I:%M:%S %p").dt.strftime("%Y-%m-01")
    wanted = joined.groupby([joined["AREANO"].astype(int).astype(str), month, joined["Primary Type"]]).size()
    found = chicago.read("SELECT area_code, month::text, kind, incidents FROM live.incident_count")
    assert {tuple(row[:3]): row[3] for row in found} == wanted.to_dict()
    assert wanted.sum() == 399


@pytest.fixture(scope="module")
def west_yorkshire(maker: Maker, shared_data: SharedData) -> Place:
    """West Yorkshire by the codes in the rows alone: no area has an outline."""
    path = str(shared_data("uk-wyorks/2016-07-west-yorkshire-street.csv"))
    words = ("--boundary=-2.2,53.5,-1.19,54.0", "--tz", "Europe/London", "--lang", "en")
    return maker.make("West Yorkshire", *words, loads=[[path], [path]])


def test_west_yorkshire(west_yorkshire: Place, shared_data: SharedData) -> None:
    check_four_ends(west_yorkshire)
    assert west_yorkshire.settings.metric_crs == "EPSG:32630"
    crimes = pd.read_csv(shared_data("uk-wyorks/2016-07-west-yorkshire-street.csv"), dtype="str")
    with_area = crimes[crimes["LSOA code"].notna()]
    first, again = (line for line in west_yorkshire.lines if line["layer"] == "incident_count")
    assert (first["read"], first["loaded"], first["quarantined"]) == (27_176, len(with_area), 1_347)
    assert (again["loaded"], again["unchanged"], again["quarantined"]) == (0, len(with_area), 1_347)
    wanted = with_area.groupby(["LSOA code", "Month", "Crime type"]).size()
    found = west_yorkshire.read("SELECT area_code, to_char(month, 'YYYY-MM'), kind, incidents FROM live.incident_count")
    assert {tuple(row[:3]): row[3] for row in found} == wanted.to_dict()
    areas = with_area["LSOA code"].nunique()
    assert west_yorkshire.read("SELECT count(*), count(geom) FROM live.area") == [(areas, 0)]
    check_outlets(west_yorkshire, {"area": areas})
    page = west_yorkshire.client("resident").get("/?lang=en").text
    assert "Nothing here has a place on the map: see the list." in page
    check_outlets(west_yorkshire, {"incident_count": len(wanted)}, "steward")


def test_a_repeated_crime_counts_once(west_yorkshire: Place, shared_data: SharedData, tmp_path: Path) -> None:
    whole = shared_data("uk-wyorks/2016-07-west-yorkshire-street.csv").read_text("utf-8").splitlines(keepends=True)
    keyed = [line for line in whole[1:] if not line.startswith(",")][:5]
    blank = [line for line in whole[1:] if line.startswith(",")][:3]
    path = tmp_path / "repeated.csv"
    path.write_text("".join([*whole, *keyed, *blank]), "utf-8")
    said = io.StringIO()
    with redirect_stdout(said):
        load(["--json", "--dry-run", str(path)])
    line = next(line for line in map(json.loads, said.getvalue().splitlines()) if line["layer"] == "incident_count")
    # The three without a key are incidents of their own, the five with one are not.
    assert (line["read"], line["loaded"] + line["unchanged"], line["ignored"]) == (27_184, 25_829 + 3, 5)
    assert line["quarantined"] == 1_347
    assert line["loaded"] > 0


@pytest.mark.parametrize(("name", "time_zone"), [("monaco", "Europe/Monaco"), ("liechtenstein", "Europe/Vaduz")])
def test_places_of_openstreetmap_alone(maker: Maker, shared_data: SharedData, name: str, time_zone: str) -> None:
    path = shared_data(f"osm/{name}.osm.pbf")
    words = ("--boundary", str(path), "--tz", time_zone)
    place = maker.make(name.title(), *words, loads=[[str(path)]])
    check_four_ends(place)
    check_osm(place, path)
    assert place.settings.metric_crs == "EPSG:32632"
    counts = {layer: place.line(layer)["loaded"] for layer in ("road", "building", "police_post", "green", "gate")}
    check_outlets(place, counts)
    for layer in counts:
        check_tile(place, layer)
