"""Finds the place of each row in WGS 84, from the file's geometry, columns, text or WKT."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely

from etl.batch import Geometries
from etl.flow import Flow, Mask, Task
from etl.steps.columns import number_texts, only
from etl.steps.coordinates import Floats, read_numbers, read_pairs, read_wkt, says_not_finite
from etl.steps.words import NOTHING
from geodata import crs

NULL_ISLAND_DEG = 1e-6


@dataclass(frozen=True)
class Found:
    """Coordinates as the source has them, before they are understood.

    Attributes:
        first: (n,) of points, as written first (or in the x column); NaN where there are none.
        second: (n,) the other one.
        geometry: (n,) shapes; None for rows and files with points only.
        is_unreadable: (n,) there is a text, but no coordinate in it.
        is_not_finite: (n,) it says NaN or infinity.
        is_absent: (n,) there is nothing.
    """

    first: Floats
    second: Floats
    geometry: Geometries | None
    is_unreadable: Mask
    is_not_finite: Mask
    is_absent: Mask


def find_coordinates(rows: pd.DataFrame, geometry: Geometries | None, task: Task) -> Found:
    """Return what the source says of each row's place."""
    kind, n = task.recipe.place.kind, len(rows)
    nothing, none = np.full(n, np.nan), np.zeros(n, dtype=np.bool_)
    if kind == "file" and geometry is not None:
        return _of_shapes(crs.flat_geometries(geometry), none)
    if kind == "wkt" and task.place_columns:
        shapes, is_unreadable = read_wkt(rows[task.place_columns[0]])
        return _of_shapes(crs.flat_geometries(shapes), is_unreadable)
    if kind == "text" and task.place_columns:
        texts = rows[task.place_columns[0]]
        first, second = read_pairs(texts)
        said = ~_is_missing(texts)
        return Found(first, second, None, said & np.isnan(first), says_not_finite(texts), ~said)
    if kind == "xy" and task.place_columns:
        return _of_columns(*(rows[heading] for heading in task.place_columns))
    return Found(nothing, nothing, None, none, none, ~none)


def _of_shapes(shapes: Geometries, is_unreadable: Mask) -> Found:
    is_absent = (shapely.is_missing(shapes) | shapely.is_empty(shapes)) & ~is_unreadable
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    odd = np.zeros(len(shapes), dtype=np.bool_)
    odd[owner[~np.isfinite(coordinates).all(axis=1)]] = True
    nothing = np.full(len(shapes), np.nan)
    return Found(nothing, nothing, shapes, is_unreadable, odd, is_absent)


def _of_columns(x: pd.Series[str], y: pd.Series[str]) -> Found:
    first, second = read_numbers(x), read_numbers(y)
    is_odd = says_not_finite(x) | says_not_finite(y) | np.isinf(first) | np.isinf(second)
    missing_x, missing_y = _is_missing(x) & ~is_odd, _is_missing(y) & ~is_odd
    is_absent = missing_x & missing_y
    is_unreadable = ~is_odd & ~is_absent & (np.isnan(first) | np.isnan(second))
    return Found(first, second, None, is_unreadable, is_odd, is_absent)


def _is_missing(texts: pd.Series[str]) -> Mask:
    folded = texts.str.strip().str.lower()
    return np.asarray((folded.isna() | folded.isin(NOTHING)) & ~says_not_finite(texts), dtype=np.bool_)


def locate(flow: Flow, task: Task) -> Flow:
    """Give each row its WGS 84 geometry, and keep the source's own coordinates beside it."""
    if task.recipe.geometry is None or task.recipe.place.kind == "none":
        nowhere = None if task.recipe.geometry is None else np.full(len(flow.rows), None, dtype=object)
        return replace(flow, geometry=nowhere)
    found = find_coordinates(flow.rows, flow.geometry, task)
    method = "file" if flow.geometry is not None and task.recipe.place.kind == "file" else task.recipe.place.kind
    flow = _say_what_is_wrong(flow, task, found)
    usable = ~(found.is_absent | found.is_unreadable | found.is_not_finite)
    if found.geometry is None:
        flow, usable = _without_null_island(flow, task, found, usable)
    shapes = _shapes(found, usable)
    inside = crs.geometries_in_domain(shapes, task.source_system) & usable
    if task.is_turned:
        shapes = _turned(shapes)
        inside = crs.geometries_in_domain(shapes, task.source_system) & usable
    geometry = crs.convert_geometries(
        only(shapes, inside), source=task.source_system, target="wgs84", boundary=task.ground.boundary
    )
    places = _places(flow, task, shapes, _METHODS[method])
    flow = replace(flow, geometry=geometry, places=places, anchors=_anchors(shapes))
    return _say_what_is_off(flow, task, usable & ~inside)


_METHODS = {"xy": "columns", "text": "text", "wkt": "wkt", "file": "file"}


