"""The planner's page: who isn't reached, why, and where the next post belongs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from geodata.analyses.coverage.desk import Desk
from geodata.analyses.coverage.gaps import TOLD_BY
from geodata.analyses.rates import COVERAGE
from geodata.analyses.scenarios import Saved
from geodata.analyses.siting.question import STREETS, candidate_layers
from geodata.errors import InvalidInput
from geodata.services import Service, services_of
from webmap import built
from webmap.access import for_planners, reading, settings
from webmap.languages import language
from webmap.map_config import base_map_config
from webmap.page_words import credits_of, wording
from webmap.planning import change_words, script_words
from webmap.planning import words as planning_words
from webmap.planning.comparing import PAGE_WORDS, changes_of, opened, percent, scenarios_told, told_changes
from webmap.planning.question import PageMoment, desk_asked, moment_now, page_moment, run_of, told, words_left_behind
from webmap.planning.question_form import question_form, told_now
from webmap.planning.refusals import refused

blueprint = Blueprint("planner", __name__)
blueprint.before_request(for_planners)

LISTED = 60
"""So many gaps are listed; the map has them all."""
FIRST_GAPS = 8
"""Of these so many are seen at first."""
TRIALS = 3
MOST_ADDED = 10
"""So many posts can be asked for at once; more over HTTP and with the command."""
FIRST = "police_room"


@blueprint.get("/planner")
def show_planner() -> str | Response:
    """Answer with a coverage and its gaps: `?service=&mode=&minutes=&day=&time=&weight=&demand=`.

    Other words are passed over, unlike under /api: links get words of mailers and of those who count visitors, and the
    form shows which question was understood. A period or a kind that the choice of another weight has left behind is
    taken out of the address, which then says what is answered.
    """
    if left_behind := words_left_behind():
        kept: dict[str, Any] = {name: said for name, said in request.args.items() if name not in left_behind}
        return redirect(url_for(".show_planner", **kept))
    services = services_of(settings())
    stated = request.args.get("service", FIRST)
    service = services.get(stated) or next(iter(services.values()))
    now = moment_now(settings())
    moment = page_moment(now)
    form = {**question_form(service, services, moment), "now": told_now(now)}
    try:
        today = desk_asked(service.id, at=moment.at, kind=form["chosen"]["kind"], changes=())
    except InvalidInput as error:
        return render_template("planner.html", **form, desk=None, **refused(error))
    scenario, against, problem = opened()
    compared: dict[str, Any] = {}
    if scenario:
        compared = told_changes(today.answer, at=moment.at, before=changes_of(against), after=changes_of(scenario))
    # What can't be worked out is said, and all sections are today's.
    shown = scenario if compared.get("found") else None
    desk = today
    if shown:
        desk = desk_asked(service.id, at=moment.at, kind=form["chosen"]["kind"], changes=shown.changes)
    run = run_of(desk)
    return render_template(
        "planner.html",
        **{**form, "percent": percent, "amount_said": planning_words.amount_said, **compared},
        desk=desk,
        unchanged=today.answer,
        scenario=scenario,
        shown=shown.name if shown else None,
        against=against,
        scenario_problem=problem,
        saved=scenarios_told(),
        question_names=PAGE_WORDS,
        barriers=change_words.barriers(),
        road_classes=change_words.road_classes(),
        answer=desk.answer,
        bands=planning_words.bands(desk.answer.asked.minutes),
        idle_told=planning_words.posts_told(
            run.answer["idle_posts"], known=len(desk.answer.posts), is_open=int(desk.answer.is_open.sum())
        ),
        **_causes_told(desk),
        first_gaps=FIRST_GAPS,
        gaps_told_by=TOLD_BY,
        objectives=planning_words.objectives(has_room=_has_room(desk)),
        existing=planning_words.existing(),
        how_existing=planning_words.how_existing(),
        candidates={STREETS: gettext("junctions everywhere"), **_layers_of_candidates()},
        most_added=MOST_ADDED,
        about_minutes=planning_words.about_minutes,
        trials=desk.trials[:TRIALS],
        run=told(run),
        receipt=run.answer["receipt"],
        sensitivity=desk.answer.sensitivity(),
        is_built=built.is_built(),
        config={**_config(service, desk, moment, scenario, shown), "today": now.day},
        reports=_reports(service, desk, moment, shown),
        rates=_rates(service, desk, moment, shown),
        credits=credits_of(reading()),
    )


def _has_room(desk: Desk) -> bool:
    """Say whether it is known how many of those who are counted a post has room for."""
    asked = desk.ground.asked
    return asked.service.residents_a_unit is not None and asked.weight == "residents"


def _layers_of_candidates() -> dict[str, str]:
    """Return the layers at whose places posts can be proposed, as far as anything is known of them."""
    known = {layer.id for layer in reading().layers}
    return {layer.id: wording().say(layer.title) for layer in candidate_layers() if layer.id in known}


def _causes_told(desk: Desk) -> dict[str, Any]:
    """Return who isn't reached and why, and apart from them who is reached and not served.

    Causes have people and places, the most people first; gaps have their numbers on the map.
    """
    people, places = desk.answer.by_cause(), desk.answer.places_by_cause()
    rows = [(cause, people[cause], places[cause]) for cause in people if places[cause]]
    found = sorted(rows, key=lambda row: -row[1])
    numbered = list(enumerate(desk.gaps[0]))
    missed = [row for row in numbered if row[1].cause != planning_words.FULL]
    full = [row for row in numbered if row[1].cause == planning_words.FULL]
    return {
        "by_cause": [row for row in found if row[0] != planning_words.FULL],
        "full": next((row for row in found if row[0] == planning_words.FULL), None),
        "gaps": missed[:LISTED],
        "gap_count": len(missed),
        "full_gaps": full[:LISTED],
        "full_count": len(full),
    }


def _config(
    service: Service, desk: Desk, moment: PageMoment, scenario: Saved | None, shown: Saved | None
) -> dict[str, Any]:
    """Return what the page's script has to know.

    Sections are asked for where the scenario's changes have been made; changes are tried on things as they are.
    """
    asked, today = desk.ground.asked, _query(desk, moment)
    query = {**today, "scenario": shown.name if shown else None}
    return {
        **base_map_config(script_words.planner()),
        "map": url_for("coverage.show_map", service=service.id, **query),
        "reach": url_for("coverage.show_reach", service=service.id, **query),
        "way": url_for("coverage.show_route", service=service.id, **query),
        "grids": url_for("grids.ask_grids", lang=language(), scenario=query["scenario"]),
        "balanced": url_for("pieces.show_grids", run_id=0, lang=language()),
        "access": url_for(
            "access_piece.show_access", service=service.id, **{**query, "weight": None, "period": None, "kind": None}
        ),
        "sways": url_for("sways_piece.show_sways", service=service.id, **query),
        "accessColours": list(planning_words.ACCESS_COLOURS),
        "whatIf": url_for("coverage.show_what_if", service=service.id, **today),
        "site": url_for("siting.ask_site", service=service.id, **query),
        "plan": url_for("pieces.show_plan", run_id=0, lang=language()),
        "changed": url_for("changed.show_changed", service=service.id, **query),
        "openable": url_for("changeable.show_changeable", lang=language()),
        "scenarios": url_for("scenarios.list_scenarios", lang=language()),
        "service": service.id,
        "mode": asked.mode.id,
        "scenario": scenario.name if scenario else None,
        "changes": changes_of(scenario),
        "shown": changes_of(shown),
        "subjects": [layer.id for layer in reading().layers if not layer.is_base],
        "minutes": asked.minutes,
        "bands": planning_words.bands(asked.minutes),
        "posts": {
            "open": planning_words.OPEN_POST,
            "closed": planning_words.CLOSED_POST,
            "gone": planning_words.GONE_POST,
        },
        "shapes": {cause: words.mark for cause, words in planning_words.causes().items()},
        "causes": {cause: words.colour for cause, words in planning_words.causes().items()},
        "names": {cause: words.title for cause, words in planning_words.causes().items()},
    }


def _query(desk: Desk, moment: PageMoment) -> dict[str, Any]:
    """Return the page's question as addresses state it."""
    asked = desk.ground.asked
    return {
        "mode": asked.mode.id,
        "minutes": f"{asked.minutes:g}",
        "at": moment.at,
        "weight": asked.weight,
        "demand": asked.demand,
        "period": request.args.get("period") or None,
        "kind": asked.kind,
        "lang": language(),
    }


def _rates(service: Service, desk: Desk, moment: PageMoment, shown: Saved | None) -> str:
    """Return where areas are told by the share of their people within reach, before and after the scenario."""
    query = {**_query(desk, moment), "scenario": shown.name if shown else None}
    return url_for("rates_page.show_rates", what=COVERAGE, service=service.id, **query)


def _reports(service: Service, desk: Desk, moment: PageMoment, shown: Saved | None) -> dict[str, str]:
    """Return what each file is called by the address at which the page's answer is to be had as one."""
    query = {**_query(desk, moment), "scenario": shown.name if shown else None}
    return {
        url_for("coverage.show_report", service=service.id, ending=ending, **query): title
        for ending, title in planning_words.files().items()
    }
