"""Papers, drawn only when one is wanted."""

from __future__ import annotations

from pathlib import Path

from webmap.reports.told import Report


def print_report(report: Report, path: Path) -> None:
    """Write a report as a PDF.

    Raises:
        InvalidInput: this machine has no font for it.
    """
    # matplotlib takes more than half a second to load, and only papers are drawn with it.
    from webmap.reports.paper.document import write_paper

    write_paper(report, path)
