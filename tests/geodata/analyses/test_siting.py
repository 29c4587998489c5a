"""Where posts belong in the sample town: held to coverage asked again with the posts that were proposed."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import geodata
from geodata.analyses.coverage import Question, cover, frame_of
from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.places import read_places
from geodata.analyses.coverage.question import understand
from geodata.analyses.siting import Plan, SiteQuestion, plan_as_json, site
from geodata.errors import InvalidInput, NotFound
from geodata.queries.posts import PostRow, read_posts
from geodata.settings import Settings
from webmap.command.site import in_words

pytestmark = pytest.mark.xdist_group("sample town")
ROOMS = Question("police_room", minutes=5, at="Mon 10:00")


def with_posts(settings: Settings, question: Question, places: list[tuple[float, float]]) -> float:
    """Return how many people are covered once posts stand at some places, too."""
    asked = understand(settings, question)
    posts = read_posts(settings, asked.service.layer, asked.service.where)
    new = [PostRow(-number, f"new {number}", None, "24/7", None, *place) for number, place in enumerate(places, 1)]
    ground = Ground(settings, asked, [*posts, *new], read_places(settings, asked.demand, asked.weight))
    is_covered = ground.arrival().time_ds <= asked.limit_ds
    return float(np.nansum(ground.places.people[is_covered]))


@pytest.fixture(scope="module")
def plan(sample_town: Settings) -> Plan:
    return site(sample_town, SiteQuestion(ROOMS, add=3))


def test_proposed_posts_cover_just_whom_they_promise(sample_town: Settings, plan: Plan) -> None:
    before = cover(sample_town, ROOMS)
    assert plan.proven
    assert (plan.covered_before, plan.demand_total) == (before.covered, before.demand_total)
    places = [(found.lon, found.lat) for found in plan.sites]
    for count in range(1, 4):
        promised = plan.covered_before + sum(found.gain for found in plan.sites[:count])
        # Six decimals of a degree are a tenth of a metre: nobody's answer hangs on it here.
        assert with_posts(sample_town, ROOMS, places[:count]) == promised
    assert plan.covered_after == plan.objective == promised


def test_posts_with_room_serve_what_their_officers_can(sample_town: Settings) -> None:
    small, large = (
        site(sample_town, SiteQuestion(ROOMS, add=2, objective="cmclp", capacity=officers, time_limit_s=6))
        for officers in (0.05, 4)
    )
    # Each serves 100 residents at most, or 8,000; compounds go whole.
    first = small.curve[0].covered
    assert small.curve[0].covered == large.curve[0].covered <= small.covered_before
    assert first < small.objective <= first + 200
    assert large.objective <= min(large.covered_after, first + 16_000)
    assert large.objective > small.objective
    assert small.bound >= small.objective


def test_a_site_is_told_by_its_community_and_its_street(sample_town: Settings, plan: Plan) -> None:
    told = in_words(sample_town, plan_as_json(plan))
    named = set(geodata.open(sample_town.home).layer("road").name.dropna())
    for found in plan.sites:
        assert found.area
        assert found.street in named
        assert found.about == f"{found.area} · {found.street}"
        assert f"({found.about}): +" in told


def test_the_curve_rises_to_the_plan(plan: Plan) -> None:
    covered = [step.covered for step in plan.curve]
    assert covered[0] == plan.covered_before
    assert covered == sorted(covered)
    assert covered[-1] == plan.covered_after
    assert [step.gain for step in plan.curve] == np.diff(covered, prepend=covered[0]).tolist()
    assert all(step.proven for step in plan.curve)


def test_no_candidate_alone_does_better_than_the_one_that_was_chosen(sample_town: Settings) -> None:
    offices = "service_point:community_office,party_centre"
    best = site(sample_town, SiteQuestion(ROOMS, add=1, candidates=offices))
    rows = read_posts(sample_town, "service_point", [("kind", ("community_office", "party_centre"))])
    tried = {(row.lon, row.lat): with_posts(sample_town, ROOMS, [(row.lon, row.lat)]) for row in rows}
    assert best.candidates == len(rows)
    assert max(tried.values()) == best.covered_after
    (chosen,) = best.sites
    assert tried[min(tried, key=lambda spot: abs(spot[0] - chosen.lon) + abs(spot[1] - chosen.lat))] == max(
        tried.values()
    )
    assert chosen.name
    assert chosen.area


def test_the_fewest_posts_reach_all_who_can_be_reached(sample_town: Settings) -> None:
    found = site(sample_town, SiteQuestion(Question("clinic", minutes=15), objective="lscp", time_limit_s=5))
    assert found.covered_after == found.demand_total - found.unreachable
    assert found.unreachable < 0.05 * found.demand_total
    # Who makes it impossible for everybody to be in time is named, and isn't covered today.
    told = plan_as_json(found)
    names = set(told["unreachable_names"])  # type: ignore[call-overload]
    assert 0 < len(names) == len(found.unreached) <= 10
    today = frame_of(sample_town, cover(sample_town, Question("clinic", minutes=15)))
    missed, town = today[~today.is_covered], geodata.open(sample_town.home)
    communities, streets = town.layer("area").name, set(town.layer("road").name.dropna())
    beside = {f"{community} · {street}" for community in communities for street in streets}
    # Compounds by name, others by community and street, beside all communities by street: nobody by a house's code.
    assert names <= {*town.layer("compound").name.dropna(), *beside, *streets}
    assert not names & set(missed.code)
    assert sum(each.people or 0 for each in found.unreached) <= found.unreachable
    assert sum(each.places for each in found.unreached) <= found.unreachable_places
    line = next(line for line in in_words(sample_town, told).splitlines() if "No place to choose from" in line)
    assert f"in time: {found.unreached[0].name} ({found.unreached[0].people:,.0f})" in line
    assert found.curve == []
    if found.proven:
        assert found.gap == 0


def test_shorter_ways_and_posts_that_may_move(sample_town: Settings) -> None:
    compounds = Question("police_room", minutes=5, at="Mon 10:00", demand="compound")
    stay = site(sample_town, SiteQuestion(compounds, add=2, objective="p-median"))
    move = site(sample_town, SiteQuestion(compounds, add=2, objective="p-median", existing="movable"))
    assert move.objective <= stay.objective
    assert len(move.sites) == 2 + len(move.closed)
    assert not stay.closed
    # How long ways are today: with the posts that stay no plan has longer ones.
    for found in (stay, move):
        assert found.before is None or found.before >= found.objective
    assert stay.before == move.before
    # The whole way up to it, in minutes: each step is what is best for so many, from today to the plan.
    people = stay.objective / (stay.curve[-1].minutes or 0) / 600
    assert [step.add for step in stay.curve] == [0, 1, 2]
    assert people == pytest.approx(stay.demand_total - stay.unreachable)
    assert stay.curve[0].minutes == pytest.approx((stay.before or 0) / people / 600)
    one = site(sample_town, SiteQuestion(compounds, add=1, objective="p-median"))
    assert stay.curve[1] == one.curve[1]
    assert all(step.proven for step in stay.curve)
    assert [step.covered for step in stay.curve][::2] == [stay.covered_before, stay.covered_after]
    farthest = site(sample_town, SiteQuestion(compounds, add=2, objective="p-center", time_limit_s=6))
    nearer = site(sample_town, SiteQuestion(compounds, add=6, objective="p-center", time_limit_s=6))
    assert nearer.objective <= farthest.objective


def test_python_may_ask_which_post_could_close(sample_town: Settings) -> None:
    closing = SiteQuestion(ROOMS, existing="closable", close=1, time_limit_s=6)
    door = geodata.open(sample_town.home)
    frame = door.site("police_room", minutes=5, at="Mon 10:00", existing="closable", close=1, time_limit_s=6)
    answer = frame.attrs["answer"]
    assert frame["what"].tolist() == ["closes"]
    assert frame["code"].tolist() == [post["code"] for post in answer["closed_posts"]]
    assert answer == plan_as_json(site(sample_town, closing))
    assert frame.attrs["receipt"] == answer["receipt"]


def test_without_any_post_a_service_begins_from_nothing(sample_town: Settings) -> None:
    table = {
        "id": "other",
        "title": "Other",
        "layer": "service_point",
        "where": {"kind": ["other"]},
        "mode": "walk",
        "minutes": [10],
        "direction": "to_post",
        "definition": "On foot in 10 minutes",
    }
    settings = replace(sample_town, service=(table,))
    found = site(settings, SiteQuestion(Question("other"), add=1))
    assert found.covered_before == 0
    assert found.covered_after == found.sites[0].gain > 0


def test_the_same_question_has_the_same_bytes(sample_town: Settings, plan: Plan) -> None:
    again = site(sample_town, SiteQuestion(ROOMS, add=3))
    assert json.dumps(plan_as_json(again)) == json.dumps(plan_as_json(plan))
    frame = geodata.open(sample_town.home).site("police_room", add=3, minutes=5, at="Mon 10:00")
    assert frame.attrs["answer"] == plan_as_json(plan)
    assert frame.gain.tolist() == [found.gain for found in plan.sites]
    assert frame.attrs["receipt"] == dict(plan.receipt)
    assert "proven: nothing is better" in in_words(sample_town, plan_as_json(plan))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (SiteQuestion(ROOMS, objective="best"), "no objective 'best'; there are mclp"),
        (SiteQuestion(ROOMS, existing="gone"), "no use of existing posts 'gone'"),
        (SiteQuestion(ROOMS, add=-1), "-1 posts to add"),
        (SiteQuestion(ROOMS, time_limit_s=0), "a time limit of 0 s"),
        (SiteQuestion(ROOMS, add=1_500), "1,500 posts to add; candidates to choose from:"),
        (SiteQuestion(ROOMS, objective="cmclp"), "cmclp with a capacity"),
        (SiteQuestion(ROOMS, capacity=2), "cmclp with a capacity"),
        (SiteQuestion(ROOMS, objective="cmclp", capacity=float("nan")), "a capacity of nan"),
        (SiteQuestion(replace(ROOMS, weight="households"), objective="cmclp", capacity=2), "for residents, not for"),
        (SiteQuestion(Question("fire"), objective="cmclp", capacity=2), "residents_a_unit in its"),
        (SiteQuestion(ROOMS, candidates="compound"), "no posts are put at the places of compound"),
        (SiteQuestion(ROOMS, candidates="hazard"), "no posts are put at the places of hazard; wanted is streets or"),
        (SiteQuestion(ROOMS, candidates="population_cell:x"), "population_cell has no kinds"),
        (SiteQuestion(ROOMS, candidates="service_point:castle"), "service_point:castle has 0 places"),
        (SiteQuestion(Question("police_room", minutes=0)), "a limit of 0 minutes"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(sample_town: Settings, question: SiteQuestion, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        site(sample_town, question)


def test_unknown_layers_and_services_are_named(sample_town: Settings) -> None:
    with pytest.raises(NotFound, match="no layer 'castles'"):
        site(sample_town, SiteQuestion(ROOMS, candidates="castles"))
    with pytest.raises(NotFound, match="castle"):
        site(sample_town, SiteQuestion(Question("castle")))
