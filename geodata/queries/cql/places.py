"""Places in a CQL2 expression: geometries in the filter's system, and how two of them lie to each other."""

from __future__ import annotations

import json
from typing import Any

import shapely
from geoalchemy2 import Geometry
from geoalchemy2.shape import from_shape
from shapely.errors import GEOSException
from sqlalchemy import ColumnElement, and_, func, literal

from geodata.crs import STORAGE_SRID
from geodata.crs.axes import CRS84, box_in_storage, to_storage
from geodata.errors import InvalidInput
from geodata.queries.cql.grammar import Tree, short
from geodata.queries.cql.terms import Term

__all__ = ["CRS84", "RELATIONS", "box_of", "relation", "value"]

FARTHEST = 1e9
"""No system's coordinates are beyond, in whatever unit; what is would overflow on its way to degrees."""
RELATIONS = frozenset(
    f"s_{name}" for name in ["intersects", "equals", "disjoint", "touches", "within", "overlaps", "crosses", "contains"]
)


def relation(op: str, terms: list[Term]) -> ColumnElement[bool]:
    """Return the SQL of how two places lie to each other.

    Raises:
        InvalidInput: one of them is no place.
    """
    for term in terms:
        if term.kind != "place":
            raise InvalidInput(f"filter gives {term.said}, a {term.kind}, to {op!r}; wanted is a place")
    sides = [term.sql for term in terms]
    found: ColumnElement[bool] = getattr(func, f"ST_{op.removeprefix('s_').capitalize()}")(*sides)
    # All but one need boxes that meet, and only `&&` may use the index under row rules.
    return found if op == "s_disjoint" else and_(sides[0].bool_op("&&")(sides[1]), found)


def value(tree: Tree, system: str) -> Term | None:
    """Return the term of a geometry or a box that stands in an expression, or None where the tree is something else.

    Raises:
        InvalidInput: it is no valid geometry, or doesn't lie in its system.
    """
    if not isinstance(tree, dict):
        return None
    if "bbox" in tree:
        shape = box_in_storage(box_of(tree["bbox"], tree["bbox"]), system)
    elif "coordinates" in tree or "geometries" in tree:
        shape = to_storage(_shape(tree), system)
    else:
        return None
    return Term("place", literal(from_shape(shape, STORAGE_SRID), Geometry(srid=STORAGE_SRID)), short(tree))


def _shape(tree: Tree) -> Any:
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(tree)))
    except (GEOSException, ValueError):
        shape = None
    if (
        shape is None
        or shape.is_empty
        or not (abs(shapely.get_coordinates(shape)) < FARTHEST).all()
        or not shape.is_valid
    ):
        raise InvalidInput(f"filter has {short(tree)}; wanted is a valid geometry")
    return shape


def box_of(numbers: object, stated: object) -> tuple[float, float, float, float]:
    """Return the four numbers of a box; of six, those that aren't heights.

    Args:
        numbers: the list of them.
        stated: what a message shows.

    Raises:
        InvalidInput: they are no four or six finite numbers.
    """
    found = numbers if isinstance(numbers, list) else []
    if len(found) == 6:
        found = [*found[:2], *found[3:5]]
    if len(found) != 4 or not all(isinstance(each, int | float) and abs(each) < FARTHEST for each in found):
        raise InvalidInput(
            f"a box is {str(stated)[:60]!r}; wanted are 4 numbers: west,south,east,north in degrees, or as the axes of "
            "its system go"
        )
    return found[0], found[1], found[2], found[3]
