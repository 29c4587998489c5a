"""Promises that every declared layer keeps."""

from __future__ import annotations

import re
from typing import cast

import pytest
from sqlalchemy import CheckConstraint, Table

from geodata.layers import LAYERS, get_layer
from geodata.layers.audience import Audience
from geodata.layers.columns import band_of
from geodata.layers.layer import Layer
from geodata.layers.meanings import USUAL, meaning_of
from geodata.layers.publishing import Hidden
from geodata.queries.set_by_hand import stated_columns
from webmap.ogc.asked import OF_ITEMS

every_layer = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)

NUMBERS = {"count", "number", "money"}
ALWAYS = {"id", "source", "source_id", "row_hash", "load_id", "recorded_from", "area_ids"}
PLACED = {"src_x", "src_y", "src_system", "src_method", "src_geom", "geom", "geom_3857"}


@every_layer
def test_a_layer_is_called_as_its_table(layer: Layer) -> None:
    assert layer.id == layer.model.__tablename__
    assert layer.geometry == layer.model.__shape__
    assert layer.touches_extent == layer.model.__touches_extent__
    assert get_layer(layer.id) is layer


@every_layer
def test_every_field_is_a_column_and_every_column_a_field(layer: Layer) -> None:
    own = set(layer.model.__table__.columns.keys()) - ALWAYS - PLACED - {f"{layer.parent}_id"}
    bands = {f"{field.name}_band" for field in layer.fields if field.band is not None}
    # What a register stated last is the store's own note, as a row's hash is.
    assert {field.name for field in layer.fields} == own - bands - {last for _, last in stated_columns(layer)}


@every_layer
def test_what_people_set_beside_a_register_has_its_step(layer: Layer) -> None:
    for field in layer.fields:
        if field.by_hand:
            step = get_layer(field.by_hand.step)
            assert step.parent == layer.id
            assert step.is_append_only
            assert step.field(field.name), "each step has the value that was set"
            assert field.by_hand.stated in layer.model.__table__.columns


@every_layer
def test_a_field_is_called_as_every_program_can_call_it(layer: Layer) -> None:
    """In SQL, in CQL2, in the address of a request, as a column of any kind of file."""
    for name in (layer.id, *(field.name for field in layer.fields)):
        assert re.fullmatch("[a-z][a-z0-9_]{1,39}", name), name
    assert not {field.name for field in layer.fields} & {*OF_ITEMS}, "these words ask for something else"


@every_layer
def test_numbers_have_a_unit_and_labels_both_languages(layer: Layer) -> None:
    assert layer.title.zh
    assert layer.title.en
    for field in layer.fields:
        assert (field.unit is not None) == (field.kind in NUMBERS), field.name
        assert field.label.zh, field.name
        assert field.label.en, field.name
        for choice in field.choices:
            assert choice.label.zh, choice.value
            assert choice.label.en, choice.value


@every_layer
def test_the_glossary_says_what_a_layer_and_each_of_its_fields_mean(layer: Layer) -> None:
    told = [layer.meaning, *(meaning_of(field) for who in Audience for field in layer.seen_by(who).fields_for(who))]
    for each in told:
        assert each, layer.id
        assert each.zh, layer.id
        assert each.en, layer.id


def test_no_meaning_is_left_over() -> None:
    names = {field.name for layer in LAYERS for who in Audience for field in layer.seen_by(who).fields_for(who)}
    names |= {field.name for layer in LAYERS for field in layer.fields}
    assert USUAL.keys() - names == set()


@every_layer
def test_choices_are_guarded_by_the_database(layer: Layer) -> None:
    checks = {
        str(check.name): str(check.sqltext)
        for check in cast(Table, layer.model.__table__).constraints
        if isinstance(check, CheckConstraint)
    }
    for field in layer.fields:
        if field.kind == "choice":
            rule = checks[f"{layer.id}_{field.name}_choice"]
            assert all(f"'{choice.value}'" in rule for choice in field.choices), field.name


@every_layer
def test_the_style_and_the_name_are_readable_by_all_who_see_the_layer(layer: Layer) -> None:
    assert (layer.style is not None) == (layer.geometry is not None)
    for audience in layer.audiences:
        names = {field.name for field in layer.seen_by(audience).fields_for(audience)}
        assert layer.seen_by(audience).name_field in names
        if layer.style and layer.style.by:
            assert layer.style.by in names
        if layer.style and layer.style.label:
            assert layer.style.label in names


@every_layer
def test_a_field_is_seen_by_nobody_who_does_not_see_its_layer(layer: Layer) -> None:
    for field in layer.fields:
        assert field.audiences <= layer.audiences, field.name


@every_layer
def test_who_has_a_publication_sees_something_in_it(layer: Layer) -> None:
    assert (Audience.RESIDENT in layer.audiences) == (not isinstance(layer.public, Hidden))


def test_ids_are_unique_and_parents_come_first() -> None:
    ids = [layer.id for layer in LAYERS]
    assert len(ids) == len(set(ids))
    for layer in LAYERS:
        if layer.parent:
            assert ids.index(layer.parent) < ids.index(layer.id)


@every_layer
def test_what_is_said_of_fields_is_said_of_fields_that_there_are(layer: Layer) -> None:
    kinds = {field.name: field.kind for field in layer.fields if field.is_loaded}
    dates = {*sum(layer.ordered_dates, ()), *layer.happened, *(name for name, _, _ in layer.happened_if)}
    assert {kinds[name] for name in dates} <= {"date", "month", "moment"}
    assert {kinds[name] for name in sum((*layer.parts, *layer.usual_parts), ())} <= NUMBERS
    assert {name for names in layer.known_by for name in names} <= kinds.keys()
    for _, by, value in layer.happened_if:
        field = layer.field(by)
        assert field is not None
        assert field.choice(value) is not None


@every_layer
def test_who_reads_the_store_and_not_the_number_has_its_band_there(layer: Layer) -> None:
    for field in layer.fields:
        readers = field.audiences - field.exact_for - {Audience.RESIDENT, Audience.PLANNER}
        stored = layer.model.__table__.columns.get(f"{field.name}_band")
        assert (stored is not None) == bool(readers), field.name
        if field.band is not None and stored is not None:
            assert stored.computed is not None
            assert str(stored.computed.sqltext) == band_of(field.name, field.band)


@every_layer
def test_free_words_are_for_staff(layer: Layer) -> None:
    for field in layer.fields:
        assert field.kind != "prose" or Audience.RESIDENT not in field.audiences, field.name
