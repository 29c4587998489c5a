"""An answer as a file, for those who ask without a server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flask_babel import force_locale

from geodata.analyses.coverage import Answer
from geodata.analyses.siting import Plan
from geodata.command.outlet import written_whole
from geodata.errors import InvalidInput
from geodata.settings import Settings
from webmap import create_app, notice
from webmap.languages import LOCALES
from webmap.reports.kinds import OUTLETS
from webmap.reports.told import tell
from webmap.wording import Wording

__all__ = ["LANG_HELP", "OUTLETS", "ROADS_HELP", "language_of_file", "write"]

LANG_HELP = "the file's language, zh-CN or en; the deployment's first unless given"


ROADS_HELP = "with --out: hold the answer against the roads that were known on a day, too"


def language_of_file(settings: Settings, stated: str | None) -> str:
    """Return the language that a file is written in: what was stated, or the deployment's first.

    Raises:
        InvalidInput: the deployment doesn't speak it.
    """
    language = stated or settings.languages[0]
    if language not in settings.languages:
        raise InvalidInput(f"--lang {language} isn't spoken here; there are {', '.join(settings.languages)}")
    return language


def write(
    settings: Settings,
    answer: Answer,
    plan: Plan | None,
    paths: Sequence[Path],
    language: str,
    *,
    roads_on: datetime | None = None,
) -> None:
    """Write an answer as the files that their names ask for.

    Args:
        settings: of the deployment.
        answer: of `geodata.analyses.coverage.cover`.
        plan: proposed sites for the same question; None for none.
        paths: those that `check_outlet` lets pass with `OUTLETS`.
        language: "zh-CN" or "en".
        roads_on: a moment whose roads the answer is held against, too; None for none.
    """
    app = create_app(settings)
    with app.app_context(), force_locale(LOCALES[language]):
        report = tell(settings, Wording(language), answer, plan, notice=notice.sentence(), roads_on=roads_on)
        for path in paths:
            with written_whole(path) as beside:
                OUTLETS[path.suffix.lower()](report, beside)
