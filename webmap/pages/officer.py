"""The officer's pages: deadlines of their own areas first, each compound on one page; nobody else finds them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, render_template, request

from geodata.errors import InvalidInput
from geodata.remarks import LONGEST
from webmap import built
from webmap.access import for_officers, reading, settings
from webmap.languages import language
from webmap.officer.dossier import dossier_of
from webmap.officer.foot import nearest_page, order_page
from webmap.officer.list_page import deadlines_page, new_key
from webmap.officer.record_page import record_page
from webmap.officer.spots import stated_number
from webmap.page_words import credits_of, wording
from webmap.resident.answer import local_now, numbers_of

blueprint = Blueprint("officer", __name__)
blueprint.before_request(for_officers)


@blueprint.get("/officer")
def show_deadlines() -> str:
    """Answer with the open hazards of the reader's areas by deadline: `?due=overdue`, `today`, `week` or `all`.

    Without a word the first span that has any is shown.
    """
    return deadlines_page(reading(), request.args.get("due", ""))


@blueprint.get("/officer/hazards")
def show_form() -> str:
    """Answer with the form of a new hazard: `?compound=` where its compound is chosen already."""
    return record_page(reading(), request.args)


@blueprint.get("/officer/nearest")
def show_nearest() -> str:
    """Answer with the police posts nearest on foot: from `?lon=&lat=&system=GCJ-02`, `?compound=` or `?hazard=`."""
    return nearest_page(reading(), request.args)


@blueprint.get("/officer/order")
def show_order() -> Any:
    """Answer with the walk to some hazards, `?hazard=1&hazard=2`, that takes the least time; `&lon=&lat=` begins it."""
    ids = [number for each in request.args.getlist("hazard") if (number := stated_number(each)) is not None]
    try:
        return order_page(reading(), ids, {name: request.args.get(name, "") for name in ("lon", "lat", "system")})
    except InvalidInput as error:
        page = deadlines_page(reading(), request.args.get("due", ""), problem=error.told(language()))
        return page, HTTPStatus.BAD_REQUEST


@blueprint.get("/officer/compounds/<key:record_id>")
def show_dossier(record_id: int) -> str:
    """Answer with all that the reader may know of a compound."""
    asked, said_in = reading(), wording()
    return render_template(
        "officer_compound.html",
        dossier=dossier_of(asked, record_id, said_in, now=local_now(asked)),
        calls=numbers_of(settings(), said_in),
        new_key=new_key,
        most_words=LONGEST,
        first_day=settings().today().isoformat(),
        is_built=built.is_built(),
        credits=credits_of(asked),
    )
