"""Addresses below /staff: the same pages and answers for who is signed in, and for nobody else."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Flask, Response, redirect, request

from webmap.access import STAFF, is_below_staff, is_private_way, known_by_password, session_token, signed_in
from webmap.errors import is_for_programs, say

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = "/staff"
OPEN_TO_ALL = ("static", "public.static", "install.show_manifest", "install.show_worker", "install.show_offline")
"""Scripts, style sheets and what a device keeps of them: they hold nothing of the data."""
WITHOUT_A_CODE = ("factor.show_factor", "factor.give_code", "sign_in.sign_out")
"""All that somebody may ask for who has given a password and owes a code."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
"""What a page of another site can have a browser send without asking us first."""
READING = ("GET", "HEAD", "OPTIONS")


class Mounted:
    """Moves a leading /staff from the path to the root, so that links of staff's pages stay below it."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a WSGI request."""
        root, path = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")
        if path == ROOT or path.startswith(f"{ROOT}/"):
            environ = {
                **environ,
                STAFF: root,
                "SCRIPT_NAME": root + ROOT,
                "PATH_INFO": path.removeprefix(ROOT) or "/",
            }
        return self.app(environ, start_response)


def init(app: Flask) -> None:
    """Mount the application below /staff, too, and let nobody in there who isn't signed in."""
    app.wsgi_app = Mounted(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(_refuse_others)


def form_token() -> str:
    """Return what a form of a signed-in page brings along: it is of this session, and no other site can know it."""
    return _token_of(session_token(request) or "")


def next_page() -> str:
    """Return the staff's page that leads on: always one of this site, as it is put behind /staff."""
    # The form isn't read where nobody may sign in.
    stated = (request.values if is_private_way(request) else request.args).get("next", "/")
    return stated if stated.startswith("/") and stated.isprintable() else "/"


def _token_of(session: str) -> str:
    return hmac.new(session.encode(), b"csmap form", hashlib.sha256).hexdigest()


def _refuse_others() -> Any:
    """Stop strangers, and what a page of somebody else asks in the name of who is signed in."""
    if not is_below_staff(request) or request.endpoint in OPEN_TO_ALL:
        return None
    if signed_in() is None:
        if known_by_password() is None:
            return _ask_to_sign_in()
        if request.endpoint not in WITHOUT_A_CODE:
            return _ask_for(f"{ROOT}/factor", "a code from a phone is awaited")
    if request.method not in READING and not _is_from_own_page():
        return say(HTTPStatus.FORBIDDEN, "asked from a page of another site, or without this session's token")
    return None


def _ask_to_sign_in() -> Response:
    return _ask_for("/sign-in", "nobody is signed in: sign in")


def _ask_for(page: str, why: str) -> Response:
    """Lead people to a page that leads them back here, and tell programs where it is."""
    address = f"{request.environ[STAFF]}{page}"
    if is_for_programs():
        answer = say(HTTPStatus.UNAUTHORIZED, f"{why} at {address}")
        answer.headers["WWW-Authenticate"] = 'Session realm="csmap"'
        return answer
    asked = request.full_path.removesuffix("?") if request.method in READING else "/"
    query = {"next": asked} if asked != "/" else {}
    if "lang" in request.args:
        query["lang"] = request.args["lang"]
    found = redirect(address + (f"?{urlencode(query)}" if query else ""), HTTPStatus.SEE_OTHER)
    assert isinstance(found, Response)  # noqa: S101
    return found


def _is_from_own_page() -> bool:
    """Say whether a request that does something was made by a page of ours.

    A form has to bring its session's token, and what a script asks has to come with our origin (or the token, from a
    program): browsers let no page set the origin, and ask us before they send JSON for another site.
    """
    if is_foreign_origin():
        return False
    stated = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if hmac.compare_digest(stated.encode("utf-8", "replace"), form_token().encode()):
        return True
    return "Origin" in request.headers and request.mimetype not in FORMS


def is_foreign_origin() -> bool:
    """Say whether a page of another site asks; browsers say so with whatever does more than read."""
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.host}"
