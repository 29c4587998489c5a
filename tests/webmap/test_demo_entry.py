"""One click into a demo: at its own machine, in an invented place, for a marked account, and in no other case."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geodata import accounts
from geodata.accounts.demo import DEMO_NAMES
from geodata.errors import InvalidInput, NotFound
from geodata.layers.audience import Audience
from geodata.settings import Settings
from tests.district import WEST
from tests.geodata.queries.staged import put
from webmap import create_app

OWN = {"Origin": "http://localhost"}
AREAS = {Audience.GRID_OFFICER: ["W"], Audience.POLICE: ["W"]}
AUDIENCES = ["planner", "grid_officer", "police", "steward"]


@pytest.fixture
def settings(deployment: Settings) -> Settings:
    """An invented place with the demo's accounts."""
    made = replace(deployment, synthetic=True)
    put(made, "area", [{"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": WEST}])
    assert accounts.offer(made, AREAS, by_click=True) == {}
    return made


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_app(settings)


def _offered(client: FlaskClient, **way: object) -> list[str]:
    return re.findall('name="audience" value="([a-z_]+)"', client.get("/sign-in?lang=en", **way).text)


def test_each_audience_is_entered_by_a_click_and_reads_as_such(app: Flask) -> None:
    assert _offered(app.test_client()) == AUDIENCES
    for audience in AUDIENCES:
        client = app.test_client()
        answer = client.post("/enter?next=/about", data={"audience": audience}, headers=OWN)
        assert (answer.status_code, answer.location) == (303, "/staff/about")
        assert DEMO_NAMES[Audience(audience)] in client.get("/staff/about?lang=en").text
        assert (client.get("/staff/planner").status_code == 200) == (audience == "planner")


@pytest.mark.parametrize(
    "way",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}},
        {"environ_overrides": {"SERVER_NAME": "0.0.0.0"}},  # noqa: S104  what gunicorn says where it listens to all
        {"environ_overrides": {"SERVER_NAME": "192.0.2.1"}},
        {"environ_overrides": {"SERVER_PROTOCOL": "HTTP/1.0"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"headers": {"Via": "1.1 proxy"}},
        {"headers": {"Host": "map.example"}},
        {"base_url": "https://map.example"},
    ],
)
def test_nobody_who_isnt_at_the_machine_is_offered_it_or_let_in(app: Flask, way: dict[str, object]) -> None:
    client = app.test_client()
    assert _offered(client, **way) == []
    headers = {**OWN, **way.pop("headers", {})}  # type: ignore[dict-item]
    answer = client.post("/enter", data={"audience": "steward"}, headers=headers, **way)
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (404, False)


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_no_other_site_sends_anybody_in(app: Flask, headers: dict[str, str]) -> None:
    assert app.test_client().post("/enter", data={"audience": "steward"}, headers=headers).status_code == 404


@pytest.mark.parametrize("audience", ["resident", "", "mayor", "\x00"])
def test_other_words_are_nobody(app: Flask, audience: str) -> None:
    assert app.test_client().post("/enter", data={"audience": audience}, headers=OWN).status_code == 404


def test_a_real_place_lets_nobody_in_though_its_store_is_marked(settings: Settings) -> None:
    real = replace(settings, synthetic=False)
    assert _offered(create_app(real).test_client()) == []
    with pytest.raises(NotFound):
        accounts.enter(real, "steward")
    with pytest.raises(InvalidInput, match="is a real place"):
        accounts.offer(real, AREAS, by_click=True)


@pytest.mark.parametrize(
    "end", [accounts.disable, lambda settings, name: accounts.set_password(settings, name, "abc7-" * 4)]
)
def test_an_account_that_is_disabled_or_has_a_password_is_entered_no_more(
    settings: Settings, end: Callable[[Settings, str], None]
) -> None:
    end(settings, "demo-steward")
    assert Audience.STEWARD not in accounts.enterable(settings)
    with pytest.raises(NotFound):
        accounts.enter(settings, "steward")
    accounts.add(settings, "demo-steward2", "correct horse battery", [Audience.STEWARD])
    assert Audience.STEWARD not in accounts.enterable(settings), "one without the mark"


def test_where_others_reach_it_each_has_a_password_told_once(settings: Settings) -> None:
    told = accounts.offer(settings, AREAS, by_click=False)
    assert sorted(told) == sorted(DEMO_NAMES.values())
    assert len(set(told.values())) == len(told)
    assert accounts.enterable(settings) == ()
    assert accounts.sign_in(settings, "demo-police", told["demo-police"], address="192.0.2.1")
    for by_click in (False, True):
        assert accounts.offer(settings, AREAS, by_click=by_click) == {}
    assert accounts.enterable(settings) == (), "a click opens no account that has a password of its own"


def test_without_areas_nobody_is_bound_to_one(deployment: Settings) -> None:
    told = accounts.offer(replace(deployment, synthetic=True), {}, by_click=False)
    assert sorted(told) == ["demo-planner", "demo-steward"]


def test_a_click_is_enough_though_codes_are_required(settings: Settings, app: Flask) -> None:
    accounts.require(settings, list(DEMO_NAMES))
    client = app.test_client()
    assert client.post("/enter?next=/about", data={"audience": "police"}, headers=OWN).location == "/staff/about"
    assert client.get("/staff/about").status_code == 200
    assert "/factor" not in client.get("/staff/about").text
    accounts.set_password(settings, "demo-police", "correct horse battery")
    client.set_cookie("session", accounts.sign_in(settings, "demo-police", "correct horse battery", address="::1"))
    assert client.get("/staff/about").location == "/staff/factor?next=%2Fabout"
