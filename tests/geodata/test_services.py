"""Services: those that come with csmap, and what a csmap.toml may say of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from geodata.coverage.modes import MODES
from geodata.errors import NotFound, SettingsError
from geodata.layers import get_layer
from geodata.layers.text import Text
from geodata.services import SERVICES, Service, get_service, services_of
from geodata.settings import Settings, load_settings, write_settings

PHARMACY = {
    "id": "pharmacy",
    "title": {"zh": "药店", "en": "Pharmacy"},
    "layer": "service_point",
    "where": {"kind": ["pharmacy"]},
    "mode": "walk",
    "minutes": [15, 10],
    "direction": "to_post",
    "definition": "On foot in 10 minutes",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, name="Test", metric_crs="EPSG:4546", time_zone="Asia/Shanghai")


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda each: each.id)
def test_every_shipped_service_can_be_asked(service: Service) -> None:
    layer = get_layer(service.layer)
    assert service.mode in MODES
    assert service.minutes == tuple(sorted(service.minutes))
    for name, values in service.where:
        field = layer.field(name)
        assert field is not None
        assert set(values) <= {choice.value for choice in field.choices}
    for language in ("zh-CN", "en"):
        assert service.title.get(language)
        assert service.definition.get(language)
        assert service.posts is None or service.posts.get(language)


def test_a_service_of_csmap_toml_comes_back_as_it_was_written(settings: Settings) -> None:
    write_settings(replace(settings, service=(PHARMACY, {"id": "patrol", "minutes": 4})))
    again = load_settings(settings.home, {})
    found = get_service(again, "pharmacy")
    assert found.title == Text("药店", "Pharmacy")
    assert found.minutes == (10, 15)
    assert found.where == (("kind", ("pharmacy",)),)
    # What a table leaves out of a known service stays.
    assert get_service(again, "patrol") == replace(SERVICES["patrol"], minutes=(4,))
    # Words about its posts don't outlive another choice of posts.
    kiosks = {"id": "patrol", "where": {"kind": ["kiosk"]}}
    assert services_of(replace(settings, service=(kiosks,)))["patrol"].posts is None
    told = services_of(replace(settings, service=({**kiosks, "posts": "kiosks"},)))["patrol"]
    assert told.posts == Text("kiosks", "kiosks")
    assert services_of(again).keys() == SERVICES.keys() | {"pharmacy"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "No good"}, "wanted is a word"),
        ({"layer": "moon"}, "no layer 'moon'"),
        ({"layer": "compound"}, "layer of points"),
        ({"where": {"kind": ["spaceport"]}}, "kind = 'spaceport'"),
        ({"where": {"colour": ["red"]}}, "asks for 'colour'"),
        ({"where": ["clinic"]}, "wanted is a table"),
        ({"mode": "hovercraft"}, "walk, ebike, car"),
        ({"minutes": 0}, "more than 0"),
        ({"minutes": []}, "more than 0"),
        ({"minutes": float("nan")}, "more than 0"),
        ({"direction": "sideways"}, "from_post, to_post"),
        ({"definition": ""}, "wanted is a text"),
        ({"residents_a_unit": 0}, "more than 0"),
        ({"colour": "red"}, "has 'colour'"),
    ],
)
def test_a_wrong_table_is_refused_in_a_sentence(settings: Settings, change: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        services_of(replace(settings, service=(PHARMACY | change,)))


def test_a_new_service_has_to_say_all(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="lacks 'definition'"):
        services_of(replace(settings, service=({k: v for k, v in PHARMACY.items() if k != "definition"},)))


def test_service_has_to_be_tables(settings: Settings) -> None:
    (settings.home / "csmap.toml").write_text(
        'name = "T"\nmetric_crs = "EPSG:4546"\ntime_zone = "Asia/Shanghai"\nservice = "clinic"\n'
    )
    with pytest.raises(SettingsError, match=r"\[\[service\]\]"):
        load_settings(settings.home, {})


def test_an_unknown_service_names_those_that_there_are(settings: Settings) -> None:
    with pytest.raises(NotFound, match="clinic, fire, patrol, police_room"):
        get_service(settings, "barber")
