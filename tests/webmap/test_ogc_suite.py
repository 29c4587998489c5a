"""The abstract test suite of OGC API - Features Part 1 (17-069r4, annex A): a test for each, by what it requires.

What csmap promises beyond them is in test_ogc_core.
"""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
import shapely.geometry
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.district import Client
from tests.webmap.test_ogc_core import HOME

POSTS = "/ogc/collections/police_post/items"
HAZARDS = "/ogc/collections/hazard/items"
CONFORMANCE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"


@pytest.fixture(scope="module")
def reader(client: Client) -> FlaskClient:
    return client()


@pytest.fixture(scope="module")
def listed(reader: FlaskClient) -> Any:
    return _read(reader, "/ogc/collections")


@pytest.fixture(scope="module")
def described(reader: FlaskClient) -> Any:
    return _read(reader, "/ogc/api")


@pytest.fixture(scope="module")
def first_pages(reader: FlaskClient, listed: Any) -> dict[str, Any]:
    """The first page of every collection, by its id."""
    return {each["id"]: _read(reader, _link(each, "items")) for each in listed["collections"]}


def _get(reader: FlaskClient, path: str) -> TestResponse:
    return reader.get(path.removeprefix(HOME))


def _read(reader: FlaskClient, path: str) -> Any:
    answer = _get(reader, path)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text)


def _link(document: Any, rel: str) -> str:
    return str(next(link["href"] for link in document["links"] if link["rel"] == rel))


def _has_links(document: Any, *rels: str) -> bool:
    assert all(link["rel"] and link["type"] for link in document["links"])
    return set(rels) <= {link["rel"] for link in document["links"]}


def _parameter(described: Any, name: str) -> Any:
    found = described["components"]["parameters"][name]
    assert (found["in"], found["required"], found["style"], found["explode"]) == ("query", False, "form", False)
    return found["schema"]


def test_http(reader: FlaskClient) -> None:
    """/req/core/http."""
    assert (reader.get("/ogc/").status_code, reader.head("/ogc/").status_code) == (200, 200)
    assert reader.post("/ogc/").status_code == 405


def test_crs84(first_pages: dict[str, Any]) -> None:
    """/req/core/crs84: without a wish all coordinates are longitude and latitude, here those around Leping."""
    shapes = [each["geometry"] for page in first_pages.values() for each in page["features"] if each["geometry"]]
    assert shapes
    for shape in shapes:
        assert shapely.box(111, 27, 113, 28).covers(shapely.geometry.shape(shape))


def test_root_op(reader: FlaskClient) -> None:
    """/req/core/root-op."""
    assert _get(reader, "/ogc/").status_code == 200


def test_root_success(reader: FlaskClient) -> None:
    """/req/core/root-success."""
    assert _has_links(_read(reader, "/ogc/"), "service-desc", "service-doc", "conformance", "data")


def test_api_definition_op(reader: FlaskClient) -> None:
    """/req/core/api-definition-op: each link to the description answers, in its own media type."""
    for link in _read(reader, "/ogc/")["links"]:
        if link["rel"] in ("service-desc", "service-doc"):
            answer = _get(reader, link["href"])
            assert (answer.status_code, answer.content_type.split(";")[0]) == (200, link["type"].split(";")[0])


def test_api_definition_success(described: Any) -> None:
    """/req/core/api-definition-success: it is an OpenAPI document of this interface."""
    assert described["openapi"].startswith("3.0.")
    assert {"/", "/conformance", "/collections", "/collections/{layer}"} <= described["paths"].keys()


def test_conformance_op(reader: FlaskClient) -> None:
    """/req/core/conformance-op."""
    assert _get(reader, _link(_read(reader, "/ogc/"), "conformance")).status_code == 200


def test_conformance_success(reader: FlaskClient) -> None:
    """/req/core/conformance-success."""
    stated = _read(reader, "/ogc/conformance")["conformsTo"]
    assert {CONFORMANCE + name for name in ("core", "geojson", "html", "oas30")} <= set(stated)


def test_fc_md_op(reader: FlaskClient) -> None:
    """/req/core/fc-md-op."""
    assert _get(reader, _link(_read(reader, "/ogc/"), "data")).status_code == 200


