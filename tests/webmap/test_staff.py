"""Signing in, and what is below /staff: just for who is signed in, and just what is theirs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geodata import accounts
from geodata.layers.audience import Audience
from geodata.settings import Settings
from tests.district import SECRET
from webmap import create_app

WORD = "correct horse battery"
ITEMS = "/ogc/collections/hazard/items"


@pytest.fixture(scope="module")
def app(published: Settings) -> Iterator[Flask]:
    """The small district with an account that is a planner's and the police's of W."""
    accounts.add(published, "west", WORD, [Audience.PLANNER, Audience.POLICE], ["W"])
    made = create_app(published)
    made.testing = True
    yield made
    accounts.disable(published, "west")


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def staff(app: Flask) -> FlaskClient:
    """Somebody who has signed in, and reads for planners."""
    client = app.test_client()
    assert _sign_in(client).status_code == 303
    return client


def _sign_in(client: FlaskClient, **more: object) -> TestResponse:
    return client.post("/sign-in", data={"name": "West", "password": WORD}, **more)


def _form_token(client: FlaskClient) -> str:
    found = re.search('name="csrf_token" value="([0-9a-f]{64})"', client.get("/staff/about").text)
    assert found
    return found[1]


def _choose(client: FlaskClient, audience: str) -> TestResponse:
    return client.post("/staff/audience", data={"audience": audience, "csrf_token": _form_token(client)})


@pytest.mark.parametrize(
    ("path", "next_page"),
    [("/staff", ""), ("/staff/list?layer=hazard&page=2", "?next=%2Flist%3Flayer%3Dhazard%26page%3D2")],
)
def test_a_stranger_is_asked_to_sign_in(stranger: FlaskClient, path: str, next_page: str) -> None:
    answer = stranger.get(path)
    assert (answer.status_code, answer.location) == (303, f"/sign-in{next_page}")
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/staff/ogc/collections", "/staff/api/coverage/police_room", "/staff/ogc/nothing"])
def test_a_strangers_program_is_told_so(stranger: FlaskClient, path: str) -> None:
    answer = stranger.get(path)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert "WWW-Authenticate" in answer.headers


def test_who_signs_in_goes_on_to_the_page_that_was_asked_for(stranger: FlaskClient) -> None:
    asked = stranger.get("/staff/list?layer=hazard").location
    assert asked is not None
    assert 'value="/list?layer=hazard"' in stranger.get(asked).text
    answer = _sign_in(stranger, query_string={"next": "/list?layer=hazard"})
    assert (answer.status_code, answer.location) == (303, "/staff/list?layer=hazard")
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert stranger.get("/staff/list?layer=hazard").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "evil", "/\r\nX: y"])
def test_signing_in_leads_nowhere_else(stranger: FlaskClient, elsewhere: str) -> None:
    answer = _sign_in(stranger, query_string={"next": elsewhere})
    assert (answer.location or "").startswith("/staff/")


def test_over_tls_the_cookie_is_of_this_host_alone(stranger: FlaskClient) -> None:
    answer = _sign_in(stranger, base_url="https://map.example")
    assert answer.headers["Set-Cookie"].startswith("__Host-session=")
    assert "; Secure" in answer.headers["Set-Cookie"]
    assert stranger.get("/staff/about", base_url="https://map.example").status_code == 200
    assert stranger.get("/staff/about", base_url="http://map.example").status_code == 303


@pytest.mark.parametrize(
    "way",
    [
        {"base_url": "http://map.example"},
        {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}},
        {"headers": {"X-Forwarded-For": "192.0.2.1"}},
        {"headers": {"Origin": "https://evil.example"}},
    ],
)
def test_nobody_signs_in_where_others_read_along_or_from_another_site(
    stranger: FlaskClient, way: dict[str, object]
) -> None:
    answer = _sign_in(stranger, **way)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    if "headers" not in way or "Origin" not in str(way):
        assert "password" not in stranger.get("/sign-in?lang=en", **way).text.replace("your password", "")


def test_a_site_with_an_address_of_its_own_is_asked_by_nobody_at_this_machine(published: Settings) -> None:
    # A proxy that says nothing of itself looks like a person here; whoever has one has such an address.
    client = create_app(replace(published, base_url="https://map.example")).test_client()
    assert _sign_in(client).status_code == 403


def test_wrong_words_are_refused_in_the_pages_language(stranger: FlaskClient) -> None:
    wrong = {"name": "west", "password": "wrong"}
    assert "don&#39;t fit" in stranger.post("/sign-in?lang=en", data=wrong).text
    answer = stranger.post("/sign-in?lang=zh-CN", data=wrong)
    assert (answer.status_code, "密码不符" in answer.text) == (403, True)
    assert "wrong" not in answer.text


def test_one_reads_for_one_audience_at_a_time(staff: FlaskClient) -> None:
    assert SECRET not in staff.get(f"/staff{ITEMS}").text
    assert (
        json.loads(staff.get("/staff/ogc/collections/compound/items").text)["features"][0]["properties"]["households"]
        == 314
    )
    assert staff.get("/staff/planner").status_code == 200
    assert _choose(staff, "police").status_code == 303
    assert SECRET in staff.get(f"/staff{ITEMS}").text
    assert staff.get("/staff/planner").status_code == 404
    assert _choose(staff, "steward").status_code == 400


def test_the_same_browser_is_a_resident_elsewhere(staff: FlaskClient, stranger: FlaskClient) -> None:
    _choose(staff, "police")
    for path in (ITEMS, "/ogc/collections", "/list?layer=hazard", "/", "/style.json", "/planner", "/api/runs"):
        assert staff.get(path).data == stranger.get(path).data, path


def test_links_stay_below_staff_and_nobody_keeps_answers(staff: FlaskClient) -> None:
    _choose(staff, "police")
    answer = staff.get(f"/staff{ITEMS}?limit=1")
    assert {link["href"].partition("/ogc")[0] for link in json.loads(answer.text)["links"]} == {
        "http://localhost:8000/staff"
    }
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers
    page = staff.get("/staff/")
    assert page.headers["Cache-Control"] == "private, no-store"
    links = re.findall('(?:href|action)="(/[^"]*)"', page.text)
    assert len(links) > 5
    assert all(link.startswith("/staff/") for link in links)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"data": {"audience": "police"}}, 403),
        ({"data": {"audience": "police"}, "headers": {"Origin": "http://localhost"}}, 403),
        ({"data": {"audience": "police", "csrf_token": "0" * 64}}, 403),
        ({"data": {"audience": "police", "csrf_token": "é"}}, 403),
    ],
)
def test_a_form_without_its_sessions_token_does_nothing(
    staff: FlaskClient, more: dict[str, object], status: int
) -> None:
    assert staff.post("/staff/audience", **more).status_code == status
    assert staff.get("/staff/planner").status_code == 200, "still a planner's"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://localhost"}, 403),
        ({"Origin": "http://localhost"}, 404),
    ],
)
def test_scripts_ask_from_our_own_pages_alone(staff: FlaskClient, headers: dict[str, str], status: int) -> None:
    assert staff.delete("/staff/api/scenarios/none", headers=headers).status_code == status


def test_no_request_brings_more_than_the_site_takes(stranger: FlaskClient) -> None:
    assert stranger.post("/sign-in", data={"name": "x" * 1_100_000}).status_code == 413


def test_a_token_does_not_help_another_site(staff: FlaskClient) -> None:
    stated = {"audience": "police", "csrf_token": _form_token(staff)}
    answer = staff.post("/staff/audience", data=stated, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_sessions_end_by_signing_out_and_by_disabling(staff: FlaskClient, app: Flask, published: Settings) -> None:
    other = app.test_client()
    _sign_in(other)
    kept = staff.get_cookie("session")
    assert kept
    assert staff.post("/staff/sign-out", data={"csrf_token": _form_token(staff)}).location == "/"
    staff.set_cookie("session", kept.value)
    assert staff.get("/staff/about").status_code == 303, "the token has ended, too, not the cookie alone"
    assert other.get("/staff/about").status_code == 200
    accounts.disable(published, "west")
    assert other.get("/staff/about").status_code == 303
    accounts.enable(published, "west")


@pytest.mark.parametrize("name", ["session", "__Host-session"])
def test_made_up_cookies_are_nobodys(stranger: FlaskClient, name: str) -> None:
    for value in ("x", "A" * 43, "é" * 43, "x" * 4_000):
        stranger.set_cookie(name, value)
        assert stranger.get("/staff/about").status_code == 303


def test_scripts_and_styles_are_open(stranger: FlaskClient) -> None:
    with stranger.get("/staff/styles/tokens.css") as answer:
        assert answer.status_code == 200
