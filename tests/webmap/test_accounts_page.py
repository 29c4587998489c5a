"""The steward's page of accounts: what is done there counts at once, and nobody else finds it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geodata import accounts
from geodata.layers.audience import Audience
from geodata.queries.accounts import Account
from geodata.settings import Settings
from tests.district import WEST, Client
from tests.geodata.queries.staged import put
from tests.signing import client_of, session_of
from webmap import create_app

PAGE = "/staff/accounts"


@pytest.fixture
def app(deployment: Settings) -> Flask:
    """A place with an area W, and an account of the police there."""
    put(deployment, "area", [{"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": WEST}])
    session_of(deployment, "police:W")
    return create_app(deployment)


@pytest.fixture
def steward(deployment: Settings, app: Flask) -> FlaskClient:
    return client_of(deployment, "steward", app)


def _asked(steward: FlaskClient, path: str, **form: object) -> tuple[int, str]:
    token = re.search('name="csrf_token" value="([0-9a-f]{64})"', steward.get(PAGE).text)
    assert token
    answer = steward.post(f"{PAGE}{path}?lang=en", data={"csrf_token": token[1], **form})
    return answer.status_code, answer.text


def _account(settings: Settings, name: str) -> Account:
    return next(each for each in accounts.listed(settings) if each.name == name)


def test_an_account_is_added_and_its_password_shown_once(steward: FlaskClient, deployment: Settings) -> None:
    status, text = _asked(steward, "", name="West-Desk", audience=["police", "planner"], areas="W")
    assert status == 200
    assert "Has never signed in" in text
    shown = re.search("<code>([^<]+)</code>", text)
    assert shown
    token = accounts.sign_in(deployment, "west-desk", shown[1], address="::1")
    found = accounts.resolve(deployment, token)
    assert found
    assert found.audiences == (Audience.PLANNER, Audience.POLICE)
    assert _account(deployment, "west-desk").area_codes == ("W",)
    again = steward.get(f"{PAGE}?lang=en").text
    assert shown[1] not in again


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "a b", "audience": "planner"}, "2 to 40 letters"),
        ({"name": "test-steward", "audience": "planner"}, "already"),
        ({"name": "new"}, "none; wanted are some of"),
        ({"name": "new", "audience": "resident"}, "none; wanted are some of"),
        ({"name": "new", "audience": "police"}, "code of one"),
        ({"name": "new", "audience": "police", "areas": "W、nowhere"}, "No area has this code"),
        ({"name": "new", "audience": "planner", "areas": "W"}, "leave out the codes"),
        ({"name": "<script>alert(1)</script>", "audience": "planner"}, "2 to 40 letters"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_added(
    steward: FlaskClient, deployment: Settings, form: dict[str, object], words: str
) -> None:
    before = accounts.listed(deployment)
    status, text = _asked(steward, "", **form)
    assert (status, words in text) == (400, True)
    assert "<script>alert" not in text
    assert accounts.listed(deployment) == before


def test_changes_count_at_once_and_end_the_sessions(steward: FlaskClient, app: Flask, deployment: Settings) -> None:
    police = client_of(deployment, "police:W", app)
    assert police.get("/about").status_code == 200
    assert _asked(steward, "/test-police-w/change", audience="planner")[0] == 303
    assert police.get("/about").status_code == 303
    found = _account(deployment, "test-police-w")
    assert (found.audiences, found.area_codes) == (("planner",), ())
    again = session_of(deployment, "police:W")
    assert _asked(steward, "/test-police-w/disable")[0] == 303
    assert accounts.resolve(deployment, again) is None
    assert _account(deployment, "test-police-w").disabled_at
    assert _asked(steward, "/test-police-w/enable")[0] == 303
    _, text = _asked(steward, "/test-police-w/password")
    shown = re.search("<code>([^<]+)</code>", text)
    assert shown
    assert accounts.sign_in(deployment, "test-police-w", shown[1], address="::1")
    assert _asked(steward, "/nobody/disable")[0] == 404


@pytest.mark.parametrize("path", ["disable", "change", "password"])
def test_nobody_shuts_themselves_out(steward: FlaskClient, deployment: Settings, path: str) -> None:
    for typed in ("test-steward", "Test-Steward", "test-steward%20", "\uff54est-steward"):
        assert _asked(steward, f"/{typed}/{path}", audience="planner")[0] == 400, typed
    assert steward.get(PAGE).status_code == 200


def test_a_form_without_its_sessions_token_changes_nothing(steward: FlaskClient, deployment: Settings) -> None:
    assert steward.post(f"{PAGE}/test-police-w/disable", data={"csrf_token": "0" * 64}).status_code == 403
    assert _account(deployment, "test-police-w").disabled_at is None


@pytest.mark.parametrize("who", [None, "planner", "grid_officer:W", "police:W"])
def test_nobody_else_finds_it(client: Client, who: str | None) -> None:
    assert client(who).get("/accounts").status_code == 404
    for path in ("", "/test-steward/disable", "/test-steward/password", "/test-steward/change"):
        answer = client(who).post(f"/accounts{path}", headers={"X-CSRF-Token": "0"}, json={})
        assert answer.status_code == 404, path
    assert "/accounts" not in client(who).get("/about").text


def test_the_steward_is_led_there(client: Client) -> None:
    assert 'href="/staff/accounts"' in client("steward").get("/about").text
    assert "账号" in client("steward").get("/accounts?lang=zh-CN").text
