"""What every page template may say: the place, its language, its notice, how old its data are, where links lead."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask_babel import gettext

from geodata.layers.area import LEVELS
from geodata.layers.audience import Audience
from geodata.queries.facts import layer_facts
from geodata.queries.reading import OWN_AREAS_ONLY, Reading
from webmap import choices, notice, sheets
from webmap.access import is_below_staff, is_officer, is_planner, settings, signed_in
from webmap.built import is_built
from webmap.headers import POLICY
from webmap.languages import language
from webmap.resident.opening import Opening, opening_of, opening_words
from webmap.staff import form_token
from webmap.static_site.addresses import is_in_files
from webmap.wording import Wording

OWN_NAMES = {"zh-CN": "中文", "en": "English"}


def words() -> dict[str, Any]:
    """Return the variables of the frame that all pages share."""
    others = [name for name in settings().languages if name != language()]
    return {
        "place_name": settings().name,
        "language": language(),
        "wording": wording(),
        "notice": notice.sentence(),
        "briefing": url_for("briefing.show_whole"),
        "is_planner": is_planner(),
        "is_officer": is_officer(),
        "staff": _staff(),
        "zone": ZoneInfo(settings().time_zone),
        "today": wording().date(settings().today()),
        "other_languages": [(name, OWN_NAMES[name], _same_page("lang", name)) for name in others],
        "sheets": sheets.SHARED,
        "chosen_looks": choices.attributes(),
        "to_care": _same_page(choices.CARE, "1"),
        "from_care": _same_page(choices.CARE, "0"),
        "theme": choices.theme(),
        "themes": [(name, _theme_names()[name], _same_page(choices.THEME, name)) for name in choices.themes()],
        "may_choose": choices.may_keep(),
        "is_in_files": is_in_files(),
        "has_scripts": is_built(),
        # Who owes a code, or is refused, has no pages to keep.
        "keeps_site": not is_below_staff(request) or signed_in() is not None,
        "starts_at": _starts_at(),
        "policy": POLICY.partition("; frame-ancestors")[0],
        "emergency": settings().emergency,
        "opening": _opening,
        "opening_words": opening_words,
    }


def _starts_at() -> str | None:
    """Return the word for the page at which an installed site begins: officers at their deadlines."""
    found = signed_in()
    return "officer" if found and found.reader.audience in OWN_AREAS_ONLY else None


def _staff() -> dict[str, Any] | None:
    """Return who is signed in, whom they read for, and what their forms bring along; None for residents."""
    found = signed_in()
    if found is None:
        return None
    names = audience_names()
    return {
        "name": found.name,
        "audience": names[found.reader.audience],
        "others": [(each.value, names[each]) for each in found.audiences if each is not found.reader.audience],
        "may_enrol": found.may_enrol,
        "is_steward": found.reader.audience is Audience.STEWARD,
        "form_token": form_token(),
    }


def audience_names() -> dict[Audience, str]:
    """Return what staff's audiences are called."""
    return {
        Audience.PLANNER: gettext("Planner"),
        Audience.GRID_OFFICER: gettext("Grid officer"),
        Audience.POLICE: gettext("Police"),
        Audience.STEWARD: gettext("Data steward"),
    }


def credits_of(asked: Reading) -> list[str]:
    """Return whom to thank for what a reader sees, each once."""
    stated = [fact.credit for fact in layer_facts(asked).values() if fact.credit]
    return list(dict.fromkeys(stated))


def rank(kind: str) -> int:
    """Return where a level of areas stands in lists: the greatest first."""
    return -LEVELS.index(kind) if kind in LEVELS else 1


def wording() -> Wording:
    """Return what says values in the request's language."""
    return Wording(language())


def _theme_names() -> dict[str, str]:
    return {"system": gettext("As the device"), "light": gettext("Light"), "dark": gettext("Dark")}


def _same_page(choice: str, value: str) -> str:
    """Return the address of this page with another choice made."""
    if is_in_files():
        asked: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {})}
        # Each language is a file of its own; all else is seen to by the script of the page that is open.
        if choice == "lang":
            return url_for(str(request.endpoint), **{**asked, choice: value})
        return f"{url_for(str(request.endpoint), **asked)}?{choice}={value}"
    kept = [(name, each) for name, each in request.args.items(multi=True) if name != choice]
    return "?" + urlencode([*kept, (choice, value)])


def _opening(hours: str) -> Opening | None:
    """Return whether a place of these weekly hours is open now; a page that is a file leaves that to its script."""
    now = None if is_in_files() else datetime.now(ZoneInfo(settings().time_zone))
    return opening_of(hours, now, wording())
