"""What a device is told to keep: the shell, residents' pages, and of staff's answers the few that are named."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from geodata.settings import PROJECT, Settings
from tests.district import Client
from tests.rules.test_routes import ROUTES
from tests.rules.test_routes import _path as path_of
from tests.signing import client_of
from webmap import create_app
from webmap.kept_offline import KEEP, SESSION
from webmap.pages import install

BUILT = PROJECT / "webmap" / "static" / "sw.js"
built = pytest.mark.skipif(not BUILT.exists(), reason="the front end hasn't been built: ./csmap setup")


def _told(client: FlaskClient, root: str = "") -> dict[str, object]:
    answer = client.get(f"{root}/sw.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    found = re.match(r"self\.told = (\{.*\});\n", answer.text)
    assert found
    told: dict[str, object] = json.loads(found[1])
    return told


@built
@pytest.mark.parametrize("root", ["", "/staff"])
def test_the_shell_is_there_for_who_is_nobody(client: Client, root: str) -> None:
    told = _told(client(), root)
    assert (told["scope"], told["isStaff"]) == (f"{root}/", root == "/staff")
    addresses = told["shell"]
    assert isinstance(addresses, list)
    assert {f"{root}/static/main.js", f"{root}/styles/tokens.css", f"{root}/offline"} <= set(addresses)
    for address in addresses:
        with client().get(address) as answer:
            assert answer.status_code == 200, address
    assert not any("planner" in address or "hotspots" in address for address in addresses)


@built
def test_each_page_that_is_kept_finds_its_sheets_and_scripts_in_the_shell(client: Client) -> None:
    kept = set(map(str, _told(client())["shell"]))  # type: ignore[call-overload]
    staffs = set(map(str, _told(client(), "/staff")["shell"]))  # type: ignore[call-overload]
    for who, path, shell in (
        (None, "/", kept),
        (None, "/list?layer=hazard", kept),
        (None, "/about", kept),
        (None, "/compounds/1", kept),
        (None, "/governance", kept),
        (None, "/help", kept),
        (None, "/offline", kept),
        ("police:W", "/officer", staffs),
        ("police:W", "/officer/hazards", staffs),
        ("police:W", "/officer/compounds/1", staffs),
        ("police:W", "/", staffs),
    ):
        page = client(who).get(path)
        assert page.status_code == 200, path
        asked = re.findall(r'<(?:link rel="stylesheet" href|script [^>]*src)="([^"?]+)', page.text)
        assert len(asked) > 3
        assert set(asked) <= shell, path


def test_of_staffs_answers_those_that_are_named_may_be_kept_for_officers_alone(client: Client) -> None:
    tile = "/ogc/collections/<layer_id>/tiles/WebMercatorQuad/<int:z>/<int:row>/<int:column>"
    base = "/ogc/base/tiles/WebMercatorQuad/<int:z>/<int:row>/<int:column>"
    may = {"/", "/officer", "/officer/hazards", "/officer/compounds/<key:record_id>", "/style.json", tile, base}
    # A walking order without hazards isn't one.
    may.add("/officer/nearest")
    police = client("police:W")
    for route in ROUTES:
        answer = police.get(path_of(route, layer_id="hazard"))
        assert (answer.status_code < 300 and KEEP in answer.headers) == (route in may), route
        assert answer.headers["Cache-Control"] == "private, no-store" or ROUTES[route] == "static", route
    for who, is_kept in (("grid_officer:W", True), ("planner", False), ("steward", False)):
        for route in ("/", "/style.json", tile, base):
            assert (KEEP in client(who).get(path_of(route, layer_id="hazard")).headers) == is_kept, (who, route)
    assert SESSION not in client().get("/").headers


def test_each_session_has_a_mark_of_its_own_that_changes_with_the_audience(published: Settings) -> None:
    app = create_app(published)
    marks = [
        client_of(published, who, app).get("/about").headers[SESSION] for who in ("police:W", "police:W", "planner")
    ]
    assert len(set(marks)) == 3
    police = client_of(published, "police:W", app)
    assert police.get("/about").headers[SESSION] == police.get("/list").headers[SESSION]


def test_a_shell_with_another_part_has_another_version(tmp_path: Path) -> None:
    (tmp_path / "main.js").write_text("first")

    def version() -> str:
        return install._version(tmp_path, ("main.js",), PROJECT / "webmap" / "templates")

    first = version()
    assert version() == first
    (tmp_path / "main.js").write_text("other")
    os.utime(tmp_path / "main.js", ns=(1, 1))
    assert version() != first
    (tmp_path / "main.js").write_text("first")
    assert version() == first, "by what is in it, not by when it was written"


def test_the_manifest_is_of_the_place_and_in_the_readers_language(client: Client) -> None:
    told = json.loads(client().get("/manifest.webmanifest?lang=zh-CN").text)
    assert (told["lang"], told["short_name"], told["scope"]) == ("zh-CN", "Small district", "/")
    assert "社区安全" in told["name"]
    officer = client("grid_officer:W")
    address = re.search(r'<link rel="manifest" href="([^"]+)"', officer.get("/officer").text)
    assert address
    assert json.loads(client().get(address[1]).text)["start_url"] == "/staff/officer", "also without a cookie"
    assert json.loads(client().get("/manifest.webmanifest?start=//evil.example").text)["start_url"] == "/"


def test_signing_out_has_the_browser_forget_what_it_keeps(published: Settings) -> None:
    police = client_of(published, "police:W")
    token = re.search('name="csrf_token" value="([0-9a-f]{64})"', police.get("/about").text)
    assert token
    assert police.post("/sign-out", data={"csrf_token": token[1]}).headers["Clear-Site-Data"] == '"storage"'
