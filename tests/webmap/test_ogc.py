"""OGC API: collections, items, tiles; for each audience just what is theirs."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from geodata.errors import SettingsError
from geodata.layers import LAYERS, get_layer
from tests.district import SECRET, Client
from webmap.access import parse_reader

STAFF_ONLY = {"hazard_event", "turn_restriction", "area_population", "population_cell"}
RESIDENT_LAYERS = [layer.id for layer in LAYERS if layer.id not in STAFF_ONLY]


def _json(client: FlaskClient, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return json.loads(answer.text)


def test_collections_are_the_layers_of_the_audience(client: Client) -> None:
    resident = [each["id"] for each in _json(client(), "/ogc/collections")["collections"]]
    assert resident == RESIDENT_LAYERS
    steward = [each["id"] for each in _json(client("steward"), "/ogc/collections")["collections"]]
    assert set(steward) - set(resident) == STAFF_ONLY


def test_items_page_through_all_records_once(client: Client) -> None:
    resident = client()
    first = _json(resident, "/ogc/collections/police_post/items?limit=10")
    assert (first["numberMatched"], first["numberReturned"]) == (26, 10)
    seen = [feature["id"] for feature in first["features"]]
    page = first
    while following := [link["href"] for link in page["links"] if link["rel"] == "next"]:
        assert following[0].startswith("http://localhost:8000/ogc/")
        page = _json(resident, following[0].removeprefix("http://localhost:8000"))
        seen += [feature["id"] for feature in page["features"]]
    assert len(seen) == len(set(seen)) == 26


def test_one_item_has_the_fields_of_a_resident(client: Client) -> None:
    [feature] = _json(client(), "/ogc/collections/compound/items")["features"]
    assert feature["properties"]["households_band"] == "300-599"
    assert "residents" not in feature["properties"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    again = _json(client(), f"/ogc/collections/compound/items/{feature['id']}")
    assert again["properties"] == feature["properties"]
    assert _json(client("planner"), "/ogc/collections/compound/items")["features"][0]["properties"]["households"] == 314


@pytest.mark.parametrize(
    ("query", "count"),
    [("bbox=112.0019,27.72,112.0021,27.74", 3), ("bbox=0,0,1,1", 0), ("area=W", 26), ("limit=5&offset=24", 2)],
)
def test_items_can_be_narrowed(client: Client, query: str, count: int) -> None:
    # Posts stand every 0.0001 degrees: 0.0019, 0.0020, 0.0021 lie in the first box.
    assert len(_json(client(), f"/ogc/collections/police_post/items?{query}")["features"]) == count


@pytest.mark.parametrize(
    "path",
    [
        "/ogc/collections/hazard_event/items",
        "/ogc/collections/turn_restriction/items",
        "/ogc/collections/no_layer/items",
        "/ogc/collections/compound/items/999999",
        "/ogc/collections/compound/items?area=NOWHERE",
        "/ogc/collections/compound/items?area=\u0661",
        "/ogc/collections/compound/items/01",
        "/ogc/collections/compound/items/１",
        "/ogc/collections/compound/tiles/WebMercatorQuad/014/6879/13289",
        "/ogc/collections/compound/tiles/WebMercatorQuad/14/６879/13289",
        "/places/compound/01",
        "/ogc/collections/hazard_event/tiles/WebMercatorQuad/14/0/0",
        "/ogc/collections/BASE/tiles/WebMercatorQuad/14/0/0",
        "/download/hazard_event.csv",
        "/download/turn_restriction.geojson",
        "/places/hazard_event/1",
        "/panel/hazard_event/1",
        "/list?layer=hazard_event",
    ],
)
def test_what_a_resident_may_not_see_is_not_there(client: Client, path: str) -> None:
    assert client().get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/ogc/collections/compound/items?bbox=1,2,3",
        "/ogc/collections/compound/items?bbox=nan,0,1,1",
        "/ogc/collections/compound/items?bbox=1_1_1,27,113,28",
        "/ogc/collections/compound/items?bbox=１１１,27,113,28",
        "/ogc/collections/compound/items?bbox=0,1,1,0",
        "/ogc/collections/compound/items?limit=-1",
        "/ogc/collections/compound/items?limit=0",
        "/ogc/collections/compound/items?limit=1e9",
        "/ogc/collections/compound/items?offset=٣",
        "/ogc/collections/compound/items?limt=3",
        "/ogc/collections/compound/items?f=xml",
        "/ogc/collections/compound/items?name=%00",
        "/ogc/collections/compound/items?filter=id*1e308*1e308=1",
        "/ogc/?f=csv",
        "/ogc/collections/compound/tiles/WebMercatorQuad/3/0/0?f=png",
        "/ogc/collections/compound/tiles/WebMercatorQuad/3/0/0?f=json",
        "/ogc/tiles/WebMercatorQuad/3/0/0?f=json",
        "/ogc/collections/compound/tiles/WebMercatorQuad?f=mvt",
        "/ogc/tileMatrixSets?f=mvt",
        "/ogc/collections/compound/tiles/WebMercatorQuad/99/0/0",
        "/ogc/collections/compound/tiles/WebMercatorQuad/3/8/0",
        "/ogc/collections/funding_line/tiles/WebMercatorQuad/3/0/0",
    ],
)
def test_wrong_questions_are_told_so(client: Client, path: str) -> None:
    problem = _json(client(), path, 400)
    assert problem["detail"]


def test_a_format_that_is_answered_may_be_asked_for(client: Client) -> None:
    assert _json(client(), "/ogc/collections/compound/items?f=json")["numberMatched"] == 1
    assert client().get("/ogc/collections/compound/tiles/WebMercatorQuad/3/0/0?f=mvt").status_code == 200
    assert _json(client(), "/ogc/collections/compound/tiles/WebMercatorQuad?f=json")["tilejson"] == "3.0.0"


def test_each_document_with_records_or_tiles_says_that_they_are_invented(client: Client) -> None:
    resident = client()
    path = "/ogc/collections/compound"
    listed = _json(resident, f"{path}/items?lang=en")
    said = listed["notice"]
    assert "invented" in said
    assert _json(resident, f"{path}/items/{listed['features'][0]['id']}?lang=en")["notice"] == said
    for tiles in (f"{path}/tiles/WebMercatorQuad", "/ogc/tiles/WebMercatorQuad"):
        assert _json(resident, f"{tiles}?lang=en")["attribution"] == f"Test office {said}"


def _tile(client: FlaskClient, layer: str, z: int, lon: float, lat: float) -> bytes:
    import math

    column = int((lon + 180) / 360 * 2**z)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    answer = client.get(f"/ogc/collections/{layer}/tiles/WebMercatorQuad/{z}/{row}/{column}")
    assert answer.status_code == 200
    return bytes(answer.data)


def test_tiles_hold_what_stands_there(client: Client) -> None:
    assert b"Garden" in _tile(client(), "compound", 14, 112.001, 27.731)
    assert _tile(client(), "building", 8, 112.001, 27.731) == b""
    # Two published hazards stand on one spot: one symbol that says so.
    assert b"stacked" in _tile(client(), "hazard", 14, 112.001, 27.731)


@pytest.mark.parametrize("path", ["/ogc/collections/hazard/items", "/download/hazard.csv", "/download/hazard.geojson"])
def test_hidden_fields_do_not_travel(client: Client, path: str) -> None:
    assert SECRET not in client().get(path).text
    assert SECRET not in client("planner").get(path).text
    assert SECRET in client("police:W").get(path).text


def test_no_public_byte_holds_a_hidden_value(client: Client) -> None:
    resident = client()
    for layer in RESIDENT_LAYERS:
        bodies = [resident.get(f"/ogc/collections/{layer}/items").data, resident.get(f"/download/{layer}.csv").data]
        if get_layer(layer).geometry:
            bodies.append(_tile(resident, layer, 16, 112.0005, 27.7305))
        for body in bodies:
            assert SECRET.encode() not in body, layer
            assert b"987" not in body, layer


def test_a_download_is_safe_in_a_spreadsheet_and_says_that_it_is_invented(client: Client) -> None:
    answer = client().get("/download/police_post.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = answer.text.splitlines()
    assert len(lines) == 27
    assert any("'=1+1" in line for line in lines)
    assert all("invented" in line or "合成" in line or "虚构" in line for line in lines[1:])
    document = json.loads(client().get("/download/police_post.geojson").text)
    assert len(document["features"]) == 26
    assert document["notice"]


@pytest.mark.parametrize("who", [None, "planner", "grid_officer:W", "police:W", "steward"])
def test_a_download_names_compounds_as_they_are_called_and_parents_by_key_and_name(
    client: Client, who: str | None
) -> None:
    """The project's register has the compound's old name, the hazards' none at all."""
    reader = client(who)
    [project] = _records(reader, "micro_project")
    assert (project["compound_name"], project["community"]) == ("Garden", "North")
    assert {row["compound_name"] for row in _records(reader, "hazard")} == {"Garden"}
    [line] = _records(reader, "funding_line")
    assert (line["micro_project_id"], line["micro_project_name"]) == (project["id"], "Lamps")
    [feature] = json.loads(reader.get("/download/funding_line.geojson").text)["features"]
    assert feature["properties"]["micro_project_id"] == int(project["id"])
    assert feature["properties"]["micro_project_name"] == "Lamps"
    [feature] = _json(reader, "/ogc/collections/micro_project/items")["features"]
    assert feature["properties"]["compound_name"] == "Garden"
    assert b"Old Garden" not in _tile(reader, "micro_project", 16, 112.001, 27.731)


