"""How values are said: units, bands, money, days and hours, in both languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.layers import LAYERS, get_layer
from geodata.layers.audience import Audience
from geodata.layers.field import Band, Field
from geodata.layers.hours import canonical_hours
from webmap.wording import MISSING, UNITS, Wording

CHINESE, ENGLISH = Wording("zh-CN"), Wording("en")


def _field(layer: str, name: str) -> Field:
    field = get_layer(layer).field(name)
    assert field is not None
    return field


@pytest.mark.parametrize(
    ("layer", "name", "value", "chinese", "english"),
    [
        ("compound", "households", 1234, "1,234 户", "1,234 households"),
        ("compound", "households", 1, "1 户", "1 household"),
        ("compound", "built_year", 1998, "1998 年", "1998"),
        ("compound", "aliases", ["原物资局宿舍", "Depot"], "原物资局宿舍、Depot", "原物资局宿舍, Depot"),
        ("micro_project", "budget", Decimal("8300.50"), "8,300.5 元", "¥8,300.5"),
        ("micro_project", "budget", Decimal("0"), "0 元", "¥0"),
        ("micro_project", "started_on", date(2025, 9, 5), "2025年9月5日", "5 September 2025"),
        ("hazard", "status", "in_progress", "整改中", "Being mended"),
        ("hazard", "status", "unheard_of", "unheard_of", "unheard_of"),
        ("police_post", "hours", "24/7", "24 小时", "Open 24 hours"),
        ("road", "maxspeed_kmh", 40.0, "40 公里/小时", "40 km/h"),
        ("compound", "name", None, MISSING, MISSING),
    ],
)
def test_a_value_is_said_with_its_unit(layer: str, name: str, value: object, chinese: str, english: str) -> None:
    assert CHINESE.value(_field(layer, name), value) == chinese
    assert ENGLISH.value(_field(layer, name), value) == english


@pytest.mark.parametrize(
    ("stated", "chinese", "english"),
    [
        ("周一至周五 9:00-17:00", "周一至周五 09:00–17:00", "Mon–Fri 09:00–17:00"),
        ("每天 8:00-22:00", "每天 08:00–22:00", "Daily 08:00–22:00"),
        ("Mo-Fr 09:00-12:00,14:00-17:00; Sa off", None, "Mon–Fri 09:00–12:00, 14:00–17:00"),
    ],
)
def test_weekly_hours_are_said_as_they_are_stored(stated: str, chinese: str | None, english: str) -> None:
    stored = canonical_hours(stated)
    assert stored is not None
    assert ENGLISH.hours(stored).startswith(english)
    if chinese:
        assert CHINESE.hours(stored) == chinese


@given(st.integers(min_value=0, max_value=50_000))
def test_a_band_is_said_in_words_and_never_tells_the_number(households: int) -> None:
    field = _field("compound", "households").read_by(Audience.RESIDENT)
    band = Band((100, 300, 600, 1000, 2000)).label(households)
    said = ENGLISH.value(field, band)
    assert said.endswith(("households", "or more"))
    assert "<" not in said
    assert ">" not in said
    edges = {0, 99, 100, 299, 300, 599, 600, 999, 1000, 1999, 2000}
    assert households in edges or ENGLISH.number(households) not in said.replace("–", " ").split()


def test_bands_read_naturally() -> None:
    assert CHINESE.band("<100", "households") == "不足 100 户"
    assert CHINESE.band("1000-1999", "households") == "1,000–1,999 户"
    assert CHINESE.band(">=2000", "households") == "2,000 户及以上"
    assert ENGLISH.band(">=2000", "households") == "2,000 households or more"


def test_percent_stands_at_its_number_in_both_languages() -> None:
    for wording in (Wording("en"), CHINESE):
        assert [wording.percent(share) for share in (0, 0.3106, 1)] == ["0%", "31.1%", "100%"]
        signed = [wording.percent(change, 0, signed=True) for change in (0.276, -0.001, -0.224, 12)]
        assert signed == ["+28%", "±0%", "−22%", "+1,200%"]


def test_every_unit_of_the_registry_has_its_words() -> None:
    stated = {field.unit for layer in LAYERS for field in layer.fields if field.unit}
    assert stated <= set(UNITS)


def test_a_unit_without_words_is_said_as_it_stands() -> None:
    assert CHINESE.amount(3, "furlongs") == "3 furlongs"


def test_uses_of_buildings_are_said_in_the_readers_language() -> None:
    kind = get_layer("building").field("kind")
    assert kind is not None
    assert [Wording("en").value(kind, stated) for stated in ("住宅", "apartments", "Pagode")] == [
        "Housing",
        "Housing",
        "Pagode",
    ]
    assert [Wording("zh-CN").value(kind, stated) for stated in ("住宅", "apartments")] == ["住宅", "住宅"]
