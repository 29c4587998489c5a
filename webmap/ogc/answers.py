"""Sends a document of the OGC API as what its reader wants: JSON, or a page that says the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, render_template

from webmap.headers import keep_until_published
from webmap.ogc.formats import wants_page


def as_json(text: str, mimetype: str = "application/json") -> Response:
    """Return the text of a document."""
    return _kept(Response(text, mimetype=mimetype))


def as_page(template: str, **said: Any) -> Response:
    """Return a document as a page."""
    return _kept(Response(render_template(template, **said), mimetype="text/html"))


def either(document: Mapping[str, Any], template: str, *, mimetype: str = "application/json", **said: Any) -> Response:
    """Return a document as a page where a person reads, else as JSON, under the name of its media type."""
    if wants_page():
        return as_page(template, document=document, **said)
    return as_json(json.dumps(document, ensure_ascii=False), mimetype)


def _kept(response: Response) -> Response:
    # Accept decides between the two: whoever keeps the one must not give it to who asks for the other.
    response.vary.add("Accept")
    return keep_until_published(response)
