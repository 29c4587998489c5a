"""The kinds of file that a report can be written as, each known by how its name ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pyogrio

from geodata.analyses.coverage import frame_of, od_frame, route_frame
from webmap.reports.map_page import map_page
from webmap.reports.printed import print_report
from webmap.reports.told import Report
from webmap.reports.workbook import write_workbook


def _map_page(report: Report, path: Path) -> None:
    path.write_text(map_page(report), "utf-8")


def _geopackage(report: Report, path: Path) -> None:
    """Write the places, the way of each to its post, and the table of places and posts."""
    frame_of(report.settings, report.answer).to_file(path, layer="coverage", driver="GPKG")
    route_frame(report.settings, report.answer).to_file(path, layer="routes", driver="GPKG")
    pyogrio.write_dataframe(od_frame(report.answer), path, layer="od", driver="GPKG")


OUTLETS: Mapping[str, Callable[[Report, Path], None]] = {
    ".gpkg": _geopackage,
    ".html": _map_page,
    ".pdf": print_report,
    ".xlsx": write_workbook,
}
