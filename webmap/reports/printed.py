"""Papers for commands and for pages alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from geodata.analyses.coverage import Answer, Question
from geodata.queries.outlines import read_outlines
from geodata.settings import Settings
from webmap import notice
from webmap.reports.told import Report, tell
from webmap.wording import Wording


def by_community(settings: Settings, question: Question) -> Question:
    """Return a question as reports ask it: area by area, too, where the place has outlines of its communities."""
    if question.by is None and read_outlines(settings, "community")[0]:
        return replace(question, by="community")
    return question


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
