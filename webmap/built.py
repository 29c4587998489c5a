"""The built front end: whether it is there, and how it is sent."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Response, current_app, request

MAIN = "main.js"
WORKER = "map_worker.js"
"""What begins the map's worker; the page's script has it, too."""
PACKED = (("br", ".br"), ("gzip", ".gz"))
"""How the build has compressed what it made, the smallest first; browsers take Brotli over TLS or from this machine."""


def is_built() -> bool:
    """Tell whether the scripts have been built: without them the map page is its list."""
    return (_folder() / MAIN).is_file()


def needed_by(name: str) -> list[str]:
    """Return the scripts that one of the build can't begin without; none where nothing has been built."""
    path = _folder() / "needed.json"
    return list(json.loads(path.read_text("utf-8"))[name]) if path.is_file() else []


def send_packed(response: Response) -> Response:
    """Send what the build has compressed as it is, to browsers that take it."""
    if request.endpoint != "static" or response.status_code != 200:
        return response
    plain = _folder() / (request.view_args or {}).get("filename", "")
    for encoding, ending in PACKED:
        packed = plain.with_name(plain.name + ending)
        if request.accept_encodings[encoding] and packed.is_file():
            return _sent(response, packed, encoding)
    return response


def _sent(response: Response, packed: Path, encoding: str) -> Response:
    # The plain file is open already: it has to be closed before its place is taken.
    response.close()
    response.direct_passthrough = False
    response.set_data(packed.read_bytes() if request.method == "GET" else b"")
    response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    return response


def _folder() -> Path:
    return Path(current_app.static_folder or "")
