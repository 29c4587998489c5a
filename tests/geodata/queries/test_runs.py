"""Runs are kept to the byte, found by what they came from, and never changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput, NotFound
from geodata.queries.runs import Asked, canonical, data_versions, find_run, get_run, keep_run
from geodata.queries.scenarios import forget_scenario, get_scenario, keep_scenario, list_scenarios
from geodata.settings import Settings

QUESTION = {"service": "police_room", "minutes": 5, "at": "Mon 22:00", "weight": "residents"}
ASKED = Asked("coverage", QUESTION, {"road": "3/1", "police_post": "7/2"}, "0.1.0 (abc)", "5 minutes on foot")
NOON = datetime(2025, 10, 31, 4, tzinfo=UTC)

_leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_words = st.text(max_size=4)
_values = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=4), max_leaves=6
)


def load(connection: Connection, layer: str, *, state: str = "done", changed: int = 1) -> int:
    statement = text(
        "INSERT INTO ledger.load (kind, state, layer, who, code_version, changed) "
        "VALUES ('load', :state, :layer, 'tester', 'test', :changed) RETURNING id"
    )
    return int(connection.execute(statement, {"state": state, "layer": layer, "changed": changed}).scalar_one())


def test_an_answer_is_kept_to_the_byte(deployment: Settings) -> None:
    # 1e16, 1.0 and -0.0 are other texts once a database has taken them for numbers.
    answer = {
        "share": 0.1 + 0.2,
        "minutes": 1.0,
        "far": 1e16,
        "none": -0.0,
        "name": "锦绣华府 \u2028",
        "by": {"b": 1, "a": 2},
    }
    with engine_for(deployment, Login.ANALYST).begin() as connection:
        kept = keep_run(connection, ASKED, answer, NOON)
        found = get_run(connection, kept.id)
    assert found == kept
    assert found.text == canonical(answer)
    assert found.answer == answer
    assert found.asked == ASKED
    assert found.asked_at == NOON < found.finished


@given(st.dictionaries(_words, _values, max_size=4))
def test_equal_values_have_one_text(value: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical(turned) == canonical(value)


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(InvalidInput, match="finite numbers"):
        canonical({"minutes": float("inf")})
    with pytest.raises(InvalidInput, match="datetime"):
        canonical({"at": NOON})


def test_a_run_is_found_for_the_same_data_and_code_only(deployment: Settings) -> None:
    other_data = Asked("coverage", QUESTION, {"road": "4/2", "police_post": "7/2"}, ASKED.code_version, "")
    other_code = Asked("coverage", QUESTION, ASKED.versions, "0.1.0 (def)", "")
    other_kind = Asked("site", QUESTION, ASKED.versions, ASKED.code_version, "")
    other_question = Asked("coverage", {**QUESTION, "minutes": 10}, ASKED.versions, ASKED.code_version, "")
    turned = Asked("coverage", dict(reversed(QUESTION.items())), ASKED.versions, ASKED.code_version, "")
    with engine_for(deployment, Login.ANALYST).begin() as connection:
        keep_run(connection, ASKED, {"covered": 1}, NOON)
        newest = keep_run(connection, ASKED, {"covered": 1}, NOON)
        assert find_run(connection, ASKED) == find_run(connection, turned) == newest
        assert [find_run(connection, asked) for asked in (other_data, other_code, other_kind, other_question)] == [
            None
        ] * 4
        with pytest.raises(NotFound, match="no run 99"):
            get_run(connection, 99)


def test_a_run_is_older_than_data_that_have_come_since(deployment: Settings) -> None:
    with engine_for(deployment, Login.LOADER).begin() as connection:
        roads = load(connection, "road")
    with engine_for(deployment, Login.ANALYST).connect() as connection:
        versions = data_versions(connection, ["road", "gate"])
    assert versions == {"gate": "0/0", "road": f"{roads}/1"}
    with engine_for(deployment, Login.ANALYST).begin() as connection:
        run = keep_run(connection, Asked("coverage", {}, versions, "1", ""), {}, NOON)
    assert not run.is_older_than(versions)
    with engine_for(deployment, Login.LOADER).begin() as connection:
        load(connection, "road", changed=0)  # the same file again
        load(connection, "road", state="failed")
        load(connection, "green")
    with engine_for(deployment, Login.ANALYST).connect() as connection:
        assert data_versions(connection, versions) == versions
    with engine_for(deployment, Login.LOADER).begin() as connection:
        load(connection, "gate")
    with engine_for(deployment, Login.ANALYST).connect() as connection:
        assert run.is_older_than(data_versions(connection, versions))


def test_no_answer_is_changed_afterwards(deployment: Settings) -> None:
    with engine_for(deployment, Login.ANALYST).begin() as connection:
        keep_run(connection, ASKED, {"covered": 1}, NOON)
    for statement in ("UPDATE analysis.run SET answer = '{}'", "DELETE FROM analysis.run"):
        with (
            engine_for(deployment, Login.ANALYST).connect() as connection,
            pytest.raises(ProgrammingError, match="permission denied"),
        ):
            connection.exec_driver_sql(statement)
    # Even the owner can't put another answer under a seal.
    with (
        engine_for(deployment, Login.OWNER).connect() as connection,
        pytest.raises(IntegrityError, match="run_sealed"),
    ):
        connection.exec_driver_sql("UPDATE analysis.run SET answer = '{}'")


@pytest.mark.parametrize("login", [Login.PUBLIC, Login.PLANNER, Login.STAFF, Login.LOADER, Login.AUDITOR])
def test_runs_are_for_the_analyst(deployment: Settings, login: Login) -> None:
    with engine_for(deployment, login).connect() as connection, pytest.raises(ProgrammingError, match="permission"):
        connection.exec_driver_sql("SELECT * FROM analysis.run")


@pytest.mark.parametrize("statement", ["UPDATE live.gate SET name = ''", "SELECT file FROM ledger.load"])
def test_the_analyst_changes_no_data_and_sees_no_files(deployment: Settings, statement: str) -> None:
    with (
        engine_for(deployment, Login.ANALYST).connect() as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.exec_driver_sql(statement)


def test_scenarios_are_kept_by_name(deployment: Settings) -> None:
    add, move = {"change": "add", "lon": 112.0, "lat": 27.7}, {"change": "move", "post": 3}
    with engine_for(deployment, Login.ANALYST).begin() as connection:
        keep_scenario(connection, " 北门 ", [add])
        keep_scenario(connection, "A", [])
        keep_scenario(connection, "北门", [add, move])
        assert [scenario.name for scenario in list_scenarios(connection)] == ["A", "北门"]
        assert get_scenario(connection, "北门").changes == [add, move]
        forget_scenario(connection, "北门")
        with pytest.raises(NotFound, match="北门"):
            get_scenario(connection, "北门")
