"""The questions that the worker answers, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from geodata.analyses import siting
from geodata.analyses.coverage import cover
from geodata.analyses.coverage import kept as kept_coverage
from geodata.analyses.coverage.question import of_words, understand
from geodata.analyses.grids import GridsQuestion, balance_grids
from geodata.analyses.grids import kept as kept_grids
from geodata.analyses.siting import kept as kept_siting
from geodata.jobs.worker import Progress, Task
from geodata.settings import Settings


def answer_coverage(settings: Settings, stated: Mapping[str, Any], progress: Progress) -> int:
    """Work out who is within reach, and return the number of the run."""
    question = of_words(stated)
    asked = understand(settings, question)
    return kept_coverage.coverage_run(settings, asked, lambda: cover(settings, question, progress=progress.tell)).id


def answer_site(settings: Settings, stated: Mapping[str, Any], progress: Progress) -> int:
    """Work out where the next posts belong, and return the number of the run."""
    question = kept_siting.question_of(stated)
    return kept_siting.site_run(settings, question, lambda: siting.site(settings, question, progress.tell)).id


def answer_grids(settings: Settings, stated: Mapping[str, Any], progress: Progress) -> int:
    """Balance grids, and return the number of the run."""
    question = GridsQuestion(**stated)
    return kept_grids.grids_run(settings, question, lambda: balance_grids(settings, question, progress.tell)).id


TASKS: Mapping[str, Task] = MappingProxyType({
    kept_coverage.KIND: answer_coverage,
    kept_siting.KIND: answer_site,
    kept_grids.KIND: answer_grids,
})  # fmt: skip
