"""What officers and police record: the next step of a hazard, and what they take back of it."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request, url_for

from geodata.errors import InvalidInput, NotFound
from geodata.queries.hazard_writing import (
    Writing,
    add_photo,
    find_recorded,
    open_writing,
    report_hazard,
    step_hazard,
    take_back_edit,
)
from geodata.queries.hazards_near import hazards_near
from geodata.remarks import Remark, remark
from webmap.access import audience, for_officers, reading, settings, signed_in
from webmap.languages import language
from webmap.officer.list_page import deadlines_page
from webmap.officer.photos import remade
from webmap.officer.record_page import record_page, spot_of
from webmap.officer.steps import Refused, masked_code, now_s

blueprint = Blueprint("officer_writing", __name__)
blueprint.before_request(for_officers)


@blueprint.post("/officer/hazards")
def record_hazard() -> Any:
    """Record a hazard: `key`, `kind`, `level`, `words`, `kept_on`, and `lon` and `lat` or `compound`.

    Lead back to the list. Where one of the kind is known near by, the form comes again with it, unless it says `sure`.
    """
    form = request.form
    try:
        # Before the database is asked: no connection waits for a picture.
        jpeg, said = _photo(), remark(form.get("words", ""))
        asked = reading()
        spot, compound, (lon, lat) = spot_of(asked, form)
        near = () if form.get("sure") else hazards_near(asked, form.get("kind", ""), lon, lat, compound_id=compound)
        with _writing() as writing:
            # Sent twice, it is near itself.
            if near and find_recorded(writing, form.get("key", "")) is None:
                return record_page(asked, form, near=near), HTTPStatus.CONFLICT
            made = report_hazard(
                writing,
                form.get("key", ""),
                kind=form.get("kind", ""),
                level=form.get("level") or None,
                spot=spot,
                compound_id=compound,
                found_on=_kept_on(),
                said=said,
            )
            _keep_photo(writing, made, jpeg)
    except InvalidInput as error:
        return record_page(reading(), form, problem=error.told(language())), HTTPStatus.BAD_REQUEST
    return _done("reported", said, due="all")


@blueprint.post("/officer/hazards/<key:record_id>/steps")
def record_step(record_id: int) -> Any:
    """Record a step: `key`, `kind`, `words`, `kept_on`, and `due_on` where it sets one; lead back to the list."""
    form = request.form
    try:
        jpeg, said = _photo(), remark(form.get("words", ""))
        due_on, kind = _day(form.get("due_on")), form.get("kind", "")
        with _writing() as writing:
            _keep_photo(writing, record_id, jpeg)
            step_hazard(writing, form.get("key", ""), record_id, kind, due_on=due_on, kept_on=_kept_on(), said=said)
    except InvalidInput as error:
        stated = (form.get(name, "") for name in ("kind", "words", "due_on"))
        return _refused(error, Refused(record_id, *stated))
    return _done(kind, said, due=form.get("due") or None)


@blueprint.post("/officer/edits/<edit>/take-back")
def take_back(edit: str) -> Any:
    """Take back what was recorded some seconds ago, and lead back to the list."""
    try:
        with _writing() as writing:
            take_back_edit(writing, edit)
    except InvalidInput as error:
        return _refused(error)
    address = url_for("officer.show_deadlines", due=request.form.get("due") or None, back=1)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _writing() -> Any:
    found = signed_in()
    if found is None:
        raise NotFound("for who is signed in")
    return open_writing(settings(), audience(request), found.name)


def _photo() -> bytes | None:
    """Return the photo that a form brings along, made anew; None for none.

    Raises:
        InvalidInput: it can't be read as one.
    """
    sent = request.files.get("photo")
    data = sent.read() if sent else b""
    return remade(data) if data else None


def _keep_photo(writing: Writing, hazard_id: int, jpeg: bytes | None) -> None:
    if jpeg is not None:
        add_photo(writing, request.form.get("key", ""), hazard_id, jpeg, kept_on=_kept_on())


def _done(kind: str, said: Remark, *, due: str | None) -> Any:
    """Lead to the list, which says what was recorded and what was masked in its words."""
    words: dict[str, Any] = {
        "done": request.form.get("key", ""),
        "did": kind,
        "at": now_s(),
        "masked": masked_code(said.masked),
    }
    return redirect(url_for("officer.show_deadlines", due=due, **words), HTTPStatus.SEE_OTHER)


def _refused(error: InvalidInput, refused: Refused | None = None) -> tuple[str, HTTPStatus]:
    page = deadlines_page(reading(), request.form.get("due", ""), problem=error.told(language()), refused=refused)
    return page, HTTPStatus.BAD_REQUEST


def _kept_on() -> date | None:
    """Return the day on which a phone kept a draft; None where it says none: nobody could mend what a phone sends."""
    try:
        return date.fromisoformat(request.form.get("kept_on", ""))
    except ValueError:
        return None


def _day(stated: str | None) -> date | None:
    """Return a day as a form states it; None for none.

    Raises:
        InvalidInput: it is no day.
    """
    if not stated:
        return None
    try:
        return date.fromisoformat(stated)
    except ValueError:
        raise InvalidInput(f"{stated[:20]!r} is no day; wanted is such as 2025-10-31", zh="日期无效") from None
