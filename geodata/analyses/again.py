"""Works out runs of every kind once more: the same question, the settings of then, the data and the code of now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from geodata.analyses import coverage, grids, kept_access, scenarios, siting
from geodata.analyses.coverage import kept as kept_coverage
from geodata.analyses.grids import kept as kept_grids
from geodata.analyses.hotspots import kept as kept_hotspots
from geodata.analyses.rates import kept as kept_rates
from geodata.analyses.runs import Again, stored_run, work_out_again
from geodata.analyses.scenarios import kept as kept_scenarios
from geodata.analyses.siting import kept as kept_siting
from geodata.errors import InvalidInput
from geodata.settings import Settings

Said = Mapping[str, Any]


def run_again(settings: Settings, run_id: int) -> Again:
    """Work a run out once more and say whether it comes to the same bytes.

    From the same data the same code does, unless an answer was cut short by its time limit.

    Raises:
        NotFound: there is no such run.
        InvalidInput: this code has no such question, or its data are gone.
    """
    run = stored_run(settings, run_id)
    try:
        kind = _KINDS[run.asked.kind]
        stated = kind.stated(settings, run.asked.question)
    except (KeyError, TypeError):
        raise InvalidInput(
            f"run {run_id} asks something that this version of csmap can't ask",
            zh=f"当前版本无法重算第 {run_id} 次计算的问题",
        ) from None
    return work_out_again(settings, run, lambda: kind.answered(*stated))


@dataclass(frozen=True)
class _Kind:
    """A kind of runs: what a kept question states, and how that is answered."""

    stated: Callable[[Settings, Said], tuple[Any, ...]]
    answered: Callable[..., Mapping[str, Any]]


def _covered(settings: Settings, question: coverage.Question) -> Mapping[str, Any]:
    return coverage.as_json(coverage.cover(settings, question))


def _sited(settings: Settings, question: siting.SiteQuestion) -> Mapping[str, Any]:
    return siting.plan_as_json(siting.site(settings, question))


def _balanced(settings: Settings, question: grids.GridsQuestion) -> Mapping[str, Any]:
    return grids.with_outlines(settings, grids.balance_grids(settings, question))


def _compared(
    settings: Settings, question: coverage.Question, before: scenarios.Stated, after: scenarios.Stated
) -> Mapping[str, Any]:
    return scenarios.as_json(scenarios.compared(settings, question, before, after))


_KINDS: Mapping[str, _Kind] = MappingProxyType({
    kept_coverage.KIND: _Kind(kept_coverage.as_stated, _covered),
    kept_siting.KIND: _Kind(kept_siting.as_asked, _sited),
    kept_access.KIND: _Kind(kept_access.as_asked, kept_access.measured),
    kept_grids.KIND: _Kind(kept_grids.as_asked, _balanced),
    kept_hotspots.SPOTS: _Kind(kept_hotspots.spots_as_asked, kept_hotspots.spots_answered),
    kept_hotspots.CHANGE: _Kind(kept_hotspots.change_as_asked, kept_hotspots.change_answered),
    kept_rates.KIND: _Kind(kept_rates.rates_as_asked, kept_rates.rates_answered),
    kept_scenarios.KIND: _Kind(kept_scenarios.as_asked, _compared),
})  # fmt: skip
KINDS = tuple(_KINDS)
"""Of runs, by their names."""
