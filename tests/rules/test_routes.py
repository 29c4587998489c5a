"""Promises that every route keeps: it is listed here, hides what is hidden, and never falls over."""

from __future__ import annotations

import io
import zipfile

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from geodata.settings import Settings
from tests.district import SECRET, Client
from webmap import create_app

ROUTES = {
    "/": "page",
    "/about": "page",
    "/archives/<name>": "file",
    "/accounts": "steward",
    "/accounts/<name>/change": "steward",
    "/accounts/<name>/disable": "steward",
    "/accounts/<name>/enable": "steward",
    "/accounts/<name>/factor": "steward",
    "/accounts/<name>/password": "steward",
    "/accounts/required": "steward",
    "/audience": "signing",
    "/enter": "signing",
    "/factor": "signing",
    "/sign-in": "signing",
    "/sign-out": "signing",
    "/api/change": "planner",
    "/api/coverage/<service>": "planner",
    "/api/coverage/<service>/changed": "planner",
    "/api/coverage/<service>/compare": "planner",
    "/api/coverage/<service>/compare/map": "planner",
    "/api/coverage/<service>/map": "planner",
    "/api/coverage/<service>/reach": "planner",
    "/api/coverage/<service>/route": "planner",
    "/api/coverage/<service>/report.<ending>": "planner",
    "/api/coverage/<service>/sensitivity": "planner",
    "/api/coverage/<service>/what-if": "planner",
    "/api/hazards/near": "officer",
    "/api/hazards/place": "officer",
    "/api/hotspots": "planner",
    "/api/hotspots/map": "planner",
    "/api/hotspots/table.<ending>": "planner",
    "/api/rates": "planner",
    "/api/rates/map": "planner",
    "/api/rates/table.<ending>": "planner",
    "/api/grids": "planner",
    "/api/access/<service>": "planner",
    "/api/access/<service>/map": "planner",
    "/api/changeable": "planner",
    "/api/jobs": "planner",
    "/api/jobs/<key:job_id>": "planner",
    "/api/jobs/<key:job_id>/cancel": "planner",
    "/api/runs": "planner",
    "/api/runs/<key:run_id>": "planner",
    "/api/runs/<key:run_id>/report.<ending>": "planner",
    "/api/scenarios": "planner",
    "/api/scenarios/<name>": "planner",
    "/api/site/<service>": "planner",
    "/briefing/": "page",
    "/briefing/<area>": "page",
    "/communities/<code>": "page",
    "/communities/<code>/map.svg": "page",
    "/communities/<code>/page.xlsx": "page",
    "/compounds/<key:record_id>": "page",
    "/compounds/<key:record_id>/map.svg": "page",
    "/compounds/<key:record_id>/page.xlsx": "page",
    "/download/<layer_id>.<ending>": "layer",
    "/find": "page",
    "/governance": "page",
    "/governance/<mechanism>": "page",
    "/healthz": "health",
    "/help": "page",
    "/help/<name>": "page",
    "/help/pictures/<path:filename>": "static",
    "/help/words": "page",
    "/list": "page",
    "/manifest.webmanifest": "shell",
    "/offline": "shell",
    "/sw.js": "shell",
    "/log": "read by stewards",
    "/map.svg": "page",
    "/ogc": "api",
    "/ogc/": "api",
    "/ogc/api": "api",
    "/ogc/base/tiles/WebMercatorQuad/<int:z>/<int:row>/<int:column>": "api",
    "/ogc/collections": "api",
    "/ogc/collections/<layer_id>": "layer",
    "/ogc/collections/<layer_id>/items": "layer",
    "/ogc/collections/<layer_id>/items/<key:record_id>": "layer",
    "/ogc/collections/<layer_id>/queryables": "layer",
    "/ogc/collections/<layer_id>/tiles": "layer",
    "/ogc/collections/<layer_id>/tiles/WebMercatorQuad": "layer",
    "/ogc/collections/<layer_id>/tiles/WebMercatorQuad/<int:z>/<int:row>/<int:column>": "layer",
    "/ogc/conformance": "api",
    "/ogc/tileMatrixSets": "api",
    "/ogc/tileMatrixSets/WebMercatorQuad": "api",
    "/ogc/tiles": "api",
    "/ogc/tiles/WebMercatorQuad": "api",
    "/ogc/tiles/WebMercatorQuad/<int:z>/<int:row>/<int:column>": "api",
    "/officer": "officer",
    "/officer/compounds/<key:record_id>": "officer",
    "/officer/edits/<edit>/take-back": "officer",
    "/officer/hazards": "officer",
    "/officer/hazards/<key:record_id>/steps": "officer",
    "/officer/nearest": "officer",
    "/officer/order": "officer",
    "/panel/<layer_id>/<key:record_id>": "layer",
    "/planner": "planner",
    "/planner/access/<service>": "planner",
    "/planner/changed": "planner",
    "/planner/grids/<key:run_id>": "planner",
    "/planner/plan/<key:run_id>": "planner",
    "/planner/hotspots": "planner",
    "/planner/rates": "planner",
    "/planner/rates/told": "planner",
    "/planner/sways/<service>": "planner",
    "/photos/<key:photo_id>": "police and steward",
    "/places/<layer_id>/<key:record_id>": "layer",
    "/readyz": "health",
    "/search": "api",
    "/static/<path:filename>": "static",
    "/style.json": "api",
    "/styles/<path:filename>": "static",
}
"""The access list: what each route gives out. A new route has to be placed."""

