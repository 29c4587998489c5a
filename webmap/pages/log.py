"""The steward's page of the log."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext

from geodata.accounts.log import LAST, What, entries
from geodata.errors import NotFound
from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from webmap.access import audience, settings
from webmap.page_words import audience_names
from webmap.way_words import way_words

blueprint = Blueprint("log", __name__)
SHOWN = 100


@blueprint.get("/log")
def show_log() -> Any:
    """Answer with the latest entries, of an account or a kind alone where that is asked for."""
    if audience(request).audience is not Audience.STEWARD:
        raise NotFound("for the steward only")
    what, account, before = (
        request.args.get("what", ""),
        request.args.get("account", ""),
        request.args.get("before", ""),
    )
    found = entries(
        settings(),
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
        names={each.value: name for each, name in audience_names().items()},
        layers={layer.id: layer.title for layer in LAYERS},
    )


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
