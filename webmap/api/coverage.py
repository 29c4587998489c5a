"""Coverage for programs: what ./csmap coverage --json says, the map of its places, what another post changes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from geodata.analyses import scenarios
from geodata.analyses.coverage.desk import Desk, desk_for
from geodata.analyses.coverage.kept import KIND
from geodata.analyses.coverage.question import as_words, by_community, understand
from geodata.analyses.coverage.reach_of import reach_of, route_of
from geodata.analyses.coverage.sways import moment_of, sways, sways_as_json
from geodata.errors import InvalidInput
from webmap.access import for_planners, settings
from webmap.bodies import QUESTION, SCENARIO, json_object, no_body, words_of_address
from webmap.jobs import accepted
from webmap.planning.question import (
    asked_question,
    changed_desk,
    changes_asked,
    compared_as_asked,
    compared_run,
    degrees_asked,
    desk_asked,
    run_of,
    told,
)
from webmap.reports.sent import ROADS, check_ending, sent_report

blueprint = Blueprint("coverage", __name__)
blueprint.before_request(for_planners)


@blueprint.get("/<service>")
@words_of_address(*QUESTION, SCENARIO)
def show_coverage(service: str) -> Response:
    """Answer who is within reach: `?minutes=&mode=&at=&weight=&demand=&by=&scenario=`, each as the command has it."""
    run = run_of(desk_of(service))
    return jsonify({**run.answer, "run": told(run)})


@blueprint.post("/<service>")
@words_of_address(*QUESTION, SCENARIO)
def ask_coverage(service: str) -> Response:
    """Ask the same as a job, where the answer takes long: 202; its run has the answer."""
    no_body()
    question = asked_question(service)
    understand(settings(), question)
    return accepted(KIND, as_words(question))


@blueprint.get("/<service>/map")
@words_of_address(*QUESTION, SCENARIO)
def show_map(service: str) -> Response:
    """Answer with the places and posts of the same question, as GeoJSON."""
    return jsonify(desk_of(service).drawn)


@blueprint.get("/<service>/reach")
@words_of_address(*QUESTION, SCENARIO, "post")
def show_reach(service: str) -> Response:
    """Answer how far one post reaches, in bands of minutes, as GeoJSON: `?post=CODE`."""
    return jsonify(reach_of(settings(), desk_of(service).answer, request.args.get("post", "")))


@blueprint.get("/<service>/route")
@words_of_address(*QUESTION, SCENARIO, "lon", "lat")
def show_route(service: str) -> Response:
    """Answer with the way between the place nearest to a spot and its post, as GeoJSON: `?lon=&lat=`."""
    return jsonify(route_of(settings(), desk_of(service).answer, *degrees_asked()))


@blueprint.get("/<service>/sensitivity")
@words_of_address(*QUESTION, SCENARIO, "roads")
def show_sensitivity(service: str) -> Response:
    """Answer how much the same question's answer depends on what isn't known for sure; `?roads=DAY` asks of others."""
    on = request.args.get("roads")
    found = sways(desk_of(service).answer, roads_on=moment_of(settings(), on) if on else None)
    return jsonify(sways_as_json(found))


@blueprint.get("/<service>/report.<ending>")
@words_of_address(*QUESTION, SCENARIO, ROADS)
def show_report(service: str, ending: str) -> Response:
    """Answer with the same question's answer as a file, by community: pdf, gpkg (places, routes, od), xlsx or html.

    `?roads=DAY` holds it against the roads of that day, too.
    """
    check_ending(ending)
    question = by_community(settings(), asked_question(service))
    return sent_report(settings(), desk_for(settings(), question).answer, None, ending)


_CHANGES = '{"changes": [{"change": "close_post", ...}]}'


@blueprint.post("/<service>/what-if")
@words_of_address(*QUESTION)
def show_what_if(service: str) -> Response:
    """Answer what one more post would change: `{"lon", "lat"}`; "in_place_of" is the number of one that moves.

    With "changes" it is tried where these hold already.
    """
    stated = json_object('{"lon": 112.0, "lat": 27.73}', ("lon", "lat", "in_place_of", "changes"))
    number = stated.get("in_place_of")
    if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
        raise InvalidInput(
            f"in_place_of is {number!r}; wanted is the number of a post",
            zh=f"in_place_of 为 {number!r}；应为服务点的序号",
        )
    desk = desk_of(service)
    if stated.get("changes"):
        desk, number = _changed(desk, stated["changes"], number)
    found = desk.what_if(_degrees(stated, "lon"), _degrees(stated, "lat"), in_place_of=number)
    return jsonify({"share": round(found.share, 6), **asdict(found)})


def _changed(desk: Desk, stated: Any, number: int | None) -> tuple[Desk, int | None]:
    """Return the desk of the same question with changes, and the number that a post has there."""
    asked, posts = desk.ground.asked, desk.answer.posts
    other = changed_desk(asked.service.id, at=_at(), changes=scenarios.checked(stated))
    if number is None or not 0 <= number < len(posts):
        return other, number
    ids = [post.id for post in other.answer.posts]
    if posts[number].id not in ids:
        raise InvalidInput(
            f"post {posts[number].code!r} is closed by a change; wanted is one that is there",
            zh=f"服务点 {posts[number].code!r} 已在改动中关闭",
        )
    return other, ids.index(posts[number].id)


@blueprint.get("/<service>/compare")
@words_of_address(*QUESTION, "before", "after")
def show_comparison(service: str) -> Response:
    """Answer what a saved scenario changes: `?after=NAME`, against things as they are or another: `&before=NAME`."""
    run = compared_run(service, at=_at(), **_pair())
    return jsonify({**run.answer, "run": told(run)})


@blueprint.get("/<service>/compare/map")
@words_of_address(*QUESTION, "before", "after")
def show_comparison_map(service: str) -> Response:
    """Answer with the places that change by the same comparison, and the posts as they would be, as GeoJSON."""
    pair = _pair()
    found = compared_as_asked(service, at=_at(), before=pair["before"], after=pair["after"])
    return jsonify(scenarios.drawn(settings(), found))


@blueprint.post("/<service>/changed")
@words_of_address(*QUESTION)
def show_changed(service: str) -> Response:
    """Answer what changes bring that nobody has saved: `{"changes": [{"change": "close_post", ...}]}`."""
    changes = json_object(_CHANGES, ("changes",)).get("changes")
    found = compared_as_asked(service, at=_at(), before=(), after=scenarios.checked(changes))
    return jsonify({**scenarios.as_json(found), "map": scenarios.drawn(settings(), found)})


def _pair() -> dict[str, scenarios.Stated]:
    """Return the two sides of the comparison that the query asks for.

    Raises:
        InvalidInput: it names no scenario: things as they are would be compared with themselves.
    """
    if not (request.args.get("before") or request.args.get("after")):
        raise InvalidInput(
            "nothing to compare; wanted is the name of a scenario: ?after=NAME",
            zh="没有可比较的方案：请用 ?after= 指定",
        )
    return {side: changes_asked(side) for side in ("before", "after")}


def _at() -> str | None:
    return request.args.get("at") or None


def desk_of(service: str) -> Desk:
    """Return the desk of the question that the request's query asks; without `at` at any time."""
    return desk_asked(service, at=_at())


def _degrees(stated: dict[str, Any], name: str) -> float:
    value = stated.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise InvalidInput(
            f"{name} is {value!r}; wanted are degrees, such as 112.0", zh=f"{name} 为 {value!r}；应为度数，如 112.0"
        )
    try:
        return float(value)
    except OverflowError:
        raise InvalidInput(
            f"{name} is a number of too many digits; wanted are degrees, such as 112.0",
            zh=f"{name} 位数太多；应为度数，如 112.0",
        ) from None
