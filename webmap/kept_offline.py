"""What a device may keep of staff's answers: the few that officers need without a network, for their session."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, request

from geodata.queries.reading import OWN_AREAS_ONLY
from webmap.access import session_token, signed_in

SESSION, KEEP = "X-Csmap-Session", "X-Csmap-Keep"
KEPT = frozenset({
    "officer.show_deadlines",
    "officer.show_dossier",
    "officer.show_form",
    "officer.show_nearest",
    "officer.show_order",
    "public.show_map",
    "public.show_style",
    "ogc_tiles.one_tile",
    "ogc_tiles.one_tile_of_base",
})  # fmt: skip
"""All that is kept, of officers' and the police's own areas alone. The worker asks for nothing else: what isn't here
leaves no trace on a device, as the Cache API heeds no "no-store"."""


def init(app: Flask) -> None:
    """Say with each of staff's answers whose session it is of, and whether it may be kept."""
    app.after_request(_say)


def _say(response: Response) -> Response:
    found = signed_in()
    if found is None:
        return response
    # It changes with the audience that the session reads for, tells sessions apart and opens none.
    token = f"csmap device {session_token(request)} {found.reader.audience}"
    response.headers[SESSION] = hashlib.sha256(token.encode()).hexdigest()[:16]
    if request.endpoint in KEPT and found.reader.audience in OWN_AREAS_ONLY:
        response.headers[KEEP] = "offline"
    return response
