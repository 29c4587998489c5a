"""Siting as runs: asked once of the same data, kept with all that the answer depends on."""

from __future__ import annotations

from typing import Any

from geodata.analyses.coverage.kept import said_in_full
from geodata.analyses.coverage.question import Question, layers_read, understand
from geodata.analyses.runs import answer
from geodata.analyses.siting.question import STREETS, SiteQuestion
from geodata.analyses.siting.report import plan_as_json
from geodata.analyses.siting.solve import site
from geodata.queries.runs import Run
from geodata.settings import Settings

KIND = "site"


def question_of(stated: dict[str, Any]) -> SiteQuestion:
    """Return the question that JSON states: `vars` of a SiteQuestion, with those of its Question as "service"."""
    return SiteQuestion(**{**stated, "service": Question(**stated["service"])})


def site_run(settings: Settings, question: SiteQuestion) -> Run:
    """Return the run that answers a question about new posts; its answer is `plan_as_json`.

    Raises:
        NotFound, InvalidInput: as `site`.
    """
    question.check()
    asked = understand(settings, question.service)
    layer = question.candidates.partition(":")[0]
    own = {name: value for name, value in vars(question).items() if name != "service"}
    return answer(
        settings,
        KIND,
        {**said_in_full(settings, asked), **own},
        layers=layers_read(asked) | ({layer} if layer != STREETS else set()),
        definition=f"{asked.service.definition.zh}\n{asked.service.definition.en}",
        compute=lambda: plan_as_json(site(settings, question)),
    )
