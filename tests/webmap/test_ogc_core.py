"""OGC API - Features: what its requirements mean here, those of one request together.

OGC 17-069r4, 18-058, 19-079r2. The abstract test suite of Part 1, test by test, is test_ogc_suite.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any, get_args
from urllib.parse import urlsplit

import pytest
import shapely.geometry
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from geodata.layers.field import HOLDS, Kind
from geodata.queries.cql import queryables
from geodata.queries.reading import Reader, open_reading
from geodata.settings import Settings
from tests.district import Client
from webmap.access import STAFF, reading
from webmap.ogc import openapi

HOME = "http://localhost:8000"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@pytest.fixture(scope="module")
def reader(client: Client) -> FlaskClient:
    return client()


def _get(reader: FlaskClient, path: str, status: int = 200, **more: Any) -> TestResponse:
    answer = reader.get(path.removeprefix(HOME), **more)
    assert answer.status_code == status, answer.text
    return answer


def _read(reader: FlaskClient, path: str) -> Any:
    return json.loads(_get(reader, path).text)


def _hrefs(document: Any, rel: str) -> list[str]:
    return [link["href"] for link in document["links"] if link["rel"] == rel]


def _collections(reader: FlaskClient) -> list[Any]:
    return list(_read(reader, "/ogc/collections")["collections"])


def test_http(reader: FlaskClient) -> None:
    """/req/core/http: GET and HEAD answer, whatever only reads is all there is."""
    assert _get(reader, "/ogc/").headers["Content-Type"] == "application/json"
    assert reader.head("/ogc/").status_code == 200
    assert reader.post("/ogc/").status_code == 405


def test_root(reader: FlaskClient) -> None:
    """/req/core/root-op, root-success: the landing page leads to all else."""
    document = _read(reader, "/ogc/")
    assert {"service-desc", "service-doc", "conformance", "data", "self", "alternate"} <= {
        link["rel"] for link in document["links"]
    }
    for link in document["links"]:
        answer = _get(reader, link["href"])
        assert answer.mimetype == link["type"].split(";")[0]
        assert link["href"].startswith(f"{HOME}/ogc/")


def test_api_definition(reader: FlaskClient) -> None:
    """/req/core/api-definition-op, api-definition-success, /req/oas30/oas-definition-1 and -2, oas-impl."""
    [href] = _hrefs(_read(reader, "/ogc/"), "service-desc")
    answer = _get(reader, href)
    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = json.loads(answer.text)
    assert document["openapi"].startswith("3.0.")
    assert document["servers"] == [{"url": f"{HOME}/ogc"}]
    for path, operations in document["paths"].items():
        known = [
            document["components"]["parameters"][each["$ref"].rsplit("/", 1)[-1]]
            for each in operations["get"]["parameters"]
        ]
        assert {each["name"] for each in known if each["in"] == "path"} == set(re.findall(r"{(\w+)}", path))


def test_conformance(reader: FlaskClient) -> None:
    """/req/core/conformance-op, conformance-success."""
    uris = _read(reader, "/ogc/conformance")["conformsTo"]
    assert {
        f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}"
        for part in ("core", "geojson", "html", "oas30")
    } <= set(uris)
    assert len(uris) == len(set(uris))


def test_collections(reader: FlaskClient) -> None:
    """/req/core/fc-md-op, fc-md-success, fc-md-links, fc-md-items, fc-md-items-links."""
    document = _read(reader, "/ogc/collections")
    assert _hrefs(document, "self")
    assert _hrefs(document, "alternate")
    known = {layer.id for layer in LAYERS}
    for each in document["collections"]:
        assert each["id"] in known
        assert len(_hrefs(each, "items")) == 2
        assert all("type" in link for link in each["links"])


def test_extents(reader: FlaskClient) -> None:
    """/req/core/fc-md-extent: the box and the days hold all records; what has no place, or no day, has none."""
    for each in _collections(reader):
        places = [
            shapely.geometry.shape(feature["geometry"])
            for feature in _read(reader, _hrefs(each, "items")[0])["features"]
            if feature["geometry"]
        ]
        extent = each.get("extent", {})
        assert ("spatial" in extent) == bool(places), each["id"]
        for box in extent.get("spatial", {"bbox": []})["bbox"]:
            assert shapely.box(*box).covers(shapely.union_all(places)), each["id"]
    extents = {each["id"]: each.get("extent", {}) for each in _collections(reader)}
    # The road leaves the deployment on both sides, the posts don't fill it.
    assert extents["road"]["spatial"]["bbox"] == [[111.94, 27.73, 112.06, 27.731]]
    assert extents["police_post"]["spatial"]["bbox"] == [[112.0, 27.73, 112.0024, 27.735]]
    # Of open hazards residents are told no day.
    assert "temporal" not in extents["hazard"]
    assert extents["funding_line"] == {}


def test_extents_of_staff_are_of_their_own_rows(client: Client) -> None:
    everything, west = (
        _read(client(reader), "/ogc/collections/hazard")["extent"] for reader in ("steward", "grid_officer:W")
    )
    assert west == everything
    assert everything["temporal"]["interval"][0][1] == "2025-10-30T23:59:59+08:00"
    assert everything["spatial"]["bbox"] == [[112.0005, 27.7305, 112.0005, 27.7305]]


def test_collection(reader: FlaskClient) -> None:
    """/req/core/sfc-md-op, sfc-md-success: the same as in the list of all."""
    for each in _collections(reader):
        assert _read(reader, f"/ogc/collections/{each['id']}") == each


def test_items(reader: FlaskClient) -> None:
    """/req/core/fc-op, fc-response, fc-links, fc-rel-type, fc-numberMatched, fc-numberReturned, /req/geojson."""
    for each in _collections(reader):
        answer = _get(reader, _hrefs(each, "items")[0])
        assert answer.mimetype == "application/geo+json"
        document = json.loads(answer.text)
        assert document["type"] == "FeatureCollection"
        assert document["numberMatched"] == each["numberMatched"]
        assert document["numberReturned"] == len(document["features"])
        assert _hrefs(document, "self")
        assert _hrefs(document, "alternate")
        assert all("type" in link for link in document["links"])
        for feature in document["features"]:
            assert feature.keys() >= {"type", "id", "geometry", "properties"}


def test_bbox(reader: FlaskClient) -> None:
    """/req/core/fc-bbox-definition, fc-bbox-response: the box is inclusive; records without a place are in each."""
    path = "/ogc/collections/police_post/items?bbox="
    assert _read(reader, path + "112.0005,27.73,112.0005,27.73")["numberMatched"] == 1
    assert _read(reader, path + "112.0005,27.73,0,112.0007,27.73,99")["numberMatched"] == 3
    assert _read(reader, path + "170,-90,-170,90")["numberMatched"] == 0
    assert _read(reader, path + "112.0005,-90,-170,90")["numberMatched"] == 21
    assert _read(reader, "/ogc/collections/funding_line/items?bbox=0,0,1,1")["numberMatched"] == 1
    for wrong in ("1,2,3", "0,0,1e308,1e308", "a,b,c,d", "1,2,3,4,5", "inf,0,1,1", "0,2,1,1", ""):
        _get(reader, path + wrong, 400)


def test_limit(reader: FlaskClient) -> None:
    """/req/core/fc-limit-definition, fc-limit-response-1 and -2: never more, and no more than the highest."""
    for limit in (1, 5, 26, 100):
        assert _read(reader, f"/ogc/collections/police_post/items?limit={limit}")["numberReturned"] == min(limit, 26)
    assert _read(reader, "/ogc/collections/police_post/items?limit=999999")["numberReturned"] == 26


def test_time(reader: FlaskClient, client: Client) -> None:
    """/req/core/fc-time-definition, fc-time-response: hazards of 1 September, 1 and 30 October 2025."""
    police = client("police:W")
    path = "/ogc/collections/hazard/items?datetime="
    for stated, count in (
        ("2025-10-01", 1),
        ("2025-10-02", 0),
        ("2025-09-01/2025-10-01", 2),
        ("../2025-09-30", 1),
        ("2025-09-02/..", 2),
        ("2025-09-30T16:00:00Z", 1),
        ("2025-09-30T15:59:59Z", 0),
        ("2025-10-01T00:00:00%2B08:00/..", 2),
    ):
        assert _read(police, path + stated)["numberMatched"] == count, stated
        assert _read(reader, path + stated)["numberMatched"] == 2, "no day is told of them, and so each may be theirs"
    # What has no time holds at any.
    assert _read(reader, "/ogc/collections/compound/items?datetime=1900-01-01")["numberMatched"] == 1
    # Neither is anything known of when a project began that hasn't begun.
    assert _read(reader, "/ogc/collections/micro_project/items?datetime=1900-01-01")["numberMatched"] == 1
    for wrong in ("2025", "now", "2025-10-02/2025-10-01", "a/b/c", ""):
        _get(reader, path + wrong, 400)


def test_unknown_and_invalid_parameters(reader: FlaskClient) -> None:
    """/req/core/query-param-unknown, query-param-invalid: both are 400, with a sentence."""
    for wrong in (
        "foo=1",
        "limit=x",
        "limit=-1",
        "limit=1&limit=2",
        "offset=-1",
        "crs=EPSG:4326",
        "filter-lang=cql",
    ):
        answer = _get(reader, f"/ogc/collections/compound/items?{wrong}", 400)
        assert answer.mimetype == "application/problem+json"
        assert json.loads(answer.text)["detail"]
    _get(reader, "/ogc/collections/compound/items/1?limit=1", 400)


def test_parameters_are_described_as_the_standard_has_them(reader: FlaskClient) -> None:
    """/req/core/fc-limit-definition, fc-bbox-definition, fc-time-definition, Part 3 /req/filter/filter-lang-param."""
    known = {each["name"]: each for each in _read(reader, "/ogc/api")["components"]["parameters"].values()}
    limit = {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 100}
    assert known["limit"]["schema"] == limit
    assert known["bbox"]["schema"] == {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    assert known["datetime"]["schema"] == {"type": "string"}
    assert known["filter-lang"]["schema"]["default"] == "cql2-text"
    for name in ("limit", "bbox", "datetime"):
        described = (known[name]["in"], known[name]["required"], known[name]["style"], known[name]["explode"])
        assert described == ("query", False, "form", False), name


def test_whatever_can_be_answered_is_described(client: Client) -> None:
    """/req/oas30/completeness, exceptions-codes, security: each status, each parameter, and how staff are known."""
    resident, staff = (_read(client(), "/ogc/api"), _read_below_staff(client))
    for document in (resident, staff):
        for path, operations in document["paths"].items():
            answers = operations["get"]["responses"]
            assert answers.keys() >= {"200", "400", "404", "default"}, path
            for each in answers.values():
                assert "$ref" not in each or each["$ref"].rsplit("/", 1)[-1] in document["components"]["responses"]
    assert all("304" in operations["get"]["responses"] for operations in resident["paths"].values())
    assert "security" not in resident
    [scheme] = staff["components"]["securitySchemes"].values()
    assert scheme == {"type": "apiKey", "in": "cookie", "name": "session"}
    assert staff["security"] == [{name: []} for name in staff["components"]["securitySchemes"]]
    # One of a list's values is asked for.
    assert resident["components"]["parameters"]["compound.aliases"]["schema"] == {"type": "string"}


def _read_below_staff(client: Client) -> Any:
    with client().application.test_request_context("/ogc/api", environ_overrides={STAFF: True}):
        return openapi.document(reading())


def test_every_parameter_of_records_is_described(reader: FlaskClient) -> None:
    """/req/oas30/completeness: what a layer's items answer to, and nothing else."""
    document = _read(reader, "/ogc/api")
    known = document["components"]["parameters"]
    for layer in _collections(reader):
        path = f"/collections/{layer['id']}/items"
        told = {known[each["$ref"].rsplit("/", 1)[-1]]["name"] for each in document["paths"][path]["get"]["parameters"]}
        asked = json.loads(_get(reader, f"/ogc{path}?no_such_thing=1", 400).text)["detail"]
        assert told == set(asked.partition("known are ")[2].split(", ")), layer["id"]


