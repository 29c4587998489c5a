"""The kinds of file that a report can be written as, each known by how its name ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pyogrio

from geodata.analyses.coverage import frame_of, od_frame, route_frame, supposed_frame
from geodata.analyses.siting import curve_frame
from geodata.analyses.siting import frame_of as plan_frame
from webmap.reports.map_page import map_page
from webmap.reports.printed import print_report
from webmap.reports.told import Report
from webmap.reports.workbook import write_workbook


def _map_page(report: Report, path: Path) -> None:
    path.write_text(map_page(report), "utf-8")


def _geopackage(report: Report, path: Path) -> None:
    """Write places, the way of each to its post, the table of both, proposed sites with their curve, and changes.

    Its metadata say what the answer is, by which definition, of which changes, and what it stands on.
    """
    told = {
        "TITLE": report.title,
        "DESCRIPTION": " · ".join(
            (*report.question, report.headline, *report.posts_told, *report.outcome, report.caveat)
        ),
        "DEFINITION": report.definition,
        "RECEIPT": json.dumps(report.answer.receipt, ensure_ascii=False),
    }
    if report.changes:
        told["SCENARIO"] = "; ".join((*report.supposed, *(each.words for each in report.changes)))
    places = frame_of(report.settings, report.answer)
    pyogrio.write_dataframe(places, path, layer="coverage", driver="GPKG", dataset_metadata=told, layer_metadata=told)
    route_frame(report.settings, report.answer).to_file(path, layer="routes", driver="GPKG")
    pyogrio.write_dataframe(od_frame(report.answer), path, layer="od", driver="GPKG")
    if report.plan:
        sites = plan_frame(report.plan)
        pyogrio.write_dataframe(sites, path, layer="sites", driver="GPKG", geometry_type="Point", layer_metadata=told)
        if len(report.plan.curve) > 1:
            pyogrio.write_dataframe(curve_frame(report.plan), path, layer="curve", driver="GPKG")
    if report.changes:
        changes = supposed_frame(report.settings, report.answer)
        changes.insert(1, "words", [each.words for each in report.changes])
        pyogrio.write_dataframe(
            changes, path, layer="changes", driver="GPKG", geometry_type="Unknown", layer_metadata=told
        )


OUTLETS: Mapping[str, Callable[[Report, Path], None]] = {
    ".gpkg": _geopackage,
    ".html": _map_page,
    ".pdf": print_report,
    ".xlsx": write_workbook,
}


def bytes_of(report: Report, ending: str) -> bytes:
    """Return a report as a file.

    Args:
        report: in the language that flask-babel is set to.
        ending: a key of `OUTLETS`.

    Raises:
        InvalidInput: this machine has no font for a PDF.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"report{ending}"
        OUTLETS[ending](report, path)
        return path.read_bytes()
