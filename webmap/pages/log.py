"""The steward's page of the log."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask_babel import gettext

from geodata.accounts.log import LAST, What, entries
from geodata.errors import InvalidInput, NotFound
from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from webmap.access import audience, settings
from webmap.page_words import audience_names
from webmap.way_words import way_words

blueprint = Blueprint("log", __name__)
SHOWN = 100


@blueprint.get("/log")
def show_log() -> Any:
    """Answer with the latest entries, of an account, a kind or a day alone where that is asked for."""
    if audience(request).audience is not Audience.STEWARD:
        raise NotFound("for the steward only")
    what, account, before = (
        request.args.get("what", ""),
        request.args.get("account", ""),
        request.args.get("before", ""),
    )
    day = _day(request.args.get("day", ""))
    begins = datetime.combine(day, time(), ZoneInfo(settings().time_zone)) if day else None
    found = entries(
        settings(),
        since=begins,
        until=begins + timedelta(days=1) if begins else None,
        before=int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else LAST,
        limit=SHOWN + 1,
        what=what if what in list(What) else "",
        account=account.replace("\x00", ""),
    )
    return render_template(
        "log.html",
        title=gettext("Log"),
        entries=found[:SHOWN],
        before=found[SHOWN - 1].id if len(found) > SHOWN else None,
        kinds=_kinds(),
        way_words=way_words,
        what=what,
        account=account,
        day=day,
        names={each.value: name for each, name in audience_names().items()},
        layers={layer.id: layer.title for layer in LAYERS},
    )


def _day(stated: str) -> date | None:
    """Return the day that an address states, None where it states none.

    Raises:
        InvalidInput: it is no day: all of the log would be another answer than was asked for.
    """
    if not stated:
        return None
    try:
        day = date.fromisoformat(stated)
    except ValueError:
        day = date.max
    if not date.min < day < date.max:
        raise InvalidInput(f"{stated[:20]!r} is no day; wanted is such as 2025-10-31", zh="日期无效")
    return day


def _kinds() -> dict[str, str]:
    """Return what is noted, in words."""
    return {
        What.SIGNED_IN: gettext("Signed in"),
        What.AWAITS: gettext("Password right, code awaited"),
        What.REFUSED: gettext("Wrong password, name or code"),
        What.LOCKED: gettext("Locked after wrong tries"),
        What.SIGNED_OUT: gettext("Signed out"),
        What.READ: gettext("Read"),
        What.EXPORTED: gettext("Taken away"),
        What.PHOTO: gettext("Photo opened"),
        What.ADDED: gettext("Account added"),
        What.CHANGED: gettext("Account changed"),
        What.PASSWORD: gettext("New password set"),
        What.DISABLED: gettext("Account disabled"),
        What.ENABLED: gettext("Account enabled"),
        What.FACTOR_ADDED: gettext("Codes set up on a phone"),
        What.FACTOR_RESET: gettext("Codes reset"),
        What.REQUIRED: gettext("Codes required of"),
        What.FORGOTTEN: gettext("Old entries deleted"),
    }
