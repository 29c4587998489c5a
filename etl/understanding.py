"""Says how a part is meant by the recipe chosen for it: its columns, its dates, the system and order of its axes."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import shapely

from etl.batch import Batch
from etl.choosing import Choice, Wish
from etl.flow import Ground, Mask, Task
from etl.folding import find_heading, fold_heading
from etl.steps.coordinates import Floats
from etl.steps.dates import find_day_order
from etl.steps.locate import find_coordinates
from geodata import crs
from geodata.errors import InvalidInput

CRS_ADVICE = "give it with --crs, such as wgs84, gcj02, bd09, cgcs2000 or EPSG:4546"
_UNNAMED_AXIS = re.compile(r"^(point_)?[xy]([ _]?(coord|coordinate|coordinates|坐标))?\b.*|^[xy]坐标.*")


def make_task(file: str, choice: Choice, ground: Ground, wish: Wish) -> tuple[Task, list[str]]:
    """Return what the steps need to know about a part, and notes on how its coordinates are understood.

    Raises:
        InvalidInput: nothing says in which system the coordinates are, it can't be used, or the order of the axes
            can't be told.
    """
    part, recipe = choice.part, choice.recipe
    place = tuple(find_heading(synonyms, part.headings) or "" for synonyms in recipe.place.columns())
    task = Task(
        recipe=recipe,
        columns=recipe.columns(part.headings),
        place_columns=place if all(place) else (),
        key_column=find_heading(recipe.key, part.headings) or ("@id" if recipe.osm else None),
        parent_column=find_heading(recipe.parent_key, part.headings),
        headings=part.headings,
        cell=part.cell,
        ground=ground,
    )
    task, notes = _with_day_orders(task, choice.first)
    if recipe.geometry is None or recipe.place.kind == "none" or (recipe.place.kind != "file" and not all(place)):
        return task, notes
    task, more = _with_system(file, task, choice, wish)
    if recipe.count and recipe.count.makes_areas and wish.crs is None:
        _refuse_elsewhere(file, choice.first, task)
    return task, notes + more


def _with_day_orders(task: Task, first: Batch | None) -> tuple[Task, list[str]]:
    """Return the task with what the first rows show of its dates: day or month first."""
    found = {}
    for name, heading in task.columns.items():
        field = task.layer.field(name)
        if first is not None and field is not None and field.kind in ("date", "month", "moment"):
            order = find_day_order(first.rows[heading].dropna().unique())
            if order is not None:
                found[heading] = order
    notes = [f"{heading} is written with the {order} first: some of its dates can be read no other way"
             for heading, order in found.items()]  # fmt: skip
    return replace(task, day_orders=found), notes


def _refuse_elsewhere(file: str, first: Batch | None, task: Task) -> None:
    """Refuse a file of another city: rows that name their area are counted there without a look at their places."""
    if first is None:
        return
    found = find_coordinates(first.rows, None, task)
    known = np.isfinite(found.first) & np.isfinite(found.second)
    if known.any() and not _inside(found.first[known], found.second[known], task).any():
        raise InvalidInput(
            f"{file}: none of its first {int(known.sum()):,} places lies inside the boundary; wanted is a file of this "
            "place (with --crs it is taken at its word)"
        )


def _with_system(file: str, task: Task, choice: Choice, wish: Wish) -> tuple[Task, list[str]]:
    first = choice.first
    stated, by = _stated_system(choice, wish)
    notes = []
    if stated is None:
        stated = _only_possible_system(first, task)
        if stated is None:
            where = f"{file} [{choice.part.name}]" if choice.part.name else file
            raise InvalidInput(f"{where} doesn't say in which coordinate system it is: {CRS_ADVICE}")
        by = "as degrees outside China are"
    task = replace(task, system=crs.parse_system(stated))
    operation = crs.operation(task.source_system, "wgs84", task.ground.boundary)
    accuracy = f"within {operation.accuracy_m:g} m" if operation.accuracy_m is not None else "of unstated accuracy"
    notes.append(f"coordinates are {operation.source} ({by}); {operation.description}, {accuracy}")
    if first is not None and _order_is_open(task):
        is_turned = _is_turned(file, first, task)
        if is_turned:
            notes.append("the first coordinate is the northward one: only so do the places lie inside the boundary")
        task = replace(task, is_turned=is_turned)
    return task, notes


def _stated_system(choice: Choice, wish: Wish) -> tuple[str | None, str]:
    if wish.crs is not None:
        return wish.crs, "as --crs says"
    if choice.recipe.place.crs is not None:
        return choice.recipe.place.crs, f"as the recipe {choice.recipe.id} says"
    return choice.part.crs, "as the file says"


def _only_possible_system(first: Batch | None, task: Task) -> str | None:
    """Return "wgs84" for columns of degrees outside the country whose maps are shifted; None where it's open.

    A file with geometries that lacks its system stays refused: it may be projected in any way.
    """
    middle = task.ground.boundary.representative_point()
    if first is None or task.recipe.place.kind == "file" or crs.in_domain([middle.x], [middle.y], "gcj02").any():
        return None
    found = find_coordinates(first.rows, first.geometry, task)
    x, y = found.first, found.second
    if found.geometry is not None:
        x, y = shapely.get_coordinates(found.geometry).T
    known = np.isfinite(x) & np.isfinite(y)
    is_degrees = known.any() and (np.abs(x[known]) <= 180).all() and (np.abs(y[known]) <= 180).all()
    return "wgs84" if is_degrees else None


def _order_is_open(task: Task) -> bool:
    """Tell whether nothing says which coordinate comes first: one text, or columns that are just x and y.

    In survey tables X is north.
    """
    if task.recipe.place.kind == "text":
        return True
    return task.recipe.place.kind == "xy" and all(
        _UNNAMED_AXIS.match(fold_heading(heading)) for heading in task.place_columns
    )


def _is_turned(file: str, first: Batch, task: Task) -> bool:
    """Tell from the boundary whether the first coordinate is the northward one."""
    found = find_coordinates(first.rows, first.geometry, task)
    known = np.isfinite(found.first) & np.isfinite(found.second)
    as_written = int(_inside(found.first[known], found.second[known], task).sum())
    turned = int(_inside(found.second[known], found.first[known], task).sum())
    if as_written and turned and min(as_written, turned) * 10 > max(as_written, turned):
        raise InvalidInput(
            f"{file}: {as_written:,} places lie inside the boundary with the first coordinate as longitude and "
            f"{turned:,} with the second; put longitude and latitude in columns of their own"
        )
    return turned > as_written


def _inside(x: Floats, y: Floats, task: Task) -> Mask:
    inside = crs.in_domain(x, y, task.source_system)
    lon, lat = crs.convert(
        x[inside], y[inside], source=task.source_system, target="wgs84", boundary=task.ground.boundary
    )
    inside[inside] = shapely.contains_xy(task.ground.extent, lon, lat)
    return np.asarray(inside, dtype=np.bool_)
