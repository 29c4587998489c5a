"""Answers a planner's question once: what has been asked of the same data and code is read, the rest is worked out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers import LAYERS
from geodata.queries.compound_match import has_compound
from geodata.queries.runs import Asked, Run, data_versions, find_run, get_run, keep_run
from geodata.settings import Settings
from geodata.version import code_version

TRIES = 3
"""So often a question is worked out again because data have come in meanwhile; then the last answer is kept."""


def answer(
    settings: Settings,
    kind: str,
    question: Mapping[str, Any],
    *,
    layers: Collection[str],
    definition: str,
    compute: Callable[[], Mapping[str, Any]],
) -> Run:
    """Return the answer to a question, kept from the last time or worked out now.

    Args:
        settings: the deployment's.
        kind: "coverage", "site" or "grids".
        question: every parameter with its value.
        layers: the layers that the answer is worked out from.
        definition: what is measured, in words, with its source.
        compute: works it out; the same data have to give the same answer.
    """
    asked_at = datetime.now(UTC)
    asked = Asked(kind, question, current_versions(settings, layers), code_version(), definition)
    with engine_for(settings, Login.ANALYST).connect() as connection:
        found = find_run(connection, asked)
    if found:
        return found
    for _ in range(TRIES):
        result = compute()
        now = current_versions(settings, layers)
        is_steady = now == asked.versions
        asked = Asked(kind, question, now, asked.code_version, definition)
        if is_steady:
            break
    with engine_for(settings, Login.ANALYST).begin() as connection:
        return keep_run(connection, asked, result, asked_at)


def current_versions(settings: Settings, layers: Collection[str]) -> dict[str, int]:
    """Return the newest load of each layer, and of those whose loads move its records."""
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return data_versions(connection, _with_movers(layers))


def is_outdated(settings: Settings, run: Run) -> bool:
    """Tell whether a layer that a run has read has changed since."""
    return run.is_older_than(current_versions(settings, run.asked.versions.keys()))


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
