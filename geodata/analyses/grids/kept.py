"""Grids as runs: balanced once of the same data, kept with all that the answer depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from geodata.analyses.grids.answer import GridsAnswer
from geodata.analyses.grids.question import DEFINITION, GridsQuestion
from geodata.analyses.grids.report import with_outlines
from geodata.analyses.grids.solve import LAYERS
from geodata.analyses.runs import answer
from geodata.queries.runs import Run
from geodata.settings import Settings

KIND = "grids"
_OWN = tuple(field.name for field in fields(GridsQuestion) if field.name != "changes")


def as_asked(settings: Settings, said: Mapping[str, Any]) -> tuple[Settings, GridsQuestion]:
    """Return what a kept question asks, with the settings as they were then."""
    at_the_time = replace(settings, as_of=date.fromisoformat(said["day"]), metric_crs=said["metric_crs"])
    return at_the_time, GridsQuestion(**{name: said[name] for name in _OWN}, changes=said.get("changes", ()))


def grids_run(settings: Settings, question: GridsQuestion, compute: Callable[[], GridsAnswer]) -> Run:
    """Return the run that answers a question about grids; its answer is `with_outlines` of `compute`.

    Raises:
        InvalidInput: as `balance_grids`.
    """
    question.check()
    own = {name: getattr(question, name) for name in _OWN}
    # Not where there are none: runs from before there were any are found again.
    changes = {"changes": list(question.changes)} if question.changes else {}
    return answer(
        settings,
        KIND,
        {**own, **changes, "day": settings.today().isoformat(), "metric_crs": settings.metric_crs},
        layers=LAYERS,
        definition=f"{DEFINITION.zh}\n{DEFINITION.en}",
        compute=lambda: with_outlines(settings, compute()),
        is_final=lambda kept: not kept["is_cut_short"],
    )
