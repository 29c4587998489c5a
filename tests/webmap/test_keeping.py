"""What may be kept by others is the same for all who ask: no header and no cookie makes another answer of it."""

from __future__ import annotations

import pytest

from tests.district import Client

HOSTILE = {
    "Accept-Language": "en-GB, en;q=0.9",
    "Cookie": "lang=en; session=somebody; __Host-session=somebody",
    "Forwarded": "for=10.0.0.1;host=evil.example;proto=https",
    "Host": "evil.example",
    "Origin": "https://evil.example",
    "Referer": "https://evil.example/",
    "Authorization": "Basic ZXZpbDpldmls",
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/evil.example",
    "X-Forwarded-Proto": "https",
    "X-HTTP-Method-Override": "DELETE",
    "X-Original-URL": "/staff/",
    "X-Rewrite-URL": "/staff/",
    "X-Script-Name": "/evil.example",
}
FOR_ALL = (
    "/ogc/",
    "/ogc/api",
    "/ogc/collections",
    "/ogc/collections/compound",
    "/ogc/collections/compound/items",
    "/ogc/collections/compound/items?f=html",
    "/ogc/collections/compound/queryables",
    "/ogc/collections/compound/tiles",
    "/ogc/collections/compound/tiles/WebMercatorQuad",
    "/ogc/collections/compound/tiles/WebMercatorQuad/3/3/6",
    "/ogc/conformance",
    "/ogc/tileMatrixSets",
    "/ogc/tiles",
    "/ogc/tiles/WebMercatorQuad/3/3/6",
    "/download/compound.csv",
    "/download/compound.geojson",
)


@pytest.mark.parametrize("path", FOR_ALL)
def test_no_header_makes_another_answer_of_what_may_be_kept(client: Client, path: str) -> None:
    plain = client().get(path)
    assert (plain.status_code, plain.headers["Cache-Control"]) == (200, "public, max-age=60")
    for name, value in HOSTILE.items():
        answer = client().get(path, headers={name: value})
        assert answer.data == plain.data, name
        assert answer.headers["ETag"] == plain.headers["ETag"]
        assert "Set-Cookie" not in answer.headers
        assert "evil" not in str(answer.headers)
        assert {part.strip() for part in answer.headers.get("Vary", "").split(",")} <= {"", "Accept", "Accept-Encoding"}


@pytest.mark.parametrize("path", ["/", "/list", "/about", "/search?q=Garden", "/style.json", "/no-such-page"])
def test_no_header_leads_a_page_elsewhere(client: Client, path: str) -> None:
    """Pages speak the language that a cookie names, so nobody keeps them without asking."""
    for name, value in HOSTILE.items():
        answer = client().get(path, headers={name: value})
        assert answer.headers["Cache-Control"] in ("no-cache", "no-store", "public, max-age=60"), name
        assert b"evil" not in answer.data
        assert "evil" not in str(answer.headers)
        assert answer.headers["Cache-Control"] != "public, max-age=60" or "Set-Cookie" not in answer.headers
