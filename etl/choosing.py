"""Finds the recipe that fits a part of a file, and how its coordinates are meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely

from etl.batch import Batch
from etl.doubts import DoubtKind
from etl.flow import Ground, Mask, Task
from etl.folding import find_heading, fold_heading
from etl.masking import masked
from etl.readers import OsmSelection, Part
from etl.recipe import Recipe
from etl.recipe_files import list_recipes
from etl.steps.coordinates import Floats
from etl.steps.dates import find_day_order
from etl.steps.locate import find_coordinates
from geodata import crs
from geodata.errors import InvalidInput, NotFound

CRS_ADVICE = "give it with --crs, such as wgs84, gcj02, bd09, cgcs2000 or EPSG:4546"
_UNNAMED_AXIS = re.compile(r"^(point_)?[xy]([ _]?(coord|coordinate|coordinates|坐标))?\b.*|^[xy]坐标.*")
_READER_PREFIX = "@"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A part and the recipe that was chosen for it."""

    part: Part
    recipe: Recipe
    first: Batch | None


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the person who loads asked for; None leaves it to the files.

    `accept` are the doubts that they have answered beforehand.
    """

    layer: str | None = None
    recipe: str | None = None
    crs: str | None = None
    credit: str | None = None
    land_area: Path | None = None
    accept: tuple[DoubtKind, ...] = ()


def wanted_recipes(own: Path | None, wish: Wish, *, is_synthetic: bool = False) -> tuple[Recipe, ...]:
    """Return the recipes that may be chosen.

    Raises:
        NotFound: there is none of that id or for that layer.
        InvalidInput: a recipe is wrong.
    """
    recipes = list_recipes(own, is_synthetic=is_synthetic)
    for name, asked in (("recipe", wish.recipe), ("layer", wish.layer)):
        if asked is None:
            continue
        known = sorted({recipe.id if name == "recipe" else recipe.layer.id for recipe in recipes})
        recipes = tuple(r for r in recipes if (r.id if name == "recipe" else r.layer.id) == asked)
        if not recipes:
            raise NotFound(f"--{name} {asked!r}: there is none; there are {', '.join(known)}")
        # Who names it knows what the file is.
        recipes = tuple(replace(recipe, only_known=False) for recipe in recipes)
    return recipes


def osm_selections(recipes: Sequence[Recipe]) -> list[OsmSelection]:
    """Return what the recipes take from an OpenStreetMap file, one part each, named by the recipe's id."""
    return [
        OsmSelection(
            id=recipe.id,
            elements=recipe.osm.elements,
            tags=recipe.osm.tags,
            keys=tuple(
                dict.fromkeys(
                    heading
                    for headings in recipe.fields.values()
                    for heading in headings
                    if not heading.startswith(_READER_PREFIX)
                )
            ),
        )
        for recipe in recipes
        if recipe.osm is not None
    ]


def choose(file: str, parts: Sequence[Part], recipes: Sequence[Recipe], wish: Wish) -> tuple[list[Choice], list[str]]:
    """Return the parts with their recipes, and notes about parts that no recipe knows.

    Raises:
        InvalidInput: no part fits any recipe, or two recipes fit one part equally well.
    """
    found, left = [], []
    for part in parts:
        first = next(iter(part.batches()), None)
        recipe = _best(file, _Look(part, first), recipes)
        if recipe is None:
            left.append(part)
        elif recipe.osm is None or first is not None:
            found.append(Choice(part=part, recipe=recipe, first=first))
    if not found:
        raise InvalidInput(_nothing_fits(file, parts, recipes, wish))
    notes = [f"{file} [{part.name}] fits no recipe and was left out" for part in left if not _is_theme(part, recipes)]
    return found, notes


@dataclass(frozen=True)
class _Look:
    """What can be seen of a part before it is loaded: its headings and its first rows."""

    part: Part
    first: Batch | None

    @property
    def headings(self) -> tuple[str, ...]:
        return self.part.headings

    @property
    def has_geometry(self) -> bool:
        return self.first is not None and self.first.geometry is not None


