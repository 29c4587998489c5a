"""The questions that the worker answers, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from geodata.analyses.siting.kept import KIND, question_of, site_run
from geodata.jobs.worker import Progress, Task
from geodata.settings import Settings


def answer_site(settings: Settings, question: Mapping[str, Any], progress: Progress) -> int:
    """Work out where the next posts belong, and return the number of the run."""
    progress.tell(0.1, "solving")
    return site_run(settings, question_of(dict(question))).id


TASKS: Mapping[str, Task] = MappingProxyType({KIND: answer_site})
