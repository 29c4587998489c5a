"""Recipes in TOML, read and checked without running anything."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from etl.recipe import Cells, Child, Count, Elements, Headings, Holding, Osm, Place, PlaceKind, Recipe, may_lack_place
from etl.recipe_words import (
    WrongWord,
    check_apart,
    check_complete,
    check_words,
    loaded_field,
    stated_fields,
    stated_headings,
    stated_table,
    stated_text,
    stated_values,
    stated_when,
)
from geodata.crs import parse_system
from geodata.errors import GeodataError, InvalidInput
from geodata.layers import get_layer
from geodata.layers.layer import Layer
from geodata.layers.text import Text

GENERIC = Path(__file__).parent / "recipes"
SAMPLE = Path(__file__).parent / "sample" / "recipes"


def list_recipes(own: Path | None = None, *, is_synthetic: bool = False) -> tuple[Recipe, ...]:
    """Return the generic recipes and those of a deployment's own folder.

    The sample's own recipes are there only where the deployment is synthetic: they take its systems of coordinates and
    its credit for granted, and no real office's file may be read by them.

    Raises:
        InvalidInput: one of them is wrong, or two have the same id; the message names file and key.
    """
    found: dict[str, Recipe] = {}
    folders = [GENERIC, *([SAMPLE] if is_synthetic else []), *([own] if own else [])]
    for path in [path for folder in folders for path in sorted(folder.glob("*.toml"))]:
        recipe = read_recipe(path, is_own=path.parent != GENERIC)
        if recipe.id in found:
            raise InvalidInput(f"{path}: id = {recipe.id!r} is taken by another recipe; give it one of its own")
        found[recipe.id] = recipe
    return tuple(found.values())


def read_recipe(path: Path, *, is_own: bool = False) -> Recipe:
    """Read and check one recipe.

    Raises:
        InvalidInput: an unknown word, layer or field, a missing geometry, a heading that means two fields.
    """
    try:
        stated = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"{path} can't be read as TOML: {error}") from None
    try:
        return _Reader(stated).recipe(is_own=is_own)
    except WrongWord as wrong:
        raise InvalidInput(f"{path}: {wrong}") from None


class _Reader:
    """Turns one TOML document into a recipe, or says which key is wrong."""

    def __init__(self, stated: Mapping[str, Any]) -> None:
        self.stated = stated
        check_words(stated, "recipe", "")
        self.layer = self._layer(stated_text(stated, "layer", "layer"))

    def recipe(self, *, is_own: bool) -> Recipe:
        stated, layer = self.stated, self.layer
        title = stated_table(stated, "title")
        check_words(title, "title", "title.")
        fields = stated_fields(layer, stated_table(stated, "fields"), "fields")
        osm = self._osm()
        count = self._count(fields)
        constants = stated_values(layer, stated_table(stated, "constants"), "constants")
        recipe = Recipe(
            id=stated_text(stated, "id", "id"),
            layer=layer,
            source=stated_text(stated, "source", "source"),
            title=Text(stated_text(title, "zh", "title.zh"), stated_text(title, "en", "title.en")),
            key=stated_headings(stated.get("key", []), "key"),
            fields=fields,
            requires=self._requires(fields),
            place=self._place(osm),
            # Each row is one of what is counted.
            constants={**constants, count.into: "1"} if count else constants,
            defaults=stated_values(layer, stated_table(stated, "defaults"), "defaults"),
            osm=osm,
            children=tuple(self._child(child, number) for number, child in enumerate(stated.get("child", []), 1)),
            credit=self._credit(),
            is_own=is_own,
            parent_key=self._parent_key(),
            count=count,
            only_known=self._only_known(),
            cells=self._cells(),
        )
        check_complete(layer, {*fields, *recipe.constants, *recipe.defaults}, "fields")
        return recipe

    def _layer(self, layer_id: str) -> Layer:
        try:
            layer = get_layer(layer_id)
        except GeodataError as error:
            raise WrongWord(f"layer = {layer_id!r}: {error}") from None
        if layer.parent and "parent" not in self.stated and "osm" not in self.stated:
            raise WrongWord(
                f"layer = {layer_id!r} belongs to {layer.parent}: write it as a [[child]] of that, or say in "
                f"[parent] which heading holds the {layer.parent}'s key"
            )
        return layer

    def _parent_key(self) -> Headings:
        stated = stated_table(self.stated, "parent")
        check_words(stated, "parent", "parent.")
        if stated and self.layer.parent is None:
            raise WrongWord(f"parent: a {self.layer.id} belongs to nothing")
        if stated and not stated_headings(stated.get("key", []), "parent.key"):
            raise WrongWord("parent.key is missing; wanted is a list of headings")
        return stated_headings(stated.get("key", []), "parent.key") if stated else ()

    def _credit(self) -> Text | None:
        stated = self.stated.get("credit")
        if isinstance(stated, dict):
            check_words(stated, "credit", "credit.")
            credit = Text(stated_text(stated, "zh", "credit.zh"), stated_text(stated, "en", "credit.en"))
        elif stated is None and "osm" not in self.stated:
            return None
        else:
            text = stated_text(self.stated, "credit", "credit")
            credit = Text(text, text)
        if "osm" in self.stated and not all("OpenStreetMap" in text for text in (credit.zh, credit.en)):
            raise WrongWord(f"credit = {stated!r}; the licence of OpenStreetMap wants its name in it")
        return credit

    def _requires(self, fields: Mapping[str, Headings]) -> tuple[str, ...]:
        stated = stated_table(self.stated, "requires")
        check_words(stated, "requires", "requires.")
        names = stated_headings(stated.get("fields", []), "requires.fields")
        for name in names:
            if name not in fields:
                raise WrongWord(f"requires.fields names {name!r}, which [fields] doesn't map")
        is_open = "osm" in self.stated or self._only_known()
        if not names and not is_open:
            names = tuple(name for name in fields if getattr(self.layer.field(name), "is_required", False))
        if not names and not is_open:
            raise WrongWord("requires.fields is empty; name the fields that tell this kind of file from others")
        return names

    def _cells(self) -> Cells | None:
        if "cells" not in self.stated:
            return None
        stated = stated_table(self.stated, "cells")
        check_words(stated, "cells", "cells.")
        if self.layer.id != "population_cell":
            raise WrongWord(f"cells: a {self.layer.id} is no cell of a population grid")
        holds = stated.get("holds")
        if holds not in ("people", "people_per_km2"):
            raise WrongWord(f"cells.holds = {holds!r}; wanted is {' or '.join(get_args(Holding))}")
        return Cells(holds=holds, land_km2=stated_headings(stated.get("land_km2", []), "cells.land_km2"))

    def _only_known(self) -> bool:
        stated = stated_table(self.stated, "requires").get("only_known", False)
        if not isinstance(stated, bool):
            raise WrongWord(f"requires.only_known = {stated!r}; wanted is true or false")
        return stated

    def _place(self, osm: Osm | None) -> Place:
        stated = stated_table(self.stated, "geometry")
        check_words(stated, "geometry", "geometry.")
        crs = stated.get("crs")
        if crs is not None:
            try:
                parse_system(stated_text(stated, "crs", "geometry.crs"))
            except GeodataError as error:
                raise WrongWord(f"geometry.crs: {error}") from None
        kinds = [kind for kind in ("file", "x", "text", "wkt") if kind in stated]
        if len(kinds) > 1:
            raise WrongWord(f"geometry has {' and '.join(kinds)}; wanted is one way to find the place")
        if not kinds:
            return self._no_place(osm, crs)
        if kinds == ["file"]:
            if stated["file"] is not True:
                raise WrongWord(f"geometry.file = {stated['file']!r}; wanted is true, or leave it out")
            return Place(kind="file", crs=crs)
        if kinds == ["x"]:
            x, y = stated_headings(stated["x"], "geometry.x"), stated_headings(stated.get("y", []), "geometry.y")
            if not y:
                raise WrongWord("geometry.x stands without geometry.y")
            check_apart({"x": x, "y": y}, "geometry")
            return Place(kind="xy", x=x, y=y, crs=crs)
        kind: PlaceKind = "wkt" if kinds == ["wkt"] else "text"
        return Place(kind=kind, text=stated_headings(stated[kind], f"geometry.{kind}"), crs=crs)

    def _no_place(self, osm: Osm | None, crs: str | None) -> Place:
        if osm is not None and self.layer.geometry is not None:
            return Place(kind="file", crs=crs)
        if self.layer.geometry is None or may_lack_place(self.layer):
            return Place(crs=crs)
        raise WrongWord(f"geometry is missing: a {self.layer.id} needs file, x and y, text or wkt")

    def _osm(self) -> Osm | None:
        if "osm" not in self.stated:
            return None
        stated = stated_table(self.stated, "osm")
        check_words(stated, "osm", "osm.")
        known: tuple[Elements, ...] = get_args(Elements)
        elements = next((word for word in known if word == stated.get("elements")), None)
        if elements is None:
            raise WrongWord(f"osm.elements = {stated.get('elements')!r}; wanted is one of {', '.join(known)}")
        tags = {key: stated_headings(values, f"osm.tags.{key}") for key, values in stated_table(stated, "tags").items()}
        if not tags and elements != "restrictions":
            raise WrongWord("osm.tags is empty; name at least one tag")
        return Osm(elements=elements, tags=tags)

    def _count(self, fields: Mapping[str, Headings]) -> Count | None:
        if "count" not in self.stated:
            return None
        stated = stated_table(self.stated, "count")
        check_words(stated, "count", "count.")
        into = loaded_field(self.layer, stated_text(stated, "into", "count.into"), "count.into")
        if into.kind != "count" or self.layer.field("area_id") is None:
            raise WrongWord(f"count.into = {into.name!r}; wanted is the count of a layer whose records have an area")
        if into.name in fields:
            raise WrongWord(f"fields.{into.name}: its rows are counted, so that no heading can say it")
        area_kind, makes_areas = stated.get("area_kind"), stated.get("makes_areas", False)
        kinds = [choice.value for choice in loaded_field(get_layer("area"), "kind", "count.area_kind").choices]
        if area_kind is not None and area_kind not in kinds:
            raise WrongWord(f"count.area_kind = {area_kind!r}; wanted is one of {', '.join(kinds)}")
        if not isinstance(makes_areas, bool) or (makes_areas and "area_code" not in fields):
            raise WrongWord(f"count.makes_areas = {makes_areas!r}; wanted is true with fields.area_code, or false")
        reporter = stated_headings(stated.get("reporter", []), "count.reporter")
        return Count(into=into.name, reporter=reporter, area_kind=area_kind, makes_areas=makes_areas)

    def _child(self, stated: Mapping[str, Any], number: int) -> Child:
        at = f"child {number}: "
        check_words(stated, "child", at)
        layer_id = stated_text(stated, "layer", at + "layer")
        try:
            layer = get_layer(layer_id)
        except GeodataError as error:
            raise WrongWord(f"{at}{error}") from None
        # A compound's other names know it by its name, as all do that hangs on a compound.
        if layer.parent != self.layer.id and not (self.layer.id == "compound" and layer.field("compound_id")):
            raise WrongWord(f"{at}{layer_id} doesn't belong to {self.layer.id}")
        fields = stated_fields(layer, stated_table(stated, "fields"), at + "fields")
        when = stated_when(stated, fields, at)
        fixed = stated_values(layer, stated_table(stated, "set"), at + "set")
        check_complete(layer, {*fields, *fixed}, at + "fields")
        each = stated.get("each")
        if each is not None and each not in fields:
            raise WrongWord(f"{at}each = {each!r}; wanted is one of the child's fields")
        return Child(layer=layer, fixed=fixed, fields=fields, when=when, each=each)