def _is_theme(part: Part, recipes: Sequence[Recipe]) -> bool:
    return any(recipe.osm is not None and recipe.id == part.name for recipe in recipes)


def _best(file: str, look: _Look, recipes: Sequence[Recipe]) -> Recipe | None:
    themes = [recipe for recipe in recipes if recipe.osm is not None and recipe.id == look.part.name]
    if themes and "@id" in look.headings:
        return themes[0]
    fitting = [recipe for recipe in recipes if recipe.osm is None and not _lacks(recipe, look)]
    # A file with outlines may have columns of coordinates too.
    outlined = {(recipe.layer.id, recipe.is_own) for recipe in fitting if not recipe.has_stand_ins}
    scored = [
        (_score(recipe, look), recipe)
        for recipe in fitting
        if not recipe.has_stand_ins or (recipe.layer.id, recipe.is_own) not in outlined
    ]
    if not scored:
        return None
    best = max(score for score, _ in scored)
    first = [recipe for score, recipe in scored if score == best]
    if len(first) > 1:
        names = " and ".join(recipe.id for recipe in first)
        where = f"{file} [{look.part.name}]" if look.part.name else file
        raise InvalidInput(f"{where} fits the recipes {names} equally well; say which one with --recipe")
    return first[0]


def _lacks(recipe: Recipe, look: _Look) -> list[str]:
    """Return what a recipe needs and a part doesn't have, in words; [] where it fits."""
    columns = recipe.columns(look.headings)
    lacking = [f"{name} ({' / '.join(recipe.fields[name])})" for name in recipe.requires if name not in columns]
    if recipe.parent_key and find_heading(recipe.parent_key, look.headings) is None:
        lacking.append(f"the {recipe.layer.parent} ({' / '.join(recipe.parent_key)})")
    for synonyms in recipe.place.columns():
        other_ways = ("area_code", "area_name") if recipe.count else ("compound_name",)
        has_other_way = any(name in columns for name in other_ways)
        if find_heading(synonyms, look.headings) is None and not has_other_way:
            lacking.append(f"coordinates ({' / '.join(synonyms[:4])} ...)")
    if look.part.is_raster and recipe.cells is None:
        lacking.append("a table or a map: this is a raster")
    unknown = recipe.unknown(look.headings) if recipe.only_known else ()
    if unknown:
        lacking.append(f"no headings that it doesn't know ({', '.join(unknown[:4])})")
    if recipe.place.kind == "file" and not look.has_geometry:
        lacking.append("geometries, which only map files have")
    return lacking


def _score(recipe: Recipe, look: _Look) -> tuple[bool, int, int, int]:
    """Return how well a recipe fits: own before generic, then by headings it knows, places, what it insists on."""
    headings = {
        find_heading(synonyms, look.headings)
        for fields in (recipe.fields, *(child.fields for child in recipe.children))
        for synonyms in (*fields.values(), recipe.key, recipe.parent_key)
    }
    places = sum(find_heading(synonyms, look.headings) is not None for synonyms in recipe.place.columns())
    places += recipe.place.kind == "file" and look.has_geometry
    return recipe.is_own, len(headings - {None}), places, len(recipe.requires)


def _nothing_fits(file: str, parts: Sequence[Part], recipes: Sequence[Recipe], wish: Wish) -> str:
    part = max(parts, key=lambda part: len(part.headings))
    tables = [recipe for recipe in recipes if recipe.osm is None]
    # A table without headings shows its first row here.
    seen = masked(", ".join(part.headings[:12])) + (" ..." if len(part.headings) > 12 else "") or "none"
    if not tables:
        return f"{file} is no OpenStreetMap file, as --{'recipe' if wish.recipe else 'layer'} wants one"
    look = _Look(part, next(iter(part.batches()), None))
    nearest = min(tables, key=lambda recipe: (len(_lacks(recipe, look)), -_score(recipe, look)[1], recipe.id))
    missing = "; ".join(_lacks(nearest, look))
    return (
        f"{file} fits no recipe: its headings are {seen}. The nearest is {nearest.id} ({nearest.layer.id}), "
        f"which needs also {missing}. Rename the columns, or write a recipe of your own"
    )


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
