"""What the planner's page says of changes: what they are, who gains and loses by them, and how they are saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request, url_for

from geodata.analyses.coverage import Answer, newly_idle
from geodata.analyses.coverage.minutes import rounded_minutes
from geodata.analyses.scenarios import Comparison, Saved, Stated, checked, drawn, listed, saved_scenario
from geodata.errors import GeodataError, NotFound
from geodata.layers import get_layer
from webmap.access import settings
from webmap.languages import language
from webmap.page_words import wording
from webmap.planning import words as planning_words
from webmap.planning.change_words import change_words
from webmap.planning.question import compared_as_asked

LISTED = 40
"""So many groups of people who gain or lose are listed; the map has all places."""
FIRST = 5
"""Of these so many are seen at first."""
PAGE_WORDS = ("service", "minutes", "mode", "day", "time", "weight", "demand", "period", "kind", "lang")
"""What the address of a planner's page says of the question, besides the scenario."""


def told_changes(answer: Answer, *, at: str | None, before: Stated, after: Any) -> dict[str, Any]:
    """Return what `comparison.html` says of changes; where they can't be made it says why.

    Args:
        answer: to the question as things are.
        at: the moment of the question.
        before: what the changes are compared with; () for things as they are.
        after: the changes as they are stated.
    """
    posts = {post.code: post.called for post in answer.posts}
    told: dict[str, Any] = {"found": None, "problem": None, "changes": [], "as_is": answer, "percent": percent}
    try:
        stated = checked(after)
        told["changes"] = [change_words(change, posts, wording()) for change in stated]
        asked = answer.asked
        found = compared_as_asked(asked.service.id, at=at, before=before, after=stated, kind=asked.kind)
    except GeodataError as error:
        return {**told, "problem": error.told(language())}
    return {**told, "found": found, **_details(found)}


def listed_changes(stated: Any) -> list[str]:
    """Return what changes are, of posts by their codes, where no answer says what these are called; [] for none."""
    try:
        return [change_words(change, {}, wording()) for change in checked(stated)]
    except GeodataError:
        return []


def _details(found: Comparison) -> dict[str, Any]:
    return {
        "causes": planning_words.causes(),
        "first_moved": FIRST,
        "moved": found.moved[:LISTED] if found.before.asked.has_amounts else (),
        "areas": [row for row in found.areas if row.gained or row.lost],
        "delta": drawn(settings(), found),
        "gone_colours": planning_words.GONE_POST,
        "rounded_minutes": rounded_minutes,
        "amount_said": planning_words.amount_said,
        "posts_told": planning_words.posts_told(
            [idle.as_json() for idle in newly_idle(found.before, found.after)],
            known=len(found.after.posts),
            is_open=int(found.after.is_open.sum()),
        ),
    }


def percent(share: float) -> str:
    """Return a share, 0..1, in percent."""
    return wording().percent(share)


def opened() -> tuple[Saved | None, Saved | None, str | None]:
    """Return the scenario that the address opens, the one that it is compared with, and why there is none."""
    try:
        return _named("scenario"), _named("against"), None
    except NotFound as error:
        return None, None, error.told(language())


def scenarios_told() -> dict[str, Any]:
    """Return what the page says of the scenarios that are saved: each with its address."""
    kept: dict[str, Any] = {name: request.args[name] for name in PAGE_WORDS if name in request.args}
    page = "planner.show_planner"
    return {
        "rows": [(each, url_for(page, **{**kept, "scenario": each.name})) for each in listed(settings())],
        "without": url_for("planner.show_planner", **kept),
        "titles": lambda layers: [wording().say(get_layer(layer_id).title) for layer_id in layers],
    }


def _named(name: str) -> Saved | None:
    stated = request.args.get(name)
    return saved_scenario(settings(), stated) if stated else None


def changes_of(scenario: Saved | None) -> list[Mapping[str, Any]]:
    """Return the changes of a scenario; none of none."""
    return list(scenario.changes) if scenario else []
