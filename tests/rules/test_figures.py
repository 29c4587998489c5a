"""Promises that every declared figure keeps: it counts what there is, by a day that there is, and says so in words."""

from __future__ import annotations

from collections import Counter

import pytest

from geodata.layers import get_layer
from geodata.layers.figure import OF, ChildKnows, Figure, Is, Mechanism, Was
from geodata.layers.figures import FIGURES, get_figure

EACH = pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.key)


def test_each_mechanism_has_figures_and_each_key_is_one() -> None:
    assert {figure.mechanism for figure in FIGURES} == set(Mechanism)
    assert max(Counter(figure.key for figure in FIGURES).values()) == 1


@EACH
def test_it_says_what_it_counts(figure: Figure) -> None:
    assert figure.unit
    for words in (figure.title, figure.definition):
        assert words.zh
        assert words.en
    assert figure.definition.zh.endswith("。")
    assert figure.definition.en.endswith(".")


@EACH
def test_what_it_names_is_declared(figure: Figure) -> None:
    layer = get_layer(figure.layer)
    for layer_id, fields in figure.reads(layer).items():
        named = get_layer(layer_id)
        keys = {f"{named.parent}_id"} if named.parent else set()
        assert fields <= {field.name for field in named.fields} | keys, layer_id
    for test in figure.where:
        field = (get_layer(test.child) if isinstance(test, ChildKnows) else layer).field(test.field)
        assert field is not None, test
        if isinstance(test, Is) and field and field.kind == "choice":
            assert set(test.values) <= {choice.value for choice in field.choices}
        if isinstance(test, Was):
            assert layer.date_field
            assert field
            assert field.choice(test.value)
    if figure.distinct:
        refers = {field.to for field in layer.fields if field.kind == "reference"} | {layer.parent}
        assert figure.distinct in refers
        assert get_layer(figure.distinct).geometry, "what is counted once is a place"


@EACH
def test_its_day_is_a_day(figure: Figure) -> None:
    layer = get_layer(figure.layer)
    if figure.when == "in":
        if figure.dated_by:
            assert layer.parent == figure.dated_by
        dated = get_layer(figure.dated_by or figure.layer).field(figure.date)
        assert dated
        assert dated.kind in ({"month"} if figure.each else {"date", "moment"})
    else:
        assert not figure.date
        assert not figure.last_days
    assert figure.when != "on" or layer.period
    assert not figure.is_lack or figure.distinct


def test_kinds_in_a_sources_words_are_figures_each() -> None:
    patterns = [figure for figure in FIGURES if figure.is_pattern]
    assert patterns
    for pattern in patterns:
        field = get_layer(pattern.layer).field(pattern.each)
        assert field
        assert field.kind == "text", "what has choices is declared for each"
        assert not pattern.part_of
        of_theft = pattern.of("Theft: of bicycles")
        assert not of_theft.is_pattern
        assert of_theft.where == (Is(pattern.each, ("Theft: of bicycles",)),)
        assert of_theft.key.partition(OF)[::2] == (pattern.key, "Theft: of bicycles")


@EACH
def test_a_share_is_of_the_same_things_in_the_same_time(figure: Figure) -> None:
    if figure.part_of:
        whole = get_figure(figure.part_of)
        assert (whole.mechanism, whole.when, whole.unit, whole.date) == (
            figure.mechanism,
            figure.when,
            figure.unit,
            figure.date,
        )