TOLD = {"page", "file", "signing", "layer", "health", "static", "shell", "api"}
"""What residents get answers of."""

ASKED_BY_POST = {
    "/audience",
    "/enter",
    "/factor",
    "/sign-in",
    "/sign-out",
    "/api/coverage/<service>",
    "/api/coverage/<service>/changed",
    "/api/grids",
    "/api/coverage/<service>/what-if",
    "/api/site/<service>",
    "/api/jobs/<key:job_id>/cancel",
    "/planner/changed",
}
"""Questions that nobody may keep or ask again unasked, and what begins and ends a session; they change no data."""
OPEN_WITHOUT_A_SESSION = {"/enter", "/sign-in"}
WRITTEN_BY_STEWARDS = {rule: {"POST"} for rule, kind in ROUTES.items() if kind == "steward"}
"""Who may sign in."""
WRITTEN_BY_PLANNERS = {"/api/scenarios": {"POST"}, "/api/scenarios/<name>": {"PATCH", "DELETE"}}
"""What planners keep for themselves: their scenarios, and nothing else."""
WRITTEN_BY_OFFICERS = {
    rule: {"POST"}
    for rule in ("/officer/edits/<edit>/take-back", "/officer/hazards", "/officer/hazards/<key:record_id>/steps")
}
"""What officers and police write into their own areas."""
WRITTEN = WRITTEN_BY_PLANNERS | WRITTEN_BY_STEWARDS | WRITTEN_BY_OFFICERS

EXAMPLES = {
    "service": "police_room",
    "mechanism": "meetings",
    "name": "none",
    "area": "W",
    "code": "W",
    "record_id": "1",
    "run_id": "1",
    "z": "14",
    "row": "6879",
    "column": "13289",
    "filename": "none.js",
    "ending": "csv",
    "edit": "none",
}
WORDS = ("q", "layer", "area", "lang", "page", "bbox", "limit", "select", "z")
HOSTILE = ("' OR 1=1 --", "%00", "../../etc/passwd", "<script>alert(1)</script>", "9" * 30, "é" * 300, "{{7*7}}")


def _rules(settings: Settings) -> list[Rule]:
    return list(create_app(settings).url_map.iter_rules())


def _text(answer: TestResponse) -> str:
    """Return what an answer says; of a workbook, what stands in its parts."""
    if not answer.data.startswith(b"PK"):
        return answer.get_data(as_text=True)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


def _path(rule: str, **values: str) -> str:
    for name, value in {**EXAMPLES, **values}.items():
        for kind in ("", "int:", "key:", "path:"):
            rule = rule.replace(f"<{kind}{name}>", value)
    return rule


def test_every_route_is_in_the_access_list_and_only_reads(published: Settings) -> None:
    rules = _rules(published)
    assert {rule.rule for rule in rules} == set(ROUTES)
    for rule in rules:
        asks = {"POST"} if rule.rule in ASKED_BY_POST else WRITTEN.get(rule.rule, set())
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"} | asks, rule.rule


@pytest.mark.parametrize("route", [route for route, kind in ROUTES.items() if kind == "layer"])
def test_a_hidden_layer_is_not_there(client: Client, route: str) -> None:
    path = _path(route, layer_id="hazard_event")
    hidden = client().get(path)
    unknown = client().get(path.replace("hazard_event", "no_such_layer"))
    assert hidden.status_code == unknown.status_code == 404
    # Nothing tells a hidden layer from one that there isn't.
    assert hidden.data == unknown.data


@pytest.mark.parametrize("route", [route for route, kind in ROUTES.items() if kind != "static"])
def test_answers_forbid_what_pages_do_not_need(client: Client, route: str) -> None:
    answer = client().get(_path(route, layer_id="compound"))
    assert answer.status_code < 500
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert SECRET not in _text(answer)


