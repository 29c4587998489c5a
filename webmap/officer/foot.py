"""Ways on foot while one is out: the nearest posts from any spot, and hazards in the order of a walk to them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import shapely
from flask import render_template, url_for
from flask_babel import gettext

from geodata.analyses.on_foot import NO_STREET, Leg, Order, Spot, walking_order, ways_to_posts
from geodata.coverage.streets import DS_A_MINUTE
from geodata.errors import InvalidInput
from geodata.queries.deadlines import OVER
from geodata.queries.features import Row, get
from geodata.queries.hazards_near import own_compounds, place_at
from geodata.queries.reading import Reading
from webmap import built
from webmap.access import settings
from webmap.map_config import base_map_config
from webmap.officer.deadlines import Item, items
from webmap.officer.spots import MOST_HAZARDS, stated_number, stated_spot
from webmap.page_words import credits_of, wording
from webmap.resident.answer import local_now, numbers_of
from webmap.resident.on_foot import by_id, on_foot, why_not
from webmap.telling import name_of

SAME_PLACE_M = 10.0
SEEN = ("compound",)
"""Layers beside the base map by which one knows where one is; posts and stops stand on it with their numbers."""


@dataclass(frozen=True)
class From:
    """Where one begins: the spot, and what it is called in words."""

    spot: Spot
    said: str


@dataclass(frozen=True)
class Stop:
    """A hazard on a walk, and the way to it from what comes before; "" for the first where the walk begins at it."""

    item: Item
    way: str
    line: str


def nearest_page(asked: Reading, form: Mapping[str, str]) -> str:
    """Return the page of the police posts that are nearest on foot, from what an address says: a spot, or a record.

    Raises:
        NotFound: there is no such compound or hazard for this reader.
    """
    said_in, start = wording(), _start(asked, form)
    problem = _outside(start)
    walks = ways_to_posts(settings(), start.spot) if start and not problem else []
    posts = on_foot(asked, walks, said_in, local_now(asked))
    if start and not problem and not posts:
        problem = _no_street() if any(walk.cause == NO_STREET for walk in walks) else why_not(walks)
    return render_template(
        "officer_nearest.html",
        start=start,
        posts=posts,
        problem=problem,
        form=form,
        compounds=[(row.id, row.name) for row in own_compounds(asked)],
        chosen=stated_number(form.get("compound")),
        calls=numbers_of(settings(), said_in),
        is_built=built.is_built(),
        config=_config(asked, start, is_moved=True),
        credits=credits_of(asked),
    )


def order_page(asked: Reading, ids: Sequence[int], form: Mapping[str, str]) -> str:
    """Return the page of a walk to some hazards, from a spot that an address may say.

    Raises:
        InvalidInput: none is chosen, or too many.
    """
    if not ids:
        raise InvalidInput("no hazard is chosen: tick those that you want to walk to", zh="请先勾选要走访的隐患")
    if len(ids) > MOST_HAZARDS:
        raise InvalidInput(
            f"{len(ids)} hazards are chosen; at most {MOST_HAZARDS} are put in order",
            zh=f"已勾选 {len(ids)} 条，最多可为 {MOST_HAZARDS} 条排序",
        )
    start = _start(asked, form)
    rows = [row for row in _open(asked, ids) if row.lon is not None and row.lat is not None]
    order, problem = _order(rows, start)
    told = items(asked, rows, wording())
    stops, legs = _stops(order, told, is_begun=start is not None)
    total_ds, length_m = sum(leg.time_ds for leg in legs), sum(leg.length_m for leg in legs)
    return render_template(
        "officer_order.html",
        start=start,
        stops=stops,
        total=_minutes(total_ds) if legs else "",
        length=wording().distance(length_m) if legs else "",
        cut_off=[told[number - bool(start)] for number in order.cut_off if number >= bool(start)],
        missing=len(set(ids)) - len(rows),
        problem=problem,
        ids=ids,
        form=form,
        is_built=built.is_built(),
        config=_config(asked, start, is_moved=False),
        credits=credits_of(asked),
    )


def _open(asked: Reading, ids: Sequence[int]) -> list[Row]:
    """Return the open hazards of some ids that the reader sees, in the order of the ids."""
    found = by_id(asked, "hazard", set(ids))
    rows = [found[each] for each in dict.fromkeys(ids) if each in found]
    return [row for row in rows if row.values.get("status") not in OVER]


def _order(rows: Sequence[Row], start: From | None) -> tuple[Order, str]:
    """Return the order of hazards, the start before them where there is one, or why there is none."""
    problem = _outside(start)
    spots = [*([start.spot] if start else []), *(_spot_of(row) for row in rows)]
    if not problem:
        try:
            return walking_order(settings(), spots, is_begun=start is not None), ""
        except InvalidInput:
            problem = gettext("No streets are known here, so no way can be told.")
    return Order((), (), tuple(range(len(spots)))), problem


def _stops(order: Order, told: Sequence[Item], *, is_begun: bool) -> tuple[list[Stop], tuple[Leg, ...]]:
    if not is_begun:
        ways = [("", ""), *map(_leg, order.legs)]
        return [Stop(told[number], *way) for number, way in zip(order.spots, ways, strict=False)], order.legs
    numbers = [number - 1 for number in order.spots[1:]]
    return [Stop(told[at], *_leg(leg)) for at, leg in zip(numbers, order.legs, strict=True)], order.legs


def _leg(leg: Leg) -> tuple[str, str]:
    if leg.line is None:
        return gettext("in the same compound"), ""
    if leg.length_m < SAME_PLACE_M:
        return gettext("at the same place"), ""
    said = wording().join([_minutes(leg.time_ds), wording().distance(leg.length_m)])
    line = [[round(lon, 6), round(lat, 6)] for lon, lat in leg.line.coords]
    return said, json.dumps(line, separators=(",", ":"))


def _minutes(time_ds: int) -> str:
    minutes = max(1, ceil(time_ds / DS_A_MINUTE))
    return gettext("%(minutes)s min on foot", minutes=wording().number(minutes))


def _start(asked: Reading, form: Mapping[str, str]) -> From | None:
    """Return where an address says that one begins; None where it says nothing."""
    for layer_id in ("hazard", "compound"):
        record_id = stated_number(form.get(layer_id))
        if record_id is not None:
            row = get(asked, asked.layer(layer_id), record_id)
            if row.lon is not None and row.lat is not None:
                spot = _spot_of(row)
                # A compound is left by its own gates, as a hazard by those of the compound that it belongs to.
                own = replace(spot, compound_id=row.id) if layer_id == "compound" else spot
                return From(own, _called(asked, layer_id, row))
    stated = stated_spot(form)
    if stated is None:
        return None
    at = place_at(asked, *stated)
    return From(Spot(*stated, at.compound_id), at.compound)


def _spot_of(row: Row) -> Spot:
    compound = row.values.get("compound_id")
    return Spot(row.lon or 0.0, row.lat or 0.0, compound if isinstance(compound, int) else None)


def _called(asked: Reading, layer_id: str, row: Row) -> str:
    if layer_id == "compound":
        return row.name
    kind = name_of(asked.layer(layer_id), row, wording())
    return wording().join(filter(None, [kind, str(row.values.get("compound_name") or "")]))


def _outside(start: From | None) -> str:
    """Return that a spot lies outside the deployment's ground, in words; "" for one within it, or none."""
    if start is None or settings().boundary.intersects(shapely.Point(start.spot.lon, start.spot.lat)):
        return ""
    return gettext("This spot lies outside %(place)s: no ways are known there.", place=settings().name)


def _no_street() -> str:
    return gettext("No street that leads on is known within 100 m of this spot: move the pin to the nearest street.")


def _config(asked: Reading, start: From | None, *, is_moved: bool) -> dict[str, Any]:
    return {
        **base_map_config(
            {
                "failed": gettext("The map could not be loaded. The list has everything."),
                "looking": gettext("Looking for your position …"),
                "no_position": gettext("Your position can't be told. Choose the compound, or move the pin."),
                "insecure": gettext("Browsers tell a position over HTTPS alone. Choose the compound, or move the pin."),
                "accuracy": gettext("your position, give or take {metres} m"),
                "moved": gettext("moved by hand"),
                "pin": gettext("Pin: from here"),
                "unreached": gettext("No network: the ways are worked out once there is one."),
            }
        ),
        "start": None if start is None else {"lon": start.spot.lon, "lat": start.spot.lat},
        "bounds": settings().boundary.bounds,
        "isMoved": is_moved,
        "subjects": [layer.id for layer in asked.layers if not layer.is_base and layer.id not in SEEN],
        "page": url_for("officer.show_nearest" if is_moved else "officer.show_order"),
    }
