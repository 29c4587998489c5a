"""What the form of a new hazard asks while it is filled in: where a spot lies, and what is known near it."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from geodata.errors import InvalidInput
from geodata.queries.hazards_near import hazards_near, place_at
from webmap.access import for_officers, reading
from webmap.bodies import words_of_address
from webmap.officer.record_page import near_words
from webmap.officer.spots import world_spot

blueprint = Blueprint("hazards_api", __name__)
blueprint.before_request(for_officers)


@blueprint.get("/hazards/place")
@words_of_address("lon", "lat", "system")
def show_place() -> Response:
    """Answer with where a spot lies: `?lon=&lat=`, in WGS 84, or with `&system=GCJ-02` as a phone of that system."""
    lon, lat = world_spot(_number("lon"), _number("lat"), request.args.get("system"))
    found = place_at(reading(), lon, lat)
    return jsonify(
        lon=round(lon, 7), lat=round(lat, 7), compound=found.compound_id, name=found.compound, is_own=found.is_own
    )


@blueprint.get("/hazards/near")
@words_of_address("lon", "lat", "kind", "compound")
def show_near() -> Response:
    """Answer with the open hazards of a kind near a spot: `?lon=&lat=&kind=`, and `&compound=` for those on it."""
    compound = request.args.get("compound", "")
    found = hazards_near(
        reading(),
        request.args.get("kind", ""),
        _number("lon"),
        _number("lat"),
        compound_id=int(compound) if compound.isascii() and compound.isdecimal() and len(compound) < 16 else None,
    )
    return jsonify(hazards=near_words(reading(), found))


def _number(name: str) -> float:
    """Return a number of the address.

    Raises:
        InvalidInput: it is none, or no degrees.
    """
    stated = request.args.get(name, "")
    try:
        value = float(stated)
    except ValueError:
        value = float("nan")
    if not abs(value) <= 180:
        raise InvalidInput(
            f"{name} is {stated[:40]!r}; wanted are degrees such as 112.0005",
            zh=f"{name} 为 {stated[:40]!r}；应为经纬度数值，例如 112.0005",
        )
    return value
