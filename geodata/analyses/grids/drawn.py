"""New grids as a map draws them, beside today's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import shapely

from geodata.queries.outlines import read_outlines
from geodata.settings import Settings


def drawn_grids(settings: Settings, told: Mapping[str, Any], *, is_beside_today: bool) -> dict[str, Any]:
    """Return today's grids and the new ones of a kept answer as two GeoJSON collections, WGS 84.

    Args:
        settings: the deployment's.
        told: of `with_outlines`.
        is_beside_today: whether today's are those that the answer began with; none of them is drawn otherwise.
    """
    rows, outlines = read_outlines(settings, told["level"])
    today = [_feature(shapely.geometry.mapping(shape), row.code) for row, shape in zip(rows, outlines, strict=True)]
    then = [_feature(shape, row["code"]) for row, shape in zip(told["table"], told["outlines"], strict=True)]
    return {"today": _collection(today if is_beside_today else []), "then": _collection(then)}


def boxes(told: Mapping[str, Any]) -> list[tuple[float, float, float, float]]:
    """Return west, south, east and north of each new grid of a kept answer, in the order of its table."""
    return [shapely.geometry.shape(shape).bounds for shape in told["outlines"]]


def _feature(geometry: Mapping[str, Any], code: str | None) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"code": code}}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
