"""Siting as runs: asked once of the same data, kept with all that the answer depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from geodata.analyses.coverage.kept import as_stated, said_in_full
from geodata.analyses.coverage.question import as_words as asked_in_words
from geodata.analyses.coverage.question import layers_read, of_words, understand
from geodata.analyses.runs import answer, is_outdated
from geodata.analyses.siting.answer import Plan
from geodata.analyses.siting.question import STREETS, SiteQuestion
from geodata.analyses.siting.report import plan_as_json, plan_from_json
from geodata.errors import InvalidInput
from geodata.queries.runs import Run
from geodata.settings import Settings

KIND = "site"
OUTLINE = "outline"
_OWN = tuple(field.name for field in fields(SiteQuestion) if field.name != "service")


def as_words(question: SiteQuestion) -> dict[str, Any]:
    """Return a question as JSON has it: what `question_of` makes it of again."""
    return {**vars(question), "service": asked_in_words(question.service)}


def question_of(stated: Mapping[str, Any]) -> SiteQuestion:
    """Return the question that `as_words` wrote down."""
    return SiteQuestion(**{**stated, "service": of_words(stated["service"])})


def as_asked(settings: Settings, said: Mapping[str, Any]) -> tuple[Settings, SiteQuestion]:
    """Return what a kept question asks, with the settings as they were then.

    Raises:
        InvalidInput: this code has no such question, or it was about candidates within another outline.
    """
    if said[OUTLINE] != _outline(settings, said["candidates"]):
        raise InvalidInput(
            "the place's outline is another one now, which candidates lie in: ask anew",
            zh="候选位置所在的辖区边界已有变化：请重新计算",
        )
    own = {name: said[name] for name in _OWN}
    rest = {name: value for name, value in said.items() if name not in (*_OWN, OUTLINE)}
    at_the_time, service = as_stated(settings, rest)
    return at_the_time, SiteQuestion(service, **own)


def said_of(settings: Settings, question: SiteQuestion) -> dict[str, Any]:
    """Return a question with every parameter and the outline that its candidates lie in, as JSON has it."""
    own = {name: getattr(question, name) for name in _OWN}
    in_full = said_in_full(settings, understand(settings, question.service))
    return {**in_full, **own, OUTLINE: _outline(settings, question.candidates)}


def site_run(settings: Settings, question: SiteQuestion, compute: Callable[[], Plan]) -> Run:
    """Return the run that answers a question about new posts; its answer is `plan_as_json`.

    Args:
        settings: the deployment's.
        question: what is asked.
        compute: works it out, as `site` does.

    Raises:
        NotFound, InvalidInput: as `site`.
    """
    question.check(settings)
    asked = understand(settings, question.service)
    layer = question.candidates.partition(":")[0]
    return answer(
        settings,
        KIND,
        said_of(settings, question),
        layers=layers_read(asked) | ({layer} if layer != STREETS else set()),
        definition=f"{asked.service.definition.zh}\n{asked.service.definition.en}",
        compute=lambda: plan_as_json(compute()),
        is_final=_is_proven,
    )


def plan_of(settings: Settings, run: Run) -> tuple[Settings, Plan]:
    """Return the plan that a run holds, with the settings as they were when it was asked; nothing is worked out.

    Args:
        settings: the deployment's.
        run: of this kind.

    Raises:
        InvalidInput: this code has no such question, or can't read such a plan, or its data have changed since: told
            beside who is reached today it would be of two different days.
    """
    if is_outdated(settings, run):
        raise InvalidInput(
            f"run {run.id} is older than its data: work it out anew",
            zh=f"第 {run.id} 次计算早于现有数据：请重新计算",
        )
    at_the_time, question = as_asked(settings, run.asked.question)
    try:
        return at_the_time, plan_from_json(run.answer, question, understand(at_the_time, question.service))
    except (KeyError, TypeError):
        raise InvalidInput(
            f"run {run.id} was kept by another version of csmap: work it out anew",
            zh=f"第 {run.id} 次计算由其他版本保存：请重新计算",
        ) from None


def _outline(settings: Settings, candidates: str) -> str | None:
    """Return a digest of the outline that junctions are chosen in; None where candidates come from a layer."""
    return hashlib.sha256(settings.boundary.wkb).hexdigest() if candidates == STREETS else None


def _is_proven(plan: Mapping[str, Any]) -> bool:
    """Tell whether no more time would bring a better plan, or a narrower gap of any step up to it."""
    return bool(plan["proven"]) and all(step["proven"] for step in plan["curve"])
