"""In which formats the OGC API answers: `?f=` may ask for one of them, and for none else."""

from __future__ import annotations

from flask import request

from geodata.errors import InvalidInput

JSON = ("json", "geojson")
TILES = ("mvt", "json")


def check_format(*known: str) -> None:
    """Refuse a request for a format in which nothing is answered.

    Raises:
        InvalidInput: `?f=` is none of `known`.
    """
    stated = request.args.get("f")
    if stated is not None and stated not in known:
        advice = "; people read the same at /list" if stated == "html" else ""
        raise InvalidInput(f"f is {stated[:40]!r}; wanted is {' or '.join(known)}{advice}")
