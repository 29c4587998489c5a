"""Hot spots and change for programs: what ./csmap hotspots --json and ./csmap change --json say."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from geodata.analyses.hotspots import (
    change_as_json,
    compare_periods,
    drawn_spots,
    spots_as_json,
    surface_of,
)
from webmap.access import for_planners, settings
from webmap.bodies import words_of_address
from webmap.gathering import spots_asked, what_asked

blueprint = Blueprint("hotspots", __name__)
blueprint.before_request(for_planners)


@blueprint.get("/hotspots")
@words_of_address("what", "months", "radius", "level")
def show_hotspots() -> Response:
    """Answer what stands out: `?what=&months=&radius=&level=`, each as the command has it."""
    spots = spots_asked()
    return jsonify(spots_as_json(spots, surface_of(spots)))


@blueprint.get("/hotspots/map")
@words_of_address("what", "months", "radius", "level")
def show_map() -> Response:
    """Answer with the places and the density of the same question, as GeoJSON."""
    spots = spots_asked()
    return jsonify(drawn_spots(spots, surface_of(spots)))


@blueprint.get("/change")
@words_of_address("what", "before", "after", "level")
def show_change() -> Response:
    """Answer what has changed: `?what=&before=&after=&level=`, each as the command has it."""
    query = request.args
    found = compare_periods(
        settings(),
        what_asked(),
        query.get("before") or None,
        query.get("after") or None,
        level=query.get("level") or None,
    )
    return jsonify(change_as_json(found))
