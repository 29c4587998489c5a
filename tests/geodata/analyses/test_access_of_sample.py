"""What people of the sample town can get at: sums kept, unknown said, and the same worked by hand for a few."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from geodata.analyses.access import METHODS, AccessAnswer, measure_access
from geodata.analyses.access_told import access_as_json
from geodata.analyses.coverage import Question, cover
from geodata.analyses.coverage.cover import ground_of
from geodata.analyses.coverage.ground import Ground
from geodata.analyses.siting.ways import sitings_of
from geodata.command.access import in_words
from geodata.errors import InvalidInput
from geodata.queries.three_nos import read_three_nos
from geodata.settings import Settings

pytestmark = pytest.mark.xdist_group("sample town")

ROOMS = Question("police_room", minutes=15)


@pytest.fixture(scope="module")
def ground(sample_town: Settings) -> Ground:
    return ground_of(sample_town, ROOMS)


@pytest.fixture(scope="module")
def answers(ground: Ground) -> dict[str, AccessAnswer]:
    return {method: measure_access(ground, method) for method in METHODS}


def test_what_is_shared_out_is_what_posts_have(ground: Ground, answers: dict[str, AccessAnswer]) -> None:
    desks = sum(post.capacity or 0 for post in ground.posts)
    assert answers["2sfca"].supply == desks > 0
    for method in ("2sfca", "e2sfca"):
        found = answers[method]
        # Somebody lives in reach of every post: all of it is handed out, none twice.
        assert np.isclose(found.people @ found.access / 1000, desks)
    lost = answers["m2sfca"]
    assert 0 < lost.people @ lost.access / 1000 < desks


def test_two_steps_worked_by_hand_for_some_places(ground: Ground, answers: dict[str, AccessAnswer]) -> None:
    ways = sitings_of(ground, np.zeros(0, dtype=object), limit_ds=9_000)
    is_near = ways.covers(9_000).toarray() > 0
    desks = np.array([ground.posts[post].capacity for post in ways.post.tolist()], dtype=np.float64)
    for place in (0, len(ways.people) // 2, len(ways.people) - 1):
        each = [desks[post] / ways.people[is_near[:, post]].sum() for post in np.flatnonzero(is_near[place])]
        assert np.isclose(answers["2sfca"].access[place], 1000 * sum(each))


def test_those_with_nothing_are_those_who_are_not_covered(
    sample_town: Settings, answers: dict[str, AccessAnswer]
) -> None:
    covered = cover(sample_town, ROOMS)
    found = answers["2sfca"]
    assert found.people.sum() == covered.demand_total
    assert found.without == covered.demand_total - covered.covered > 0
    assert found.places_unknown == np.isnan(covered.places.people).sum() > 0


def test_groups_are_told_apart_and_the_unknown_is_no_group(
    sample_town: Settings, ground: Ground, answers: dict[str, AccessAnswer]
) -> None:
    status = read_three_nos(sample_town)
    assert set(status.values()) == {True, False}
    groups = answers["e2sfca"].groups
    lacking = [compound for compound, lacks in status.items() if lacks]
    known = np.nan_to_num(ground.places.people)
    assert groups["three_nos"] is not None
    assert groups["three_nos"].people == known[np.isin(ground.places.compound, lacking)].sum() > 0
    assert groups["not_three_nos"] is not None
    people = groups["three_nos"].people + groups["not_three_nos"].people
    assert people + answers["e2sfca"].status_unknown == known.sum()
    assert groups["aged_65"] is not None
    assert 0.05 * known.sum() < groups["aged_65"].people < 0.3 * known.sum()


def test_inequality_is_told_between_none_and_all(answers: dict[str, AccessAnswer]) -> None:
    for found in answers.values():
        told = access_as_json(found)
        assert found.gini is not None
        assert 0 < found.gini < 1
        assert found.lorenz is not None
        assert found.lorenz[0] == 0
        assert np.isclose(found.lorenz[-1], 1)
        assert np.all(np.diff(found.lorenz, 2) >= -1e-9), "a Lorenz curve bends upwards only"
        assert json.loads(json.dumps(told))["gini"] == told["gini"]


def test_a_post_of_unknown_size_is_said_and_not_taken_for_none(
    sample_town: Settings, ground: Ground, answers: dict[str, AccessAnswer]
) -> None:
    posts = [replace(ground.posts[0], capacity=None), *ground.posts[1:]]
    found = measure_access(Ground(sample_town, ground.asked, posts, ground.places))
    assert found.posts_unknown == 1
    assert found.supply == answers["e2sfca"].supply - (ground.posts[0].capacity or 0)
    assert 0 < found.people_beside_unknown < found.people.sum()
    assert "not known: 1 posts whose desks nobody has counted" in in_words(sample_town, access_as_json(found))
    with pytest.raises(InvalidInput, match="nobody has said how many desks any open post of police_room has"):
        measure_access(Ground(sample_town, ground.asked, [replace(p, capacity=None) for p in posts], ground.places))


def test_what_cant_be_asked_is_refused(sample_town: Settings, ground: Ground) -> None:
    with pytest.raises(InvalidInput, match="no method '3sfca'; there are 2sfca, e2sfca, m2sfca, gravity"):
        measure_access(ground, "3sfca")
    with pytest.raises(InvalidInput, match="access by households; wanted are residents"):
        measure_access(ground_of(sample_town, replace(ROOMS, weight="households")))
