"""Photos of hazards, for the police and the steward: each time one is opened, the log has it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from geodata.accounts.log import What, note, session_mark
from geodata.errors import NotFound
from geodata.queries.hazard_photos import open_photo
from geodata.queries.log import Entry
from webmap.access import asked_from, reading, session_token, settings, signed_in

blueprint = Blueprint("photos", __name__)


@blueprint.get("/photos/<key:photo_id>")
def show_photo(photo_id: int) -> Response:
    """Answer with a photo; nobody gets it of whom the log can't tell."""
    found = signed_in()
    if found is None:
        raise NotFound("for who is signed in")
    picture = open_photo(reading(), photo_id)
    if request.method != "HEAD":
        note(
            settings(),
            Entry(
                what=What.PHOTO,
                account=found.name,
                audience=found.reader.audience,
                area_codes=found.reader.area_codes,
                layer="hazard",
                way=str(request.endpoint),
                detail=f"photo {photo_id}",
                address=asked_from(request),
                session=session_mark(session_token(request) or ""),
            ),
        )
    return Response(picture, mimetype="image/jpeg", headers={"Content-Disposition": "inline"})
