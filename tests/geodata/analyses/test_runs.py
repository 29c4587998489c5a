"""A question is worked out once for the same data, and again when they have changed or the runs are gone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from geodata.analyses.runs import TRIES, answer, current_versions, is_outdated, newest_runs, stored_run
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.queries.loads import Counts, finish_load
from geodata.queries.runs import Run
from geodata.queries.ways import state_of_ways
from geodata.settings import Settings
from tests.geodata.queries.test_runs import load

LAYERS = ("road", "gate")


class Counting:
    """Counts how often it is asked; `meanwhile` happens while it works."""

    def __init__(self, *meanwhile: Any) -> None:
        self.asked = 0
        self.meanwhile = list(meanwhile)

    def __call__(self) -> dict[str, int]:
        self.asked += 1
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return {"covered": 20_740}


def ask(settings: Settings, compute: Counting, **question: object) -> Run:
    return answer(settings, "coverage", question, layers=LAYERS, definition="5 minutes on foot", compute=compute)


def test_the_same_question_is_worked_out_once(deployment: Settings) -> None:
    compute = Counting()
    first = ask(deployment, compute, minutes=5, mode="walk")
    again = ask(deployment, compute, mode="walk", minutes=5)
    assert again == first == stored_run(deployment, first.id)
    assert compute.asked == 1
    ask(deployment, compute, minutes=10, mode="walk")
    assert compute.asked == 2


def test_it_is_worked_out_again_to_the_same_bytes_when_the_runs_are_gone(deployment: Settings) -> None:
    compute = Counting()
    first = ask(deployment, compute, minutes=5)
    with engine_for(deployment, Login.OWNER).begin() as connection:
        connection.execute(text("TRUNCATE analysis.run"))
    again = ask(deployment, compute, minutes=5)
    assert compute.asked == 2
    assert again.id != first.id
    assert again.text == first.text
    assert again.sha256 == first.sha256


def test_new_data_are_another_answer(deployment: Settings) -> None:
    compute = Counting()
    first = ask(deployment, compute, minutes=5)
    assert not is_outdated(deployment, first)
    bring(deployment, "road")
    assert is_outdated(deployment, first)
    assert not is_outdated(deployment, ask(deployment, compute, minutes=5))
    assert compute.asked == 2


def test_data_that_come_in_between_are_asked_about_anew(deployment: Settings) -> None:
    compute = Counting(lambda: bring(deployment, "gate"))
    run = ask(deployment, compute, minutes=5)
    assert compute.asked == 2
    assert run.asked.versions == current_versions(deployment, LAYERS)


def test_data_that_never_rest_are_told_to_be_newer_than_the_answer(deployment: Settings) -> None:
    def come() -> None:
        bring(deployment, "gate")

    run = ask(deployment, Counting(*[come] * TRIES), minutes=5)
    assert is_outdated(deployment, run)
    again = ask(deployment, Counting(), minutes=5)
    assert again.id != run.id
    assert not is_outdated(deployment, again)


def test_a_load_that_began_earlier_and_ends_later_is_news(deployment: Settings) -> None:
    with engine_for(deployment, Login.LOADER).begin() as connection:
        slow = load(connection, "road", state="running")
        load(connection, "road")
    run, streets = ask(deployment, Counting(), minutes=5), state_of_ways(deployment)
    with engine_for(deployment, Login.LOADER).begin() as connection:
        finish_load(connection, slow, Counts(loaded=1, changed=1), {})
    assert is_outdated(deployment, run)
    assert state_of_ways(deployment) != streets


def test_an_answer_that_was_cut_short_is_worked_out_again(deployment: Settings) -> None:
    compute = Counting()
    first, again = (
        answer(deployment, "site", {}, layers=LAYERS, definition="", compute=compute, is_final=lambda _: False)
        for _ in range(2)
    )
    assert (compute.asked, again.id != first.id) == (2, True)


@pytest.mark.parametrize("most", [-1, 0, 2**70])
def test_a_number_of_runs_that_is_none_is_refused(deployment: Settings, most: int) -> None:
    with pytest.raises(InvalidInput, match="wanted are 1 to"):
        newest_runs(deployment, most=most)


def test_points_that_follow_their_compound_are_as_old_as_it(deployment: Settings) -> None:
    # A load of compounds moves gates without coordinates, and leaves no trace in the gates' own loads.
    before = current_versions(deployment, ["gate"])
    assert set(before) == {"compound", "gate"}
    bring(deployment, "compound")
    assert current_versions(deployment, ["gate"]) != before
    assert set(current_versions(deployment, ["road"])) == {"road"}


def bring(settings: Settings, layer: str) -> None:
    with engine_for(settings, Login.LOADER).begin() as connection:
        load(connection, layer)
