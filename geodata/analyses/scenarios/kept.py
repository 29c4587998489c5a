"""Comparisons as runs: asked once of the same data, kept with all that the answer depends on."""

from __future__ import annotations

from collections.abc import Callable

from geodata.analyses.coverage.kept import said_in_full
from geodata.analyses.coverage.question import Asked, layers_read
from geodata.analyses.runs import answer
from geodata.analyses.scenarios.compare import Comparison
from geodata.analyses.scenarios.report import as_json
from geodata.analyses.scenarios.stated import Stated
from geodata.queries.runs import Run
from geodata.settings import Settings

KIND = "scenario"


def comparison_run(
    settings: Settings, asked: Asked, before: Stated, after: Stated, compute: Callable[[], Comparison]
) -> Run:
    """Return the run that compares changes with others, `compute` where there is none yet; its answer is `as_json`.

    Args:
        settings: the deployment.
        asked: the question that both answer.
        before, after: changes as they are stated; () for things as they are.
        compute: works it out.
    """
    return answer(
        settings,
        KIND,
        {**said_in_full(settings, asked), "before": list(before), "after": list(after)},
        layers=layers_read(asked),
        definition=f"{asked.service.definition.zh}\n{asked.service.definition.en}",
        compute=lambda: as_json(compute()),
    )
