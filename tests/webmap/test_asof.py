"""`asof`: what the store knew then, or which publication stood, by the rules of today."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.publication import publish
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.district import YARD
from tests.geodata.queries.staged import put
from tests.signing import client_of

WEST = "MULTIPOLYGON(((111.96 27.70, 112.00 27.70, 112.00 27.76, 111.96 27.76, 111.96 27.70)))"
EAST = "MULTIPOLYGON(((112.00 27.70, 112.04 27.70, 112.04 27.76, 112.00 27.76, 112.00 27.70)))"


@dataclass(frozen=True)
class Past:
    """A district that was loaded and published twice, and the moments before, between and after."""

    settings: Settings
    empty: datetime
    first: datetime
    second: datetime

    def client(self, who: str | None = None) -> FlaskClient:
        return client_of(self.settings, who)


def _now(settings: Settings) -> datetime:
    with engine_for(settings, Login.STAFF).connect() as connection:
        found: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found


@pytest.fixture(scope="module")
def past(deployments: Deployments) -> Past:
    settings = deployments.make("Past", synthetic=True, as_of=date(2025, 10, 31))
    empty = _now(settings)
    areas = [("w", "W", "West", WEST), ("e", "E", "East", EAST)]
    put(
        settings,
        "area",
        [{"source_id": key, "code": code, "name": name, "kind": "grid", "geom": at} for key, code, name, at in areas],
    )
    put(settings, "compound", [{"source_id": "a", "name": "Garden", "households": 100, "geom": YARD}])
    put(settings, "micro_project", [{"source_id": "m", "name": "Lamps", "compound_name": "Garden"}])
    put(settings, "incident_count", [{"kind": "theft", "month": "2025-01-01", "incidents": "40", "area_code": "W"}])
    posts = [{"source_id": key, "name": f"Post {key}", "geom": "POINT(112.01 27.73)"} for key in ("one", "gone")]
    put(settings, "police_post", posts)
    hazards = [
        {"source_id": key, "kind": kind, "found_on": "2025-09-01", "geom": f"POINT({lon} 27.73)"}
        for key, kind, lon in (("moves", "gas", 111.97), ("stays", "electric", 111.98))
    ]
    put(settings, "hazard", hazards)
    _step(settings, "reported", "2025-09-01")
    publish(settings)
    first = _now(settings)
    put(settings, "compound", [{"source_id": "a", "name": "New Garden", "households": 200, "geom": YARD}])
    put(
        settings,
        "police_post",
        [
            {"source_id": "one", "name": "Desk", "geom": "POINT(112.02 27.73)"},
            {"source_id": "two", "name": "Post two", "geom": "POINT(112.01 27.74)"},
        ],
    )
    put(settings, "hazard", [{**hazards[0], "geom": "POINT(112.02 27.73)"}])
    _step(settings, "closed", "2025-10-01")
    with engine_for(settings, Login.OWNER).begin() as connection:
        connection.execute(text("DELETE FROM live.police_post WHERE source_id = 'gone'"))
    publish(settings)
    return Past(settings, empty, first, _now(settings))


def _step(settings: Settings, kind: str, day: str) -> None:
    put(settings, "hazard_event", [{"source_id": kind, "parent_source_id": "moves", "kind": kind, "happened_on": day}])


def _asked(client: FlaskClient, path: str, at: datetime | str, status: int = 200, **more: str) -> Any:
    stated = at if isinstance(at, str) else at.isoformat()
    answer = client.get(path, query_string={"asof": stated, **more})
    assert answer.status_code == status, answer.text
    return json.loads(answer.text)


def _by(found: Any, name: str) -> list[Any]:
    assert found["numberMatched"] == found["numberReturned"] == len(found["features"])
    return sorted(feature["properties"][name] for feature in found["features"])


POSTS, HAZARDS = "/ogc/collections/police_post/items", "/ogc/collections/hazard/items"


def test_staff_read_what_the_store_knew(past: Past) -> None:
    steward = past.client("steward")
    assert _by(_asked(steward, POSTS, past.first), "name") == ["Post one"]
    assert _by(_asked(steward, POSTS, past.second), "name") == ["Desk", "Post two"]
    [then] = [
        each for each in _asked(steward, POSTS, past.first)["features"] if each["properties"]["name"] == "Post one"
    ]
    assert then["geometry"]["coordinates"] == [112.01, 27.73]
    now = json.loads(steward.get(f"{POSTS}/{then['id']}").text)
    assert now["properties"]["name"] == "Desk"
    again = _asked(steward, f"{POSTS}/{then['id']}", past.first)
    assert (again["properties"], again["geometry"]) == (then["properties"], then["geometry"])
    [own] = [link["href"] for link in again["links"] if link["rel"] == "self"]
    assert json.loads(steward.get(own.removeprefix("http://localhost:8000")).text)["properties"] == then["properties"]


def test_what_came_later_is_not_there_yet(past: Past) -> None:
    steward = past.client("steward")
    [two] = [
        each for each in _asked(steward, POSTS, past.second)["features"] if each["properties"]["name"] == "Post two"
    ]
    assert "detail" not in _asked(steward, f"{POSTS}/{two['id']}", past.first, 404)
    [hazard] = _asked(steward, HAZARDS, past.first, filter="kind = 'gas'")["features"]
    steps = _asked(steward, "/ogc/collections/hazard_event/items", past.first)
    assert _by(steps, "kind") == ["reported"]
    assert steps["features"][0]["properties"]["hazard_id"] == hazard["id"]


def test_conditions_are_about_then(past: Past) -> None:
    steward = past.client("steward")
    assert _by(_asked(steward, POSTS, past.first, filter="name = 'Desk'"), "name") == []
    assert _by(_asked(steward, POSTS, past.second, filter="name = 'Desk'"), "name") == ["Desk"]
    for at, kinds in ((past.first, ["electric", "gas"]), (past.second, ["electric"])):
        assert _by(_asked(steward, HAZARDS, at, bbox="111.96,27.7,111.999,27.8"), "kind") == kinds
        assert _by(_asked(steward, HAZARDS, at, area="W"), "kind") == kinds


def test_a_hazards_status_is_what_its_events_said_then(past: Past) -> None:
    steward = past.client("steward")
    for at, status, closed_on in ((past.first, "reported", None), (past.second, "closed", "2025-10-01")):
        [found] = _asked(steward, HAZARDS, at, kind="gas")["features"]
        assert (found["properties"]["status"], found["properties"]["closed_on"]) == (status, closed_on)
        assert _asked(steward, HAZARDS, at, filter="status = 'closed'")["numberMatched"] == (1 if closed_on else 0)


def test_a_project_has_its_compounds_name_of_then(past: Past) -> None:
    path = "/ogc/collections/micro_project/items"
    assert _by(_asked(past.client("steward"), path, past.first), "compound_name") == ["Garden"]
    assert _by(_asked(past.client("steward"), path, past.second), "compound_name") == ["New Garden"]


def test_files_are_about_then(past: Past) -> None:
    steward = past.client("steward")
    for at, names in ((past.first, ["Post one"]), (past.second, ["Desk", "Post two"])):
        stated = quote(at.isoformat())
        rows = list(
            csv.DictReader(io.StringIO(steward.get(f"/download/police_post.csv?asof={stated}").text.lstrip("\ufeff")))
        )
        assert [row["name"] for row in rows] == names
        found = json.loads(steward.get(f"/download/police_post.geojson?asof={stated}").text)
        assert [each["properties"]["name"] for each in found["features"]] == names
        book = steward.get(f"/download/police_post.xlsx?asof={stated}&lang=en")
        assert book.status_code == 200
        assert book.headers["Cache-Control"] == "private, no-store"


def test_officers_and_police_have_of_then_what_they_may_see_now(past: Past) -> None:
    """The hazard of the west has been found to lie in the east: its versions in the west are nobody's of the west."""
    for audience in ("police", "grid_officer"):
        west, east = past.client(f"{audience}:W"), past.client(f"{audience}:E")
        assert _by(_asked(west, HAZARDS, past.first), "kind") == ["electric"]
        assert _by(_asked(west, HAZARDS, past.second), "kind") == ["electric"]
        assert _by(_asked(east, HAZARDS, past.first), "kind") == []
        [found] = _asked(east, HAZARDS, past.second)["features"]
        assert found["properties"]["status"] == "closed"


