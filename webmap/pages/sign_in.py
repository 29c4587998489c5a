"""Signing in and out, and choosing for whom one reads."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from geodata.accounts import choose, enter, enterable, resolve
from geodata.accounts import sign_in as begin
from geodata.accounts import sign_out as end
from geodata.errors import InvalidInput, NotFound
from geodata.queries.reading import OWN_AREAS_ONLY
from webmap.access import (
    asked_from,
    is_at_the_machine,
    is_below_staff,
    is_private_way,
    session_cookie,
    session_token,
    settings,
)
from webmap.languages import language
from webmap.page_words import audience_names
from webmap.staff import ROOT, is_foreign_origin, next_page

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def show_sign_in() -> Any:
    """Answer with the form; over plain HTTP from elsewhere with why there is none."""
    _refuse_below_staff()
    return _page("", HTTPStatus.OK)


@blueprint.post("/sign-in")
def sign_in() -> Any:
    """Begin a session by name and password, and lead on to the page that was asked for."""
    _refuse_below_staff()
    if not is_private_way(request) or is_foreign_origin():
        return _page("", HTTPStatus.FORBIDDEN)
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        token = begin(settings(), name, password, address=asked_from(request))
    except InvalidInput as error:
        return _page(error.told(language()), HTTPStatus.FORBIDDEN)
    return _led_on(token)


@blueprint.post("/enter")
def enter_demo() -> Any:
    """Begin a session of the demo's account for an audience, without a password."""
    _refuse_below_staff()
    # Browsers state the origin with every form: a page of ours alone, opened at this very machine.
    if not is_at_the_machine(request) or "Origin" not in request.headers or is_foreign_origin():
        raise NotFound("nobody is let in here by one click")
    return _led_on(enter(settings(), request.form.get("audience", ""), address=asked_from(request)))


@blueprint.post("/sign-out")
def sign_out() -> Any:
    """End the session, and lead to the residents' map."""
    token = _session()
    end(settings(), token)
    answer = make_response(redirect(request.script_root.removesuffix(ROOT) + "/", HTTPStatus.SEE_OTHER))
    # Whatever a device has kept of staff's pages goes, also where no script could see to it.
    answer.headers["Clear-Site-Data"] = '"storage"'
    answer.delete_cookie(session_cookie(request), path="/", secure=request.is_secure, httponly=True, samesite="Lax")
    return answer


@blueprint.post("/audience")
def choose_audience() -> Any:
    """Read for another of the account's audiences from now on."""
    choose(settings(), _session(), request.form.get("audience", ""))
    return redirect(url_for("public.show_map"), HTTPStatus.SEE_OTHER)


def _led_on(token: str) -> Any:
    """Answer with the session's cookie, and lead on to the page that was asked for.

    Who sees to areas of their own and asked for no page comes to what is due there.
    """
    asked = next_page()
    found = resolve(settings(), token) if asked == "/" else None
    if found and found.reader.audience in OWN_AREAS_ONLY:
        asked = "/officer"
    answer = make_response(redirect(f"{request.script_root}{ROOT}{asked}", HTTPStatus.SEE_OTHER))
    answer.set_cookie(session_cookie(request), token, path="/", secure=request.is_secure, httponly=True, samesite="Lax")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(problem: str, status: HTTPStatus) -> Any:
    answer = make_response(
        render_template(
            "sign_in.html",
            problem=problem,
            is_private=is_private_way(request),
            next=next_page(),
            name=request.form.get("name", "") if is_private_way(request) else "",
            title=gettext("Sign in"),
            demo=_demo(),
        ),
        status,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _demo() -> list[tuple[str, str]]:
    """Return the audiences to enter for by one click, each with its name: none but at the machine of a demo."""
    names = audience_names()
    return [(each.value, names[each]) for each in enterable(settings())] if is_at_the_machine(request) else []


def _refuse_below_staff() -> None:
    if is_below_staff(request):
        raise NotFound("one signs in at /sign-in")


def _session() -> str:
    """Return the session's token; whoever has none is told of nothing here."""
    token = session_token(request)
    if token is None:
        raise NotFound("for who is signed in")
    return token
