"""The words of a recipe's tables: each is taken as what it has to be, or refused with its key and its value.

All of it raises WrongWord, which `read_recipe` turns into a sentence with the file's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from etl.folding import fold_heading
from etl.recipe import Headings
from geodata.layers.field import Field
from geodata.layers.layer import Layer


class WrongWord(Exception):
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
    "child": {"layer", "set", "fields", "when", "each"},
    "requires": {"fields", "only_known"},
    "title": {"zh", "en"},
    "credit": {"zh", "en"},
}  # fmt: skip


def check_words(stated: Mapping[str, Any], table: str, at: str) -> None:
    """Raise where a table has a word that isn't one of its own; `at` is how the message begins."""
    unknown = sorted(stated.keys() - _WORDS[table])
    if unknown:
        raise WrongWord(f"{at}{unknown[0]} is no word of a recipe; known are {', '.join(sorted(_WORDS[table]))}")


def stated_table(stated: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the table of that key; an empty one where there is none."""
    value = stated.get(key, {})
    if not isinstance(value, dict):
        raise WrongWord(f"{key} = {value!r}; wanted is a table [{key}]")
    return value


def stated_text(stated: Mapping[str, Any], key: str, at: str) -> str:
    """Return the text of that key."""
    value = stated.get(key)
    if not isinstance(value, str) or not value.strip():
        raise WrongWord(f"{at} = {value!r}; wanted is a text")
    return value


def stated_headings(value: object, at: str) -> Headings:
    """Return a list of headings."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise WrongWord(f"{at} = {value!r}; wanted is a list of texts")
    return tuple(value)


def stated_when(stated: Mapping[str, Any], fields: Mapping[str, Headings], at: str) -> tuple[str, ...]:
    """Return the fields of which one has to be filled: one name, or a list of them."""
    named = stated.get("when")
    when = (named,) if isinstance(named, str) else stated_headings(named, at + "when")
    if not when or not all(name in fields for name in when):
        raise WrongWord(f"{at}when = {named!r}; wanted is one of its fields, or several: {', '.join(fields)}")
    return when


def loaded_field(layer: Layer, name: str, at: str) -> Field:
    """Return a field that files fill in."""
    field = layer.field(name)
    if field is None or not field.is_loaded:
        known = ", ".join(field.name for field in layer.fields if field.is_loaded)
        raise WrongWord(f"{at}.{name} is no field that files fill in {layer.id}; there are {known}")
    return field


def stated_fields(layer: Layer, stated: Mapping[str, Any], at: str) -> dict[str, Headings]:
    """Return the headings of each field."""
    found = {
        loaded_field(layer, name, at).name: stated_headings(value, f"{at}.{name}") for name, value in stated.items()
    }
    check_apart(found, at)
    return found


def check_apart(headings: Mapping[str, Iterable[str]], at: str) -> None:
    """Raise where one heading means two things."""
    owner: dict[str, str] = {}
    for name, synonyms in headings.items():
        for heading in {fold_heading(synonym) for synonym in synonyms}:
            if heading in owner:
                raise WrongWord(f"{at}: the heading {heading!r} means both {owner[heading]} and {name}; keep one")
            owner[heading] = name


def stated_values(layer: Layer, stated: Mapping[str, Any], at: str) -> dict[str, str]:
    """Return the values that are the same for every row."""
    for name, value in stated.items():
        field = loaded_field(layer, name, at)
        if not isinstance(value, str):
            raise WrongWord(f"{at}.{name} = {value!r}; wanted is a text")
        if field.choices and field.choice(value) is None:
            known = ", ".join(choice.value for choice in field.choices)
            raise WrongWord(f"{at}.{name} = {value!r}; wanted is one of {known}")
    return dict(stated)


def check_complete(layer: Layer, filled: set[str], at: str) -> None:
    """Raise where a field that no row can do without is filled by nothing."""
    for field in layer.fields:
        if field.is_required and field.is_loaded and field.name not in filled:
            raise WrongWord(f"{at}.{field.name} is missing: no {layer.id} can do without it")