def test_residents_and_planners_have_the_publication_that_stood(past: Past) -> None:
    for reader in (past.client(), past.client("planner")):
        # The post that is gone from what is published today is gone from what was published then.
        assert _by(_asked(reader, POSTS, past.first), "name") == ["Post one"]
        assert _by(_asked(reader, POSTS, past.second), "name") == ["Desk", "Post two"]
        stated = quote(past.first.isoformat())
        assert "Post one" in reader.get(f"/download/police_post.csv?asof={stated}").text
        assert "Desk" not in reader.get(f"/download/police_post.csv?asof={stated}").text
    [compound] = _asked(past.client(), "/ogc/collections/compound/items", past.first)["features"]
    assert compound["properties"]["name"] == "Garden"
    assert "households" not in compound["properties"]
    [compound] = _asked(past.client("planner"), "/ogc/collections/compound/items", past.first)["features"]
    assert compound["properties"]["households"] == 100


def test_totals_of_an_earlier_publication_are_nobodys(past: Past) -> None:
    path = "/ogc/collections/incident_count/items"
    problem = _asked(past.client(), path, past.first, 400)
    assert problem["detail"] == "incident_count has totals, which are offered as they stand now: leave asof out"
    assert _asked(past.client(), path, past.second)["numberMatched"] == 0, "there are no communities"
    assert _asked(past.client("steward"), path, past.first)["numberMatched"] == 1


