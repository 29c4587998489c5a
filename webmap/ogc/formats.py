"""In which format the OGC API answers: the one that `?f=` asks for, else the one that the reader's program prefers."""

from __future__ import annotations

from flask import request

from geodata.errors import InvalidInput

JSON, HTML, MVT = "json", "html", "mvt"
GEOJSON_TYPE = "application/geo+json"
MVT_TYPE = "application/vnd.mapbox-vector-tile"
_SAME = {"geojson": JSON}


def check_format(*known: str) -> None:
    """Refuse a request for a format in which nothing is answered.

    Raises:
        InvalidInput: `?f=` is none of `known`.
    """
    stated = request.args.get("f")
    if stated is not None and _SAME.get(stated, stated) not in known:
        raise InvalidInput(f"f is {stated[:40]!r}; wanted is {' or '.join(known)}")


def check_known(*known: str) -> None:
    """Refuse a request with any other parameter: whoever keeps answers would keep the same one under many names.

    Raises:
        InvalidInput: a parameter is none of `known`.
    """
    unknown = sorted(request.args.keys() - set(known))
    if unknown:
        raise InvalidInput(f"{unknown[0][:60]!r} is no parameter here; known are {', '.join(sorted(known))}")


def wants_page() -> bool:
    """Tell whether a person reads: `?f=html`, or a browser that prefers pages and states nothing else."""
    stated = request.args.get("f")
    if stated is not None:
        return stated == HTML
    best = request.accept_mimetypes.best_match(["application/json", GEOJSON_TYPE, "text/html"], "application/json")
    return best == "text/html"