def _records(reader: FlaskClient, layer: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(reader.get(f"/download/{layer}.csv").text.lstrip("\ufeff"))))


def test_public_answers_are_asked_again_by_version(client: Client) -> None:
    resident = client()
    first = resident.get("/ogc/collections/compound/items")
    again = resident.get("/ogc/collections/compound/items", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    staff = client("steward").get("/ogc/collections/compound/items")
    assert staff.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in staff.headers


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/about", "no-cache"),  # its language may be a cookie's
        ("/list?layer=no_layer", "no-store"),
        ("/api/runs", "no-store"),
        ("/ogc/collections/compound/items?limit=0", "no-store"),
        ("/ogc/collections/compound/items", "public, max-age=60"),
    ],
)
def test_what_may_be_kept_is_said(client: Client, path: str, kept: str) -> None:
    assert client().get(path).headers["Cache-Control"] == kept


def test_the_api_reads_no_cookie(client: Client) -> None:
    resident = client()
    resident.set_cookie("lang", "en")
    answer = resident.get("/ogc/collections")
    assert "小区" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "Set-Cookie" not in resident.get("/ogc/collections?lang=en").headers


@pytest.mark.parametrize(
    "request_parts",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"Host": "evil.example"}},
        {"headers": {"Host": "localhost.evil.example:8000"}},
        {"headers": {"X-Forwarded-For": "8.8.8.8"}},
        {"headers": {"Forwarded": "for=8.8.8.8"}},
        {"headers": {"X-Real-IP": "8.8.8.8"}},
        {"environ_overrides": {"SERVER_PROTOCOL": "HTTP/1.0"}},
    ],
)
def test_without_tls_a_session_counts_at_this_machine_alone(client: Client, request_parts: dict[str, Any]) -> None:
    path = "/ogc/collections/hazard_event/items"
    assert client("steward").get(path).status_code == 200
    assert client("steward").get(path, **request_parts).status_code == 401


@pytest.mark.parametrize("text", ["planner:W", "resident:W", "police", "grid_officer:", "mayor", ""])
def test_an_audience_is_named_rightly_or_not_at_all(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_reader(text)


def test_health(client: Client) -> None:
    assert client().get("/healthz").json == {"status": "ok"}
    assert client().get("/readyz").status_code == 200
