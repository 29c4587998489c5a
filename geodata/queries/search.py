"""Finds places by a name or an alias that somebody types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, or_

from geodata.layers.layer import Layer
from geodata.queries.features import LONGEST_TEXT, Bbox, escape_like, matches
from geodata.queries.reading import Reading
from geodata.queries.spellings import typed_names


@dataclass(frozen=True)
class Hit:
    """A place that was found: what it is, where it is, and what else tells it apart from its namesakes.

    `named_by` is the field that `name` is from: the kind of thing, where a record has no name. Of one without a shape
    nobody knows where it is.
    """

    layer_id: str
    id: int
    name: str
    named_by: str
    detail: str
    lon: float | None
    lat: float | None
    bbox: Bbox | None


def find(reading: Reading, text: str, *, limit: int = 10) -> tuple[Hit, ...]:
    """Return the places whose searched fields hold `text`: subjects before roads and buildings, best match first.

    Chinese names are found by their pinyin and its initials too.

    Args:
        reading: who asks.
        text: any part of a name or alias, whatever its case; an empty one finds nothing.
        limit: at most so many in all.
    """
    wanted = text.strip()[:LONGEST_TEXT]
    if not wanted:
        return ()
    hits: list[tuple[int, Hit]] = []
    for layer in sorted(reading.layers, key=lambda layer: layer.is_base):
        if layer.geometry and any(field.is_searched for field in reading.fields(layer)):
            hits += [(rank + 10 * layer.is_base, hit) for rank, hit in _in_layer(reading, layer, wanted, limit)]
    return tuple(hit for _, hit in sorted(hits, key=lambda ranked: ranked[0])[:limit])


def _in_layer(reading: Reading, layer: Layer, wanted: str, limit: int) -> list[tuple[int, Hit]]:
    """Return the hits of one layer with their ranks: 0 the very name, 1 begins with it, 2 holds it, 3 elsewhere."""
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
    point = func.ST_PointOnSurface(table.c.geom)
    box = func.Box2D(table.c.geom)
    kind = layer.unnamed_by
    detail: ColumnElement[Any] = table.c.community if "community" in table.c else literal("")
    query = (
        reading.rows(
            layer,
            table.c.id,
            name.label("name"),
            (table.c[kind.name] if kind else literal("")).label("kind"),
            detail.label("detail"),
            func.ST_X(point).label("lon"),
            func.ST_Y(point).label("lat"),
            *(func.__getattr__(edge)(box).label(edge) for edge in ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax")),
            rank.label("rank"),
        )
        .where(or_(*matches(reading, layer, wanted)))
        .order_by(rank, func.length(name), table.c.id)
        .limit(limit)
    )
    # One road has many pieces: a name stands for all of them once. Two villages of one name are two.
    once: dict[str, tuple[int, Hit]] = {}
    for row in reading.connection.execute(query):
        bbox = None if row.lon is None else (row.ST_XMin, row.ST_YMin, row.ST_XMax, row.ST_YMax)
        called = row.kind if row.name is None else row.name
        named_by = kind.name if row.name is None and kind else layer.name_field
        hit = Hit(layer.id, row.id, called, named_by, row.detail or "", row.lon, row.lat, bbox)
        once.setdefault(f"{row.name}" if layer.is_base and layer.geometry != "point" else f"{row.id}", (row.rank, hit))
    return list(once.values())
