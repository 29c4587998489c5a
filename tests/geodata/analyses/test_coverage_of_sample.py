"""Coverage of the sample town against its truth: who isn't covered, and why."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import geodata
from geodata.analyses.coverage import Answer, Question, as_json, cover
from geodata.settings import Settings

pytestmark = pytest.mark.xdist_group("sample town")
MODES = {"foot": "police_room", "car": "patrol"}
TIMES = ("Mo 10:00", "Mo 22:30")


def asked(settings: Settings, truth: dict[str, Any], mode: str, when: str) -> Answer:
    limit_min = truth["standard"]["modes"][mode]["limit_min"]
    # The truth's cars mind no turn restrictions.
    return cover(settings, Question(MODES[mode], minutes=limit_min, at=when, demand="compound", keeps_turns=False))


def unsure(truth: dict[str, Any], mode: str, when: str) -> set[str]:
    return {fact["compound"] for fact in truth["borderline"] if fact["mode"] == mode and fact["when"] == when}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("when", TIMES)
def test_every_uncovered_compound_has_its_cause(
    sample_town: Settings, truth: dict[str, Any], mode: str, when: str
) -> None:
    answer = asked(sample_town, truth, mode, when)
    found = {
        row.code: (cause, *lifted[1:])
        for row, cause, lifted in zip(answer.places.rows, answer.cause, answer.lifted, strict=True)
        if cause
    }
    wanted = {
        fact["compound"]: (fact["cause"], *fact.get("with", ()))
        for fact in truth["uncovered"]
        if fact["mode"] in (mode, None) and fact["when"] in (when, None)
    }
    skip = unsure(truth, mode, when)
    assert len(wanted) > 20
    assert {code: told for code, told in found.items() if code not in skip} == {
        code: told for code, told in wanted.items() if code not in skip
    }


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("when", TIMES)
def test_minutes_and_posts_are_the_truths(sample_town: Settings, truth: dict[str, Any], mode: str, when: str) -> None:
    answer = asked(sample_town, truth, mode, when)
    place = {row.code: number for number, row in enumerate(answer.places.rows)}
    timed = [
        fact
        for fact in truth["uncovered"]
        if (fact["mode"], fact["when"]) == (mode, when) and fact["minutes"] is not None
    ]
    assert timed
    for fact in timed:
        number = place[fact["compound"]]
        assert answer.time_ds[number] / 600 == pytest.approx(fact["minutes"], rel=0.005, abs=0.02)
        assert answer.posts[answer.post[number]].code == fact["post"]


def test_people_add_up(sample_town: Settings) -> None:
    answer = cover(sample_town, Question("police_room", at="Mon 22:30", by="community"))
    told = as_json(answer)
    by_cause = answer.by_cause()
    missed = sum(people for cause, people in by_cause.items() if cause != "capacity")
    assert answer.demand_total == pytest.approx(answer.covered + missed)
    assert answer.served == pytest.approx(answer.covered - by_cause["capacity"])
    assert sum(area.demand for area in answer.areas) == answer.demand_total
    assert sum(area.covered for area in answer.areas) == answer.covered
    assert told["demand_total"] == np.nansum(answer.places.people)
    # A circle as wide as the quickest way is long holds all who are reached.
    assert answer.straight_line_covered >= answer.covered
    people = list(answer.bands().values())
    assert people == sorted(people)


def test_the_door_gives_places_with_their_receipt(sample_town: Settings) -> None:
    frame = geodata.open(sample_town.home).coverage("police_room", minutes=8, at="Mon 22:30", demand="compound")
    assert len(frame) == 127
    assert set(frame.attrs) >= {"receipt", "answer"}
    assert frame.attrs["receipt"]["caveat"]["zh-CN"] == "模型估计，非出警承诺"
    unknown = frame[frame["cause"] == "no_data"]
    assert len(unknown) == 6
    assert unknown["people"].isna().all()
