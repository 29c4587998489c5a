"""Hot spots and change as runs: worked out once of the same data, kept with all that the answer depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from geodata.analyses.hotspots.change import DEFINITION as CHANGE_DEFINITION
from geodata.analyses.hotspots.change import Change, change_as_json, changed
from geodata.analyses.hotspots.question import ChangeQuestion, SpotsQuestion, change_question, spots_question
from geodata.analyses.hotspots.report import spots_as_json
from geodata.analyses.hotspots.spots import Spots, definition_of, spots_of
from geodata.analyses.hotspots.surface import surface_of
from geodata.analyses.runs import answer
from geodata.queries.runs import Run
from geodata.settings import Settings

SPOTS, CHANGE = "hotspots", "change"


def spots_run(settings: Settings, question: SpotsQuestion, compute: Callable[[], Spots]) -> Run:
    """Return the run that answers a question about hot spots; its answer is `spots_as_json` of `compute`.

    Raises:
        InvalidInput: as `spots_of` and `surface_of`.
    """
    period, words = None if question.period is None else str(question.period), definition_of(question)
    return answer(
        settings,
        SPOTS,
        {**asdict(question), "period": period, **_at(settings)},
        layers=question.layers,
        definition=f"{words.zh}\n{words.en}",
        compute=lambda: _told(compute()),
    )


def change_run(settings: Settings, question: ChangeQuestion, compute: Callable[[], Change]) -> Run:
    """Return the run that answers a question about change; its answer is `change_as_json` of `compute`.

    Raises:
        InvalidInput: as `changed`.
    """
    periods = {"before": str(question.before), "after": str(question.after)}
    return answer(
        settings,
        CHANGE,
        {**asdict(question), **periods, **_at(settings)},
        layers=question.layers,
        definition=f"{CHANGE_DEFINITION.zh}\n{CHANGE_DEFINITION.en}",
        compute=lambda: change_as_json(compute()),
    )


def spots_as_asked(settings: Settings, said: Mapping[str, Any]) -> tuple[Settings, SpotsQuestion]:
    """Return what a kept question asks, with the settings as they were then.

    Raises:
        InvalidInput: it can't be asked any more, such as about incidents of a year that isn't told today.
    """
    then = _then(settings, said)
    what, period = said["what"], said["period"]
    return then, spots_question(then, what, period, radius_m=said["radius_m"], level=said["level"], per=said["per"])


def change_as_asked(settings: Settings, said: Mapping[str, Any]) -> tuple[Settings, ChangeQuestion]:
    """Return what a kept question asks, with the settings as they were then.

    Raises:
        InvalidInput: it can't be asked any more, such as about incidents of a year that isn't told today.
    """
    then = _then(settings, said)
    question = change_question(then, said["what"], said["before"], said["after"], level=said["level"])
    return then, replace(question, is_halved=said["is_halved"])


def spots_answered(settings: Settings, question: SpotsQuestion) -> Mapping[str, Any]:
    """Return hot spots as JSON has them, as they are kept."""
    return _told(spots_of(settings, question))


def change_answered(settings: Settings, question: ChangeQuestion) -> Mapping[str, Any]:
    """Return a comparison as JSON has it, as it is kept."""
    return change_as_json(changed(settings, question))


def _told(spots: Spots) -> dict[str, object]:
    return spots_as_json(spots, surface_of(spots))


def _at(settings: Settings) -> dict[str, Any]:
    return {"day": settings.today().isoformat(), "metric_crs": settings.metric_crs}


def _then(settings: Settings, said: Mapping[str, Any]) -> Settings:
    return replace(settings, as_of=date.fromisoformat(said["day"]), metric_crs=said["metric_crs"])
