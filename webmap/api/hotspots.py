"""Hot spots and change for programs: what ./csmap hotspots --json and ./csmap change --json say."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from geodata.analyses.hotspots import change_question, changed, drawn_spots, spots_of, surface_of
from geodata.analyses.hotspots.kept import change_run, spots_run
from webmap.access import for_planners, settings
from webmap.api.tables import as_table
from webmap.bodies import words_of_address
from webmap.languages import language
from webmap.planning.gathering import per_asked, spots_asked, what_asked
from webmap.planning.question import told
from webmap.planning.rate_files import spots_file

blueprint = Blueprint("hotspots", __name__)
blueprint.before_request(for_planners)


@blueprint.get("/hotspots")
@words_of_address("what", "months", "radius", "level", "per")
def show_hotspots() -> Response:
    """Answer what stands out: `?what=&months=&radius=&level=&per=`, each as the command has it."""
    question = spots_asked(per=per_asked())
    run = spots_run(settings(), question, lambda: spots_of(settings(), question))
    return jsonify({**run.answer, "run": told(run)})


@blueprint.get("/hotspots/map")
@words_of_address("what", "months", "radius", "level", "per")
def show_map() -> Response:
    """Answer with the places and the density of the same question, as GeoJSON."""
    spots = spots_of(settings(), spots_asked(per=per_asked()))
    return jsonify(drawn_spots(spots, surface_of(spots)))


@blueprint.get("/hotspots/table.<ending>")
@words_of_address("what", "months", "radius", "level", "per")
def show_table(ending: str) -> Response:
    """Answer with the numbers behind the map as a table: csv or xlsx."""

    def write(kind: str) -> bytes:
        return spots_file(spots_of(settings(), spots_asked(per=per_asked())), kind, language())

    return as_table("hotspots", ending, write)


@blueprint.get("/change")
@words_of_address("what", "before", "after", "level")
def show_change() -> Response:
    """Answer what has changed: `?what=&before=&after=&level=`, each as the command has it."""
    query = request.args
    question = change_question(
        settings(),
        what_asked(),
        query.get("before") or None,
        query.get("after") or None,
        level=query.get("level") or None,
    )
    run = change_run(settings(), question, lambda: changed(settings(), question))
    return jsonify({**run.answer, "run": told(run)})
