"""What planners ask in an address about hazards and incidents: of what, when, and how near."""

from __future__ import annotations

import re

from flask import request

from geodata.analyses.hotspots import OPEN, SpotsQuestion, spots_question
from geodata.errors import InvalidInput
from webmap.access import settings

_METRES = re.compile(r"\d{1,6}(\.\d{1,3})?")


def what_asked() -> str:
    """Return what the request's query asks about; open hazards unless it says."""
    return request.args.get("what") or OPEN


def radius_asked() -> float | None:
    """Return how near neighbours are, metres; None for the usual.

    Raises:
        InvalidInput: it isn't a number.
    """
    stated = request.args.get("radius", "")
    if stated and not _METRES.fullmatch(stated):
        raise InvalidInput(
            f"radius {stated!r}; wanted are metres, such as 300", zh=f"半径 {stated!r} 无法识别；应为米数，如 300"
        )
    return float(stated) if stated else None


def per_asked() -> str | None:
    """Return by what hazards are compared; None for counts."""
    return request.args.get("per") or None


def spots_asked(months: str | None = None, *, per: str | None) -> SpotsQuestion:
    """Return what the request's query asks about hot spots.

    Args:
        months: in place of the query's.
        per: by what hazards are compared; None for counts.

    Raises:
        InvalidInput: they can't be asked for.
    """
    query = request.args
    return spots_question(
        settings(),
        what_asked(),
        months or query.get("months") or None,
        radius_m=radius_asked(),
        level=query.get("level") or None,
        per=per,
    )
