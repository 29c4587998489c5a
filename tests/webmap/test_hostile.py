"""What a stranger, or a reader of little, learns from how answers are made: their status, size, bytes and work."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

from tests.district import Client
from tests.rules.test_routes import ASKED_BY_POST, OPEN_WITHOUT_A_SESSION, ROUTES, WRITTEN, _path

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
PROGRAMS = ("/ogc", "/api", "/search", "/style.json")


@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_isnt_told_which_addresses_of_staffs_there_are(client: Client, method: str) -> None:
    stranger = client()
    for route in (route for route, kind in ROUTES.items() if kind not in ("static", "shell")):
        path = f"/staff{_path(route, layer_id='compound')}"
        root = next((each for each in PROGRAMS if path.startswith(f"/staff{each}")), "/staff")
        unknown = f"/staff{root.removeprefix('/staff')}/{'n' * (len(path) - len(root) + 7)}"
        found, none = (stranger.open(each, method=method) for each in (path, unknown))
        assert found.status_code == none.status_code == (303 if root == "/staff" else 401), path
        assert set(found.headers.keys()) == set(none.headers.keys()), path
        if root != "/staff":
            assert found.data == none.data, path
        assert found.headers["Cache-Control"] == "private, no-store"


def test_no_method_is_another_ones_and_none_shows_what_was_sent(client: Client) -> None:
    for route in ROUTES:
        for method in ("TRACE", "PROPFIND", "MOVE"):
            answer = client().open(_path(route, layer_id="compound"), method=method, headers={"X-Told": "told-again"})
            assert answer.status_code in (404, 405), (method, route)
            assert b"told-again" not in answer.data
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        for method in ("GET", "POST"):
            answer = client("planner").open("/api/scenarios/none", method=method, headers={name: "DELETE"})
            assert answer.status_code == (404 if method == "GET" else 405), name


def test_no_word_of_a_form_is_a_fault_of_ours(client: Client) -> None:
    """What the database can't hold, nor anybody type, in each word that forms bring."""
    whose = {"steward": "steward", "officer": "grid_officer:W", "signing": "steward"}
    rules = (ASKED_BY_POST | WRITTEN.keys()) - {"/sign-out"}
    words = ("name", "password", "audience", "areas", "code", "key", "kind", "level", "lon", "lat", "due_on", "next")
    readers: dict[str | None, tuple[FlaskClient, dict[str, str]]] = {}
    for rule in sorted(rule for rule in rules if not rule.startswith("/api")):
        who = None if rule in OPEN_WITHOUT_A_SESSION else whose.get(ROUTES[rule], "planner")
        if who not in readers:
            reader = client(who)
            found = re.search('csrf_token" value="([0-9a-f]{64})"', reader.get("/about").text)
            readers[who] = (reader, {"csrf_token": found[1]} if found else {})
        reader, token = readers[who]
        for value in ("a\x00b", "\ud800"):
            form = token | dict.fromkeys(words, value.encode("utf-8", "surrogatepass"))
            answer = reader.post(_path(rule), data=form)
            assert answer.status_code < 500, (rule, value)
            assert b"psycopg" not in answer.data


def test_what_is_packed_is_no_question_for_a_program(client: Client) -> None:
    packed = gzip.compress(b'{"name": "packed", "changes": []}')
    sent = {"data": packed, "content_type": "application/json", "headers": {"Content-Encoding": "gzip"}}
    for path in ("/api/scenarios", "/api/grids", "/api/coverage/police_room/what-if"):
        assert client("planner").post(path, **sent).status_code == 400, path


def test_how_long_staffs_answers_are_tells_nothing_exactly(client: Client) -> None:
    """Of residents' the same bytes come each time, so that they are kept once."""
    lengths: dict[str | None, set[int]] = {}
    for who in (None, "police:W"):
        reader = client(who)
        bodies = [reader.get("/ogc/collections", headers={"Accept-Encoding": "gzip"}).data for _ in range(5)]
        assert len({gzip.decompress(body) for body in bodies}) == 1
        lengths[who] = {len(body) for body in bodies}
    assert len(lengths[None]) == 1 < len(lengths["police:W"])


def test_a_hazard_that_isnt_told_yet_answers_like_one_that_there_isnt(client: Client) -> None:
    ids = [
        {each["id"] for each in client(who).get("/ogc/collections/hazard/items").get_json()["features"]}
        for who in ("steward", None)
    ]
    [young] = ids[0] - ids[1]
    for path in ("/ogc/collections/hazard/items/{}", "/panel/hazard/{}", "/list?of=hazard/{}"):
        told = [client().get(path.format(number)) for number in (young, 123456789)]
        assert {answer.status_code for answer in told} == {404}
        bodies = [re.sub(r"(/|%2F)(\d+)\b", "N", answer.text) for answer in told]
        assert bodies[0] == bodies[1], path
