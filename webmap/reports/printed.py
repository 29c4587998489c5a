"""Papers for commands and for pages alike."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from geodata.analyses.coverage import Answer
from geodata.settings import Settings
from webmap import notice
from webmap.reports.told import Report, tell
from webmap.wording import Wording


def paper(settings: Settings, answer: Answer, language: str) -> bytes:
    """Return an answer as a PDF, within a request in that language.

    Raises:
        InvalidInput: this machine has no font for it.
    """
    report = tell(settings, Wording(language), answer, None, notice=notice.sentence())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        print_report(report, path)
        return path.read_bytes()


def print_report(report: Report, path: Path) -> None:
    """Write a report as a PDF.

    Raises:
        InvalidInput: this machine has no font for it.
    """
    # matplotlib takes more than half a second to load, and only papers are drawn with it.
    from webmap.reports.paper.document import write_paper

    write_paper(report, path)