def _shapes(found: Found, usable: Mask) -> Geometries:
    """Return (n,) shapes in the source's system and axis order, None where there are none."""
    if found.geometry is not None:
        return only(found.geometry, usable)
    shapes = np.full(len(usable), None, dtype=object)
    shapes[usable] = shapely.points(found.first[usable], found.second[usable])
    return shapes


def _without_null_island(flow: Flow, task: Task, found: Found, usable: Mask) -> tuple[Flow, Mask]:
    null_island = usable & (np.abs(found.first) < NULL_ISLAND_DEG) & (np.abs(found.second) < NULL_ISLAND_DEG)
    says = "0, 0 is a spot in the Gulf of Guinea and stands for no coordinates; wanted is the true place"
    return say(flow, task, null_island, "null_island", says), usable & ~null_island


def _places(flow: Flow, task: Task, shapes: Geometries, method: str) -> pd.DataFrame:
    index, usable = flow.rows.index, ~shapely.is_missing(shapes)
    x, y = (number_texts(axis, index) for axis in (shapely.get_x(shapes), shapely.get_y(shapes)))
    system = pd.Series(system_words(task), index=index, dtype="str").where(usable)
    how = pd.Series(method, index=index, dtype="str").where(usable)
    return pd.DataFrame({"src_x": x, "src_y": y, "src_system": system, "src_method": how})


def _anchors(shapes: Geometries) -> Floats:
    """Return (n, 2) the first coordinate of each shape, NaN where there is none."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    anchors = np.full((len(shapes), 2), np.nan)
    owners, first = np.unique(owner, return_index=True)
    anchors[owners] = coordinates[first]
    return anchors


def _say_what_is_off(flow: Flow, task: Task, off: Mask) -> Flow:
    """Send rows to quarantine whose coordinates their system can't have."""
    swapped = off & fits_swapped(flow, task)
    flow = say(flow, task, swapped, "swapped_axes", SWAPPED)
    says = f"the place lies where {crs.system_name(task.source_system)} isn't valid"
    return say(flow, task, off & ~swapped, "outside_system", says)


SWAPPED = (
    "the place lies inside the boundary only with x and y exchanged; wanted are longitude and latitude in their order"
)


def system_words(task: Task) -> str:
    """Return the system of the coordinates: as --crs takes it, or by its name where that is a long definition."""
    return task.source_system if len(task.source_system) < 40 else crs.system_name(task.source_system)


def _turned(shapes: Geometries) -> Geometries:
    coordinates = shapely.get_coordinates(shapes)
    return np.asarray(shapely.set_coordinates(shapes.copy(), coordinates[:, ::-1]), dtype=object)


def fits_swapped(flow: Flow, task: Task) -> Mask:
    """Return which rows would lie inside the extent with their axes exchanged; (n,)."""
    x, y = flow.anchors.T
    inside: Mask = np.asarray(np.isfinite(x) & np.isfinite(y), dtype=np.bool_)
    inside[inside] = crs.in_domain(y[inside], x[inside], task.source_system)
    lon, lat = crs.convert(
        y[inside], x[inside], source=task.source_system, target="wgs84", boundary=task.ground.boundary
    )
    inside[inside] = shapely.contains_xy(task.ground.extent, lon, lat)
    return inside


def _say_what_is_wrong(flow: Flow, task: Task, found: Found) -> Flow:
    flow = say(flow, task, found.is_not_finite, "not_finite", "the coordinates are NaN or infinite; wanted are numbers")
    flow = say(flow, task, found.is_unreadable & ~found.is_not_finite, "bad_coordinates",
                "the coordinates can't be read; wanted are numbers such as 112.0021 and 27.7312")  # fmt: skip
    if task.recipe.may_lack_place:
        return flow
    return say(
        flow,
        task,
        found.is_absent,
        "no_geometry",
        f"there are no coordinates; no record of {task.layer.title.en!r} can do without a place",
    )


def say(flow: Flow, task: Task, bad: Mask, reason: str, says: str | list[str]) -> Flow:
    """Send rows to quarantine for their place, with one sentence for all or one for each."""
    if not bad.any():
        return flow
    # The place of what is only counted isn't told anywhere.
    headings = [heading for heading in task.place_columns if heading in flow.rows and not task.recipe.count]
    cells = flow.rows.loc[bad, headings].fillna("").astype(object).to_numpy()
    sentences = [says] * len(cells) if isinstance(says, str) else says
    issues = []
    for row, texts, sentence in zip(flow.rows.index[bad], cells, sentences, strict=True):
        value = ", ".join(texts)[:80]
        message = f"{' and '.join(headings)} say {value!r}: {sentence}" if value.strip(", ") else sentence
        heading = headings[0] if headings else ""
        issues.append(
            task.issue("quarantined", reason, message, row=int(row), heading=heading, name="geom", value=value)
        )
    return flow.said(issues, bad=bad)
