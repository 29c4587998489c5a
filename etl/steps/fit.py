"""Checks that every place lies in the deployment, and says how far off the others are."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from etl.flow import Flow, Task
from etl.steps.locate import SWAPPED, fits_swapped, say

_EARTH = Geod(ellps="WGS84")


def check_extent(flow: Flow, task: Task) -> Flow:
    """Take out what lies outside the boundary and its margin.

    Roads and areas that touch the extent stay whole. What an extract of OpenStreetMap, or a grid, has beyond it is
    ignored; a register's row out there is somebody's mistake and goes to quarantine.
    """
    if flow.geometry is None:
        return flow
    there = ~shapely.is_missing(flow.geometry) & ~flow.is_bad
    extent = task.ground.extent
    shapely.prepare(extent)
    fits = shapely.intersects if task.layer.touches_extent else shapely.contains
    outside = there & ~np.asarray(fits(extent, flow.geometry), dtype=np.bool_)
    if not outside.any():
        return flow
    if task.is_cut_to_place:
        issues = [
            task.issue(
                "ignored", "outside_boundary", "the place lies outside the boundary and its margin", row=int(row)
            )
            for row in flow.rows.index[outside]
        ]
        return flow.ignore(outside, issues)
    swapped = outside & fits_swapped(flow, task)
    flow = say(flow, task, swapped, "swapped_axes", SWAPPED)
    off = outside & ~swapped
    places = np.asarray(flow.geometry, dtype=object)[off]
    return say(flow, task, off, "outside_boundary", [outside_words(place, extent) for place in places])


def outside_words(place: BaseGeometry, extent: BaseGeometry) -> str:
    """Say how far a place lies outside the extent."""
    distance_km = _EARTH.geometry_length(shapely.shortest_line(place, extent)) / 1000
    if distance_km == 0:
        return "the place reaches over the boundary and its margin; wanted is one that lies inside"
    return f"the place lies {distance_km:,.1f} km outside the boundary and its margin; wanted is one inside"
