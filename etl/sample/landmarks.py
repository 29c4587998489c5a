"""The places that people steer by: station, footbridge, paths up the hills, schools' tracks, public buildings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from etl.sample import names
from etl.sample.blocks import Parcel
from etl.sample.districts import District
from etl.sample.ground import Ground
from etl.sample.houses import House, Layout
from etl.sample.shapes import frame, largest, simpler, stretch
from etl.sample.streets import Street

_PITCHES_M = ((170.0, 88.0), (120.0, 70.0), (92.0, 56.0), (60.0, 34.0), (28.0, 15.0))


def footways(ground: Ground, rng: np.random.Generator) -> list[Street]:
    """Return the ways for walkers only: up the hills, partly by steps, and over the railway beside the station."""
    found = []
    for hill in ground.hills:
        loop = hill.buffer(20)
        top = Point(np.round(hill.centroid.coords[0], 2))
        for turn in rng.uniform(0, 120) + np.array([0.0, 120.0, 240.0]):
            found += _climb(top, float(turn), LineString(simpler(loop, 1).exterior), rng)
    return found + _footbridge(ground)


def _climb(top: Point, turn_deg: float, loop: LineString, rng: np.random.Generator) -> list[Street]:
    """One winding path from the road around a hill to its top; its upper half is steps."""
    angle = np.radians(turn_deg)
    far = Point(top.x + 900 * np.cos(angle), top.y + 900 * np.sin(angle))
    straight = LineString([top, far]).intersection(Polygon(loop))
    length = straight.length
    shares = np.linspace(0, 1, 9)
    swing = 0.09 * length * np.sin(shares * np.pi * 3) * rng.uniform(0.6, 1.0)
    x = top.x + shares * length * np.cos(angle) - swing * np.sin(angle)
    y = top.y + shares * length * np.sin(angle) + swing * np.cos(angle)
    points = [(top.x, top.y), *np.round(np.column_stack([x, y])[1:-1], 2).tolist()]
    end = loop.interpolate(loop.project(Point(x[-1], y[-1])))
    path = LineString([*points, (end.x, end.y)])
    half = path.length * 0.5
    upper, lower = stretch(path, 0, half), stretch(path, half, path.length)
    return [Street(upper, "steps", "", {"incline": "up"}), Street(lower, "footway")]


def _footbridge(ground: Ground) -> list[Street]:
    """The way over the track for walkers: steps up on both sides."""
    at = ground.rail.project(ground.bend.point(-300, 880))
    here, ahead = ground.rail.interpolate(at), ground.rail.interpolate(at + 1)
    up = np.array([-(ahead.y - here.y), ahead.x - here.x])
    ends = [shapely.Point(np.array([here.x, here.y]) + up * way) for way in (160, -160)]
    whole = LineString(LineString([ends[0], here, ends[1]]).intersection(ground.rail_belt).coords)
    over = whole.intersection(ground.rail.buffer(16))
    start, stop = sorted(whole.project(Point(place)) for place in (over.coords[0], over.coords[-1]))
    return [
        Street(stretch(whole, 0, start), "steps"),
        Street(stretch(whole, start, stop), "footway", "站前天桥", {"bridge": "yes", "layer": "1"}),
        Street(stretch(whole, stop, whole.length), "steps"),
    ]


def station_house(ground: Ground, district: District) -> House:
    """Return the station's hall, south of the track at the end of the road that leads to it."""
    at = ground.rail.project(ground.bend.point(-440, 860))
    here, ahead = ground.rail.interpolate(at), ground.rail.interpolate(at + 1)
    angle = float(np.degrees(np.arctan2(ahead.y - here.y, ahead.x - here.x)))
    hall = affinity.rotate(box(here.x - 52, here.y - 44, here.x + 52, here.y - 22), angle, origin=(here.x, here.y))
    return House(hall, "train_station", 2, name=district.localised(names.STATION_NAME))


def pitch(plot: Polygon, houses: Sequence[House]) -> Polygon | None:
    """Return the largest usual track that fits between a school's houses, or None."""
    rest: BaseGeometry = plot.buffer(-3)
    for house in houses:
        rest = rest.difference(house.outline.buffer(6))
    room = largest(rest)
    if room.area < 500:
        return None
    middle = Point(shapely.maximum_inscribed_circle(room, 2).coords[0])
    for turn in (frame(plot).angle_deg, frame(plot).angle_deg + 90):
        for long, wide in _PITCHES_M:
            core = LineString([(middle.x - (long - wide) / 2, middle.y), (middle.x + (long - wide) / 2, middle.y)])
            track = affinity.rotate(core.buffer(wide / 2, quad_segs=8), turn, origin=middle)
            if room.contains(track):
                return track
    return None


def with_names(parcels: Sequence[Parcel], layouts: Sequence[Layout], district: District) -> list[Layout]:
    """Return the layouts, the largest house of each public place with the place's name."""
    seen: Counter[str] = Counter()
    found = []
    for parcel, layout in zip(parcels, layouts, strict=True):
        words = names.PUBLIC.get(parcel.use, ())
        if layout.houses and seen[parcel.use] < len(words):
            main = max(layout.houses, key=lambda house: house.outline.area)
            name = district.localised(words[seen[parcel.use]])
            named = [replace(house, name=name) if house is main else house for house in layout.houses]
            seen[parcel.use] += 1
            found.append(Layout(named, layout.paths))
        else:
            found.append(layout)
    return found
