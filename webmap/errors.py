"""What goes wrong, as a status and a sentence: never an exception's own text to the public."""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import gettext
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import BadHost, HTTPException

from geodata.errors import (
    DatabaseOutdated,
    DatabaseUnavailable,
    GeodataError,
    InvalidInput,
    NoRoom,
    NotFound,
    NotPublished,
    TooBusy,
)
from webmap.languages import language

QUERY_CANCELED = "57014"
"""What PostgreSQL calls it (SQLSTATE)."""
TOO_LONG = GeodataError(
    "the question takes too long: ask for less at a time, such as a smaller area or fewer records",
    zh="查询耗时过长：请缩小范围，例如选择较小的区域或较少的记录。",
)
FOR_PROGRAMS = ("/ogc", "/api", "/search", "/style.json")

STATUSES: dict[type[Exception], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    InvalidInput: HTTPStatus.BAD_REQUEST,
    DatabaseUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    OperationalError: HTTPStatus.SERVICE_UNAVAILABLE,
    TooBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    NoRoom: HTTPStatus.INSUFFICIENT_STORAGE,
}


def init(app: Flask) -> None:
    """Answer every error by the table."""
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer)


def _answer_http(error: HTTPException) -> Response:
    said, own = say(HTTPStatus(error.code or 500)), error.get_response()
    # Such as which methods there are, where one isn't, or how long a file is that was asked for beyond its end.
    for name in ("Allow", "Content-Range", "Retry-After"):
        if name in own.headers:
            said.headers[name] = own.headers[name]
    return said


def _answer(error: Exception) -> Response:
    if isinstance(error, DataError) and "filter" in request.args:
        # The only arithmetic of others that the database does; elsewhere such a mistake is ours.
        error = InvalidInput("filter asks for a number that there isn't, such as 1 / 0, or for one out of bounds")
    status = next((found for kind, found in STATUSES.items() if isinstance(error, kind)), None)
    if status is None:
        current_app.logger.exception("%s %s", request.method, request.path)
        return say(HTTPStatus.INTERNAL_SERVER_ERROR)
    if _took_too_long(error):
        current_app.logger.error("%s %s: took too long", request.method, request.path)
        return say(HTTPStatus.GATEWAY_TIMEOUT, _told(TOO_LONG), TOO_LONG.told(language()))
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        current_app.logger.error("%s %s: %s", request.method, request.path, error)
    if isinstance(error, TooBusy):
        busy = say(status, error.told(language()), error.told(language()))
        busy.headers["Retry-After"] = "60"
        return busy
    if isinstance(error, NoRoom):
        current_app.logger.error("%s %s: %s", request.method, request.path, error.__cause__ or error)
        return say(status, error.told(language()), error.told(language()))
    if isinstance(error, NotPublished):
        # The address is right: there will be something.
        return say(status, message=_unpublished(), helps=False)
    if isinstance(error, DatabaseOutdated):
        sentence = _outdated()
        return say(status, sentence, sentence)
    # These sentences are written for the caller; all others stay in the log.
    detail = _told(error) if isinstance(error, GeodataError) and status is HTTPStatus.BAD_REQUEST else ""
    # Whoever asks for a file is told what is wrong with the wish: there is no page to say it on. Whoever sent a
    # form isn't told of an address.
    if isinstance(error, InvalidInput) and (request.path.startswith("/download") or request.method == "POST"):
        return say(status, detail, error.told(language()))
    return say(status, detail)


def _took_too_long(error: Exception) -> bool:
    """Say whether the database ended a statement after the site's limit."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") == QUERY_CANCELED


def _told(error: GeodataError) -> str:
    """Return an error's sentence: programs read English unless they ask for another language."""
    return error.told(language() if "lang" in request.args else "en")


def say(status: HTTPStatus, detail: str = "", message: str = "", *, helps: bool = True) -> Response:
    """Return the answer to a request that failed: problem+json with a detail to programs, a page to people.

    Args:
        status: what went wrong.
        detail: a sentence for programs, "" for none.
        message: a sentence for people, "" for the status's own.
        helps: people are told, too, what they can do about that status.
    """
    if is_for_programs():
        problem = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
        body = json.dumps({key: value for key, value in problem.items() if value != ""}, ensure_ascii=False)
        return Response(body, status, mimetype="application/problem+json")
    help_ = _help(status) if helps else ""
    page = render_template("error.html", status=int(status), message=message or _sentence(status), help=help_)
    return make_response(page, int(status))


def is_for_programs() -> bool:
    """Say whether a program asks, rather than a person; no browser asks for a host that can't be, nor has it pages."""
    return request.path.startswith(FOR_PROGRAMS) or isinstance(request.routing_exception, BadHost)


def _help(status: HTTPStatus) -> str:
    """Return what a reader can do about it; "" where the sentence itself says so."""
    helps = {
        HTTPStatus.NOT_FOUND: gettext(
            "The link may be out of date or incomplete. Search for the place by its name on the map."
        ),
        HTTPStatus.BAD_REQUEST: gettext("Take the way from the map or the list: their links are whole."),
        HTTPStatus.INTERNAL_SERVER_ERROR: gettext("Try again in a moment. All other pages work as before."),
    }
    return helps.get(status, "")


def _unpublished() -> str:
    return gettext("Nothing has been published yet. As soon as data have been loaded and published, they stand here.")


def _outdated() -> str:
    return gettext("The site is being brought to a new version. Whoever runs it has to run ./csmap migrate.")


def _sentence(status: HTTPStatus) -> str:
    sentences = {
        HTTPStatus.NOT_FOUND: gettext("This page doesn't exist, or isn't open to you."),
        HTTPStatus.BAD_REQUEST: gettext("The address has something in it that can't be understood."),
        HTTPStatus.FORBIDDEN: gettext("This can only be asked from a page of this site that is still signed in."),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext("That is more than this site takes at once."),
        HTTPStatus.METHOD_NOT_ALLOWED: gettext("This address can only be read."),
        HTTPStatus.SERVICE_UNAVAILABLE: gettext("The data can't be reached just now. Please try again in a minute."),
    }
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return sentences.get(status, sentences[HTTPStatus.BAD_REQUEST])
    return sentences.get(status, gettext("Something went wrong on our side. It has been noted."))
