"""In which format the OGC API answers: the one that `?f=` asks for, else the one that the reader's program prefers."""

from __future__ import annotations

from collections.abc import Collection

from flask import request

from geodata.errors import InvalidInput
from webmap.access import settings

JSON, HTML, MVT = "json", "html", "mvt"
GEOJSON_TYPE = "application/geo+json"
MVT_TYPE = "application/vnd.mapbox-vector-tile"
PLAIN = frozenset({"f", "lang"})
"""The parameters of whatever isn't narrowed down."""
_SAME = {"geojson": JSON}


def check_format(*known: str) -> None:
    """Refuse a request for a format, or a language, in which nothing is answered.

    Raises:
        InvalidInput: `?f=` is none of `known`, or `?lang=` none of the deployment's languages.
    """
    stated, spoken = request.args.get("f"), request.args.get("lang")
    if stated is not None and _SAME.get(stated, stated) not in known:
        raise InvalidInput(f"f is {stated[:40]!r}; wanted is {' or '.join(known)}")
    if spoken is not None and spoken not in settings().languages:
        raise InvalidInput(f"lang is {spoken[:40]!r}; wanted is {' or '.join(settings().languages)}")


def check_parameters(known: Collection[str] = PLAIN) -> None:
    """Refuse a request with a parameter that means nothing here, or that stands twice.

    Whoever keeps answers would keep the same one under many names.

    Raises:
        InvalidInput: with the known ones.
    """
    unknown = sorted(request.args.keys() - set(known))
    if unknown:
        raise InvalidInput(f"{unknown[0][:60]!r} is no parameter here; known are {', '.join(sorted(known))}")
    for name, values in request.args.lists():
        if len(values) > 1:
            raise InvalidInput(f"{name} stands {len(values)} times; wanted is once")


def wants_page() -> bool:
    """Tell whether a person reads: `?f=html`, or a browser that prefers pages and states nothing else."""
    stated = request.args.get("f")
    if stated is not None:
        return stated == HTML
    best = request.accept_mimetypes.best_match(["application/json", GEOJSON_TYPE, "text/html"], "application/json")
    return best == "text/html"
