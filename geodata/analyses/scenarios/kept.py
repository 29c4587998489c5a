"""Comparisons as runs: asked once of the same data, kept with all that the answer depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from geodata.analyses.coverage import Answer, Question, cover
from geodata.analyses.coverage.kept import as_stated, said_in_full
from geodata.analyses.coverage.question import by_community, layers_read, understand
from geodata.analyses.coverage.stated import Stated
from geodata.analyses.runs import answer
from geodata.analyses.scenarios.compare import Comparison, comparison
from geodata.analyses.scenarios.report import as_json
from geodata.queries.runs import Run
from geodata.settings import Settings

KIND = "scenario"
Answering = Callable[[Settings, Question], Answer]


def compared(
    settings: Settings, question: Question, before: Stated, after: Stated, *, answered: Answering = cover
) -> Comparison:
    """Return what changes bring to a question against others.

    Args:
        settings: the deployment.
        question: what is asked, without changes of its own; without a level of areas it is told by community, where
            there are any.
        before, after: changes as they are stated; () for things as they are.
        answered: answers a question; another than `cover` may know the answer already.

    Raises:
        NotFound, InvalidInput: as `cover`.
    """
    by = by_community(settings, question).by
    one, other = (answered(settings, replace(question, by=None, changes=stated)) for stated in (before, after))
    return comparison(settings, one, other, by=by, left_out=other.asked.changes_left_out)


def comparison_run(
    settings: Settings, question: Question, before: Stated, after: Stated, compute: Callable[[], Comparison]
) -> Run:
    """Return the run that compares changes with others, `compute` where there is none yet; its answer is `as_json`.

    Args:
        settings: the deployment.
        question, before, after: as `compared` takes them.
        compute: works it out.
    """
    asked = understand(settings, by_community(settings, question))
    return answer(
        settings,
        KIND,
        {**said_in_full(settings, asked), "before": list(before), "after": list(after)},
        layers=layers_read(asked),
        definition=f"{asked.service.definition.zh}\n{asked.service.definition.en}",
        compute=lambda: as_json(compute()),
    )


def as_asked(settings: Settings, said: Mapping[str, Any]) -> tuple[Settings, Question, Stated, Stated]:
    """Return what a kept comparison asks, with the settings as they were then.

    Raises:
        InvalidInput: this code has no such question.
    """
    question = {name: value for name, value in said.items() if name not in ("before", "after")}
    return (*as_stated(settings, question), said["before"], said["after"])
