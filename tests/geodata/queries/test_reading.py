"""Questions that pages ask: pages of records, search, profiles, areas, frames."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import shapely
from sqlalchemy import event

import geodata
from geodata.door import Door
from geodata.errors import InvalidInput, NotFound
from geodata.layers.audience import Audience
from geodata.publication import publish
from geodata.queries import readable
from geodata.queries.areas import get_area, list_areas
from geodata.queries.features import get, page
from geodata.queries.profile import profile
from geodata.queries.reading import RESIDENT, STEWARD, Reading, open_reading
from geodata.queries.search import find
from geodata.queries.tiles import check_tile, tile
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put

YARD = "MULTIPOLYGON(((112 27.73, 112.002 27.73, 112.002 27.732, 112 27.732, 112 27.73)))"
COURT = "MULTIPOLYGON(((112.004 27.73, 112.006 27.73, 112.006 27.732, 112.004 27.732, 112.004 27.73)))"
WEST = "MULTIPOLYGON(((111.99 27.72, 112.003 27.72, 112.003 27.74, 111.99 27.74, 111.99 27.72)))"

LONG_NAME = "长" * 100


@pytest.fixture(scope="module")
def district(deployments: Deployments) -> Settings:
    settings = deployments.make("Reading")
    put(
        settings,
        "area",
        [
            {"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": WEST},
            {"source_id": "n", "code": "N", "name": "No outline", "kind": "grid"},
            {"source_id": "t1", "code": "T1", "name": "Twin", "kind": "community", "geom": WEST},
            {"source_id": "t2", "code": "T2", "name": "Twin", "kind": "community", "geom": WEST},
        ],
    )
    put(
        settings,
        "compound",
        [
            {
                "source_id": "a",
                "name": "吉祥花园",
                "community": "街心",
                "geom": YARD,
            },
            {"source_id": "b", "name": "花园", "community": "新建", "geom": COURT},
        ],
    )
    names = [{"name": name, "kind": "other", "compound_name": "吉祥花园"} for name in ("物资局宿舍", "50%_yard")]
    put(settings, "alias", names)
    put(settings, "micro_project", [{"source_id": "m", "name": "花园 lamps", "compound_name": "吉祥花园"}])
    put(
        settings,
        "funding_line",
        [{"source_id": f"m/{who}", "parent_source_id": "m", "funder": who} for who in ("street", "residents")],
    )
    put(settings, "police_post", [{"source_id": "long", "name": LONG_NAME, "geom": "POINT(112.001 27.735)"}])
    road = "MULTILINESTRING((111.99 27.73, 112.01 27.731))"
    put(
        settings,
        "road",
        [{"source_id": f"way/{n}", "name": "花园路", "highway": "primary", "geom": road} for n in "12"],
    )
    publish(settings)
    return settings


@pytest.fixture
def reading(district: Settings) -> Iterator[Reading]:
    with open_reading(district, RESIDENT) as opened:
        yield opened


def test_the_very_name_comes_first_then_beginnings_then_parts_and_roads_once(reading: Reading) -> None:
    hits = find(reading, "花园")
    assert [hit.name for hit in hits] == ["花园", "花园 lamps", "吉祥花园", "花园路"]
    assert hits[0].detail == "新建"
    assert hits[0].bbox == pytest.approx((112.004, 27.73, 112.006, 27.732))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("物资局", ["吉祥花园"]),
        ("50%_", ["吉祥花园"]),
        ("%", ["吉祥花园"]),
        ("_", ["吉祥花园"]),
        ("", []),
        ("  ", []),
        ("\\", []),
    ],
)
def test_aliases_are_found_and_patterns_are_only_signs(reading: Reading, text: str, names: list[str]) -> None:
    assert [hit.name for hit in find(reading, text)] == names


def test_a_page_is_counted_searched_and_bounded(reading: Reading) -> None:
    compounds = reading.layer("compound")
    assert [row.name for row in page(reading, compounds, limit=1, offset=1).records] == ["花园"]
    assert page(reading, compounds, limit=1).matched == 2
    assert page(reading, compounds, text="物资").matched == 1
    west = get_area(reading, "W")
    assert [row.name for row in page(reading, compounds, area=west.id).records] == ["吉祥花园"]
    assert page(reading, compounds, bbox=(112.0055, 27.7, 112.1, 27.8)).matched == 1
    with pytest.raises(InvalidInput, match="no places"):
        page(reading, reading.layer("funding_line"), bbox=(0, 0, 1, 1))


def test_of_a_long_text_the_beginning_is_looked_for(reading: Reading) -> None:
    posts = reading.layer("police_post")
    assert page(reading, posts, text=LONG_NAME[:-1] + "x").matched == 0
    assert page(reading, posts, text=LONG_NAME + "x" * 4000).matched == 1


def test_a_profile_has_children_and_what_refers_to_it(reading: Reading) -> None:
    projects = reading.layer("micro_project")
    [project] = page(reading, projects).records
    found = profile(reading, projects, project.id)
    assert [row.values["funder"] for row in found.children["funding_line"].rows] == ["street", "residents"]
    compound = get(reading, reading.layer("compound"), int(str(project.values["compound_id"])))
    assert compound.name == "吉祥花园"
    [relation] = [
        relation
        for relation in profile(reading, reading.layer("compound"), compound.id).relations
        if relation.layer.id == "micro_project"
    ]
    assert (relation.count, [row.id for row in relation.first]) == (1, [project.id])
    assert [row["funder"] for row in relation.sums["funding_line"]] == ["street", "residents"]
    line = found.children["funding_line"].rows[0]
    owner = profile(reading, reading.layer("funding_line"), line.id).parent
    assert owner is not None
    assert (owner[0].id, owner[1].id) == ("micro_project", project.id)
    with pytest.raises(NotFound):
        profile(reading, projects, 10**9)


def test_areas_by_code_name_and_id(reading: Reading) -> None:
    west = get_area(reading, "West")
    assert get_area(reading, str(west.id)) == west
    assert get_area(reading, "N").bbox is None
    assert [area.code for area in list_areas(reading, "grid")] == ["N", "W"]
    with pytest.raises(NotFound, match="T1, T2"):
        get_area(reading, "Twin")
    with pytest.raises(NotFound, match="Nowhere"):
        get_area(reading, "Nowhere")


@pytest.mark.parametrize(("z", "x", "y"), [(-1, 0, 0), (23, 0, 0), (3, 8, 0), (3, 0, -1)])
def test_tiles_that_cannot_exist_are_refused(z: int, x: int, y: int) -> None:
    with pytest.raises(InvalidInput, match="no tile"):
        check_tile(z, x, y)


def test_a_tile_of_records_without_places_is_refused(reading: Reading) -> None:
    with pytest.raises(InvalidInput, match="no places"):
        tile(reading, reading.layer("funding_line"), 3, 0, 0)


def test_the_python_door_gives_frames_by_audience(district: Settings) -> None:
    door = geodata.open(district.home) if district.database_url is None else Door(district)
    compounds = door.layer("compound")
    assert compounds.crs.to_epsg() == 4326
    assert sorted(compounds["name"]) == ["吉祥花园", "花园"]
    assert "households" in compounds.columns
    assert compounds.geometry.iloc[0].equals(shapely.from_wkt(YARD))
    assert "households" not in door.layer("compound", audience="resident").columns
    assert list(door.layer("compound", area="W")["name"]) == ["吉祥花园"]
    assert len(door.layer("funding_line")) == 2
    assert door.layer("funding_line").geometry.isna().all()
    assert door.layer("service_point").empty
    assert door.layer("hazard", audience="grid_officer").empty
    with pytest.raises(NotFound):
        door.layer("hazard_event", audience="resident")


def test_a_steward_reads_the_live_data_before_any_publication(district: Settings) -> None:
    with open_reading(district, STEWARD) as reading:
        assert page(reading, reading.layer("compound")).matched == 2


def test_threads_that_begin_together_get_the_same_table() -> None:
    readable._readable_table.cache_clear()
    together = Barrier(8)

    def first() -> object:
        together.wait()
        return readable.readable_table("road", Audience.RESIDENT)

    with ThreadPoolExecutor(8) as threads:
        tables = [each.result() for each in [threads.submit(first) for _ in range(8)]]
    assert len({id(table) for table in tables}) == 1


def test_names_that_begin_with_a_number_stand_in_its_order(deployment: Settings) -> None:
    names = ["10", "Hall", "2", "1", "9" * 30, "12号岗", "3号岗", "(old)", "010"]
    put(deployment, "police_post", [{"source_id": name, "name": name, "geom": "POINT(112 27.73)"} for name in names])
    put(deployment, "police_post", [{"source_id": "none", "geom": "POINT(112 27.73)"}])
    with open_reading(deployment, STEWARD) as reading:
        found = [row.values["name"] for row in page(reading, reading.layer("police_post")).records]
    assert found == ["1", "2", "3号岗", "010", "10", "12号岗", "9" * 30, "(old)", "Hall", None]


def test_a_list_by_name_is_read_in_the_order_of_its_index_however_long_names_are(deployment: Settings) -> None:
    longest = "9" * 10_000
    names = [f"{number % 97}栋{number}" for number in range(3_000)] + [longest, "甲", "乙"]
    rows = [{"name": name, "kind": "locality", "geom": "POINT(112.001 27.731)"} for name in names]
    put(deployment, "locality", rows)
    publish(deployment)
    with open_reading(deployment, RESIDENT) as reading:
        layer, asked = reading.layer("locality"), []
        event.listen(reading.connection, "before_cursor_execute", lambda _conn, _cursor, *said: asked.append(said[:2]))
        found = page(reading, layer, limit=3)
        assert [row.name for row in found.records] == ["0栋0", "0栋1067", "0栋1164"]
        last = page(reading, layer, limit=3, offset=len(names) - 3)
        assert [row.name for row in last.records] == [longest, "乙", "甲"]
        statement, values = asked[0]
        plan = "\n".join(reading.connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())
    assert "Sort" not in plan, plan
    assert "Index Scan using locality_" in plan, plan