@pytest.mark.parametrize("route", [route for route, kind in ROUTES.items() if kind != "static"])
@pytest.mark.parametrize("word", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_an_answer_not_a_crash(client: Client, route: str, word: str) -> None:
    asked = client()
    no_get = {405} if route in ASKED_BY_POST or route in WRITTEN_BY_STEWARDS | WRITTEN_BY_OFFICERS else set()
    # Staff's pages turn a resident away before they look at a word; a page's map and workbook read its language.
    names = (
        ("q",) if ROUTES[route] not in TOLD else ("lang",) if route.endswith((">/map.svg", ">/page.xlsx")) else WORDS
    )
    asks = [
        (_path(route, layer_id=word, area=word), "q"),
        *((_path(route, layer_id="compound"), name) for name in names),
    ]
    for path, name in asks:
        answer = asked.get(path, query_string={name: word})
        assert answer.status_code in {200, 302, 303, 308, 400, 404, *no_get}, (path, name, answer.status_code)
        if answer.mimetype == "text/html":
            assert "<script>alert(1)" not in answer.get_data(as_text=True), (path, name)
        assert _text(answer) != "49"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    for route in ROUTES:
        answer = client().open(_path(route, layer_id="compound"), method=method)
        refused = {403} if route == "/sign-in" and method == "POST" else {404, 405}
        assert answer.status_code in refused, route


def test_a_head_is_an_answer_without_its_body_and_options_change_nothing(client: Client) -> None:
    for route in ROUTES:
        path = _path(route, layer_id="compound")
        found, head = client().get(path), client().head(path)
        assert (head.status_code, head.mimetype, head.data) == (found.status_code, found.mimetype, b""), route
        assert head.headers.get("ETag") == found.headers.get("ETag"), route
        options = client().options(path)
        # What a resident can't get (staff's, only posted to, led away from) may tell nothing of itself, either.
        if found.status_code == 200 or options.status_code != 404:
            assert (options.status_code, options.data) == (200, b""), route


def test_no_page_of_another_site_makes_a_signed_in_reader_do_anything(client: Client) -> None:
    asked = {rule: {"POST"} for rule in ASKED_BY_POST - OPEN_WITHOUT_A_SESSION} | WRITTEN
    whose = {"steward": "steward", "officer": "grid_officer:W"}
    for rule, methods in asked.items():
        path, reader = _path(rule), client(whose.get(ROUTES[rule], "planner"))
        for method in methods:
            foreign = reader.open(path, method=method, json={}, headers={"Origin": "https://evil.example"})
            # A form is sent by any page without asking: only a token of the session tells that it is ours.
            unsaid = reader.open(path, method=method, data={"name": "x"}, headers={"Origin": "http://localhost"})
            assert (foreign.status_code, unsaid.status_code) == (403, 403), (rule, method)


def test_pages_of_other_sites_read_what_is_open_for_programs_alone(client: Client) -> None:
    for route in ROUTES:
        path = _path(route, layer_id="compound")
        for who in (None, "steward"):
            answers = [client(who).open(path, method=method) for method in ("GET", "OPTIONS")]
            told = {answer.headers.get("Access-Control-Allow-Origin") for answer in answers}
            is_open = who is None and path.startswith(("/ogc", "/download/", "/archives/"))
            assert told == {"*" if is_open else None}, (who, path)
            assert all("Access-Control-Allow-Credentials" not in answer.headers for answer in answers)
    preflight = client().options("/ogc/collections", headers={"Origin": "https://map.example"}).headers
    assert "If-None-Match" in preflight["Access-Control-Allow-Headers"]


def test_the_host_header_is_never_believed(client: Client) -> None:
    for route in ROUTES:
        path = _path(route, layer_id="compound")
        # Other spellings lead to ours: without the slash at the end, with one too many in the middle.
        for spelling in {path, path.removesuffix("/") or "/", f"/{path[1:].replace('/', '//')}"}:
            answer = client().get(spelling, headers={"Host": "evil.example"})
            assert "evil.example" not in _text(answer), spelling
            assert "evil.example" not in str(answer.headers), spelling


@pytest.mark.parametrize("host", ["a b", "", "[::1", "x" * 70, "evil.example#", "localhost/.."])
def test_a_host_that_cannot_be_is_no_crash(client: Client, host: str) -> None:
    for path in ("/", "/briefing", "/planner", "/ogc//collections", "/staff/list"):
        answer = client().get(path, headers={"Host": host})
        assert answer.status_code < 500, path
        assert answer.headers.get("Location", "/").startswith("/"), path


def test_a_number_that_nothing_can_have_leads_nowhere(client: Client) -> None:
    for route in ROUTES:
        if "<key:" in route:
            for number, who in ((2**63, "planner"), (2**63 - 1, "planner"), (2**63, None)):
                names = ("record_id", "run_id", "job_id")
                answer = client(who).get(_path(route, layer_id="compound", **dict.fromkeys(names, str(number))))
                assert answer.status_code in {404, 405}, (route, number)


def test_a_part_beyond_the_end_of_a_file_is_told_how_long_it_is(client: Client) -> None:
    asked = client()
    whole = asked.get("/styles/frame.css", buffered=True).content_length
    answer = asked.get("/styles/frame.css?lang=en", headers={"Range": "bytes=99999999-"})
    assert (answer.status_code, answer.headers.get("Content-Range")) == (416, f"bytes */{whole}")
    assert "on our side" not in answer.text
