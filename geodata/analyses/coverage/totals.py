"""Totals of areas as demand can use them: of the finest level that is counted, nothing counted twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geodata.layers.area import LEVELS
from geodata.queries.weights import AreaTotal


@dataclass(frozen=True, eq=False)
class Finest:
    """The areas whose totals are shared over places.

    Attributes:
        areas: those of the finest level that hold today and have an outline.
        shapes: (a,) their outlines.
        left_out: at least so much belongs to no outline of theirs: what wider areas have beyond them, or areas of their
            level that have no outline, or none that holds today.
    """

    areas: Sequence[AreaTotal]
    shapes: npt.NDArray[np.object_]
    left_out: float


def finest(areas: Sequence[AreaTotal], shapes: npt.NDArray[np.object_]) -> Finest:
    """Return the areas whose totals can be shared, and what is left out.

    An area with a newer version that is counted counts as that one; the older version's number is of the same people.

    Args:
        areas: with their totals, older versions before newer ones.
        shapes: (a,) their outlines, metres; None where there is none.
    """
    has_outline = ~shapely.is_missing(shapes)
    usable = [n for n, area in enumerate(areas) if area.is_held and has_outline[n]]
    if not usable:
        return Finest((), np.zeros(0, dtype=object), float(sum(area.total for area in areas)))
    level = min((areas[n].kind for n in usable), key=LEVELS.index)
    kept = [n for n in usable if areas[n].kind == level]
    known = {areas[n].code for n in kept} - {None}
    lost = {area.code or area.id: area.total for area in _of(areas, level, set(kept)) if area.code not in known}
    wider = sorted((n for n in usable if areas[n].kind != level), key=lambda n: LEVELS.index(areas[n].kind))
    beyond = _beyond(areas, shapes, kept, wider)
    # Areas without an outline may be what wider ones have beyond those with one: not both count.
    return Finest([areas[n] for n in kept], shapes[kept], float(max(sum(lost.values()), beyond)))


def _of(areas: Sequence[AreaTotal], level: str, but: set[int]) -> list[AreaTotal]:
    return [area for n, area in enumerate(areas) if area.kind == level and n not in but]


def _beyond(areas: Sequence[AreaTotal], shapes: npt.NDArray[np.object_], kept: list[int], wider: list[int]) -> int:
    """Return what wider areas, finer ones first, have beyond all that is counted within them."""
    told = {n: areas[n].total for n in kept}
    for n in wider:
        inside = shapely.intersects(shapes[n], shapely.point_on_surface(shapes[list(told)]))
        within = sum(total for total, is_in in zip(told.values(), inside.tolist(), strict=True) if is_in)
        told[n] = max(0, areas[n].total - within)
    return sum(told[n] for n in wider)
