"""Whether the server lives, and whether it can answer."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from webmap.access import reading

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process answers; asks nothing of the database."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Say whether something is published and can be read."""
    version = reading().version
    return jsonify(status="ok" if version else "nothing is published yet", publication=version), 200 if version else 503
