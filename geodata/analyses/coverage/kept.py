"""Coverage as runs: asked once of the same data, kept with all that the answer depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.question import Asked, Question, layers_read, understand
from geodata.analyses.coverage.report import as_json
from geodata.analyses.runs import answer
from geodata.errors import InvalidInput
from geodata.queries.runs import Run, canonical
from geodata.settings import Settings

KIND = "coverage"


def said_in_full(settings: Settings, asked: Asked) -> dict[str, Any]:
    """Return a question with every parameter, as JSON has it: what the deployment's settings say is part of it."""
    service = asked.service
    return {
        "service": service.id,
        "layer": service.layer,
        "where": [[name, list(values)] for name, values in service.where],
        "direction": service.direction,
        "residents_a_unit": service.residents_a_unit,
        "standards": list(service.minutes),
        "definition": [service.definition.zh, service.definition.en],
        "mode": {**asdict(asked.mode), "kmh": dict(asked.mode.kmh)},
        "minutes": asked.minutes,
        "at": None if asked.at is None else str(asked.at),
        "demand": asked.demand,
        "weight": asked.weight,
        "period": None if asked.period is None else [day.isoformat() for day in asked.period],
        "kind": asked.kind,
        "by": asked.by,
        # Not where there are none: runs from before there were any are found again.
        **({"changes": list(asked.changes)} if asked.changes else {}),
        "day": settings.today().isoformat(),
        "metric_crs": settings.metric_crs,
    }


def as_stated(settings: Settings, said: Mapping[str, Any]) -> tuple[Settings, Question]:
    """Return what a kept question asks, with the settings as they were then: the other way around of `said_in_full`.

    Raises:
        InvalidInput: this code has no such question.
    """
    period, mode = said["period"], said["mode"]
    at_the_time = replace(
        settings,
        as_of=date.fromisoformat(said["day"]),
        metric_crs=said["metric_crs"],
        service=(*settings.service, _table(said)),
        speeds={},
    )
    question = Question(
        service=said["service"],
        mode=mode["id"],
        minutes=said["minutes"],
        at=said["at"],
        demand=said["demand"],
        weight=said["weight"],
        period=period and (date.fromisoformat(period[0]), date.fromisoformat(period[1])),
        kind=said["kind"],
        by=said["by"],
        speeds=mode["kmh"],
        keeps_turns=mode["keeps_turns"],
        changes=said.get("changes", ()),
    )
    if canonical(said_in_full(at_the_time, understand(at_the_time, question))) != canonical(said):
        raise InvalidInput(
            "this run asks something that this version of csmap can't ask", zh="当前版本无法重算这次计算的问题"
        )
    return at_the_time, question


def _table(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the service of a kept question as a [[service]] table."""
    chinese, english = said["definition"]
    table = {
        "id": said["service"],
        "layer": said["layer"],
        "where": dict(said["where"]),
        "mode": said["mode"]["id"],
        "minutes": said["standards"],
        "direction": said["direction"],
        "definition": {"zh": chinese, "en": english},
        "residents_a_unit": said["residents_a_unit"],
    }
    return {name: value for name, value in table.items() if value is not None}


def coverage_run(
    settings: Settings, asked: Asked, compute: Callable[[], Answer], *, versions: Mapping[str, str] | None = None
) -> Run:
    """Return the run that answers a question, `compute` where there is none yet; its answer is `as_json`.

    Args:
        settings: the deployment's.
        asked: the question.
        compute: works it out.
        versions: of the data that `compute` answers from, where it has read them already.
    """
    return answer(
        settings,
        KIND,
        said_in_full(settings, asked),
        layers=layers_read(asked),
        definition=f"{asked.service.definition.zh}\n{asked.service.definition.en}",
        compute=lambda: as_json(compute()),
        versions=versions,
    )
