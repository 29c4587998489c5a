"""Tiles as they are asked for: by whom, of which publication, and what the database has to do for them."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from geodata.database.engine import admin_url, engine_for
from geodata.database.logins import Login, role_name
from geodata.publication import publish
from geodata.queries.current import current_stamp
from geodata.queries.reading import Reading, ask_published
from geodata.queries.tiles import HIGHEST_ZOOM, tile
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put
from tests.signing import client_of
from tests.vector_tile import read_tile
from webmap import create_app
from webmap.tile_cache import tiles_folder

TILE = "/ogc/collections/police_post/tiles/WebMercatorQuad/14/6877/13289"
OF_ALL = "/ogc/tiles/WebMercatorQuad/14/6877/13289"
OF_BASE = "/ogc/base/tiles/WebMercatorQuad/14/6877/13289"


@pytest.fixture(scope="module")
def town(deployments: Deployments) -> Settings:
    settings = deployments.make("Tiles", synthetic=True, as_of=date(2025, 10, 31))
    _fill(settings, "Post")
    return settings


def _fill(settings: Settings, name: str) -> None:
    posts = [{"source_id": f"p{n}", "name": f"{name} {n}", "geom": f"POINT({112 + n / 1e4} 27.73)"} for n in range(30)]
    put(settings, "police_post", posts)
    road = {
        "source_id": "r",
        "name": "Road",
        "highway": "primary",
        "geom": "MULTILINESTRING((112 27.73, 112.003 27.73))",
    }
    put(settings, "road", [road])
    publish(settings)


@contextmanager
def _statements() -> Iterator[list[str]]:
    """Gather what every login of this process asks of the database."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", [TILE, OF_ALL, OF_BASE])
def test_who_knows_a_tile_is_told_so_without_a_query(town: Settings, path: str) -> None:
    client = create_app(town).test_client()
    first = client.get(path)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "public, max-age=60")
    with _statements() as asked:
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        kept = client.get(path)
    assert (again.status_code, again.data) == (304, b"")
    assert kept.data == first.data
    # One word a second: which publication is served.
    assert [statement for statement in asked if "current_publication" not in statement] == []
    assert len(asked) <= 1


@pytest.mark.parametrize("place", [f"{HIGHEST_ZOOM + 1}/0/0", "3/8/0", "3/0/8", "22/99999999/0", "999999999999/0/0"])
@pytest.mark.parametrize("above", ["/ogc", "/ogc/base", "/ogc/collections/police_post", "/ogc/collections/no_layer"])
def test_no_statement_is_made_for_what_cant_be(town: Settings, above: str, place: str) -> None:
    for who in (None, "planner"):
        client = client_of(town, who)
        with _statements() as asked:
            answer = client.get(f"{above}/tiles/WebMercatorQuad/{place}")
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
        assert [statement for statement in asked if "account." not in statement] == []


