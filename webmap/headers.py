"""The headers of every answer: what a page may load, who may keep it, and compression."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, request

from webmap.access import is_public, is_trusted_by_browsers, reading
from webmap.packing import packed

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "worker-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
OPEN_TO_PAGES = ("/ogc", "/download", "/archives")
"""What pages of other sites may read, too: open data, the same for everybody, for which no cookie is looked at."""
TOLD_TO_PAGES = "Content-Crs, Content-Disposition, Content-Length, Content-Range, ETag, Link"
ASKED_BY_PAGES = "Accept, If-None-Match, Range"
WORTH_COMPRESSING = 1000
BLUR = 128
"""Up to so many bytes staff's answers are longer than they would be."""
_HEAD, _HAS_NAME = 10, 8
"""Of RFC 1952: the length of the first part, and the flag that a name follows it."""
COMPRESSED = (
    "text/",
    "application/json",
    "application/geo+json",
    "application/vnd.mapbox-vector-tile",
    "image/svg+xml",
)


def init(app: Flask) -> None:
    """Put the headers on every answer."""
    app.after_request(_protect)
    app.after_request(_open)
    app.after_request(_compress)


def keep_until_published(response: Response) -> Response:
    """Let a public answer be kept and asked again by its publication's stamp; a staff answer by nobody.

    Whether a stream is known already has to be asked before it is begun.
    """
    if is_public():
        return keep_of(response, reading().stamp)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def keep_of(response: Response, stamp: str) -> Response:
    """Let a public answer be kept and asked again by the stamp of the publication that it tells of."""
    response.set_etag(stamp, weak=True)
    response.headers["Cache-Control"] = "public, max-age=60"
    # To know the length of a stream it would be read into memory, whole.
    if not response.is_streamed:
        response.make_conditional(request)
    return response


def attach(response: Response, name: str) -> None:
    """Have an answer saved as a file of that name: a header holds Latin letters alone, others stand in it quoted."""
    plain = name.encode("ascii", "ignore").decode().lstrip(" -.")
    names = {"filename": plain} if plain == name else {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **names)


def _blurred(body: bytes) -> bytes:
    """Return what is packed with a name of some length, which whoever unpacks it passes over.

    Words that stand in an answer twice make it shorter: who reads along how long answers are, and has a reader open
    addresses with guesses in them, would learn the secrets of a page letter by letter (BREACH).
    """
    flags = body[3] | _HAS_NAME
    return body[:3] + bytes([flags]) + body[4:_HEAD] + b"x" * secrets.randbelow(BLUR) + b"\0" + body[_HEAD:]


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if is_trusted_by_browsers(request):
        # Elsewhere browsers heed it not, and complain of it on each page.
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if not is_public():
        headers["Cache-Control"] = "private, no-store"
    elif response.status_code >= HTTPStatus.BAD_REQUEST:
        # What isn't there today may be there tomorrow, or be there for somebody else.
        headers["Cache-Control"] = "no-store"
    else:
        # A page may speak the language that a cookie names: nobody gives it to the next one without asking.
        headers.setdefault("Cache-Control", "no-cache")
    return response


def _open(response: Response) -> Response:
    """Let scripts of other sites read what is public for programs; what staff get is never among it."""
    if is_public() and f"{request.path}/".startswith(tuple(f"{path}/" for path in OPEN_TO_PAGES)):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = TOLD_TO_PAGES
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response.headers["Access-Control-Allow-Headers"] = ASKED_BY_PAGES
            response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _compress(response: Response) -> Response:
    if (
        response.direct_passthrough
        or response.is_streamed
        or response.status_code != 200
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(COMPRESSED)
        or not request.accept_encodings["gzip"]
    ):
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= WORTH_COMPRESSING:
        response.set_data(packed(body) if is_public() else _blurred(packed(body)))
        response.headers["Content-Encoding"] = "gzip"
    return response
