"""The form of the planner's page: what can be chosen, and what was."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from geodata.analyses.coverage import BANDS_MIN
from geodata.analyses.coverage.receipt import CAVEAT
from geodata.queries.incidents import list_told_kinds
from geodata.services import Service
from webmap import access
from webmap.page_words import wording
from webmap.planning import words as planning_words
from webmap.planning.comparing import PAGE_WORDS
from webmap.planning.question import ANY_TIME, PageMoment


def told_now(now: PageMoment) -> dict[str, str]:
    """Return the moment of the clock, and the address of the same question then."""
    query: dict[str, Any] = {name: request.args[name] for name in (*PAGE_WORDS, "scenario") if name in request.args}
    return {"day": now.day, "time": now.time, "address": url_for("planner.show_planner", **{**query, **asdict(now)})}


def question_form(service: Service, services: dict[str, Service], moment: PageMoment) -> dict[str, Any]:
    """Return the choices of the form, the words of the page that go with them, and what was chosen."""
    minutes = f"{request.args.get('minutes', service.minutes[0], type=float):g}"
    kinds = list_told_kinds(access.settings())
    weight = request.args.get("weight") or "residents"
    return {
        "service": service,
        "services_offered": {known.id: wording().say(known.title) for known in services.values()},
        "moment": moment,
        "minutes_offered": planning_words.offered(sorted({*BANDS_MIN, *service.minutes}), minutes),
        "modes": planning_words.modes(),
        "weights": planning_words.weights(),
        "demands": {"": gettext("the finest known"), **planning_words.demands()},
        "kinds": dict(zip(kinds, kinds, strict=True)),
        "days": {ANY_TIME: gettext("at any time"), **planning_words.days()},
        "causes": planning_words.causes(),
        "post_colours": {"open": planning_words.OPEN_POST, "closed": planning_words.CLOSED_POST},
        "caveat": CAVEAT,
        "chosen": {
            "mode": request.args.get("mode") or service.mode,
            "minutes": minutes,
            "weight": weight,
            "demand": request.args.get("demand", ""),
            "period": request.args.get("period", ""),
            # The form shows the first one chosen: the answer is about that one, too.
            "kind": request.args.get("kind") or (kinds[0] if kinds and weight == "incidents" else None),
        },
    }
