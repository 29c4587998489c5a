"""Reports as files that a request is answered with."""

from __future__ import annotations

from flask import Response, request

from geodata.analyses.coverage import Answer
from geodata.analyses.coverage.sways import moment_of
from geodata.analyses.siting import Plan
from geodata.errors import NotFound
from geodata.settings import Settings
from webmap import notice
from webmap.page_words import wording
from webmap.reports.kinds import bytes_of
from webmap.reports.told import tell

ROADS = "roads"
"""The word by which an address asks for the roads of another day."""
_TYPES = {
    "gpkg": "application/geopackage+sqlite3",
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def check_ending(ending: str) -> None:
    """Raise where reports aren't to be had as such a file.

    Raises:
        NotFound: there is no such kind.
    """
    if ending not in _TYPES:
        raise NotFound(f"no report.{ending}", zh=f"没有 report.{ending}")


def sent_report(settings: Settings, answer: Answer, plan: Plan | None, ending: str) -> Response:
    """Return an answer, with proposed sites where there are any, as a file in the request's language.

    `?roads=DAY` holds it against the roads of another day, too.

    Args:
        settings: as they were when it was asked.
        answer: of `geodata.analyses.coverage.cover`.
        plan: of the same question; None for none.
        ending: one that `check_ending` lets pass.

    Raises:
        InvalidInput: this machine has no font for a PDF, or no roads were known on that day.
    """
    day = request.args.get(ROADS)
    roads_on = moment_of(settings, day) if day else None
    report = tell(settings, wording(), answer, plan, notice=notice.sentence(), roads_on=roads_on)
    response = Response(bytes_of(report, f".{ending}"), mimetype=_TYPES[ending])
    name = f"{answer.asked.service.id}-{settings.today().isoformat()}.{ending}"
    shown = "inline" if ending == "pdf" else "attachment"
    response.headers.set("Content-Disposition", shown, filename=name)
    return response
