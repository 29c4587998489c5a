"""Coverage for programs: what ./csmap coverage --json says, the map of its places, what another post changes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from geodata.analyses.coverage.desk import Desk
from geodata.errors import InvalidInput
from webmap.access import for_planners
from webmap.planning import desk_asked, run_of, told

blueprint = Blueprint("coverage", __name__)
blueprint.before_request(for_planners)


@blueprint.get("/<service>")
def show_coverage(service: str) -> Response:
    """Answer who is within reach: `?minutes=&mode=&at=&weight=&demand=&by=`, each as the command has it."""
    run = run_of(desk_of(service))
    return jsonify({**run.answer, "run": told(run)})


@blueprint.get("/<service>/map")
def show_map(service: str) -> Response:
    """Answer with the places and posts of the same question, as GeoJSON."""
    return jsonify(desk_of(service).drawn)


@blueprint.post("/<service>/what-if")
def show_what_if(service: str) -> Response:
    """Answer what one more post would change: `{"lon", "lat"}`; "in_place_of" is the number of one that moves."""
    stated = request.get_json(silent=True)
    if not isinstance(stated, dict):
        raise InvalidInput('wanted is a JSON object such as {"lon": 112.0, "lat": 27.73}')
    number = stated.get("in_place_of")
    if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
        raise InvalidInput(f"in_place_of is {number!r}; wanted is the number of a post")
    found = desk_of(service).what_if(_degrees(stated, "lon"), _degrees(stated, "lat"), in_place_of=number)
    return jsonify({"share": round(found.share, 6), **asdict(found)})


def desk_of(service: str) -> Desk:
    """Return the desk of the question that the request's query asks; without `at` at any time."""
    return desk_asked(service, at=request.args.get("at") or None)


def _degrees(stated: dict[str, Any], name: str) -> float:
    value = stated.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise InvalidInput(f"{name} is {value!r}; wanted are degrees, such as 112.0")
    return float(value)
