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
from webmap.briefing.subjects import BriefedLayer, numbered_looks
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
    looks = numbered_looks(briefed.places)
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
            {"svg": str(look.svg(drawn_px)), "small": str(look.svg(SMALL_PX)), **spots}
            for look, spots in zip(looks, _spots(briefed, looks), strict=True)
        ],
    }


def _spots(briefed: BriefedLayer, looks: dict[Symbol, int]) -> list[dict[str, Any]]:
    """Return what stands where, for each look; `mixed` are the looks of records on a spot that differ."""
    places = briefed.places
    numbers, whole = np.array([looks[look] for look in places["look"]], dtype=int), _whole(briefed)
    if not briefed.is_listed:
        return [{"spots": packed(whole[numbers == number])} for number in looks.values()]
    ids = places.index.to_numpy()
    spots: dict[tuple[int, int], list[int]] = {}
    for row in np.argsort(places["rank"].to_numpy(), kind="stable").tolist():
        spots.setdefault((int(whole[row, 0]), int(whole[row, 1])), []).append(row)
    found = []
    for number in looks.values():
        rows = [members for members in spots.values() if numbers[members[0]] == number]
        records = [[int(ids[row]) for row in members] for members in rows]
        mixed = {at: numbers[rows[at]].tolist() for at in range(len(rows)) if len(set(numbers[rows[at]])) > 1}
        found.append(
            {
                "spots": packed(whole[[members[0] for members in rows]]),
                "records": [each[0] if len(each) == 1 else each for each in records],
                **({"mixed": mixed} if mixed else {}),
            }
        )
    return found


def _whole(briefed: BriefedLayer) -> NDArray[np.int64]:
    """Return the points as rows of lon and lat in millionths of a degree."""
    points = shapely.get_coordinates(np.asarray(briefed.places.geometry.array, dtype=object))
    return np.rint(points * UNITS_PER_DEGREE).astype(np.int64)


def packed(points: NDArray[np.int64]) -> list[int]:
    """Return points as lon, lat, step, step ...: the first one, then the step from each to the next."""
    steps: list[int] = np.diff(points, axis=0, prepend=0).ravel().tolist()
    return steps
