"""A layer's points on a briefing's map: each with its symbol close up, many as one number from afar.

Its script gets declared looks and whole numbers: which record stands where. What they are called is in the page.
"""

from __future__ import annotations

import json
from typing import Any

import folium
import numpy as np
import shapely
from folium.template import Template
from numpy.typing import NDArray

from webmap.briefing.base import UNITS_PER_DEGREE
from webmap.briefing.content import BriefedLayer
from webmap.cartography.symbols import BOX, Symbol

SMALLEST_TARGET_PX = 24
SMALL_PX = 16
EACH_FROM, EACH_OF_MANY_FROM = 15, 18
"""The zoom from which each spot has its symbol; where a layer has too many for a list, so has a view of it."""


class Points(folium.map.Layer):
    """One layer's points, as one entry of the layer control."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = briefing.points({{ this._parent.get_name() }}, {{ this.stated }});"
        "{% endmacro %}"
    )

    def __init__(self, briefed: BriefedLayer, name: str) -> None:
        super().__init__(name=name, overlay=True, show=briefed.layer.is_on_at_first)
        self._name = "Points"
        self.stated = json.dumps(stated(briefed), separators=(",", ":"))


def stated(briefed: BriefedLayer) -> dict[str, Any]:
    """Return what the page's script draws a layer's points from.

    `looks` come in the order in which they matter; `spots` are packed as `packed` has it. Records on the very same spot
    are one: that of the record that matters most, as in the main map's tiles. A layer without a list has no `records`:
    its spots are in the order of its names.
    """
    style = briefed.layer.style
    looks: dict[Symbol, list[int]] = {}
    rows, records = _spots(briefed)
    for row in rows:
        looks.setdefault(briefed.places["look"].iloc[row], []).append(row)
    places = _whole(briefed)
    drawn_px = round(briefed.symbol.size_px * BOX / 20)
    return {
        "layer": briefed.layer.id,
        "order": (style.order if style else 0) * 100,
        "from": EACH_FROM if briefed.is_listed else EACH_OF_MANY_FROM,
        "isApart": bool(style and style.counts_shapes_apart),
        "plain": str(briefed.symbol.svg(SMALL_PX)),
        "size": max(SMALLEST_TARGET_PX, drawn_px),
        "label": style.label_zoom if style and style.label and briefed.is_listed else None,
        "looks": [
            {
                "svg": str(look.svg(drawn_px)),
                "small": str(look.svg(SMALL_PX)),
                "spots": packed(places[members]),
                **({"records": [records[row] for row in members]} if briefed.is_listed else {}),
            }
            for look, members in looks.items()
        ],
    }


def _spots(briefed: BriefedLayer) -> tuple[list[int], dict[int, int | list[int]]]:
    """Return the rows of `places` that are drawn, and the records that stand on each of a layer with a list."""
    places = briefed.places
    if not briefed.is_listed:
        return list(range(len(places))), {}
    whole, ids, ranks = _whole(briefed), places.index.to_numpy(), places["rank"].to_numpy()
    first: dict[tuple[int, int], int] = {}
    records: dict[int, int | list[int]] = {}
    for row in np.argsort(ranks, kind="stable").tolist():
        spot = first.setdefault((int(whole[row, 0]), int(whole[row, 1])), row)
        known, record = records.get(spot), int(ids[row])
        records[spot] = record if known is None else [*(known if isinstance(known, list) else [known]), record]
    return list(records), records


def _whole(briefed: BriefedLayer) -> NDArray[np.int64]:
    """Return the points as rows of lon and lat in millionths of a degree."""
    points = shapely.get_coordinates(np.asarray(briefed.places.geometry.array, dtype=object))
    return np.rint(points * UNITS_PER_DEGREE).astype(np.int64)


def packed(points: NDArray[np.int64]) -> list[int]:
    """Return points as lon, lat, step, step ...: the first one, then the step from each to the next."""
    steps: list[int] = np.diff(points, axis=0, prepend=0).ravel().tolist()
    return steps
