"""Data that are older than their layer expects are said to be, on every page and in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from geodata.layers import get_layer
from geodata.queries.facts import LayerFacts
from geodata.settings import Settings
from webmap import ageing, create_app


def test_the_limit_itself_is_not_stale() -> None:
    hazard = get_layer("hazard")
    facts = LayerFacts(5, date(2025, 10, 1), "")
    assert hazard.stale_after_days == 30
    assert not ageing.is_stale(hazard, facts, date(2025, 10, 31))
    assert ageing.is_stale(hazard, facts, date(2025, 11, 1))


def test_nothing_is_stale_without_records_date_or_expectation() -> None:
    hazard, late = get_layer("hazard"), date(2030, 1, 1)
    assert not ageing.is_stale(hazard, LayerFacts(0, date(2025, 1, 1), ""), late)
    assert not ageing.is_stale(hazard, LayerFacts(5, None, ""), late)
    assert not ageing.is_stale(get_layer("road"), LayerFacts(5, date(2025, 1, 1), ""), late)


def test_the_common_date_is_what_most_layers_have() -> None:
    layers = [get_layer(name) for name in ("hazard", "compound", "police_post")]
    days = (date(2025, 3, 1), date(2025, 10, 31), date(2025, 10, 31))
    facts = {layer.id: LayerFacts(1, day, "") for layer, day in zip(layers, days, strict=True)}
    assert ageing.common_date(layers, facts) == date(2025, 10, 31)
    assert ageing.common_date([], {}) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Safety hazards: the data are of 1 October 2025, 91 days old; new ones are expected within 37 days."),
        ("zh-CN", "安全隐患：数据截至 2025年10月1日，已过 91 天；按约定应在 37 天内更新。"),
    ],
)
def test_every_page_says_what_is_old(published: Settings, language: str, words: str) -> None:
    # The newest hazard that residents could see was found on 1 October; they see each a week late.
    client = create_app(replace(published, as_of=date(2025, 12, 31))).test_client()
    [item, *_] = client.get("/ogc/collections/hazard/items?limit=1").get_json()["features"]
    paths = ("/", "/list?layer=hazard", "/about", f"/places/hazard/{item['id']}", f"/panel/hazard/{item['id']}")
    for path in paths:
        asked = f"{path}{'&' if '?' in path else '?'}lang={language}"
        assert words in client.get(asked).get_data(as_text=True), path
    assert words not in client.get(f"/list?layer=compound&lang={language}").get_data(as_text=True)


def test_fresh_data_carry_their_date_and_no_warning(published: Settings) -> None:
    client = create_app(published).test_client()
    text = client.get("/?lang=en").get_data(as_text=True)
    assert 'class="stale"' not in text
    assert "Layers on the map · as of 31 October 2025" in text
    assert "as of 1 October 2025" in client.get("/list?layer=hazard&lang=en").get_data(as_text=True)