def test_fc_md_success(listed: Any, first_pages: dict[str, Any]) -> None:
    """/req/core/fc-md-success: links, every collection with its links, and an extent that holds its records."""
    assert _has_links(listed, "self", "alternate")
    for each in listed["collections"]:
        assert _has_links(each, "items")
        shapes = [one["geometry"] for one in first_pages[each["id"]]["features"] if one["geometry"]]
        for box in each.get("extent", {}).get("spatial", {"bbox": []})["bbox"]:
            assert all(shapely.box(*box).covers(shapely.geometry.shape(shape)) for shape in shapes), each["id"]


def test_sfc_md_op(reader: FlaskClient, listed: Any) -> None:
    """/req/core/sfc-md-op."""
    assert {_get(reader, f"/ogc/collections/{each['id']}").status_code for each in listed["collections"]} == {200}


def test_sfc_md_success(reader: FlaskClient, listed: Any) -> None:
    """/req/core/sfc-md-success: the same as in the list."""
    for each in listed["collections"]:
        assert _read(reader, f"/ogc/collections/{each['id']}") == each


def test_fc_op(reader: FlaskClient, listed: Any) -> None:
    """/req/core/fc-op."""
    assert {_get(reader, _link(each, "items")).status_code for each in listed["collections"]} == {200}


def test_fc_response(first_pages: dict[str, Any]) -> None:
    """/req/core/fc-response."""
    for page in first_pages.values():
        assert page["type"] == "FeatureCollection"
        assert isinstance(page["features"], list)


def test_fc_bbox_definition(described: Any) -> None:
    """/req/core/fc-bbox-definition."""
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    assert _parameter(described, "bbox") == numbers


def test_fc_bbox_response(reader: FlaskClient) -> None:
    """/req/core/fc-bbox-response: what touches the box or has no place; four numbers or six; over 180 degrees."""
    for box, count in (
        ("112.0005,27.73,112.0007,27.73", 3),
        ("112.0005,27.73,-9,112.0007,27.73,9", 3),
        ("0,0,1,1", 0),
        ("100,0,-100,90", 26),
    ):
        assert _read(reader, f"{POSTS}?bbox={box}")["numberMatched"] == count, box
    assert _read(reader, "/ogc/collections/funding_line/items?bbox=0,0,1,1")["numberMatched"] == 1


def test_fc_limit_definition(described: Any) -> None:
    """/req/core/fc-limit-definition."""
    limit = _parameter(described, "limit")
    assert limit == {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 100}


def test_fc_limit_response(reader: FlaskClient) -> None:
    """/req/core/fc-limit-response: never more than is asked for, nor than the highest that is described."""
    for limit in (1, 25, 26, 10_000, 10_001):
        assert len(_read(reader, f"{POSTS}?limit={limit}")["features"]) == min(limit, 26)


def test_fc_time_definition(described: Any) -> None:
    """/req/core/fc-time-definition."""
    assert _parameter(described, "datetime") == {"type": "string"}


def test_fc_time_response(reader: FlaskClient, client: Client) -> None:
    """/req/core/fc-time-response: what holds then, and what tells no time; a moment, and periods, open ones too."""
    staff = client("steward")
    for stated, count in (
        ("2025-10-01T04:00:00Z", 1),
        ("2025-09-01T00:00:00Z/2025-10-01T04:00:00Z", 2),
        ("../2025-09-15T00:00:00Z", 1),
        ("2025-09-15T00:00:00Z/..", 2),
        ("/2025-09-15T00:00:00Z", 1),
        ("2025-09-15T00:00:00Z/", 2),
    ):
        assert _read(staff, f"{HAZARDS}?datetime={stated}")["numberMatched"] == count, stated
    # Residents are told no day of an open hazard, so that each moment selects it, as it does what has none.
    assert _read(reader, f"{HAZARDS}?datetime=1900-01-01T00:00:00Z")["numberMatched"] == 2
    assert _read(reader, f"{POSTS}?datetime=1900-01-01T00:00:00Z")["numberMatched"] == 26


def test_query_param_unknown(reader: FlaskClient) -> None:
    """/req/core/query-param-unknown."""
    assert _get(reader, f"{POSTS}?not_described=1").status_code == 400


@pytest.mark.parametrize("asked", ["limit=x", "bbox=1,2", "datetime=never", "crs=none"])
def test_query_param_invalid(reader: FlaskClient, asked: str) -> None:
    """/req/core/query-param-invalid."""
    assert _get(reader, f"{POSTS}?{asked}").status_code == 400


