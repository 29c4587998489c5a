"""What changes are called on pages: one sentence each, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext

from webmap.planning import words as planning_words
from webmap.wording import Wording


def change_words(change: Mapping[str, Any], posts: Mapping[str, str], wording: Wording) -> str:
    """Return what a change is.

    Args:
        change: in its one form.
        posts: what posts are called, by their codes.
        wording: says values; in the language that flask-babel is set to.
    """
    what, details = _what(change, posts, wording), _details(change, wording)
    if name := change.get("name"):
        what = gettext("%(change)s (%(name)s)", change=what, name=name)
    return gettext("%(change)s: %(details)s", change=what, details=wording.join(details)) if details else what


def _what(change: Mapping[str, Any], posts: Mapping[str, str], wording: Wording) -> str:
    """Return what a change is, without what it may state besides."""
    kind = change["change"]
    post = posts.get(change.get("post", ""), change.get("post", ""))
    if kind == "set_hours":
        return gettext("%(post)s, hours: %(hours)s", post=post, hours=wording.hours(change["hours"]))
    if kind == "set_speed":
        road, mode = road_classes().get(change["road_class"], change["road_class"]), planning_words.modes()
        kmh = wording.number(change["kmh"])
        return gettext("%(mode)s on %(road)s: %(kmh)s km/h", mode=mode[change["mode"]], road=road, kmh=kmh)
    if kind == "add_barrier":
        return barriers()[change["geometry"]["type"]]
    sentences: dict[str, str] = {
        "add_post": gettext("a new post"),
        "move_post": gettext("%(post)s stands elsewhere", post=post),
        "close_post": gettext("%(post)s is closed", post=post),
        "set_staff": post,
        "add_gate": gettext("a new gate"),
        "open_gate": gettext("gate %(gate)s lets everybody in", gate=change.get("gate", "")),
        "add_crossing": gettext("a new crossing"),
        "open_both_ways": gettext("road %(road)s is open both ways", road=change.get("road", "")),
    }
    return sentences[kind]


def _details(change: Mapping[str, Any], wording: Wording) -> list[str]:
    """Return the hours, the staff and the one-way of a change, as far as it states them."""
    details = []
    if "hours" in change and change["change"] != "set_hours":
        details.append(wording.hours(change["hours"]))
    if "capacity" in change:
        count = change["capacity"]
        said = ngettext("%(count)s member of staff or desk", "%(count)s staff or desks", count, count=count)
        details.append(said)
    if change.get("one_way"):
        details.append(gettext("one way, as it is drawn"))
    return details


def barriers() -> dict[str, str]:
    """Return what barriers are called, by their shape."""
    return {
        "Point": gettext("a road closed at a spot"),
        "LineString": gettext("a barrier along a line"),
        "Polygon": gettext("a closed area"),
    }


def road_classes() -> dict[str, str]:
    """Return what the classes of road are called whose speeds people may want to change."""
    return {
        "motorway": gettext("motorways"),
        "trunk": gettext("trunk roads"),
        "primary": gettext("main roads"),
        "secondary": gettext("secondary roads"),
        "tertiary": gettext("collector roads"),
        "unclassified": gettext("minor roads"),
        "residential": gettext("residential streets"),
        "living_street": gettext("shared streets"),
        "service": gettext("service roads"),
        "pedestrian": gettext("pedestrian streets"),
        "footway": gettext("footways"),
        "cycleway": gettext("cycle tracks"),
        "path": gettext("paths"),
        "steps": gettext("steps"),
    }
