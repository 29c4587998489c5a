"""The built scripts: sent compressed as the build left them, and done without where there are none."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from geodata.settings import Settings
from webmap import create_app


@pytest.fixture
def static(tmp_path: Path) -> Path:
    return tmp_path / "static"


@pytest.fixture
def browser(published: Settings, static: Path) -> FlaskClient:
    app = create_app(published)
    app.static_folder = str(static)
    return app.test_client()


def test_without_scripts_the_map_page_is_its_list(browser: FlaskClient) -> None:
    page = browser.get("/?lang=en").get_data(as_text=True)
    assert "has not been built on this server" in page
    assert "main.js" not in page
    assert "lists.css" in page
    assert page.count('data-select="police_post/') == 20


def test_what_the_build_compressed_is_sent_as_it_is(browser: FlaskClient, static: Path) -> None:
    static.mkdir()
    script = b"export const x = 1;" * 100
    (static / "main.js").write_bytes(script)
    (static / "main.js.gz").write_bytes(gzip.compress(script))
    packed = browser.get("/static/main.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == script
    assert packed.mimetype == "text/javascript"
    (static / "main.js.br").write_bytes(b"smaller")
    smaller = browser.get("/static/main.js", headers={"Accept-Encoding": "gzip, deflate, br"})
    assert (smaller.data, smaller.headers["Content-Encoding"]) == (b"smaller", "br")
    assert smaller.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert browser.get("/static/main.js", headers={"Accept-Encoding": "gzip"}).data == packed.data
    plain = browser.get("/static/main.js", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.data == script
    plain.close()
    again = browser.get("/static/main.js", headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data
    again.close()
    assert "main.js" in browser.get("/").get_data(as_text=True)
