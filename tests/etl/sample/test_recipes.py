"""The sample's tables need no recipes of their own: an office with such headings brings nothing but its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.choosing import Wish, choose
from etl.readers import Part, read
from etl.recipe import Recipe
from etl.recipe_files import list_recipes
from etl.sample import Sample
from tests.etl.sample.clerk import PARTS, file_of

PLACES = [(layer, *place) for layer, places in PARTS.items() for place in places]


def part_of(path: Path, name: str) -> Part:
    return next(part for part in read(path, []) if part.name == name)


def chosen(path: Path, name: str, *, is_synthetic: bool) -> Recipe:
    """The recipe that a sheet is read by; raises where two are as good."""
    recipes = list_recipes(is_synthetic=is_synthetic)
    [choice] = choose(path.name, [part_of(path, name)], recipes, Wish()).choices
    return choice.recipe


@pytest.mark.parametrize(("layer", "file", "part"), PLACES)
def test_generic_recipes_know_every_column_of_the_samples_sheets(
    sample: Sample, layer: str, file: str, part: str
) -> None:
    path = file_of(sample, file)
    own, generic = (chosen(path, part, is_synthetic=is_synthetic) for is_synthetic in (True, False))
    headings = part_of(path, part).headings
    assert own.is_own
    assert not generic.is_own
    assert (own.layer.id, generic.layer.id) == (layer, layer)
    assert own.columns(headings).keys() <= generic.columns(headings).keys()
    assert bool(own.parent_key) == bool(generic.parent_key)


def test_parents_and_children_share_one_source() -> None:
    for is_synthetic in (True, False):
        recipes = [recipe for recipe in list_recipes(is_synthetic=is_synthetic) if recipe.is_own == is_synthetic]
        for recipe in recipes:
            if recipe.parent_key:
                assert recipe.source in {one.source for one in recipes if one.layer.id == recipe.layer.parent}, (
                    recipe.id
                )
