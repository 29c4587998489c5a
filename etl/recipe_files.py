"""Recipes in TOML, read and checked without running anything."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from etl.folding import fold_heading
from etl.recipe import Cells, Child, Count, Elements, Headings, Holding, Osm, Place, PlaceKind, Recipe, may_lack_place
from geodata.crs import parse_system
from geodata.errors import GeodataError, InvalidInput
from geodata.layers import get_layer
from geodata.layers.field import Field
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
    except _WrongError as wrong:
        raise InvalidInput(f"{path}: {wrong}") from None


class _WrongError(Exception):
    """What is wrong with a recipe, before its file is known."""


_WORDS = {
    "recipe": {
        "id", "layer", "source", "title", "key", "fields", "requires", "geometry", "constants", "defaults", "osm",
        "child", "credit", "parent", "count", "cells",
    },
    "cells": {"holds", "land_km2"},
    "count": {"into", "reporter", "area_kind", "makes_areas"},
    "parent": {"key"},
    "geometry": {"file", "x", "y", "text", "wkt", "crs"},
    "osm": {"elements", "tags"},
    "child": {"layer", "set", "fields", "when"},
    "requires": {"fields", "only_known"},
    "title": {"zh", "en"},
    "credit": {"zh", "en"},
}  # fmt: skip


class _Reader:
    """Turns one TOML document into a recipe, or says which key is wrong."""

    def __init__(self, stated: Mapping[str, Any]) -> None:
        self.stated = stated
        _check_words(stated, "recipe", "")
        self.layer = self._layer(_text(stated, "layer", "layer"))

    def recipe(self, *, is_own: bool) -> Recipe:
        stated, layer = self.stated, self.layer
        title = _table(stated, "title")
        _check_words(title, "title", "title.")
        fields = _field_headings(layer, _table(stated, "fields"), "fields")
        osm = self._osm()
        count = self._count(fields)
        constants = _fixed(layer, _table(stated, "constants"), "constants")
        recipe = Recipe(
            id=_text(stated, "id", "id"),
            layer=layer,
            source=_text(stated, "source", "source"),
            title=Text(_text(title, "zh", "title.zh"), _text(title, "en", "title.en")),
            key=_headings(stated.get("key", []), "key"),
            fields=fields,
            requires=self._requires(fields),
            place=self._place(osm),
            # Each row is one of what is counted.
            constants={**constants, count.into: "1"} if count else constants,
            defaults=_fixed(layer, _table(stated, "defaults"), "defaults"),
            osm=osm,
            children=tuple(self._child(child, number) for number, child in enumerate(stated.get("child", []), 1)),
            credit=self._credit(),
            is_own=is_own,
            parent_key=self._parent_key(),
            count=count,
            only_known=self._only_known(),
            cells=self._cells(),
        )
        _check_complete(layer, {*fields, *recipe.constants, *recipe.defaults}, "fields")
        return recipe

    def _layer(self, layer_id: str) -> Layer:
        try:
            layer = get_layer(layer_id)
        except GeodataError as error:
            raise _WrongError(f"layer = {layer_id!r}: {error}") from None
        if layer.parent and "parent" not in self.stated and "osm" not in self.stated:
            raise _WrongError(
                f"layer = {layer_id!r} belongs to {layer.parent}: write it as a [[child]] of that, or say in "
                f"[parent] which heading holds the {layer.parent}'s key"
            )
        return layer

    def _parent_key(self) -> Headings:
        stated = _table(self.stated, "parent")
        _check_words(stated, "parent", "parent.")
        if stated and self.layer.parent is None:
            raise _WrongError(f"parent: a {self.layer.id} belongs to nothing")
        if stated and not _headings(stated.get("key", []), "parent.key"):
            raise _WrongError("parent.key is missing; wanted is a list of headings")
        return _headings(stated.get("key", []), "parent.key") if stated else ()

    def _credit(self) -> Text | None:
        stated = self.stated.get("credit")
        if isinstance(stated, dict):
            _check_words(stated, "credit", "credit.")
            credit = Text(_text(stated, "zh", "credit.zh"), _text(stated, "en", "credit.en"))
        elif stated is None and "osm" not in self.stated:
            return None
        else:
            text = _text(self.stated, "credit", "credit")
            credit = Text(text, text)
        if "osm" in self.stated and not all("OpenStreetMap" in text for text in (credit.zh, credit.en)):
            raise _WrongError(f"credit = {stated!r}; the licence of OpenStreetMap wants its name in it")
        return credit

    def _requires(self, fields: Mapping[str, Headings]) -> tuple[str, ...]:
        stated = _table(self.stated, "requires")
        _check_words(stated, "requires", "requires.")
        names = _headings(stated.get("fields", []), "requires.fields")
        for name in names:
            if name not in fields:
                raise _WrongError(f"requires.fields names {name!r}, which [fields] doesn't map")
        is_open = "osm" in self.stated or self._only_known()
        if not names and not is_open:
            names = tuple(name for name in fields if getattr(self.layer.field(name), "is_required", False))
        if not names and not is_open:
            raise _WrongError("requires.fields is empty; name the fields that tell this kind of file from others")
        return names

    def _cells(self) -> Cells | None:
        if "cells" not in self.stated:
            return None
        stated = _table(self.stated, "cells")
        _check_words(stated, "cells", "cells.")
        if self.layer.id != "population_cell":
            raise _WrongError(f"cells: a {self.layer.id} is no cell of a population grid")
        holds = stated.get("holds")
        if holds not in ("people", "people_per_km2"):
            raise _WrongError(f"cells.holds = {holds!r}; wanted is {' or '.join(get_args(Holding))}")
        return Cells(holds=holds, land_km2=_headings(stated.get("land_km2", []), "cells.land_km2"))

    def _only_known(self) -> bool:
        stated = _table(self.stated, "requires").get("only_known", False)
        if not isinstance(stated, bool):
            raise _WrongError(f"requires.only_known = {stated!r}; wanted is true or false")
        return stated

    def _place(self, osm: Osm | None) -> Place:
        stated = _table(self.stated, "geometry")
        _check_words(stated, "geometry", "geometry.")
        crs = stated.get("crs")
        if crs is not None:
            try:
                parse_system(_text(stated, "crs", "geometry.crs"))
            except GeodataError as error:
                raise _WrongError(f"geometry.crs: {error}") from None
        kinds = [kind for kind in ("file", "x", "text", "wkt") if kind in stated]
        if len(kinds) > 1:
            raise _WrongError(f"geometry has {' and '.join(kinds)}; wanted is one way to find the place")
        if not kinds:
            return self._no_place(osm, crs)
        if kinds == ["file"]:
            if stated["file"] is not True:
                raise _WrongError(f"geometry.file = {stated['file']!r}; wanted is true, or leave it out")
            return Place(kind="file", crs=crs)
        if kinds == ["x"]:
            x, y = _headings(stated["x"], "geometry.x"), _headings(stated.get("y", []), "geometry.y")
            if not y:
                raise _WrongError("geometry.x stands without geometry.y")
            _check_apart({"x": x, "y": y}, "geometry")
            return Place(kind="xy", x=x, y=y, crs=crs)
        kind: PlaceKind = "wkt" if kinds == ["wkt"] else "text"
        return Place(kind=kind, text=_headings(stated[kind], f"geometry.{kind}"), crs=crs)

    def _no_place(self, osm: Osm | None, crs: str | None) -> Place:
        if osm is not None and self.layer.geometry is not None:
            return Place(kind="file", crs=crs)
        if self.layer.geometry is None or may_lack_place(self.layer):
            return Place(crs=crs)
        raise _WrongError(f"geometry is missing: a {self.layer.id} needs file, x and y, text or wkt")

    def _osm(self) -> Osm | None:
        if "osm" not in self.stated:
            return None
        stated = _table(self.stated, "osm")
        _check_words(stated, "osm", "osm.")
        known: tuple[Elements, ...] = get_args(Elements)
        elements = next((word for word in known if word == stated.get("elements")), None)
        if elements is None:
            raise _WrongError(f"osm.elements = {stated.get('elements')!r}; wanted is one of {', '.join(known)}")
        tags = {key: _headings(values, f"osm.tags.{key}") for key, values in _table(stated, "tags").items()}
        if not tags and elements != "restrictions":
            raise _WrongError("osm.tags is empty; name at least one tag")
        return Osm(elements=elements, tags=tags)

    def _count(self, fields: Mapping[str, Headings]) -> Count | None:
        if "count" not in self.stated:
            return None
        stated = _table(self.stated, "count")
        _check_words(stated, "count", "count.")
        into = _field(self.layer, _text(stated, "into", "count.into"), "count.into")
        if into.kind != "count" or self.layer.field("area_id") is None:
            raise _WrongError(f"count.into = {into.name!r}; wanted is the count of a layer whose records have an area")
        if into.name in fields:
            raise _WrongError(f"fields.{into.name}: its rows are counted, so that no heading can say it")
        area_kind, makes_areas = stated.get("area_kind"), stated.get("makes_areas", False)
        kinds = [choice.value for choice in _field(get_layer("area"), "kind", "count.area_kind").choices]
        if area_kind is not None and area_kind not in kinds:
            raise _WrongError(f"count.area_kind = {area_kind!r}; wanted is one of {', '.join(kinds)}")
        if not isinstance(makes_areas, bool) or (makes_areas and "area_code" not in fields):
            raise _WrongError(f"count.makes_areas = {makes_areas!r}; wanted is true with fields.area_code, or false")
        reporter = _headings(stated.get("reporter", []), "count.reporter")
        return Count(into=into.name, reporter=reporter, area_kind=area_kind, makes_areas=makes_areas)

    def _child(self, stated: Mapping[str, Any], number: int) -> Child:
        at = f"child {number}: "
        _check_words(stated, "child", at)
        layer_id = _text(stated, "layer", at + "layer")
        try:
            layer = get_layer(layer_id)
        except GeodataError as error:
            raise _WrongError(f"{at}{error}") from None
        if layer.parent != self.layer.id:
            raise _WrongError(f"{at}{layer_id} doesn't belong to {self.layer.id}")
        fields = _field_headings(layer, _table(stated, "fields"), at + "fields")
        when = _when(stated, fields, at)
        fixed = _fixed(layer, _table(stated, "set"), at + "set")
        _check_complete(layer, {*fields, *fixed}, at + "fields")
        return Child(layer=layer, fixed=fixed, fields=fields, when=when)


def _check_words(stated: Mapping[str, Any], table: str, at: str) -> None:
    unknown = sorted(stated.keys() - _WORDS[table])
    if unknown:
        raise _WrongError(f"{at}{unknown[0]} is no word of a recipe; known are {', '.join(sorted(_WORDS[table]))}")


def _table(stated: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = stated.get(key, {})
    if not isinstance(value, dict):
        raise _WrongError(f"{key} = {value!r}; wanted is a table [{key}]")
    return value


def _text(stated: Mapping[str, Any], key: str, at: str) -> str:
    value = stated.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _WrongError(f"{at} = {value!r}; wanted is a text")
    return value


def _headings(value: object, at: str) -> Headings:
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise _WrongError(f"{at} = {value!r}; wanted is a list of texts")
    return tuple(value)


def _when(stated: Mapping[str, Any], fields: Mapping[str, Headings], at: str) -> tuple[str, ...]:
    """Return the fields of which one has to be filled: one name, or a list of them."""
    named = stated.get("when")
    when = (named,) if isinstance(named, str) else _headings(named, at + "when")
    if not when or not all(name in fields for name in when):
        raise _WrongError(f"{at}when = {named!r}; wanted is one of its fields, or several: {', '.join(fields)}")
    return when


def _field(layer: Layer, name: str, at: str) -> Field:
    field = layer.field(name)
    if field is None or not field.is_loaded:
        known = ", ".join(field.name for field in layer.fields if field.is_loaded)
        raise _WrongError(f"{at}.{name} is no field that files fill in {layer.id}; there are {known}")
    return field


def _field_headings(layer: Layer, stated: Mapping[str, Any], at: str) -> dict[str, Headings]:
    found = {_field(layer, name, at).name: _headings(value, f"{at}.{name}") for name, value in stated.items()}
    _check_apart(found, at)
    return found


def _check_apart(headings: Mapping[str, Iterable[str]], at: str) -> None:
    """Raise where one heading means two things."""
    owner: dict[str, str] = {}
    for name, synonyms in headings.items():
        for heading in {fold_heading(synonym) for synonym in synonyms}:
            if heading in owner:
                raise _WrongError(f"{at}: the heading {heading!r} means both {owner[heading]} and {name}; keep one")
            owner[heading] = name


def _fixed(layer: Layer, stated: Mapping[str, Any], at: str) -> dict[str, str]:
    for name, value in stated.items():
        field = _field(layer, name, at)
        if not isinstance(value, str):
            raise _WrongError(f"{at}.{name} = {value!r}; wanted is a text")
        if field.choices and field.choice(value) is None:
            known = ", ".join(choice.value for choice in field.choices)
            raise _WrongError(f"{at}.{name} = {value!r}; wanted is one of {known}")
    return dict(stated)


def _check_complete(layer: Layer, filled: set[str], at: str) -> None:
    for field in layer.fields:
        if field.is_required and field.is_loaded and field.name not in filled:
            raise _WrongError(f"{at}.{field.name} is missing: no {layer.id} can do without it")
