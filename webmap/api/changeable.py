"""What a scenario can open near a spot, for programs and the page: gates, and one-way roads."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from geodata.errors import InvalidInput
from geodata.layers import get_layer
from geodata.layers.field import Field
from geodata.queries.changeable import OpenableRow, gates_near, one_ways_near
from webmap.access import for_planners, settings
from webmap.bodies import words_of_address
from webmap.page_words import wording
from webmap.planning import change_words
from webmap.planning.question import degrees_asked

blueprint = Blueprint("changeable", __name__)
blueprint.before_request(for_planners)

FINDERS = {"open_gate": gates_near, "open_both_ways": one_ways_near}
"""The change that opens something -> what it can open."""


@blueprint.get("/changeable")
@words_of_address("change", "lon", "lat")
def show_changeable() -> Response:
    """Answer with what a change can open near a spot, the nearest first: `?change=open_gate&lon=&lat=`, as GeoJSON."""
    change = request.args.get("change", "")
    if change not in FINDERS:
        raise InvalidInput(
            f"no change {change[:40]!r} that opens something; there are {', '.join(FINDERS)}",
            zh=f"无法识别的改动 {change[:40]!r}；可选：{'、'.join(FINDERS)}",
        )
    found = FINDERS[change](settings(), *degrees_asked())
    return jsonify({"type": "FeatureCollection", "features": [_feature(row) for row in found]})


def _feature(row: OpenableRow) -> dict[str, Any]:
    told = {"code": row.code, "hours": row.hours, "words": _words(row)}
    return {"type": "Feature", "geometry": json.loads(row.geometry), "properties": told}


def _words(row: OpenableRow) -> str:
    """Return what a gate or a road is called, with how far off it is."""
    said, gate = wording(), get_layer("gate")
    kinds, hours = _field(gate.fields, "kind"), _field(gate.fields, "hours")
    is_gate = row.kind in {choice.value for choice in kinds.choices}
    kind = said.value(kinds, row.kind) if is_gate else change_words.road_classes().get(row.kind, row.kind)
    open_at = said.value(hours, row.hours) if row.hours else None
    return " · ".join(part for part in (row.name, kind, open_at, said.distance(row.away_m)) if part)


def _field(fields: tuple[Field, ...], name: str) -> Field:
    return next(field for field in fields if field.name == name)
