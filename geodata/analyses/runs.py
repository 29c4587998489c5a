"""Answers a planner's question once: what has been asked of the same data and code is read, the rest is worked out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.layers import LAYERS
from geodata.queries.compound_match import has_compound
from geodata.queries.runs import Asked, Run, canonical, data_versions, find_run, get_run, keep_run, list_runs
from geodata.settings import Settings
from geodata.version import code_version

TRIES = 3
"""So often a question is worked out because data have come in meanwhile; the last answer is of no newer data then than
those that were there when it was begun, and is told to be older than its data."""

MOST_LISTED = 10_000
Worked = TypeVar("Worked")


def answer(
    settings: Settings,
    kind: str,
    question: Mapping[str, Any],
    *,
    layers: Collection[str],
    definition: str,
    compute: Callable[[], Mapping[str, Any]],
    versions: Mapping[str, str] | None = None,
    is_final: Callable[[Mapping[str, Any]], bool] = lambda _: True,
) -> Run:
    """Return the answer to a question, kept from the last time or worked out now.

    Args:
        settings: the deployment's.
        kind: "coverage", "site", "access", "grids", "hotspots", "change", "rates" or "scenario".
        question: every parameter with its value.
        layers: the layers that the answer is worked out from.
        definition: what is measured, in words, with its source.
        compute: works it out; the same data have to give the same answer.
        versions: of the data that `compute` answers from, where it has read them already; None where it reads them now.
        is_final: whether a kept answer is as good as another one would be: where time ran out, it is worked out again.
    """
    asked_at = datetime.now(UTC)
    asked = Asked(kind, question, versions or current_versions(settings, layers), code_version(), definition)
    with engine_for(settings, Login.ANALYST).connect() as connection:
        found = find_run(connection, asked)
    if found and is_final(found.answer):
        return found
    result, read = (compute(), versions) if versions else worked_out(settings, layers, compute)
    with engine_for(settings, Login.ANALYST).begin() as connection:
        return keep_run(connection, replace(asked, versions=read), result, asked_at)


class Lately(Generic[Worked]):
    """Works something out, and has it still: files and pages are made of more than a run keeps."""

    def __init__(self, compute: Callable[[], Worked]) -> None:
        """Take what works it out."""
        self._compute = compute
        self._found: Worked | None = None

    def __call__(self) -> Worked:
        """Work it out, once more where that has been done before: data may have come in meanwhile."""
        self._found = self._compute()
        return self._found

    @property
    def found(self) -> Worked:
        """What came out last; where a run was kept already it is worked out now."""
        return self() if self._found is None else self._found


@dataclass(frozen=True)
class Again:
    """A run that was worked out once more.

    Attributes:
        first: the run that was repeated.
        run: the one that holds the answer now: the first, where neither data nor code have changed.
        is_same: whether every byte of the answer is the same.
        changed: the layers whose data have changed in between.
        is_other_code: whether the code is another.
    """

    first: Run
    run: Run
    is_same: bool
    changed: tuple[str, ...]
    is_other_code: bool


def work_out_again(settings: Settings, run: Run, compute: Callable[[], Mapping[str, Any]]) -> Again:
    """Work a run out once more, whatever is kept, and keep it as another one where data or code are others now.

    Args:
        settings: the deployment's.
        run: the one that is repeated.
        compute: works out its question.
    """
    asked_at, layers = datetime.now(UTC), run.asked.versions.keys()
    result, versions = worked_out(settings, layers, compute)
    asked = replace(run.asked, versions=versions, code_version=code_version())
    before, now, kept = dict(run.asked.versions), dict(asked.versions), run
    if asked != run.asked:
        with engine_for(settings, Login.ANALYST).begin() as connection:
            kept = find_run(connection, asked) or keep_run(connection, asked, result, asked_at)
    return Again(
        first=run,
        run=kept,
        is_same=canonical(result) == run.text,
        changed=tuple(layer for layer in now if now[layer] != before.get(layer)),
        is_other_code=asked.code_version != run.asked.code_version,
    )


def worked_out(
    settings: Settings, layers: Collection[str], compute: Callable[[], Worked]
) -> tuple[Worked, Mapping[str, str]]:
    """Return what comes out, and the state of the data that it was read from: that before the first of them was read.

    Args:
        settings: the deployment's.
        layers: those that are read.
        compute: reads them; again where one of them has changed meanwhile.
    """
    for _ in range(TRIES):
        versions = current_versions(settings, layers)
        result = compute()
        if current_versions(settings, layers) == versions:
            break
    return result, versions


def current_versions(settings: Settings, layers: Collection[str]) -> dict[str, str]:
    """Return the state of each layer, and of those whose loads move its records."""
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return data_versions(connection, _with_movers(layers))


def is_outdated(settings: Settings, run: Run) -> bool:
    """Tell whether a layer that a run has read has changed since."""
    return run.is_older_than(current_versions(settings, run.asked.versions.keys()))


def has_changed(settings: Settings, run: Run, layer: str) -> bool:
    """Tell whether one layer that a run has read has changed since."""
    return current_versions(settings, {layer})[layer] != run.asked.versions[layer]


def newest_runs(settings: Settings, *, kind: str | None = None, most: int = 20) -> list[tuple[Run, bool]]:
    """Return the last runs, the newest first, each with whether its data have changed since.

    Args:
        settings: the deployment's.
        kind: only of this kind; None for all.
        most: so many.

    Raises:
        InvalidInput: none at all, or too many.
    """
    if not 1 <= most <= MOST_LISTED:
        raise InvalidInput(
            f"the newest {most} runs; wanted are 1 to {MOST_LISTED:,}",
            zh=f"最近 {most} 次计算；应为 1 至 {MOST_LISTED:,}",
        )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        runs = list_runs(connection, kind=kind, most=most)
        layers = {layer for run in runs for layer in run.asked.versions}
        now = data_versions(connection, layers)
    return [(run, run.is_older_than({layer: now[layer] for layer in run.asked.versions})) for run in runs]


def as_told(settings: Settings, run: Run) -> dict[str, Any]:
    """Return what tells a run from others, and whether its data have changed since, as JSON has it."""
    return _receipt(run, is_outdated=is_outdated(settings, run))


def as_listed(run: Run, *, is_outdated: bool) -> dict[str, Any]:
    """Return a run without its answer, as JSON has it."""
    return {"kind": run.asked.kind, "question": dict(run.asked.question), **_receipt(run, is_outdated=is_outdated)}


def _receipt(run: Run, *, is_outdated: bool) -> dict[str, Any]:
    return {
        "id": run.id,
        "asked": run.asked_at.isoformat(),
        "sha256": run.sha256,
        "code": run.asked.code_version,
        "is_outdated": is_outdated,
    }


def stored_run(settings: Settings, run_id: int) -> Run:
    """Return a run by its number.

    Raises:
        NotFound: there is none.
    """
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return get_run(connection, run_id)


def _with_movers(layers: Collection[str]) -> set[str]:
    """Return layers with those that move their records: a point without coordinates follows its compound."""
    follows = any(layer.geometry == "point" and has_compound(layer) for layer in LAYERS if layer.id in layers)
    return {*layers, "compound"} if follows else set(layers)