def test_self_is_the_document_that_was_asked_for(reader: FlaskClient) -> None:
    """/req/core/fc-links A, f-links A: a link to itself leads to the same, and so does the one to the next page."""
    path = "/ogc/collections/compound/items"
    [feature] = _read(reader, path)["features"]
    for asked in (
        f"{path}/{feature['id']}?crs={EPSG}3857&lang=en",
        f"{path}?crs={EPSG}3857&lang=en&limit=1",
        f"{path}?community=&limit=3",
        f"{path}?name=Garden&after=0",
    ):
        document = _read(reader, asked)
        [here] = _hrefs(document, "self")
        assert _read(reader, here) == document, here
        assert _get(reader, here).headers["Content-Crs"] == _get(reader, asked).headers["Content-Crs"]


def test_next_links(reader: FlaskClient) -> None:
    """/req/core/fc-links: every record once, and what was asked goes along."""
    following = ["/ogc/collections/police_post/items?limit=7&filter=name LIKE 'Post%25'&lang=en"]
    seen = []
    while following:
        document = _read(reader, following[0])
        assert document["numberMatched"] == 25
        seen += [feature["id"] for feature in document["features"]]
        following = _hrefs(document, "next")
    assert len(seen) == len(set(seen)) == 25


def test_item(reader: FlaskClient) -> None:
    """/req/core/f-op, f-success, f-links: the same as among all."""
    for each in _collections(reader):
        for feature in _read(reader, _hrefs(each, "items")[0])["features"][:3]:
            answer = _get(reader, f"/ogc/collections/{each['id']}/items/{feature['id']}")
            assert answer.mimetype == "application/geo+json"
            document = json.loads(answer.text)
            assert {key: document[key] for key in feature} == feature
            assert {link["rel"] for link in document["links"]} == {"self", "alternate", "collection"}
    _get(reader, f"/ogc/collections/compound/items/{2**63}", 404)
    _get(reader, "/ogc/collections/compound/items/x", 404)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "api",
        "conformance",
        "collections",
        "collections/compound",
        "collections/compound/queryables",
        "collections/compound/items",
        "collections/term/items",
    ],
)
def test_pages(reader: FlaskClient, path: str) -> None:
    """/req/html/definition, /req/html/content: each document is a page as well, in both languages."""
    said = {language: _get(reader, f"/ogc/{path}?f=html&lang={language}") for language in ("zh-CN", "en")}
    for answer in said.values():
        assert answer.mimetype == "text/html"
        assert "<h1>" in answer.text
        assert "Set-Cookie" not in answer.headers
    assert said["zh-CN"].text != said["en"].text
    chosen = _get(reader, f"/ogc/{path}", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert chosen.mimetype == "text/html"
    assert "Accept" in chosen.headers["Vary"]
    assert "html" not in (_get(reader, f"/ogc/{path}", headers={"Accept": "*/*"}).mimetype or "")


def _texts(document: Any) -> Iterator[str]:
    """Yield all that a document says: texts, numbers as people write them, links apart."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield from () if name in ("links", "type", "itemType") else _texts(value)
    elif isinstance(document, list):
        for value in document:
            yield from _texts(value)
    elif document not in (None, ""):
        yield str(document)


@pytest.mark.parametrize("path", ["", "conformance", "collections", "collections/hazard", "collections/road", "item"])
def test_pages_hold_what_the_documents_do(reader: FlaskClient, path: str) -> None:
    """/req/html/content: all that stands in the document, and its links as links."""
    if path == "item":
        [feature] = _read(reader, "/ogc/collections/compound/items")["features"]
        path = f"collections/compound/items/{feature['id']}"
    document = _read(reader, f"/ogc/{path}?lang=en")
    page = html.unescape(_get(reader, f"/ogc/{path}?f=html&lang=en").text)
    for said in _texts(document):
        assert said in page, said
    links = [*document.get("links", ()), *(link for each in document.get("collections", ()) for link in each["links"])]
    for link in links:
        assert f'href="{link["href"]}"' in page, link


def test_a_page_of_records_has_their_places_and_its_links(reader: FlaskClient) -> None:
    path = "/ogc/collections/police_post/items?limit=2&lang=en"
    document = _read(reader, path)
    page = html.unescape(_get(reader, f"{path}&f=html").text)
    for feature in document["features"]:
        assert ", ".join(map(str, feature["geometry"]["coordinates"])) in page
        assert feature["properties"]["name"] in page
    assert {link["rel"] for link in document["links"]} == {"self", "alternate", "collection", "next"}
    for rel in ("self", "alternate", "collection", "next"):
        assert re.search(rf'<a href="[^"]*" rel="{rel}"', page), rel


def test_crs(reader: FlaskClient) -> None:
    """Part 2, /req/crs: the systems are named, answers are in the one that is asked for, in its own order."""
    described = _read(reader, "/ogc/collections/police_post")
    assert described["storageCrs"] == CRS84
    assert [CRS84, f"{EPSG}4326"] == described["crs"][:2]
    path = "/ogc/collections/police_post/items?name=Post 00&crs="
    places = {}
    for uri in described["crs"]:
        answer = _get(reader, path + uri)
        assert answer.headers["Content-Crs"] == f"<{uri}>"
        [feature] = json.loads(answer.text)["features"]
        places[uri] = feature["geometry"]["coordinates"]
        assert (
            _read(reader, f"/ogc/collections/police_post/items/{feature['id']}?crs={uri}")["geometry"]
            == feature["geometry"]
        )
    assert places[CRS84] == [112.0, 27.73]
    assert places[f"{EPSG}4326"] == [27.73, 112.0]
    assert places[f"{EPSG}3857"] == pytest.approx([12467782.969, 3214975.5], abs=1)
    # 3-degree Gauss-Krüger of CGCS2000: the northing comes first.
    assert places[f"{EPSG}4546"] == pytest.approx([3069000, 598600], abs=2000)
    assert _get(reader, "/ogc/collections/police_post/items").headers["Content-Crs"] == f"<{CRS84}>"
    assert _read(reader, f"/ogc/collections/term/items?crs={EPSG}4326")["features"] == []


def test_bbox_crs(reader: FlaskClient) -> None:
    """Part 2, /req/crs/fc-bbox-crs: the box is read in its own system and order."""
    path = "/ogc/collections/police_post/items?bbox="
    assert _read(reader, f"{path}27.73,112.0005,27.73,112.0007&bbox-crs={EPSG}4326")["numberMatched"] == 3
    [feature] = _read(reader, f"/ogc/collections/police_post/items?limit=1&crs={EPSG}4546")["features"]
    north, east = feature["geometry"]["coordinates"]
    box = f"{north - 1},{east - 1},{north + 1},{east + 1}"
    assert _read(reader, f"{path}{box}&bbox-crs={EPSG}4546")["numberMatched"] == 1
    _get(reader, f"{path}1,2,3,4&bbox-crs={EPSG}32649", 400)
    # A map of the world asks for it in whatever system it is drawn.
    assert _read(reader, f"{path}-90,-180,90,180&bbox-crs={EPSG}4490")["numberMatched"] == 26
    assert _read(reader, f"{path}-9e6,-9e6,9e6,9e6&bbox-crs={EPSG}4546")["numberMatched"] == 26
    assert _read(reader, f"{path}-20,-20,-10,-10&bbox-crs={EPSG}4490")["numberMatched"] == 0


def test_queryables(reader: FlaskClient) -> None:
    """Part 3, /req/queryables: what is listed can be asked of, and nothing else."""
    answer = _get(reader, "/ogc/collections/compound/queryables")
    assert answer.mimetype == "application/schema+json"
    document = json.loads(answer.text)
    assert document["additionalProperties"] is False
    [feature] = _read(reader, "/ogc/collections/compound/items")["features"]
    assert document["properties"].keys() == {"id", "geometry", *feature["properties"]}
    for name in document["properties"]:
        assert _read(reader, f"/ogc/collections/compound/items?filter={name} IS NOT NULL OR TRUE")["numberMatched"] == 1


def test_queryables_are_parameters(reader: FlaskClient) -> None:
    """Part 3, /req/queryables-query-parameters."""
    path = "/ogc/collections/compound/items?"
    assert _read(reader, path + "name=Garden")["numberMatched"] == 1
    assert _read(reader, path + "name=Garden&community=South")["numberMatched"] == 0
    assert _read(reader, path + "aliases=Old Garden")["numberMatched"] == 1
    # Nor can they ask of one.
    for asked, count in (("kind=gas", 2), ("found_on=2025-10-01", 0), ("filter=found_on IS NOT NULL", 0)):
        assert _read(reader, f"/ogc/collections/hazard/items?{asked}")["numberMatched"] == count
    for wrong in ("building_count=many", "residents=987", "id=NaN", "id=Infinity"):
        _get(reader, path + wrong, 400)
    _get(reader, "/ogc/collections/hazard/items?found_on=soon", 400)


def test_filters(reader: FlaskClient) -> None:
    """Part 3, /req/filter, /req/features-filter: with all other parameters at once, in both languages."""
    path = "/ogc/collections/police_post/items?"
    assert _read(reader, path + "filter=name='Post 03'")["numberMatched"] == 1
    tree = '{"op":"=","args":[{"property":"name"},"Post 03"]}'
    assert _read(reader, f"{path}filter={tree}&filter-lang=cql2-json")["numberMatched"] == 1
    place = "S_INTERSECTS(geometry,POINT(27.73 112.0003))"
    both = f"filter={place}&filter-crs={EPSG}4326"
    assert _read(reader, path + both)["features"][0]["properties"]["name"] == "Post 03"
    assert _read(reader, f"{path}{both}&bbox=0,0,1,1")["numberMatched"] == 0
    for wrong in (
        "filter=name=",
        "filter=",
        "filter=x=1",
        "filter=TRUE&filter-lang=cql-text",
        "filter=TRUE&filter-crs=x",
    ):
        answer = _get(reader, path + wrong, 400)
        assert "psycopg" not in answer.text
        assert json.loads(answer.text)["detail"]


@pytest.mark.parametrize("hidden", ["residents", "households", "description", "department", "area_ids", "row_hash"])
def test_what_is_hidden_can_not_be_asked(reader: FlaskClient, hidden: str) -> None:
    for layer in ("compound", "hazard"):
        _get(reader, f"/ogc/collections/{layer}/items?filter={hidden} IS NULL", 400)


def test_links_never_come_from_the_host_header(reader: FlaskClient) -> None:
    answer = reader.get("/ogc/collections", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil" not in answer.text
    assert {urlsplit(link["href"]).netloc for link in json.loads(answer.text)["links"]} == {"localhost:8000"}


ASKED_AS = {"whole": "number", "decimal": "number", "day": "date", "texts": "names", "wholes": None}


def test_what_a_field_holds_is_what_its_column_is_asked_as(published: Settings) -> None:
    """Files and tiles go by the declared kind, filters and their schema by the column: both say the same."""
    assert set(HOLDS) == set(get_args(Kind))
    for audience in (Audience.RESIDENT, Audience.PLANNER, Audience.STEWARD):
        with open_reading(published, Reader(audience)) as view:
            for layer in view.layers:
                known = {name: term.kind for name, term in queryables(view, layer).items()}
                for field in view.fields(layer):
                    assert known.get(field.name) == ASKED_AS.get(field.holds, field.holds), (layer.id, field.name)
