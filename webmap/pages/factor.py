"""The second factor of who signs in: a code from a phone, set up here the first time."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext

from geodata.accounts import Awaits, SignedIn, enrol, offered, prove
from geodata.errors import InvalidInput, NotFound
from webmap.access import asked_from, known_by_password, session_token, settings
from webmap.languages import language
from webmap.staff import form_token, next_page

blueprint = Blueprint("factor", __name__)


@blueprint.get("/factor")
def show_factor() -> Any:
    """Answer with the form for a code, or with what a phone takes to make codes from now on."""
    return _page(_who())


@blueprint.post("/factor")
def give_code() -> Any:
    """Take a code: the first sets up the phone that made it, each later one lets its session read."""
    found, code = _who(), request.form.get("code", "")
    if found.awaits is Awaits.NOTHING and not found.may_enrol:
        return redirect(url_for("factor.show_factor"), HTTPStatus.SEE_OTHER)
    given = enrol if found.may_enrol else prove
    try:
        given(settings(), session_token(request) or "", code, address=asked_from(request))
    except InvalidInput as error:
        return _page(found, error.told(language())), HTTPStatus.FORBIDDEN
    return redirect(f"{request.script_root}{next_page()}", HTTPStatus.SEE_OTHER)


def _page(found: SignedIn, problem: str = "") -> str:
    return render_template(
        "factor.html",
        title=gettext("Code from your phone"),
        account=found.name,
        awaits=found.awaits.value,
        offer=_offer() if found.may_enrol else None,
        problem=problem,
        next=next_page(),
        form_token=form_token(),
    )


def _offer() -> dict[str, Any]:
    """Return what a phone takes, for its camera, for who reads this on the phone, and for who types."""
    # Only who sets up a phone pays for it.
    import segno
    from markupsafe import Markup

    found = offered(settings(), session_token(request) or "")
    drawn = segno.make_qr(found.address, error="m").svg_inline(
        scale=5, border=4, light="#ffffff", dark="#000000", omitsize=True
    )
    return {
        "drawn": Markup(drawn),  # noqa: S704  made of numbers alone
        "address": found.address,
        "secret": " ".join(found.secret[at : at + 4] for at in range(0, len(found.secret), 4)),
    }


def _who() -> SignedIn:
    found = known_by_password()
    if found is None:
        raise NotFound("for who has given a password")
    return found
