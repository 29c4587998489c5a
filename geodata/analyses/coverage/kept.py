"""Coverage as runs: asked once of the same data, kept with all that the answer depends on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.question import Asked, layers_read
from geodata.analyses.coverage.report import as_json
from geodata.analyses.runs import answer
from geodata.queries.runs import Run
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
        "day": settings.today().isoformat(),
        "metric_crs": settings.metric_crs,
    }


def coverage_run(settings: Settings, asked: Asked, compute: Callable[[], Answer]) -> Run:
    """Return the run that answers a question, `compute` where there is none yet; its answer is `as_json`."""
    return answer(
        settings,
        KIND,
        said_in_full(settings, asked),
        layers=layers_read(asked),
        definition=f"{asked.service.definition.zh}\n{asked.service.definition.en}",
        compute=lambda: as_json(compute()),
    )
