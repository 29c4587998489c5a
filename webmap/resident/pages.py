"""The pages of compounds and communities, as the application and the folder of files have them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template

from geodata.queries.areas import AreaRow
from geodata.queries.facts import facts_of
from geodata.queries.reading import Reading
from webmap import ageing, built
from webmap.page_words import credits_of, wording
from webmap.resident.answer import answer_of
from webmap.resident.community import community_of


def compound_page(reading: Reading, compound_id: int, *, now: datetime | None, is_panel: bool = False) -> str:
    """Return the first answer for a compound: as a page of its own, or as what the panel beside the map shows.

    Raises:
        NotFound: there is no such compound for this reader.
    """
    answer = answer_of(reading, compound_id, wording(), now=now)
    words = {"answer": answer, "told": answer.told}
    return _rendered(reading, "compound", "answer.html" if is_panel else "compound.html", words)


def community_page(reading: Reading, area: AreaRow, *, code: str, now: datetime | None, is_panel: bool = False) -> str:
    """Return what a resident is told of an area, by the code that its page is asked for."""
    found = community_of(reading, area, wording(), now=now)
    words = {"found": found, "told": found.told, "code": code}
    return _rendered(reading, "area", "community_answer.html" if is_panel else "community.html", words)


def _rendered(reading: Reading, layer_id: str, template: str, words: dict[str, Any]) -> str:
    layer = reading.layer(layer_id)
    stale = ageing.warning(layer, facts_of(reading, layer), reading.settings.today(), wording())
    if template.endswith("answer.html"):
        return render_template(template, **words, stale=stale, level=2)
    return render_template(
        template, **words, stale=stale, level=1, is_built=built.is_built(), credits=credits_of(reading)
    )
