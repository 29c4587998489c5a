"""Finds places by a name or an alias that somebody types, and compounds by the street of their gate."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func, literal, or_, select

from geodata.layers.layer import Layer
from geodata.queries.features import Bbox
from geodata.queries.narrowing import LONGEST_TEXT, escape_like, matches
from geodata.queries.reading import Reading
from geodata.queries.spellings import typed_names
from geodata.queries.walks import gate_streets


@dataclass(frozen=True)
class Hit:
    """A place that was found: what it is, where it is, and what else tells it apart from its namesakes.

    `named_by` is the field that `name` is from: the kind of thing, where a record has no name; `stands_on` is then the
    street by which it stands. Of one without a shape nobody knows where it is. `street` is that of a compound's gate,
    where it was found by that and not by its name.
    """

    layer_id: str
    id: int
    name: str
    named_by: str
    detail: str
    lon: float | None
    lat: float | None
    bbox: Bbox | None
    stands_on: str = ""
    street: str = ""


VERY_STREET, BASE = 0.4, 10
"""The rank of a street of just the name that was typed, and what is added to the ranks of the base map's others."""
BY_ADDRESS = 0.5
"""The rank of compounds on a street whose whole name was typed, by itself or in an address."""
FINDING = "compound"
"""The layer that the search is for: others share what it leaves, so that a street's hydrants don't fill the list."""


def find(reading: Reading, text: str, *, limit: int = 10) -> tuple[Hit, ...]:
    """Return the places whose searched fields hold `text`: subjects before roads and buildings, best match first.

    Chinese names are found by their pinyin and its initials too, and compounds by the street of their gate or by an
    address that names it.

    Args:
        reading: who asks.
        text: any part of a name or alias, whatever its case; an empty one finds nothing.
        limit: at most so many in all.
    """
    wanted = text.strip()[:LONGEST_TEXT]
    if not wanted:
        return ()
    ranked: list[tuple[float, Hit]] = []
    for layer in sorted(reading.layers, key=lambda layer: (layer.is_base, layer.id != FINDING)):
        if layer.geometry and any(field.is_searched for field in reading.fields(layer)):
            ranked += _in_layer(reading, layer, wanted, limit)
        if layer.id == FINDING:
            named = {hit.id for _, hit in ranked if hit.layer_id == layer.id}
            by_street = _by_street(reading, layer, wanted, limit + len(named))
            ranked += [(rank, hit) for rank, hit in by_street if hit.id not in named]
    return tuple(hit for _, hit in _shared(sorted(ranked, key=_rank), limit))


def _rank(ranked: tuple[float, Hit]) -> float:
    return ranked[0]


def _shared(ranked: list[tuple[float, Hit]], limit: int) -> list[tuple[float, Hit]]:
    """Return the best hits; while others have some, no layer but the one that the search is for has more than half."""
    counts = Counter[str]()
    first: list[tuple[float, Hit]] = []
    rest: list[tuple[float, Hit]] = []
    for each in ranked:
        layer_id = each[1].layer_id
        counts[layer_id] += 1
        (first if layer_id == FINDING or counts[layer_id] <= limit // 2 else rest).append(each)
    kept = first[:limit]
    return sorted([*kept, *rest[: limit - len(kept)]], key=_rank)


def _by_street(reading: Reading, layer: Layer, wanted: str, limit: int) -> list[tuple[float, Hit]]:
    """Return the compounds with a gate on a street that was typed, in whole or in part, or as a part of an address."""
    streets = gate_streets(reading)
    if streets is None:
        return []
    table, street = reading.table(layer), streets.c.street
    pattern = escape_like(wanted)
    typed, typed_first = typed_names(wanted), typed_names(wanted, at_start=True)
    # "12 North Street", "长青街12号"
    is_whole = func.strpos(wanted.lower(), func.lower(street)) > 0
    begins = or_(
        street.ilike(f"{pattern}%", escape="\\"), *([street.in_(typed_first)] if typed_first is not None else [])
    )
    holds = or_(street.ilike(f"%{pattern}%", escape="\\"), *([street.in_(typed)] if typed is not None else []))
    ranked = case((is_whole, literal(BY_ADDRESS)), (begins, literal(1.0)), else_=literal(2.0)).label("rank")
    found = select(streets.c.compound_id, street, ranked).where(or_(is_whole, holds)).subquery("found")
    query = (
        reading.rows(layer, *_columns(table, layer), found.c.street, found.c["rank"])
        .join_from(table, found, found.c.compound_id == table.c.id)
        .order_by(found.c["rank"], func.length(table.c[layer.name_field]), table.c.id, found.c.street)
        .limit(limit)
    )
    once: dict[int, tuple[float, Hit]] = {}
    for row in reading.connection.execute(query):
        once.setdefault(row.id, (float(row.rank), replace(_hit(layer, row), street=row.street)))
    return list(once.values())


def _in_layer(reading: Reading, layer: Layer, wanted: str, limit: int) -> list[tuple[float, Hit]]:
    """Return the hits of one layer with their ranks: 0 the very name, 1 begins with it, 2 holds it, 3 elsewhere.

    Those of the base map come after all that, but for the very name.
    """
    table = reading.table(layer)
    name = table.c[layer.name_field]
    pattern = escape_like(wanted)
    typed = typed_names(wanted, at_start=True)
    rank = case(
        (func.lower(name) == wanted.lower(), literal(0)),
        (name.ilike(f"{pattern}%", escape="\\"), literal(1)),
        *([(name.in_(typed), literal(1))] if typed is not None else []),
        (name.ilike(f"%{pattern}%", escape="\\"), literal(2)),
        else_=literal(3),
    )
    query = (
        reading.rows(layer, *_columns(table, layer), rank.label("rank"))
        .where(or_(*matches(reading, layer, wanted)))
        .order_by(rank, func.length(name), table.c.id)
        .limit(limit)
    )
    # One road has many pieces: a name stands for all of them once. Two villages of one name are two.
    once: dict[str, tuple[float, Hit]] = {}
    for row in reading.connection.execute(query):
        is_line = layer.is_base and layer.geometry != "point"
        ranked = row.rank if not layer.is_base else row.rank + BASE if row.rank else VERY_STREET
        once.setdefault(f"{row.name}" if is_line else f"{row.id}", (ranked, _hit(layer, row)))
    return list(once.values())


def _columns(table: FromClause, layer: Layer) -> list[ColumnElement[Any]]:
    """Return what `_hit` reads of a record."""
    point, box = func.ST_PointOnSurface(table.c.geom), func.Box2D(table.c.geom)
    kind, apart = layer.unnamed_by, layer.told_apart_by
    detail: ColumnElement[Any] = table.c.community if "community" in table.c else literal("")
    return [
        table.c.id,
        table.c[layer.name_field].label("name"),
        (table.c[kind.name] if kind else literal("")).label("kind"),
        (table.c[apart.name] if apart else literal("")).label("stands_on"),
        detail.label("detail"),
        func.ST_X(point).label("lon"),
        func.ST_Y(point).label("lat"),
        *(func.__getattr__(edge)(box).label(edge) for edge in ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax")),
    ]


def _hit(layer: Layer, row: Any) -> Hit:
    bbox = None if row.lon is None else (row.ST_XMin, row.ST_YMin, row.ST_XMax, row.ST_YMax)
    kind = layer.unnamed_by
    called = row.kind if row.name is None else row.name
    named_by = kind.name if row.name is None and kind else layer.name_field
    stands_on = row.stands_on or "" if row.name is None else ""
    return Hit(layer.id, row.id, called, named_by, row.detail or "", row.lon, row.lat, bbox, stands_on)
