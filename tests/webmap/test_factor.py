"""The page of the second factor: who has given a password alone sees it, and nothing else."""

from __future__ import annotations

import base64
import re
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geodata import accounts
from geodata.accounts.log import entries
from geodata.accounts.totp import STEP_S, code_at
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers.audience import Audience
from geodata.settings import Settings
from tests.rules.test_routes import ROUTES
from tests.rules.test_routes import _path as path_of
from tests.signing import client_of
from webmap import create_app

PAGE = "/staff/factor"


@pytest.fixture
def app(deployment: Settings) -> Flask:
    return create_app(deployment)


@pytest.fixture
def planner(deployment: Settings, app: Flask) -> FlaskClient:
    """Somebody who was signed in before codes were required."""
    client = client_of(deployment, "planner", app)
    assert client.get("/staff/about").status_code == 200
    accounts.require(deployment, [Audience.PLANNER])
    return client


def _secret(client: FlaskClient) -> bytes:
    found = re.search("<code>([A-Z2-7 ]+)</code>", client.get(PAGE).text)
    assert found
    return base64.b32decode(found[1].replace(" ", ""))


def _give(client: FlaskClient, code: str, **more: str) -> tuple[int, str, str]:
    token = re.search('name="csrf_token" value="([0-9a-f]{64})"', client.get(PAGE).text)
    assert token
    answer = client.post(f"{PAGE}?lang=en", data={"csrf_token": token[1], "code": code, **more})
    return answer.status_code, answer.location or "", answer.text


def _now(secret: bytes, offset: int = 0) -> str:
    return code_at(secret, int(time.time()) // STEP_S + offset)


def test_who_owes_a_code_gets_nothing_of_any_route(planner: FlaskClient, app: Flask) -> None:
    for route in ROUTES:
        if ROUTES[route] == "static" or route == "/factor":
            continue
        path = path_of(route, layer_id="compound")
        answer = planner.get(f"/staff{path}")
        if answer.status_code == 200:
            # What a stranger gets there, too: what a device needs to keep the site.
            assert answer.data == app.test_client().get(f"/staff{path}").data, route
            continue
        assert answer.status_code in (303, 401, 405), route
        if answer.status_code == 303:
            assert (answer.location or "").startswith(PAGE), route
        assert answer.headers["Cache-Control"] == "private, no-store"
        if route != "/sign-out":
            for method in ("POST", "DELETE", "PATCH"):
                assert planner.open(f"/staff{path}", method=method, json={}).status_code in (303, 401, 405), route
    assert planner.get("/staff/api/runs").mimetype == "application/problem+json"


def test_a_phone_is_set_up_and_leads_on(planner: FlaskClient, deployment: Settings, app: Flask) -> None:
    asked = planner.get("/staff/list?layer=hazard").location or ""
    assert asked == f"{PAGE}?next=%2Flist%3Flayer%3Dhazard"
    page = planner.get(asked)
    assert 'value="/list?layer=hazard"' in page.text
    assert page.text.count("<svg") >= 2
    assert 'href="otpauth://totp/' in page.text
    secret = _secret(planner)
    assert _secret(planner) == secret, "the same until it is taken"
    status, _, text = _give(planner, _now(secret, 9))
    assert (status, "fit, or was used" in text) == (403, True)
    assert planner.get("/staff/about").status_code == 303
    assert _give(planner, _now(secret), next="/list?layer=hazard")[:2] == (303, "/staff/list?layer=hazard")
    assert planner.get("/staff/about").status_code == 200
    shown = planner.get(PAGE).text
    assert "<code>" not in shown
    assert "otpauth" not in shown
    other = client_of(deployment, "planner", app)
    assert "otpauth" not in other.get(PAGE).text, "who knows the password alone isn't shown the secret"
    with engine_for(deployment, Login.OWNER).begin() as connection:
        connection.exec_driver_sql("UPDATE account.factor SET last_step = 0")
    assert _give(other, _now(secret), next="//evil.example")[:2] == (303, "/staff//evil.example")
    assert other.get("/staff/about").status_code == 200


def test_without_its_sessions_token_nothing_is_set_up(planner: FlaskClient) -> None:
    secret = _secret(planner)
    for data, headers in (
        ({"code": _now(secret)}, {}),
        ({"code": _now(secret), "csrf_token": "0" * 64}, {}),
        ({"code": _now(secret)}, {"Origin": "https://evil.example"}),
    ):
        assert planner.post(PAGE, data=data, headers=headers).status_code == 403
    assert planner.get("/staff/about").status_code == 303


def test_who_owes_a_code_can_sign_out(planner: FlaskClient) -> None:
    token = re.search('name="csrf_token" value="([0-9a-f]{64})"', planner.get(PAGE).text)
    assert token
    assert planner.post("/staff/sign-out", data={"csrf_token": token[1]}).location == "/"
    assert (planner.get(PAGE).location or "").startswith("/sign-in")


def test_strangers_and_residents_find_no_such_page(app: Flask) -> None:
    assert app.test_client().get("/factor").status_code == 404
    assert (app.test_client().get(PAGE).location or "").startswith("/sign-in")


def test_the_steward_requires_codes_and_resets_them(deployment: Settings, app: Flask) -> None:
    steward, planner = client_of(deployment, "steward", app), client_of(deployment, "planner", app)
    page = steward.get("/staff/accounts").text
    found = re.search('name="csrf_token" value="([0-9a-f]{64})"', page)
    assert found
    token = {"csrf_token": found[1]}
    assert steward.post("/staff/accounts/required", data={**token, "audience": "planner"}).status_code == 303
    assert 'value="planner" checked' in steward.get("/staff/accounts").text
    assert planner.get("/staff/about").status_code == 303
    assert _give(planner, _now(_secret(planner)))[0] == 303
    assert "Gives codes since" in steward.get("/staff/accounts?lang=en").text
    assert steward.post("/staff/accounts/test-planner/factor", data=token).status_code == 303
    assert (planner.get("/staff/about").location or "").startswith("/sign-in"), "its sessions have ended"
    assert steward.post("/staff/accounts/test-steward/factor", data=token).status_code == 400
    assert steward.post("/staff/accounts/required", data=token).status_code == 303
    assert accounts.required(deployment) == ()
    kinds = [each.what for each in entries(deployment, account="test-steward")]
    assert kinds[:3] == ["codes_required", "factor_reset", "codes_required"]
    log = steward.get("/staff/log?lang=en").text
    assert "Codes reset" in log
    assert "Codes required of" in log
    for who in ("planner", "police"):
        assert client_of(deployment, "planner", app).post("/accounts/required", json={"audience": who}).status_code in (
            404,
            403,
        )


def test_who_wants_to_may_give_codes_unasked(deployment: Settings, app: Flask) -> None:
    planner = client_of(deployment, "planner", app)
    assert f'href="{PAGE}"' in planner.get("/staff/about").text
    assert _give(planner, _now(_secret(planner)))[:2] == (303, "/staff/")
    assert f'href="{PAGE}"' not in planner.get("/staff/about").text
    assert (client_of(deployment, "planner", app).get("/staff/about").location or "").startswith(PAGE)
