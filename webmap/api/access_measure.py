"""How much of a service people can get at, for programs: what ./csmap access --json says, and its places."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from geodata.analyses.access import measure_access
from geodata.analyses.access_drawn import drawn_access
from geodata.analyses.coverage.cover import ground_of
from geodata.analyses.kept_access import access_run
from webmap.access import for_planners, settings
from webmap.bodies import QUESTION, SCENARIO, words_of_address
from webmap.planning.question import access_method_asked, asked_question, told

blueprint = Blueprint("access_measure", __name__)
blueprint.before_request(for_planners)


@blueprint.get("/access/<service>")
@words_of_address(*QUESTION, SCENARIO, "method")
def show_access(service: str) -> Response:
    """Answer how much people can get at: `?method=&minutes=&mode=&at=&scenario=`, each as the command has it."""
    run = access_run(settings(), asked_question(service), access_method_asked())
    return jsonify({**run.answer, "run": told(run)})


@blueprint.get("/access/<service>/map")
@words_of_address(*QUESTION, SCENARIO, "method")
def show_access_map(service: str) -> Response:
    """Answer with the places of the same question, as GeoJSON."""
    found = measure_access(ground_of(settings(), asked_question(service)), access_method_asked())
    return jsonify(drawn_access(settings(), found))