@pytest.mark.parametrize("who", [None, "planner", "steward", "police:W"])
@pytest.mark.parametrize(
    "stated",
    ["", "yesterday", "2025-13-01", "2025-10-31T08:00:00", "9999-12-31", "2025-10-31T25:00Z", "' OR 1=1", "١٩٩٩-٠١-٠١"],
)
def test_what_is_no_moment_is_told_so(past: Past, who: str | None, stated: str) -> None:
    problem = _asked(past.client(who), POSTS, stated, 400)
    assert re.match(r"asof is .*; wanted is a moment with its zone", problem["detail"])


@pytest.mark.parametrize("who", [None, "planner", "steward", "police:W"])
def test_a_moment_to_come_or_before_everything_is_told_so(past: Past, who: str | None) -> None:
    client = past.client(who)
    later = past.second + timedelta(days=1)
    assert "hasn't come yet" in _asked(client, POSTS, later, 400)["detail"]
    early = _asked(client, POSTS, past.empty, 400)["detail"]
    assert ("before the store held anything" if who in ("steward", "police:W") else "isn't kept") in early
    assert "hasn't come yet" in _asked(client, f"{POSTS}/1", later.date().isoformat(), 400)["detail"]
    assert "asof" in client.get(f"/download/police_post.csv?asof={quote(later.isoformat())}&lang=en").text
    assert "尚未到来" in client.get(f"/download/police_post.csv?asof={quote(later.isoformat())}&lang=zh-CN").text


@pytest.mark.parametrize(
    "path", ["/ogc/", "/ogc/collections", "/ogc/collections/police_post/tiles/WebMercatorQuad/3/6/3"]
)
def test_elsewhere_it_is_refused_and_never_passed_over(past: Past, path: str) -> None:
    assert "'asof' is no parameter here" in _asked(past.client("steward"), path, past.first, 400)["detail"]


def test_a_publication_by_other_rules_is_not_offered(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs last: what the second publication showed, the third may hide."""
    other: Callable[[], str] = lambda: "another"  # noqa: E731
    monkeypatch.setattr("geodata.publication.contents.code_digest", other)
    publish(past.settings)
    for reader in (past.client(), past.client("planner")):
        problem = _asked(reader, POSTS, past.second, 400)
        assert "by other rules than today's" in problem["detail"]
        assert _by(_asked(reader, POSTS, _now(past.settings)), "name") == ["Desk", "Post two"]
    assert _by(_asked(past.client("steward"), POSTS, past.second), "name") == ["Desk", "Post two"]