def test_fc_links(reader: FlaskClient) -> None:
    """/req/core/fc-links: itself, its alternate, and the next page as long as there is one."""
    pages, following = [], f"{POSTS}?limit=10"
    while following:
        pages.append(_read(reader, following))
        assert _has_links(pages[-1], "self", "alternate")
        following = next((link["href"] for link in pages[-1]["links"] if link["rel"] == "next"), "")
    assert [len(page["features"]) for page in pages] == [10, 10, 6]


def test_fc_rel_type(first_pages: dict[str, Any]) -> None:
    """/req/core/fc-rel-type."""
    assert all(link["rel"] and link["type"] for page in first_pages.values() for link in page["links"])


def test_fc_time_stamp(first_pages: dict[str, Any]) -> None:
    """/req/core/fc-timeStamp: none is stated, as answers are kept."""
    assert not any("timeStamp" in page for page in first_pages.values())


def test_fc_number_matched(listed: Any, first_pages: dict[str, Any], reader: FlaskClient) -> None:
    """/req/core/fc-numberMatched."""
    for each in listed["collections"]:
        assert first_pages[each["id"]]["numberMatched"] == each["numberMatched"]
    assert _read(reader, f"{POSTS}?name=Post 03&limit=1")["numberMatched"] == 1


def test_fc_number_returned(first_pages: dict[str, Any]) -> None:
    """/req/core/fc-numberReturned."""
    assert all(page["numberReturned"] == len(page["features"]) for page in first_pages.values())


def _one_of_each(first_pages: dict[str, Any]) -> list[tuple[str, Any]]:
    found = [(name, page["features"][0]) for name, page in first_pages.items() if page["features"]]
    assert len(found) > 5
    return found


def test_f_op(reader: FlaskClient, first_pages: dict[str, Any]) -> None:
    """/req/core/f-op."""
    for name, feature in _one_of_each(first_pages):
        assert _get(reader, f"/ogc/collections/{name}/items/{feature['id']}").status_code == 200


def test_f_success(reader: FlaskClient, first_pages: dict[str, Any]) -> None:
    """/req/core/f-success: the same record as among the others."""
    for name, feature in _one_of_each(first_pages):
        found = _read(reader, f"/ogc/collections/{name}/items/{feature['id']}")
        assert {key: found[key] for key in feature} == feature


def test_f_links(reader: FlaskClient, first_pages: dict[str, Any]) -> None:
    """/req/core/f-links."""
    for name, feature in _one_of_each(first_pages):
        found = _read(reader, f"/ogc/collections/{name}/items/{feature['id']}")
        assert _has_links(found, "self", "alternate", "collection")


def test_geojson_definition(reader: FlaskClient) -> None:
    """/req/geojson/definition."""
    for accepted in ("application/geo+json", "application/geo+json;q=0.9, text/html;q=0.1"):
        assert reader.get(POSTS, headers={"Accept": accepted}).mimetype == "application/geo+json"


def test_geojson_content(first_pages: dict[str, Any]) -> None:
    """/req/geojson/content: features of RFC 7946, and links beside them."""
    for page in first_pages.values():
        for feature in page["features"]:
            assert feature["type"] == "Feature"
            assert feature.keys() >= {"id", "geometry", "properties"}


def test_html_definition(reader: FlaskClient) -> None:
    """/req/html/definition."""
    for path in ("/ogc/", "/ogc/conformance", "/ogc/collections", "/ogc/collections/police_post", POSTS):
        assert reader.get(path, headers={"Accept": "text/html"}).mimetype == "text/html"


def test_html_content(reader: FlaskClient) -> None:
    """/req/html/content: the links of a document are links of its page; the rest is test_ogc_core's."""
    for path in ("/ogc/", "/ogc/collections", "/ogc/collections/police_post", POSTS):
        page = html.unescape(reader.get(f"{path}?f=html").text)
        assert all(f'href="{link["href"]}"' in page for link in _read(reader, path)["links"]), path


def test_oas30_completeness(reader: FlaskClient, described: Any, listed: Any) -> None:
    """/req/oas30/completeness: every collection's records have an operation."""
    assert {f"/collections/{each['id']}/items" for each in listed["collections"]} <= described["paths"].keys()


def test_oas30_exceptions_codes(described: Any) -> None:
    """/req/oas30/exceptions-codes."""
    for operations in described["paths"].values():
        assert {"400", "404", "default"} <= operations["get"]["responses"].keys()


def test_oas30_security(described: Any) -> None:
    """/req/oas30/security: residents need none, and none is described."""
    assert "security" not in described
    assert "securitySchemes" not in described["components"]
