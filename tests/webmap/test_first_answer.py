"""The ways on foot that residents are told, by hand around a yard whose gate is on the far side; what breaks them."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import shapely
from sqlalchemy import text

from geodata.analyses.walks import refresh_walks
from geodata.crs import to_metric
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers.audience import Audience
from geodata.publication import publish
from geodata.queries.reading import RESIDENT, Reader, open_reading
from geodata.queries.search import find
from geodata.queries.walks import Walk, read_walks
from geodata.settings import Settings
from tests.deployments import Deployments, empty
from tests.geodata.queries.staged import put
from tests.signing import client_of
from webmap import create_app
from webmap.resident.answer import Answer, answer_of
from webmap.wording import Wording

# Two streets with a third at their eastern end. Between them lies a yard; its only gate is on the northern street, the
# post on the southern one, right behind the wall: 22 m from its street, as the gate is 33 m from its own.
SOUTH = [(112.0, 27.73), (112.006, 27.73)]
NORTH = [(112.0, 27.732), (112.006, 27.732)]
EAST = [(112.006, 27.73), (112.006, 27.732)]
GATE, POST = (112.0015, 27.7317), (112.0015, 27.7298)
WAY = [GATE, (112.0015, 27.732), (112.006, 27.732), (112.006, 27.73), (112.0015, 27.73), POST]
YARD = "MULTIPOLYGON(((112.001 27.7304, 112.002 27.7304, 112.002 27.7317, 112.001 27.7317, 112.001 27.7304)))"
FAR = "MULTIPOLYGON(((112.03 27.75, 112.031 27.75, 112.031 27.751, 112.03 27.751, 112.03 27.75)))"
MONDAY_LATE = datetime(2025, 10, 27, 22, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def _made(deployments: Deployments) -> Settings:
    return deployments.make("Yard", synthetic=True, as_of=date(2025, 10, 31))


@pytest.fixture
def yard(_made: Settings) -> Settings:
    settings = empty(_made)
    streets = {"South Street": SOUTH, "北街": NORTH, "East Street": EAST}
    put(settings, "road", [
        {"source_id": name, "name": name, "highway": "residential", "geom": shapely.MultiLineString([line]).wkt}
        for name, line in streets.items()
    ])  # fmt: skip
    put(settings, "compound", [
        {"source_id": "y", "name": "Yard", "geom": YARD}, {"source_id": "f", "name": "Far away", "geom": FAR},
    ])  # fmt: skip
    _gate(settings, "main")
    return settings


def _gate(settings: Settings, kind: str) -> None:
    put(settings, "gate", [{"source_id": "g", "kind": kind, "compound_name": "Yard", "geom": _wkt(GATE)}])


def _wkt(spot: tuple[float, float]) -> str:
    return f"POINT({spot[0]} {spot[1]})"


def _post(key: str, lon: float, hours: str | None = "Mo-Fr 09:00-17:00", *, lat: float = POST[1]) -> dict[str, object]:
    return {"source_id": key, "name": f"Post {key}", "kind": "room", "hours": hours, "phone": "0738-1234567",
        "geom": _wkt((lon, lat))}  # fmt: skip


def _read(settings: Settings, name: str, reader: Reader = RESIDENT) -> tuple[Walk, ...]:
    with engine_for(settings, Login.STAFF).connect() as connection:
        query = text("SELECT id FROM live.compound WHERE name = :name")
        compound_id = connection.execute(query, {"name": name}).scalar_one()
    with open_reading(settings, reader) as reading:
        return read_walks(reading, compound_id)


def test_the_way_leads_out_by_the_gate_on_the_far_side(yard: Settings) -> None:
    put(yard, "police_post", [_post("a", POST[0])])
    put(
        yard,
        "service_point",
        [{"source_id": "s", "kind": "clinic", "name": "Clinic", "geom": "POINT(112.0055 27.7321)"}],
    )
    assert refresh_walks(yard)
    assert not refresh_walks(yard), "nothing has changed"
    publish(yard)
    way, clinic = _read(yard, "Yard")
    assert (way.layer, way.rank, way.cause, way.street) == ("police_post", 1, None, "北街")
    assert way.line is not None
    assert [(round(lon, 6), round(lat, 6)) for lon, lat in way.line.coords] == WAY
    # 0.0045 degrees are 443.8 m there, twice; 0.002 of latitude 221.7 m; and 33 m and 22 m to the doors.
    assert way.length_m == pytest.approx(1164.5, abs=1.5)
    metres = to_metric([shapely.LineString(WAY)], yard.metric_crs)[0].length
    assert way.length_m == pytest.approx(metres, abs=0.01)
    # 4.5 km/h are an eighth of a metre a decisecond; each stretch is rounded to whole ones.
    assert way.time_ds == pytest.approx(metres * 8, abs=4)
    # 33 m out, 0.004 degrees or 394.5 m along the street, 11 m to the door.
    assert (clinic.layer, clinic.line) == ("service_point", None)
    assert clinic.time_ds == pytest.approx((33.2 + 394.5 + 11.1) * 8, abs=15)
    # From the other compound no street leads anywhere.
    assert [(walk.rank, walk.record_id, walk.time_ds, walk.cause) for walk in _read(yard, "Far away")] == [
        (1, None, None, "no_way")
    ]
    for audience in (Audience.PLANNER, Audience.STEWARD):
        assert _read(yard, "Yard", Reader(audience)) == (way, clinic)
    # Who knows the street alone finds it: in hanzi, in pinyin, in an address; the street itself stands before it.
    for typed, found in (("北", "北街"), ("beijie", "北街"), ("bj", "北街"), ("乐坪北街12号", None), ("北街", "北街")):
        with open_reading(yard, RESIDENT) as reading:
            hits = [(hit.name, hit.street) for hit in find(reading, typed)]
        assert sorted(hits) == sorted([("Yard", "北街"), *([(found, "")] if found else [])]), typed
    assert hits == [("北街", ""), ("Yard", "北街")]
    with create_app(yard).test_client() as resident:
        listed = resident.get("/find?q=bj&lang=en")
        assert (listed.status_code, 'gate on <span lang="zh-CN">北街</span>' in listed.text) == (200, True)
        [_, told] = resident.get("/search?q=北街&lang=en").get_json()["hits"]
        assert told["detail"] == "Compounds, gate on 北街"
        assert resident.get("/find?q=yard").status_code == 303


def test_where_the_gate_is_shut_the_cause_is_said_and_no_way(yard: Settings) -> None:
    put(yard, "police_post", [_post("a", POST[0])])
    _gate(yard, "closed")
    refresh_walks(yard)
    publish(yard)
    (walk,) = _read(yard, "Yard")
    assert (walk.cause, walk.record_id, walk.time_ds, walk.line) == ("gate", None, None, None)
    answer = _answer(yard)
    assert answer.post is None
    assert answer.no_way == "No gate that lets people walk out is known, so no way can be told."


def test_three_nearest_posts_are_told_and_the_nearest_that_never_closes(yard: Settings) -> None:
    lons = {"a": 112.0015, "b": 112.0025, "c": 112.0035, "d": 112.0045}
    put(yard, "police_post", [*(_post(key, lon) for key, lon in lons.items()), _post("e", 112.0002, "24/7")])
    # The gate on the way closes at night; 39 m farther west is one that never does.
    put(yard, "gate", [
        {"source_id": "g", "kind": "main", "hours": "Mo-Su 06:00-22:00", "compound_name": "Yard", "geom": _wkt(GATE)},
        {"source_id": "n", "kind": "side", "compound_name": "Yard", "geom": "POINT(112.0011 27.7317)"},
    ])  # fmt: skip
    refresh_walks(yard)
    publish(yard)
    answer = _answer(yard)
    assert answer.post is not None
    # On the southern street the way comes from the east: d is the nearest, then c and b, and e lies beyond a.
    assert answer.post.place.name == "Post d"
    assert [post.place.name for post in answer.open_posts] == ["Post c", "Post b", "Post e"]
    assert answer.post.opening is not None
    assert answer.post.opening.now == "closed now, opens tomorrow 09:00"
    assert [post.place.name for post in answer.open_posts if post.opening and post.opening.is_open] == ["Post e"]
    # 33 m, 443.8 m, 221.7 m, 147.9 m and 22 m: 869 m are 695 s, 11.6 minutes.
    assert answer.post.minutes == math.ceil(869 / 75) == 12
    assert answer.post.gate == "main gate on 北街"
    assert answer.post.gate_opening is not None
    assert answer.post.gate_opening.now == "closed now, opens tomorrow 06:00"
    assert answer.open_gate is not None
    assert (answer.open_gate.gate, answer.open_gate.gate_opening) == ("side gate on 北街", None)
    assert (answer.open_gate.place.name, answer.open_gate.minutes) == ("Post d", math.ceil((869 + 39.4) / 75))
    with create_app(yard).test_client() as resident:
        said = resident.get(f"/compounds/{answer.told.place.id}?lang=en").text
        posts = [
            resident.get(f"/{view}/police_post/{answer.post.place.id}?lang=en").text for view in ("panel", "places")
        ]
    # A post says of itself, too, whether it is open, what its script needs to say it later, and whom to call else.
    for post in posts:
        assert re.search(
            r'data-open-words="{.*<dd><span class="open-now[^>]*data-week="\[\[.*href="tel:110"', post, re.S
        )
    assert 'While it is closed, by the side gate on <span lang="zh-CN">北街</span>:' in said
    assert said.count('class="line"') + said.count('class="line calls') == 5 - (not answer.services)
    # Officers are led out of the compound by the same gate, to each post once.
    put(yard, "area", [{"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": YARD}])
    led = client_of(yard, "grid_officer:W").get(f"/officer/nearest?compound={answer.told.place.id}&lang=en").text
    assert re.findall(r'data-select="police_post/\d+">([^<]+)<', led) == ["Post d", "Post c", "Post b", "Post e"]
    assert "12 min on foot" in led
    assert led.count("out by the main gate on") == 4
    assert [number.dialled for number in answer.calls] == ["110", "119", "120", "12345"]
    assert [number.dialled for number in answer.own_calls] == ["07381234567"]


def test_no_way_leads_to_a_post_that_is_not_published(yard: Settings) -> None:
    put(yard, "police_post", [_post("a", POST[0]), _post("b", 112.0025)])
    refresh_walks(yard)
    with engine_for(yard, Login.OWNER).begin() as connection:
        connection.execute(text("DELETE FROM live.police_post WHERE source_id = 'b'"))
    publish(yard)
    assert len(_read(yard, "Yard")) == 1
    # What was worked out from other data than are published is told of nothing.
    put(yard, "police_post", [_post("c", 112.003)])
    publish(yard)
    assert _read(yard, "Yard") == ()
    assert _answer(yard).no_way == "The way on foot isn't worked out yet."
    assert refresh_walks(yard)
    before = publish(yard)
    assert len(_read(yard, "Yard")) == 2
    assert publish(yard) == before


def test_without_streets_or_posts_that_is_the_cause(yard: Settings) -> None:
    refresh_walks(yard)
    publish(yard)
    assert [walk.cause for walk in _read(yard, "Yard")] == ["no_post"]
    put(empty(yard), "compound", [{"source_id": "y", "name": "Yard", "geom": YARD}])
    put(yard, "police_post", [_post("a", POST[0])])
    refresh_walks(yard)
    publish(yard)
    assert [walk.cause for walk in _read(yard, "Yard")] == ["no_roads"]


def _answer(settings: Settings) -> Answer:
    with (
        create_app(settings).test_request_context("/?lang=en"),
        open_reading(settings, RESIDENT) as reading,
        engine_for(settings, Login.STAFF).connect() as connection,
    ):
        compound_id = connection.execute(text("SELECT id FROM live.compound WHERE name = 'Yard'")).scalar_one()
        return answer_of(reading, compound_id, Wording("en"), now=MONDAY_LATE)
