"""Access as runs: measured once of the same data, kept with all that the answer depends on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geodata.analyses.access import DEFINITIONS, METHODS, measure_access
from geodata.analyses.access_told import access_as_json
from geodata.analyses.coverage.cover import ground_of
from geodata.analyses.coverage.kept import as_stated, said_in_full
from geodata.analyses.coverage.question import Question, layers_read, understand
from geodata.analyses.runs import answer
from geodata.errors import InvalidInput
from geodata.queries.runs import Run
from geodata.settings import Settings

KIND = "access"


def as_asked(settings: Settings, said: Mapping[str, Any]) -> tuple[Settings, Question, str]:
    """Return what a kept question asks, by which method, with the settings as they were then.

    Raises:
        InvalidInput: this code has no such question.
    """
    without = {name: value for name, value in said.items() if name != "method"}
    return *as_stated(settings, without), said["method"]


def access_run(settings: Settings, question: Question, method: str) -> Run:
    """Return the run that answers a question about access; its answer is `access_as_json`.

    Raises:
        NotFound, InvalidInput: as `ground_of` and `measure_access`.
    """
    if method not in METHODS:
        raise InvalidInput(
            f"no method {method!r}; there are {', '.join(METHODS)}",
            zh=f"无法识别的方法 {method!r}；可选：{'、'.join(METHODS)}",
        )
    asked = understand(settings, question)
    return answer(
        settings,
        KIND,
        {**said_in_full(settings, asked), "method": method},
        layers=layers_read(asked) | {"area_population", "compound_status"},
        definition=f"{DEFINITIONS[method].zh}\n{DEFINITIONS[method].en}",
        compute=lambda: measured(settings, question, method),
    )


def measured(settings: Settings, question: Question, method: str) -> dict[str, object]:
    """Return the answer to a question about access as JSON has it.

    Raises:
        NotFound, InvalidInput: as `ground_of` and `measure_access`.
    """
    return access_as_json(measure_access(ground_of(settings, question), method))
