"""What a briefing holds: the reader's layers, rows and fields, counted, named and coloured like the map."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from geodata.errors import NotFound
from geodata.layers import get_layer
from geodata.layers.audience import Audience
from geodata.queries.areas import get_area
from geodata.queries.facts import layer_facts
from geodata.queries.geojson import geojson
from geodata.queries.reading import RESIDENT, STEWARD, Reader, open_reading
from geodata.settings import Settings
from webmap.briefing import content
from webmap.briefing.content import Briefing, collect
from webmap.briefing.fitting import unlisted
from webmap.briefing.subjects import BriefedLayer, plain_value, without_list
from webmap.wording import Wording

READERS = [RESIDENT, Reader(Audience.PLANNER), Reader(Audience.POLICE, ("W",)), STEWARD]


def _briefing(settings: Settings, reader: Reader, area: str | None = None, language: str = "en") -> Briefing:
    with open_reading(settings, reader) as reading:
        wanted = get_area(reading, area) if area else None
        return collect(reading, settings, Wording(language), area=wanted)


def _layer(briefing: Briefing, layer_id: str) -> BriefedLayer:
    return next(briefed for briefed in briefing.subjects if briefed.layer.id == layer_id)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: str(reader.audience))
def test_every_drawn_layer_of_the_reader_is_there_with_all_its_records(published: Settings, reader: Reader) -> None:
    briefing = _briefing(published, reader)
    with open_reading(published, reader) as reading:
        facts = layer_facts(reading)
        shown = [layer for layer in reading.layers if layer.is_on_at_first or facts[layer.id].count]
        drawn = [layer for layer in shown if layer.geometry and layer.style and not layer.is_name_only]
        assert [briefed.layer for briefed in briefing.subjects] == [layer for layer in drawn if not layer.is_base]
        assert {layer.id for layer, _ in briefing.base} == {layer.id for layer in drawn if layer.is_base}
        for briefed in briefing.subjects:
            assert len(briefed.entries) == facts[briefed.layer.id].count
            items = [json.loads(text) for text in geojson(reading, briefed.layer, limit=1000).features]
            assert {entry.id for entry in briefed.entries} == {item["id"] for item in items}
            listed = [field for field in reading.fields(briefed.layer) if field.is_listed]
            labels = [column.label for column in briefed.columns]
            assert labels == [field.label.en for field in listed if field.name != briefed.layer.name_field]


def test_the_legend_counts_each_record_once(published: Settings) -> None:
    for layer_id in ("hazard", "police_post"):
        briefed = _layer(_briefing(published, STEWARD), layer_id)
        assert sum(key.count for key in briefed.keys) == len(briefed.entries)
        assert all(key.count == sum(entry.symbol == key.symbol for entry in briefed.entries) for key in briefed.keys)


def test_an_area_has_what_touches_it(published: Settings) -> None:
    # West ends at 112.003 E: the 25 posts stand every 0.0001 degree from 112 on, one more at 112.001; all inside.
    # Of the three hazards a resident has the two that are older than seven days.
    briefing = _briefing(published, RESIDENT, "W")
    counts = {briefed.layer.id: len(briefed.entries) for briefed in briefing.subjects}
    assert counts == {"compound": 1, "police_post": 26, "hazard": 2, "micro_project": 1, "area": 1}
    assert briefing.title == "West"
    assert briefing.level == "Grid"
    assert briefing.outline is not None
    assert briefing.outline.bounds == (111.99, 27.72, 112.003, 27.74)


def test_names_are_said_in_the_language_asked_for(published: Settings) -> None:
    assert {entry.name for entry in _layer(_briefing(published, RESIDENT), "hazard").entries} == {"Gas"}
    chinese = _layer(_briefing(published, RESIDENT, language="zh-CN"), "hazard")
    assert {entry.name for entry in chinese.entries} == {"燃气"}
    assert chinese.title == "安全隐患"


def test_a_resident_gets_the_band_and_staff_the_number(published: Settings) -> None:
    [entry] = _layer(_briefing(published, RESIDENT), "compound").entries
    assert "300–599 households" in entry.cells
    [entry] = _layer(_briefing(published, STEWARD), "compound").entries
    assert "314 households" in entry.cells


def test_what_matters_most_is_drawn_first_on_one_spot(published: Settings) -> None:
    places = _layer(_briefing(published, RESIDENT), "hazard").places
    statuses = [choice.value for choice in get_layer("hazard").field("status").choices]  # type: ignore[union-attr]
    assert set(places["rank"]) == {statuses.index("reported")}


def test_points_too_many_for_a_list_are_places_with_names(published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = _layer(_briefing(published, RESIDENT), "police_post")
    monkeypatch.setattr(content, "MOST_RECORDS", 25)
    posts = _layer(_briefing(published, RESIDENT), "police_post")
    assert (posts.is_listed, posts.entries, posts.total, posts.count) == (False, (), 26, "26")
    assert posts.keys == listed.keys
    names = {entry.id: (entry.name, entry.sought) for entry in listed.entries}
    assert [names[record] for record in posts.places.index] == list(posts.names)
    assert list(posts.places["rank"]) == sorted(listed.places["rank"])


def test_what_has_no_place_is_counted_where_there_is_no_list(published: Settings) -> None:
    listed = _layer(_briefing(published, RESIDENT), "police_post")
    assert "without a place" not in unlisted(without_list(listed))
    first, *others = listed.entries
    nowhere = replace(listed, entries=(replace(first, is_placed=False), *others), places=listed.places.drop(first.id))
    told = without_list(nowhere)
    assert (told.total, len(told.names)) == (25, 25)
    assert unlisted(told).endswith("a smaller area lists all. 1 record without a place had to stay out.")


def test_areas_too_many_for_a_list_are_left_out_and_said(published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST_RECORDS", 0)
    briefing = _briefing(published, RESIDENT)
    assert "compound" not in {briefed.layer.id for briefed in briefing.subjects}
    said = "Compounds: 1 record would be too much for one file and had to stay out; choose a smaller area."
    assert said in briefing.notes


def test_before_the_first_publication_there_is_none(deployment: Settings) -> None:
    with pytest.raises(NotFound, match="published"):
        _briefing(deployment, RESIDENT)


def test_values_leave_pandas_as_the_database_gave_them() -> None:
    households = get_layer("compound").field("households")
    assert households is not None
    assert plain_value(households, 314.0) == 314
    assert str(plain_value(households, 314.0)) == "314"
    assert plain_value(households, math.nan) is None
    assert plain_value(households, None) is None
    for value in (Decimal("1.50"), date(2025, 1, 2), ["a", "b"], "x", True):
        assert plain_value(households, value) is value
