"""Help: a guide for each audience with pictures that are there, and words that tell nobody what they don't have."""

from __future__ import annotations

import json
import re

import pytest

from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from geodata.settings import PROJECT
from tests.browser.help_words import ANEW, KEPT, PICTURES, digest, sentences
from tests.district import Client
from webmap.helping.guides import GUIDES, OWN

LANGUAGES = ("zh-CN", "en")
MOST_BYTES = 100_000
"""Of a picture: a page of them has to come over a slow line."""

WHO = {None: "resident", "grid_officer:W": "officer", "police:W": "officer", "planner": "planner", "steward": "steward"}


@pytest.mark.parametrize("who", WHO, ids=str)
def test_who_asks_for_help_gets_their_own_guide_and_a_way_to_the_others(client: Client, who: str | None) -> None:
    guide = GUIDES[WHO[who]]
    for language in LANGUAGES:
        page = client(who).get(f"/help?lang={language}").text
        assert guide.title.get(language) in re.findall(r"<h1>(.*?)</h1>", page)[0]
        assert page.count('<li class="step') == len(guide.steps)
        root = "/staff" if who else ""
        for other in GUIDES:
            assert f'href="{root}/help/{other}"' in page
    assert set(OWN) == set(Audience)
    assert client(who).get("/help/nobody").status_code == 404


@pytest.mark.parametrize("guide", GUIDES.values(), ids=GUIDES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_of_a_guide_is_there_small_and_shown(client: Client, guide: object, language: str) -> None:
    name = next(each for each, found in GUIDES.items() if found is guide)
    shown = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', client().get(f"/help/{name}?lang={language}").text)
    assert len(shown) == sum(step.picture is not None for step in GUIDES[name].steps)
    for address, alt in shown:
        assert alt
        answer = client().get(address, buffered=True)
        assert answer.mimetype == "image/webp"
        assert 2_000 < len(answer.data) < MOST_BYTES, address


def test_no_picture_is_left_over() -> None:
    wanted = {step.picture.name for guide in GUIDES.values() for step in guide.steps if step.picture}
    for language in LANGUAGES:
        assert {path.stem for path in (PICTURES / language).iterdir()} == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_picture_shows_a_word_that_the_pages_dont_say_any_more(client: Client, language: str) -> None:
    kept = json.loads((PICTURES / KEPT).read_text("utf-8"))[language]
    assert set(kept) == {path.stem for path in (PICTURES / language).iterdir()}
    addresses = client().application.url_map.bind("localhost")
    for name, shown in kept.items():
        picture = PICTURES / language / f"{name}.webp"
        gone = set(shown["words"]) - sentences(language)
        assert not gone, f"{picture.relative_to(PROJECT)} shows what no page says now: {sorted(gone)}; {ANEW}"
        assert digest(picture) == shown["picture"], f"{KEPT} tells of another {picture.name}; {ANEW}"
        assert addresses.test(shown["path"].removeprefix("/staff") or "/"), f"{shown['path']} is no page now; {ANEW}"


def test_the_words_are_those_of_the_layers_and_fields_that_the_reader_has(client: Client) -> None:
    for who, audience in ((None, Audience.RESIDENT), ("police:W", Audience.POLICE), ("planner", Audience.PLANNER)):
        page = client(who).get("/help/words?lang=en").text
        told = set(re.findall(r'<details class="word" id="(\w+)"', page))
        assert told == {layer.id for layer in LAYERS if audience in layer.audiences}
    resident, police = (client(who).get("/help/words?lang=zh-CN").text for who in (None, "police:W"))
    # What was seen at a hazard is the officers' word.
    assert ("问题描述" in resident, "问题描述" in police) == (False, True)
    assert '<span class="other-word" lang="en">Safety hazards</span>' in resident
    assert "消防通道堵塞、" in resident


def test_each_page_has_a_way_to_help(client: Client) -> None:
    for path in ("/", "/list", "/about", "/find", "/compounds/1", "/communities/W", "/help/words", "/nowhere"):
        assert 'href="/help"' in client().get(path).text, path
