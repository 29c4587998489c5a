"""truth.json's uncovered compounds, worked out again from the files alone: which they are, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain, combinations
from typing import Any

import geopandas
import numpy as np
import pytest

from etl.sample import Sample
from tests.etl.sample.conftest import Extract, file_of, table
from tests.etl.sample.travelling import TIMES, Floats, Place, Post, World, opened, places_of, posts_of

CAUSES = {"distance", "barrier", "hours", "gate", "one_way", "unroutable", "capacity", "no_data"}
LIFTS = ("gate", "one_way", "barrier", "hours")


class Case:
    """One mode, with all that its questions need."""

    def __init__(self, mode: str, world: World, places: list[Place], posts: list[Post], lets_in: Mapping[str, Any]):
        self.mode, self.world, self.places, self.posts, self.lets_in = mode, world, places, posts, lets_in
        self.times = lru_cache(self._times)

    def _times(self, when: str, lifted: tuple[str, ...]) -> Floats:
        posts = [post for post in self.posts if "hours" in lifted or opened(post.hours, when)]
        return self.world.times(posts, lifted)

    def seconds(self, place: Place, when: str, lifted: tuple[str, ...] = ()) -> float:
        times = self.times(when, tuple(lift for lift in lifted if lift != "gate"))
        return self.soonest(place, when, times, "gate" in lifted)

    def soonest(self, place: Place, when: str, times: Floats, is_open: bool = False) -> float:
        doors = [
            node
            for node, kind, hours in place.gates
            if node >= 0 and (is_open or (self.mode in self.lets_in.get(kind, ()) and opened(hours, when)))
        ]
        if is_open or not place.gates:
            doors += place.near
        return float(min((times[self.world.number[node]] for node in doors), default=np.inf))

    def cause(self, place: Place, when: str) -> tuple[str, ...]:
        times = self.times(when, ("hours",))
        gates = [node for node, _, _ in place.gates if node >= 0] if place.gates else place.near
        if not any(np.isfinite(times[self.world.number[node]]) for node in gates):
            return ("unroutable",)
        for lifted in chain.from_iterable(combinations(LIFTS, count) for count in (1, 2, 3, 4)):
            if self.seconds(place, when, lifted) <= self.world.limit_s:
                return lifted
        return ("distance",)


@pytest.fixture(scope="module")
def cases(
    sample: Sample,
    extract: Extract,
    compounds: geopandas.GeoDataFrame,
    gates: geopandas.GeoDataFrame,
    truth: dict[str, Any],
) -> dict[str, Case]:
    return cases_of(sample, extract, compounds, gates, truth)


def cases_of(
    sample: Sample,
    extract: Extract,
    compounds: geopandas.GeoDataFrame,
    gates: geopandas.GeoDataFrame,
    truth: dict[str, Any],
) -> dict[str, Case]:
    """Both modes of a town."""
    standard = truth["coverage"]["standard"]
    posts = posts_of(table(file_of(sample, "police_posts.xlsx")))
    found = {}
    for mode, facts in standard["modes"].items():
        world = World(extract, facts)
        found[mode] = Case(mode, world, places_of(world, extract, compounds, gates), posts, standard["gates_let_in"])
    return found


def told(truth: dict[str, Any], causes: Iterable[str], mode: str, when: str) -> dict[str, tuple[str, ...]]:
    """The causes of truth.json by compound."""
    return {
        fact["compound"]: (fact["cause"], *fact["with"])
        for fact in truth["coverage"]["uncovered"]
        if fact["cause"] in causes and fact["mode"] == mode and fact["when"] == when
    }


def borderline(truth: dict[str, Any], mode: str, when: str) -> set[str]:
    facts = truth["coverage"]["borderline"]
    return {fact["compound"] for fact in facts if fact["mode"] == mode and fact["when"] == when}


@pytest.mark.parametrize("mode", ["foot", "car"])
@pytest.mark.parametrize("when", list(TIMES))
def test_uncovered_are_those_that_the_files_say(
    cases: dict[str, Case], truth: dict[str, Any], mode: str, when: str
) -> None:
    case, unsure = cases[mode], borderline(truth, mode, when)
    known = [place for place in case.places if not np.isnan(place.residents) and place.code not in unsure]
    worked_out = {
        place.code: case.cause(place, when) for place in known if case.seconds(place, when) > case.world.limit_s
    }
    wanted = told(truth, CAUSES - {"capacity", "no_data"}, mode, when)
    assert worked_out == {code: cause for code, cause in wanted.items() if code not in unsure}


@pytest.mark.parametrize("when", list(TIMES))
def test_full_posts_are_those_that_the_files_say(cases: dict[str, Case], truth: dict[str, Any], when: str) -> None:
    """Compounds come in the order of their walk; each post has room for 2,000 residents a desk."""
    case = cases["foot"]
    walks = []
    for rank, post in enumerate(post for post in case.posts if opened(post.hours, when)):
        times = case.world.times([post])
        walks += [(case.soonest(place, when, times), place.code, rank, place.residents) for place in case.places]
    room = [2000.0 * post.desks for post in case.posts if opened(post.hours, when)]
    waiting = {code for seconds, code, _, people in walks if seconds <= case.world.limit_s and not np.isnan(people)}
    for seconds, code, rank, people in sorted(walks):
        if code in waiting and seconds <= case.world.limit_s and people <= room[rank]:
            room[rank] -= people
            waiting.discard(code)
    assert waiting == set(told(truth, {"capacity"}, "foot", when))


def test_minutes_are_those_of_the_files(cases: dict[str, Case], truth: dict[str, Any]) -> None:
    places = {place.code: place for place in cases["foot"].places}, {place.code: place for place in cases["car"].places}
    by_mode = dict(zip(("foot", "car"), places, strict=True))
    timed = [fact for fact in truth["coverage"]["uncovered"] if fact.get("minutes") is not None]
    assert len(timed) > 50
    for fact in timed:
        seconds = cases[fact["mode"]].seconds(by_mode[fact["mode"]][fact["compound"]], fact["when"])
        assert seconds / 60 == pytest.approx(fact["minutes"], abs=0.01)


def test_unknown_populations_are_told_once(truth: dict[str, Any], compounds: geopandas.GeoDataFrame) -> None:
    unknown = set(compounds[compounds["人口数"].isna()]["小区编号"])
    told_of = [fact["compound"] for fact in truth["coverage"]["uncovered"] if fact["cause"] == "no_data"]
    assert sorted(told_of) == sorted(unknown)


def test_each_cause_befalls_five_compounds_and_each_has_a_remedy(truth: dict[str, Any]) -> None:
    compounds = defaultdict(set)
    for fact in truth["coverage"]["uncovered"]:
        compounds[fact["cause"]].add(fact["compound"])
        assert fact["remedy"]
    assert {cause: len(found) >= 5 for cause, found in compounds.items()} == dict.fromkeys(CAUSES, True)
    assert set(truth["coverage"]["standard"]["causes"]) >= CAUSES


def test_no_compound_is_told_of_twice_for_one_question(truth: dict[str, Any]) -> None:
    asked = Counter((fact["compound"], fact["mode"], fact["when"]) for fact in truth["coverage"]["uncovered"])
    assert set(asked.values()) == {1}
