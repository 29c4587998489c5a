"""The kinds of file that a report can be written as, each known by how its name ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pyogrio

from geodata.analyses.coverage import frame_of, od_frame, route_frame, supposed_frame
from webmap.reports.map_page import map_page
from webmap.reports.printed import print_report
from webmap.reports.told import Report
from webmap.reports.workbook import write_workbook


def _map_page(report: Report, path: Path) -> None:
    path.write_text(map_page(report), "utf-8")


def _geopackage(report: Report, path: Path) -> None:
    """Write the places, the way of each to its post, the table of places and posts, and the changes supposed.

    Its metadata say what the answer is, and of which changes.
    """
    told = {
        "TITLE": report.title,
        "DESCRIPTION": " · ".join((*report.question, report.headline, *report.posts_told, report.caveat)),
    }
    if report.changes:
        told["SCENARIO"] = "; ".join((*report.supposed, *(each.words for each in report.changes)))
    places = frame_of(report.settings, report.answer)
    pyogrio.write_dataframe(places, path, layer="coverage", driver="GPKG", dataset_metadata=told, layer_metadata=told)
    route_frame(report.settings, report.answer).to_file(path, layer="routes", driver="GPKG")
    pyogrio.write_dataframe(od_frame(report.answer), path, layer="od", driver="GPKG")
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
