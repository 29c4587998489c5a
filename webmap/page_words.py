"""What every page template may say: the place, its language, its notice, how old its data are, where links lead."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import request

from geodata.queries.areas import list_areas
from geodata.queries.facts import layer_facts
from geodata.queries.reading import Reading
from webmap import notice
from webmap.access import settings
from webmap.languages import language
from webmap.wording import Wording

OWN_NAMES = {"zh-CN": "中文", "en": "English"}
FROM_THE_TOP = ("street", "county", "city", "province", "community", "other", "grid")
"""Which area stands for the whole place, best first."""


def words() -> dict[str, Any]:
    """Return the variables of the frame that all pages share."""
    others = [name for name in settings().languages if name != language()]
    return {
        "place_name": settings().name,
        "language": language(),
        "wording": wording(),
        "notice": notice.sentence(),
        "today": wording().date(settings().today()),
        "other_languages": [(name, OWN_NAMES[name], _same_page_in(name)) for name in others],
    }


def frame(asked: Reading) -> dict[str, Any]:
    """Return the variables of the frame that come out of the data: credits and the way to the briefing."""
    stated = [fact.credit for fact in layer_facts(asked).values() if fact.credit]
    return {"credits": list(dict.fromkeys(stated)), "briefing": briefing_area(asked)}


def briefing_area(asked: Reading) -> str | None:
    """Return the code (else the id) of the area that stands for the whole place; None where there is none."""
    areas = [area for area in list_areas(asked) if area.bbox]
    if not areas:
        return None
    best = min(areas, key=lambda area: rank(area.kind))
    return best.code or str(best.id)


def rank(kind: str) -> int:
    """Return where a level of areas stands in lists."""
    return FROM_THE_TOP.index(kind) if kind in FROM_THE_TOP else len(FROM_THE_TOP)


def wording() -> Wording:
    """Return what says values in the request's language."""
    return Wording(language())


def _same_page_in(other: str) -> str:
    """Return the query of this page in another language."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return "?" + urlencode([*kept, ("lang", other)])
