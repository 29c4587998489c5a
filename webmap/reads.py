"""Notes in the log what staff read exactly that residents don't, and what they take away."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, request

from geodata.accounts.log import What, note, note_read, session_mark
from geodata.layers import get_layer
from geodata.queries.log import Entry
from webmap.access import asked_from, is_below_staff, session_token, settings, signed_in, touched_layers

COUNTING = (
    *("public.show_about", "public.show_style", "public.search", "governance.show_governance"),
    *("ogc.", "ogc_collections.queryables"),
)
"""Pages and answers that say how many records there are, how they look or what they are called, and no more of them.

The map's page lists first records, and a collection's box is the place of a single one: both are read.
"""


DAYS = {"from", "to"}
"""A total of days that the reader chooses is that of a single record, if they choose so."""


def init(app: Flask) -> None:
    """Note what each answer holds before it is sent; what can't be noted isn't sent."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    found = signed_in() if is_below_staff(request) and response.status_code < HTTPStatus.BAD_REQUEST else None
    if found is None:
        return response
    token, way = session_token(request) or "", str(request.endpoint)
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        # Which words were asked for may say more than the log has to know: only that some were.
        layer, ending = (request.view_args or {}).get("layer_id", ""), (request.view_args or {}).get("ending", "html")
        narrowed = f" narrowed by {', '.join(sorted(request.args))}" if request.args else ""
        note(
            settings(),
            Entry(
                what=What.EXPORTED,
                account=found.name,
                audience=found.reader.audience,
                area_codes=found.reader.area_codes,
                layer=layer,
                way=way,
                detail=f"{ending}{narrowed}"[:200],
                address=asked_from(request),
                session=session_mark(token),
            ),
        )
    elif not way.startswith(COUNTING) or (way.startswith("governance.") and DAYS & request.args.keys()):
        for layer_id in touched_layers():
            if get_layer(layer_id).is_guarded:
                note_read(settings(), found.name, found.reader, token, layer_id, way, address=asked_from(request))
    return response
