"""What people have set on the web in records of a register: it stays until the register states something new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geodata.layers.field import SetByHand
from geodata.layers.layer import Layer
from geodata.queries.arrivals import arrived_name


@dataclass(frozen=True)
class ByHand:
    """What became of the values that people had set, where the file states others: how many stay, how many are gone."""

    kept: int = 0
    replaced: int = 0


NOTHING_SET = ByHand()


def stated_columns(layer: Layer) -> tuple[tuple[str, str], ...]:
    """Return the columns that people set on the web, each with that of what the register stated last."""
    return tuple((value, by_hand.stated) for value, by_hand in _set_on(layer))


def keeping(layer: Layer) -> Mapping[str, str]:
    """Return what a load assigns to these columns, of `live` and what has `changed`.

    A register that states what it did at any time before says nothing of what was set since: it may be an older file of
    it that is loaded late. One that states nothing doesn't, either.
    """
    found = {}
    for value, by_hand in _set_on(layer):
        stays = f"{_is_other(value)} AND {_is_known(layer, value, by_hand)} AND {_is_by_hand(layer, value, by_hand)}"
        found[value] = f"CASE WHEN {stays} THEN live.{value} ELSE changed.{value} END"
        found[by_hand.stated] = f"CASE WHEN {stays} THEN live.{by_hand.stated} ELSE changed.{value} END"
    return found


def count_by_hand(connection: Connection, layer: Layer) -> ByHand:
    """Return what becomes of values that people have set once the arrived rows are merged."""
    found = NOTHING_SET
    for value, by_hand in _set_on(layer):
        query = _COUNT.format(
            layer=layer.id,
            arrived=arrived_name(layer),
            known=_is_known(layer, value, by_hand),
            other=f"{_is_other(value)} AND {_is_by_hand(layer, value, by_hand)}",
        )
        kept, replaced = connection.execute(text(query)).one()
        found = ByHand(found.kept + kept, found.replaced + replaced)
    return found


def _set_on(layer: Layer) -> list[tuple[str, SetByHand]]:
    return [(field.name, field.by_hand) for field in layer.fields if field.by_hand]


def _is_other(value: str) -> str:
    return f"changed.{value} IS DISTINCT FROM live.{value}"


def _is_known(layer: Layer, value: str, by_hand: SetByHand) -> str:
    """Return the condition that the register has stated a value before, or states none."""
    last = by_hand.stated
    before = f"SELECT FROM history.{layer.id} h WHERE h.id = live.id AND h.{last} = changed.{value}"
    return f"(changed.{value} IS NULL OR changed.{value} IS NOT DISTINCT FROM live.{last} OR EXISTS ({before}))"


def _is_by_hand(layer: Layer, value: str, by_hand: SetByHand) -> str:
    """Return the condition that live's value is one that somebody has set, be it the very one that the register had."""
    step = f"e.{layer.id}_id = live.id AND e.source = 'web' AND e.{value} = live.{value}"
    set_so = f"EXISTS (SELECT FROM live.{by_hand.step} e WHERE {step})"
    return f"(live.{value} IS DISTINCT FROM live.{by_hand.stated} OR {set_so})"


_COUNT = """
    SELECT count(*) FILTER (WHERE {known}), count(*) FILTER (WHERE NOT {known})
    FROM {arrived} changed JOIN live.{layer} live ON live.id = changed.live_id
    WHERE changed.row_hash <> changed.live_hash AND {other}
"""
