"""Compares outlines of the whole place with the deployment's boundary: are they in the system that they seem to be?"""

from __future__ import annotations

import shapely

from etl.flow import Flow, Task
from etl.steps.locate import system_words
from geodata import crs


def outline_warnings(flow: Flow, task: Task) -> list[str]:
    """Return a sentence for an outline that fits the deployment's boundary clearly better in another system."""
    if task.layer.id != "area" or flow.geometry is None:
        return []
    boundary = task.ground.boundary
    box = shapely.box(*boundary.bounds)
    found = []
    for shape in flow.geometry[~flow.is_bad & ~shapely.is_missing(flow.geometry)]:
        own = shapely.box(*shape.bounds)
        if own.intersection(box).area * 2 <= own.union(box).area:
            continue
        better = crs.better_system(shape, boundary, metric_crs=task.ground.metric_crs)
        if better is not None:
            system, as_read_m, better_m = better
            seen, wanted = crs.system_name(task.source_system), crs.system_name(system)
            found.append(
                f"an outline runs {as_read_m:,.0f} m from the boundary as {seen}, but {better_m:,.0f} m as "
                f"{wanted}: give --crs {system} if that is what it is, --crs {system_words(task)} if it is meant so"
            )
    return found