def test_a_new_publication_has_tiles_of_its_own(deployments: Deployments) -> None:
    settings = deployments.make("Tiles anew", synthetic=True, as_of=date(2025, 10, 31))
    client = create_app(settings).test_client()
    assert client.get(TILE).status_code == 404
    _fill(settings, "Post")
    before = client.get(TILE)
    _fill(settings, "Desk")
    after = client.get(TILE, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    names = [
        {str(each.properties["name"]).split()[0] for each in read_tile(answer.data)["police_post"]}
        for answer in (before, after)
    ]
    assert names == [{"Post"}, {"Desk"}]


def test_a_tile_comes_though_its_publication_or_its_connection_has_gone(town: Settings) -> None:
    """Whoever takes one that has gone for the current one is told nothing, looks again, and is answered."""
    client = create_app(town).test_client()
    stamp, wanted = current_stamp(town) or "", client.get(TILE).data

    def drawn(view: Reading) -> bytes:
        return tile(view, view.layer("police_post"), 14, 13289, 6877)

    assert ask_published(town, "999-gone", drawn) is None
    assert ask_published(town, stamp, drawn) == wanted
    _end_connections(town)
    shutil.rmtree(tiles_folder(town, os.geteuid()))
    assert client.get(TILE).data == wanted


def _end_connections(settings: Settings) -> None:
    query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = :role"
    with create_engine(admin_url(settings), poolclass=NullPool).connect() as connection:
        role = role_name(Login.PUBLIC, str(connection.engine.url.database))
        assert connection.execute(text(query), {"role": role}).scalar_one() > 0


def test_nothing_that_a_request_says_beside_its_path_makes_another_tile(town: Settings) -> None:
    client = create_app(town).test_client()
    folder = tiles_folder(town, os.geteuid())
    first = client.get(TILE)
    kept = sorted(path.name for path in folder.glob("*/*"))
    for number in range(50):
        assert client.get(f"{TILE}?x={number}").status_code == 400
        for path in (f"{TILE}?f=mvt", f"{TILE}?lang=en"):
            said = {"Cookie": f"session={number}", "Accept-Language": f"x-{number}", "Host": f"h{number}.example"}
            said |= {"X-Forwarded-For": f"10.0.0.{number}", "X-Forwarded-Host": "evil.example", "Accept": "*/*"}
            answer = client.get(path, headers=said)
            assert answer.data == first.data
            assert answer.headers["ETag"] == first.headers["ETag"]
            assert "Cookie" not in answer.headers.get("Vary", "")
            assert "Set-Cookie" not in answer.headers
    assert sorted(path.name for path in folder.glob("*/*")) == kept


def test_a_tile_is_packed_for_who_takes_it(town: Settings) -> None:
    client = create_app(town).test_client()
    for path in (TILE, OF_ALL):
        plain = client.get(path, headers={"Accept-Encoding": "identity"})
        packed = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.data) == plain.data
        # Browsers unpack the first of several and stop there.
        assert packed.data.count(b"\x1f\x8b\x08") == 1


def test_tiles_of_staff_are_never_kept(town: Settings) -> None:
    folder = tiles_folder(town, os.geteuid())
    kept = sorted(folder.glob("*/*"))
    for who in ("planner", "steward"):
        for above in ("/ogc/collections/police_post", "/ogc/base"):
            answer = client_of(town, who).get(f"{above}/tiles/WebMercatorQuad/15/13755/26578")
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert "ETag" not in answer.headers
    assert sorted(folder.glob("*/*")) == kept


@pytest.mark.parametrize(("who", "schema"), [(None, "pub"), ("police:W", "live")])
def test_a_statement_that_takes_too_long_is_ended_and_told(town: Settings, who: str | None, schema: str) -> None:
    if schema == "live":
        west = "MULTIPOLYGON(((111.9 27.6, 112.1 27.6, 112.1 27.8, 111.9 27.8, 111.9 27.6)))"
        put(town, "area", [{"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": west}])
    client = client_of(town, who, create_app(replace(town, statement_timeout_s=1.0)))
    with engine_for(town, Login.OWNER).begin() as owner:
        n = owner.execute(text("SELECT n FROM ledger.current_publication")).scalar_one()
        # Who reads the layer waits for this one, as long as it lasts.
        table = f"{schema}.police_post" if schema == "live" else f"{schema}_{n}.police_post"
        owner.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        answer = client.get("/ogc/collections/police_post/tiles/WebMercatorQuad/9/1/1")
        assert (answer.status_code, answer.mimetype) == (504, "application/problem+json")
        assert json.loads(answer.text)["detail"].startswith("the question takes too long")
        assert answer.headers["Cache-Control"] in ("no-store", "private, no-store")
        page = client.get("/list?layer=police_post&lang=en")
        assert page.status_code == 504
        assert "takes too long" in page.text
    assert client.get("/ogc/collections/police_post/items").status_code == 200
