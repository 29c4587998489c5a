"""Scenarios for programs: saved under a name, listed, renamed and forgotten; compared under /api/coverage."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from geodata.analyses.scenarios import Saved, forget, listed, rename, save, saved_scenario
from geodata.errors import InvalidInput
from webmap.access import for_planners, settings
from webmap.bodies import json_object, words_of_address

blueprint = Blueprint("scenarios", __name__)
blueprint.before_request(for_planners)


@blueprint.get("")
@words_of_address()
def list_scenarios() -> Response:
    """Answer with all scenarios by name, without their changes."""
    return jsonify({"scenarios": [_told(each) for each in listed(settings())]})


@blueprint.post("")
@words_of_address()
def save_scenario() -> Response:
    """Save changes: `{"name": "North", "changes": [...]}`; "replace": true where the name may have had others."""
    stated = _stated(frozenset({"name", "changes"}), frozenset({"replace"}))
    saved = save(settings(), stated["name"], stated["changes"], replaces=stated.get("replace") is True)
    answer = jsonify(_told(saved, has_changes=True))
    answer.status_code = 201
    return answer


@blueprint.get("/<name>")
@words_of_address()
def show_scenario(name: str) -> Response:
    """Answer with a scenario and its changes."""
    return jsonify(_told(saved_scenario(settings(), name), has_changes=True))


@blueprint.patch("/<name>")
@words_of_address()
def rename_scenario(name: str) -> Response:
    """Give a scenario another name: `{"name": "South"}`."""
    return jsonify(_told(rename(settings(), name, _stated(frozenset({"name"}))["name"])))


@blueprint.delete("/<name>")
@words_of_address()
def forget_scenario(name: str) -> Response:
    """Take a scenario away; 204."""
    forget(settings(), name)
    return Response(status=204)


def _stated(needed: frozenset[str], possible: frozenset[str] = frozenset()) -> dict[str, Any]:
    example = "{" + ", ".join(f'"{name}": ...' for name in sorted(needed)) + "}"
    stated = json_object(example, sorted(needed | possible))
    if not needed <= stated.keys():
        raise InvalidInput(
            f"wanted is a JSON object with {', '.join(sorted(needed))}",
            zh=f"应为带有 {'、'.join(sorted(needed))} 的 JSON 对象",
        )
    return stated


def _told(saved: Saved, *, has_changes: bool = False) -> dict[str, Any]:
    return {
        "name": saved.name,
        "saved": saved.saved.isoformat(),
        "count": len(saved.changes),
        "is_outdated": saved.is_outdated,
        "outdated_layers": list(saved.outdated),
        **({"changes": list(saved.changes)} if has_changes else {}),
    }
