"""The kinds of file that an answer can be written as, each known by how its name ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from flask_babel import force_locale

from geodata.analyses.coverage import Answer, frame_of
from geodata.analyses.siting import Plan
from geodata.command.outlet import written_whole
from geodata.errors import InvalidInput
from geodata.settings import Settings
from webmap import create_app, notice
from webmap.languages import LOCALES
from webmap.reports.map_page import map_page
from webmap.reports.printed import print_report
from webmap.reports.told import Report, tell
from webmap.reports.workbook import write_workbook
from webmap.wording import Wording

LANG_HELP = "the file's language, zh-CN or en; the deployment's first unless given"


def language_of_file(settings: Settings, stated: str | None) -> str:
    """Return the language that a file is written in: what was stated, or the deployment's first.

    Raises:
        InvalidInput: the deployment doesn't speak it.
    """
    language = stated or settings.languages[0]
    if language not in settings.languages:
        raise InvalidInput(f"--lang {language} isn't spoken here; there are {', '.join(settings.languages)}")
    return language


def write(settings: Settings, answer: Answer, plan: Plan | None, path: Path, language: str) -> None:
    """Write an answer as the file that its name asks for.

    Args:
        settings: of the deployment.
        answer: of `geodata.analyses.coverage.cover`.
        plan: proposed sites for the same question; None for none.
        path: one that `check_outlet` lets pass with `OUTLETS`.
        language: "zh-CN" or "en".
    """
    app = create_app(replace(settings, serve_as=None))
    with app.app_context(), force_locale(LOCALES[language]):
        report = tell(settings, Wording(language), answer, plan, notice=notice.sentence())
        with written_whole(path) as beside:
            OUTLETS[path.suffix.lower()](report, beside)


def _map_page(report: Report, path: Path) -> None:
    path.write_text(map_page(report), "utf-8")


def _geopackage(report: Report, path: Path) -> None:
    frame_of(report.settings, report.answer).to_file(path, layer="coverage", driver="GPKG")


OUTLETS: Mapping[str, Callable[[Report, Path], None]] = {
    ".gpkg": _geopackage,
    ".html": _map_page,
    ".pdf": print_report,
    ".xlsx": write_workbook,
}
