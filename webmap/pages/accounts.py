"""The steward's page of who may sign in: to add, change, disable and enable accounts, and to give new passwords."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext

from geodata.accounts import (
    add,
    change,
    disable,
    enable,
    folded,
    listed,
    random_password,
    require,
    required,
    reset,
    set_password,
)
from geodata.errors import GeodataError, InvalidInput, NotFound
from geodata.layers.audience import Audience
from geodata.queries.accounts import Account
from geodata.queries.areas import list_areas
from webmap.access import audience, reading, settings, signed_in
from webmap.languages import language
from webmap.page_words import audience_names

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")


@blueprint.before_request
def _for_stewards() -> None:
    if audience(request).audience is not Audience.STEWARD:
        raise NotFound("for the steward only")


@blueprint.get("")
def show_accounts() -> Any:
    """Answer with all accounts and the form for another one."""
    return _page()


@blueprint.post("")
def add_account() -> Any:
    """Add an account and show its password, this once."""
    password = random_password()
    try:
        name = add(settings(), request.form.get("name", ""), password, *_stated(), by=_own())
    except (InvalidInput, NotFound) as error:
        return _page(problem=_said(error), status=HTTPStatus.BAD_REQUEST)
    return _page(told=(name, password))


@blueprint.post("/<name>/password")
def give_password(name: str) -> Any:
    """Give an account another password, show it this once, and end its sessions."""
    _refuse_own(name)
    password = random_password()
    set_password(settings(), name, password, by=_own())
    return _page(told=(name, password))


@blueprint.post("/<name>/change")
def change_account(name: str) -> Any:
    """Let an account read for others than before, and end its sessions."""
    _refuse_own(name)
    try:
        change(settings(), name, *_stated(), by=_own())
    except (InvalidInput, NotFound) as error:
        return _page(problem=f"{name}: {_said(error)}", status=HTTPStatus.BAD_REQUEST)
    return _back()


@blueprint.post("/<name>/disable")
def disable_account(name: str) -> Any:
    """Let an account sign in no more, and end its sessions."""
    _refuse_own(name)
    disable(settings(), name, by=_own())
    return _back()


@blueprint.post("/<name>/enable")
def enable_account(name: str) -> Any:
    """Let a disabled account sign in again."""
    enable(settings(), name, by=_own())
    return _back()


@blueprint.post("/<name>/factor")
def reset_factor(name: str) -> Any:
    """Forget the phone by which an account gives codes, and end its sessions."""
    _refuse_own(name)
    reset(settings(), name, by=_own())
    return _back()


@blueprint.post("/required")
def require_factor() -> Any:
    """Have the accounts of the chosen audiences give codes, and no others."""
    require(settings(), _stated()[0], by=_own())
    return _back()


def _page(*, told: tuple[str, str] | None = None, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> Any:
    areas = list_areas(reading())
    page = render_template(
        "accounts.html",
        title=gettext("Accounts"),
        accounts=listed(settings()),
        names={each.value: name for each, name in audience_names().items()},
        areas={area.code: area.name for area in areas if area.code},
        own=_own(),
        required=[each.value for each in required(settings())],
        told=told,
        problem=problem,
        stated=request.form if problem and request.endpoint == "accounts.add_account" else {},
        areas_of=_areas_of,
    )
    return page, status


def _areas_of(account: Account) -> str:
    return ", ".join(account.area_codes)


def _stated() -> tuple[list[Audience], list[str]]:
    """Return the audiences and the codes of areas that a form states; unknown audiences are none."""
    known = {each.value: each for each in audience_names()}
    codes = request.form.get("areas", "").replace("，", ",").replace("、", ",").replace(";", ",").split(",")
    return [known[each] for each in request.form.getlist("audience") if each in known], [
        code.strip() for code in codes if code.strip()
    ]


def _said(error: GeodataError) -> str:
    return gettext("No area has this code.") if isinstance(error, NotFound) else error.told(language())


def _own() -> str:
    found = signed_in()
    return found.name if found else ""


def _refuse_own(name: str) -> None:
    """Keep a steward from shutting themselves out.

    Raises:
        InvalidInput: it is the account of who asks.
    """
    if folded(name) == _own():
        raise InvalidInput(
            "this is your own account: another steward changes it, or ./csmap user", zh="不能修改自己的账号"
        )


def _back() -> Any:
    return redirect(url_for("accounts.show_accounts"), HTTPStatus.SEE_OTHER)
