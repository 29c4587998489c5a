"""Finds the recipe that fits a part of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from etl.batch import Batch
from etl.doubts import DoubtKind
from etl.folding import find_heading
from etl.readers import OsmSelection, Part
from etl.recipe import Recipe
from etl.recipe_files import list_recipes
from etl.rosters import roster_words
from geodata.errors import InvalidInput, NotFound
from geodata.layers import get_layer
from geodata.masking import masked

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


@dataclass(frozen=True)
class Chosen:
    """The parts of a file with their recipes, and what is said of the others.

    Attributes:
        choices: what is loaded.
        notes: of parts that no recipe knows.
        rosters: of those among them that are lists of people.
    """

    choices: list[Choice]
    notes: list[str]
    rosters: list[str]


def choose(file: str, parts: Sequence[Part], recipes: Sequence[Recipe], wish: Wish) -> Chosen:
    """Return the parts with their recipes, and what is to be said of parts that no recipe knows.

    Raises:
        InvalidInput: no part fits any recipe, or two recipes fit one part equally well.
    """
    found, left = [], []
    for part in parts:
        first = next(iter(part.batches()), None)
        recipe = _best(file, _Look(part, first), recipes)
        if recipe is None:
            left.append((part, first))
        elif recipe.osm is None or first is not None:
            found.append(Choice(part=part, recipe=recipe, first=first))
    if not found:
        rosters = [words for part, first in left if (words := roster_words(file, part, first))]
        raise InvalidInput("; ".join([_nothing_fits(file, parts, recipes, wish), *rosters]))
    notes, rosters = [], []
    for part, first in left:
        words = roster_words(file, part, first)
        if words is not None:
            rosters.append(words)
        elif not _is_theme(part, recipes):
            notes.append(f"{file} [{part.name}] fits no recipe and was left out")
    return Chosen(found, notes, rosters)


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
        lacking.append(
            f"the key in {get_layer(recipe.layer.parent or '').title.en!r} ({' / '.join(recipe.parent_key)})"
        )
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
