"""The ground of a picture: streets, water, buildings in the briefing's looks, and the names of streets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import atan2, degrees, hypot

import geopandas
import numpy as np
import shapely
from markupsafe import Markup

from geodata.layers.layer import Layer
from webmap.briefing.base import CASINGS_PX, CLASS, UNITS_PER_DEGREE, Look, base_looks
from webmap.cartography import basemap
from webmap.picture.labels import Labels
from webmap.picture.sight import Sight, path_of, text_width
from webmap.wording import Wording

BUILDINGS_FROM, NAMES_FROM = 14.3, 13.0
"""Zooms from which buildings are drawn and streets are named."""
_LEAST_ROAD_PX = 0.35
_TOLERANCE_PX = 0.3
_GROWTH = 1.6
_NAME_PX = 10.5
_BEND = 1.06
"""A name stands along a piece of street that is at most so much longer than its ends are apart."""

Base = Sequence[tuple[Layer, geopandas.GeoDataFrame]]


def draw_ground(base: Base, sight: Sight, wording: Wording) -> Markup:
    """Return the base map of a picture, low first."""
    seen = [(layer, _seen(frame, sight)) for layer, frame in base if _is_drawn(layer, sight)]
    looks = base_looks(seen, wording, [])
    areas, roads = [look for look in looks if look.is_area], [look for look in looks if not look.is_area]
    drawn = Markup()
    for look in areas:
        drawn += Markup('<path d="{}" fill="{}" stroke="{}" stroke-width="{}" fill-rule="evenodd"/>').format(
            path_of(_points(look, sight), closed=True), look.colour, look.outline, look.widths[0]
        )
    for casing in (True, False):
        for look in roads:
            drawn += _street(look, sight, casing=casing)
    return drawn


def _is_drawn(layer: Layer, sight: Sight) -> bool:
    return layer.style is not None and (layer.style.drawing != "building" or sight.zoom >= BUILDINGS_FROM)


def _seen(frame: geopandas.GeoDataFrame, sight: Sight) -> geopandas.GeoDataFrame:
    """Return what of a layer lies in the box, in no more detail than shows."""
    shapes = shapely.clip_by_rect(np.asarray(frame.geometry.array, dtype=object), *sight.box)
    shapes = shapely.simplify(shapes, _TOLERANCE_PX / sight.pixels_a_degree)
    whole = geopandas.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs=frame.crs)
    seen: geopandas.GeoDataFrame = whole[~shapely.is_empty(shapes)]
    return seen


def _street(look: Look, sight: Sight, *, casing: bool) -> Markup:
    width = width_at(look.widths, sight.zoom)
    if width < _LEAST_ROAD_PX or (casing and not look.outline):
        return Markup()
    line = Markup(
        '<path d="{}" fill="none" stroke="{}" stroke-width="{:.2f}" stroke-linecap="round" stroke-linejoin="round"/>'
    )
    colour = look.outline if casing else look.colour
    wide = width + (width_at(CASINGS_PX, sight.zoom) if casing else 0)
    return line.format(path_of(_points(look, sight), closed=False), colour, wide)


def _points(look: Look, sight: Sight) -> Iterator[np.ndarray]:
    for part in look.parts:
        yield sight.pixels(np.cumsum(np.array(part, dtype=np.float64).reshape(-1, 2), axis=0) / UNITS_PER_DEGREE)


def width_at(widths: Sequence[float], zoom: float) -> float:
    """Return the width at a zoom, which grows between the stated ones as on the main map."""
    zooms = basemap.ZOOMS
    if len(widths) == 1 or zoom <= zooms[0]:
        return widths[0]
    for low, high, small, large in zip(zooms, zooms[1:], widths, widths[1:], strict=False):
        if zoom <= high:
            share: float = (_GROWTH ** (zoom - low) - 1) / (_GROWTH ** (high - low) - 1)
            return small + share * (large - small)
    return widths[-1]


@dataclass(frozen=True)
class _Named:
    """A street's name with the longest straight piece of it: its middle and its direction, and its rank."""

    name: str
    x: float
    y: float
    angle: float
    rank: int


def name_streets(base: Base, sight: Sight, labels: Labels) -> Markup:
    """Return the names of streets along them, the great ones first, where nothing else stands."""
    if sight.zoom < NAMES_FROM:
        return Markup()
    drawn = Markup()
    roads = (frame for layer, frame in base if CLASS in frame.columns and "name" in frame.columns)
    for street in sorted(_streets(roads, sight), key=lambda each: each.rank):
        width = text_width(street.name, _NAME_PX)
        if labels.take(street.x, street.y, width, _NAME_PX + 4, angle=street.angle):
            drawn += Markup(
                '<text transform="translate({:.1f} {:.1f}) rotate({:.1f})" y="3.6" font-size="{}" fill="{}" '
                'text-anchor="middle" class="halo">{}</text>'
            ).format(street.x, street.y, street.angle, _NAME_PX, basemap.ROAD_INK, street.name)
    return drawn


def _streets(frames: Iterable[geopandas.GeoDataFrame], sight: Sight) -> Iterator[_Named]:
    ranks = {value: rank for rank, (name, _, _) in enumerate(basemap.RANKS) for value in basemap.classes(name)}
    longest: dict[str, tuple[float, _Named]] = {}
    for frame in frames:
        shapes = shapely.clip_by_rect(np.asarray(frame.geometry.array, dtype=object), *_inner(sight))
        for name, kind, shape in zip(frame["name"], frame[CLASS], shapes, strict=True):
            if not isinstance(name, str) or not name or kind not in ranks:
                continue
            for line in shapely.get_parts(shape):
                placed = _placed(name, sight.pixels(shapely.get_coordinates(line)), ranks[kind])
                if placed and placed[0] > longest.get(name, (0.0, None))[0]:
                    longest[name] = placed
    return (named for _, named in longest.values())


def _inner(sight: Sight) -> tuple[float, float, float, float]:
    wide = sight.width / (sight.pixels_a_degree * sight.squeeze)
    high = sight.height / sight.pixels_a_degree
    return (sight.west, sight.north - high, sight.west + wide, sight.north)


def _placed(name: str, points: np.ndarray, rank: int) -> tuple[float, _Named] | None:
    """Return how long the line is with the name's place on it; None where the name is longer, or the line bends."""
    if len(points) < 2:
        return None
    line = shapely.LineString(points)
    wide = text_width(name, _NAME_PX)
    if line.length < wide + 8:
        return None
    first, middle, last = (line.interpolate(line.length / 2 + shift) for shift in (-wide / 2, 0, wide / 2))
    across = hypot(last.x - first.x, last.y - first.y)
    if across * _BEND < wide:
        return None
    angle = degrees(atan2(last.y - first.y, last.x - first.x))
    upright = (angle + 90) % 180 - 90
    return line.length, _Named(name, middle.x, middle.y, upright, rank)
