"""What people have set on the web in records of a register: it stays until the register states something new."""

from __future__ import annotations

from collections.abc import Mapping

from geodata.layers.layer import Layer

_STATED = {"hazard": (("due_on", "due_stated"),)}


def stated_columns(layer: Layer) -> tuple[tuple[str, str], ...]:
    """Return the columns that people set on the web, each with that of what the register stated last."""
    return _STATED.get(layer.id, ())


def keeping(layer: Layer) -> Mapping[str, str]:
    """Return what a load assigns to these columns, of `live` and what has `changed`.

    A register that states what it did before says nothing of what was set since, and one that states nothing doesn't,
    either.
    """
    found = {}
    for value, last in stated_columns(layer):
        is_by_hand = f"live.{value} IS DISTINCT FROM live.{last}"
        is_nothing_new = f"(changed.{value} IS NULL OR changed.{value} IS NOT DISTINCT FROM live.{last})"
        found[value] = f"CASE WHEN {is_by_hand} AND {is_nothing_new} THEN live.{value} ELSE changed.{value} END"
        found[last] = f"CASE WHEN {is_by_hand} AND changed.{value} IS NULL THEN live.{last} ELSE changed.{value} END"
    return found
