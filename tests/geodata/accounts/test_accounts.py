"""Accounts on a real store: who may sign in, until when, and what stops those who may not."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from geodata import accounts
from geodata.accounts import passwords
from geodata.accounts.passwords import hashed
from geodata.accounts.sessions import IDLE_MINUTES, LOCK_MINUTES, TRIES_FROM_AN_ADDRESS, TRIES_OF_A_NAME
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput, NotFound
from geodata.layers.audience import Audience
from geodata.queries.accounts import add_account, begin_session, find_account
from geodata.queries.areas import list_areas
from geodata.queries.reading import Reader, open_reading
from geodata.settings import Settings
from tests.geodata.queries.staged import put

WORD = "correct horse battery"
WEST = "MULTIPOLYGON(((111.99 27.72, 112.003 27.72, 112.003 27.74, 111.99 27.74, 111.99 27.72)))"
HERE = "192.0.2.1"


@pytest.fixture(scope="module")
def word_hash() -> str:
    """WORD's hash, worked out once: it is made to take long."""
    return hashed(WORD)


@pytest.fixture
def office(deployment: Settings, word_hash: str) -> Settings:
    """An account of the police that is a planner's, too, and one of a steward."""
    with engine_for(deployment, Login.KEEPER).begin() as connection:
        add_account(connection, "police-west", word_hash, ["planner", "police"], ["W"])
        add_account(connection, "steward", word_hash, ["steward"], [])
    return deployment


def _later(settings: Settings, minutes: int) -> None:
    """Let time pass, as far as accounts know."""
    moved = f"- interval '{minutes} minutes'"
    with engine_for(settings, Login.OWNER).begin() as connection:
        connection.exec_driver_sql(f"UPDATE account.attempt SET made = made {moved}")
        connection.exec_driver_sql(
            f"UPDATE account.session SET last_seen = last_seen {moved}, expires = expires {moved}"
        )


def _is_refused(settings: Settings, name: str, word: str, sentence: str, address: str = HERE) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        accounts.sign_in(settings, name, word, address=address)


def test_a_session_reads_for_one_audience_at_a_time(office: Settings) -> None:
    # A name is one however it is typed: full-width letters of a Chinese keyboard, too.
    token = accounts.sign_in(office, " ｐOLICE-west", WORD, address=HERE)
    found = accounts.resolve(office, token)
    assert found is not None
    assert (found.name, found.audiences) == ("police-west", (Audience.PLANNER, Audience.POLICE))
    assert found.reader == Reader(Audience.PLANNER), "planners aren't bound to areas"
    accounts.choose(office, token, "police")
    chosen = accounts.resolve(office, token)
    assert chosen is not None
    assert chosen.reader == Reader(Audience.POLICE, ("W",))
    with pytest.raises(InvalidInput, match="none of this account's"):
        accounts.choose(office, token, "steward")
    accounts.sign_out(office, token)
    assert accounts.resolve(office, token) is None


def test_the_store_knows_neither_password_nor_token(office: Settings) -> None:
    token = accounts.sign_in(office, "steward", WORD, address=HERE)
    with engine_for(office, Login.OWNER).connect() as connection:
        for table in ("account", "session", "attempt"):
            rows = connection.execute(text(f"SELECT CAST(t AS text) FROM account.{table} t")).scalars().all()
            assert not [row for row in rows if WORD in row or token in row or token.encode().hex() in row]
        hashes = connection.execute(text("SELECT password_hash FROM account.account")).scalars().all()
        assert all(each.startswith("$argon2id$v=19$m=47104,t=1,p=1$") for each in hashes)


class _Counted(PasswordHasher):
    """The hasher, which notes of each password that it tries what that costs."""

    def __init__(self) -> None:
        own = passwords._HASHER
        super().__init__(memory_cost=own.memory_cost, time_cost=own.time_cost, parallelism=own.parallelism)
        self.tried: list[tuple[int, int, int]] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        cost = extract_parameters(str(hash))
        self.tried.append((cost.memory_cost, cost.time_cost, cost.parallelism))
        return super().verify(hash, password)


def test_a_name_that_there_isnt_costs_as_much_work_as_a_wrong_password(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = _Counted()
    monkeypatch.setattr(passwords, "_HASHER", counted)
    accounts.disable(office, "steward")
    for name, word in (
        ("police-west", "wrong"),
        ("nobody", "wrong"),
        ("nobody", WORD),
        ("steward", WORD),
        ("", ""),
        ("nobody", "x" * 1000),
        ("police-west", "x" * 1000),
    ):
        counted.tried.clear()
        _is_refused(office, name, word, "don't fit", address=f"{name} {len(word)}")
        assert counted.tried == [(46 * 1024, 1, 1)], (name, word[:20])


def test_a_name_that_nobody_types_isnt_worked_on() -> None:
    """To fold a form of 500 kB that is full of accents took minutes, and the whole site stood still."""
    assert accounts.folded("  Steward ") == "steward"
    assert accounts.folded(" " * 300 + "Steward") == " " * 200
    accented = "a" + "\u0301" * 2000 + "\u0327" * 2000
    assert accounts.folded(accented) == accented[:200]


def _disable(settings: Settings) -> None:
    accounts.disable(settings, "steward")


def _change_password(settings: Settings) -> None:
    accounts.set_password(settings, "steward", "another long word")


def _rest(settings: Settings) -> None:
    _later(settings, IDLE_MINUTES + 1)


def _expire(settings: Settings) -> None:
    with engine_for(settings, Login.OWNER).begin() as connection:
        connection.exec_driver_sql("UPDATE account.session SET expires = now()")


@pytest.mark.parametrize("end", [_disable, _change_password, _rest, _expire])
def test_sessions_end(office: Settings, end: Callable[[Settings], None]) -> None:
    token = accounts.sign_in(office, "steward", WORD, address=HERE)
    assert accounts.resolve(office, token)
    assert accounts.resolve(office, token[::-1]) is None
    end(office)
    assert accounts.resolve(office, token) is None


def test_a_new_password_waits_for_a_session_that_begins_with_the_old_one_and_ends_it(office: Settings) -> None:
    logged_in = engine_for(office, Login.ACCOUNTS)
    with ThreadPoolExecutor(1) as other, logged_in.begin() as connection:
        found = find_account(connection, "steward")
        assert found is not None
        assert begin_session(connection, b"0" * 32, *found, hours=1)
        changed = other.submit(accounts.set_password, office, "steward", "another battery staple")
        with pytest.raises(TimeoutError):
            changed.result(timeout=1)
        connection.commit()
        changed.result(timeout=30)
    with logged_in.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM account.session")).scalar_one() == 0


def test_a_disabled_account_signs_in_no_more_until_it_is_enabled(office: Settings) -> None:
    accounts.disable(office, "STEWARD")
    _is_refused(office, "steward", WORD, "don't fit")
    accounts.enable(office, "steward")
    assert accounts.sign_in(office, "steward", WORD, address=HERE)
    accounts.set_password(office, "steward", "another long word")
    _is_refused(office, "steward", WORD, "don't fit")
    assert accounts.sign_in(office, "steward", "another long word", address=HERE)


def test_other_audiences_end_the_sessions_and_count_at_once(office: Settings) -> None:
    put(office, "area", [{"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": WEST}])
    token = accounts.sign_in(office, "steward", WORD, address=HERE)
    accounts.change(office, "Steward", [Audience.GRID_OFFICER], ["W"])
    assert accounts.resolve(office, token) is None
    found = accounts.resolve(office, accounts.sign_in(office, "steward", WORD, address=HERE))
    assert found
    assert found.reader == Reader(Audience.GRID_OFFICER, ("W",))
    with pytest.raises(InvalidInput, match="--area CODE"):
        accounts.change(office, "steward", [Audience.POLICE])
    with pytest.raises(NotFound, match="'nobody'"):
        accounts.change(office, "nobody", [Audience.STEWARD])


@pytest.mark.parametrize("name", ["steward", "nobody"])
def test_a_name_is_locked_after_wrong_tries_whether_it_is_there_or_not(office: Settings, name: str) -> None:
    for number in range(TRIES_OF_A_NAME):
        _is_refused(office, name, "wrong", "don't fit", address=f"192.0.2.{number}")
    _is_refused(office, name, WORD, f"{LOCK_MINUTES} minutes", address="192.0.2.99")
    assert accounts.sign_in(office, "police-west", WORD, address=HERE), "others aren't"
    if name == "steward":
        accounts.set_password(office, name, WORD)
        assert accounts.sign_in(office, name, WORD, address=HERE), "another password unlocks it"
        return
    _later(office, LOCK_MINUTES + 1)
    _is_refused(office, name, "wrong", "don't fit")
    _is_refused(office, name, "wrong", "don't fit")


def test_an_address_is_locked_after_wrong_tries_of_many_names(office: Settings) -> None:
    for number in range(TRIES_FROM_AN_ADDRESS):
        _is_refused(office, f"name{number}", "wrong", "don't fit")
    _is_refused(office, "steward", WORD, f"{LOCK_MINUTES} minutes")
    assert accounts.sign_in(office, "steward", WORD, address="192.0.2.2")


def test_the_right_password_takes_back_the_tries_of_its_name(office: Settings) -> None:
    for _ in range(3):
        for _ in range(TRIES_OF_A_NAME - 1):
            _is_refused(office, "steward", "wrong", "don't fit", address="192.0.2.3")
        accounts.sign_in(office, "steward", WORD, address="192.0.2.3")


def test_many_tries_at_once_are_no_more_than_one_by_one(office: Settings) -> None:
    def tried(_: int) -> bool:
        with pytest.raises(InvalidInput) as caught:
            accounts.sign_in(office, "steward", "wrong", address=HERE)
        return "don't fit" in str(caught.value)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tried, range(12))) == TRIES_OF_A_NAME


@pytest.mark.parametrize(
    ("name", "word", "audiences", "areas", "sentence"),
    [
        ("", WORD, ["planner"], [], "wanted are 2 to 40"),
        ("a b", WORD, ["planner"], [], "wanted are 2 to 40"),
        ("-x", WORD, ["planner"], [], "wanted are 2 to 40"),
        ("x" * 41, WORD, ["planner"], [], "wanted are 2 to 40"),
        ("a\x00b\ud800", WORD, ["planner"], [], "wanted are 2 to 40"),
        ("STEWARD", WORD, ["planner"], [], "already"),
        ("new", "short", ["planner"], [], "has 5 signs"),
        ("new", "a" * 20, ["planner"], [], "not all the same"),
        ("new", WORD * 10, ["planner"], [], "12 to 128"),
        ("new", WORD, ["resident"], [], "wanted are some of"),
        ("new", WORD, [], [], "none"),
        ("new", WORD, ["police"], [], "--area CODE"),
        ("new", WORD, ["planner"], ["W"], "leave out the codes"),
    ],
)
def test_what_cannot_be_is_refused(
    office: Settings, name: str, word: str, audiences: list[str], areas: list[str], sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        accounts.add(office, name, word, [Audience(each) for each in audiences], areas)
    assert [each.name for each in accounts.listed(office)] == ["police-west", "steward"]


def test_an_area_has_to_be_there(office: Settings) -> None:
    put(office, "area", [{"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": WEST}])
    with pytest.raises(NotFound, match="'X'"):
        accounts.add(office, "new", WORD, [Audience.GRID_OFFICER], ["W", "X"])
    assert accounts.add(office, "Grid-W", WORD, [Audience.GRID_OFFICER], ["W"]) == "grid-w"


def test_who_has_two_areas_keeps_one_where_a_boundary_takes_the_other_away(office: Settings) -> None:
    put(office, "area", [{"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": WEST}])
    with open_reading(office, Reader(Audience.POLICE, ("gone", "W"))) as view:
        assert [area.code for area in list_areas(view, "grid")] == ["W"]
        assert len(view.area_ids) == 1


@pytest.mark.parametrize("tried", ["\x00", "'; --", "x" * 100_000, "\ud800"])
def test_any_text_may_be_tried(office: Settings, tried: str) -> None:
    _is_refused(office, tried, tried, "don't fit")
    assert accounts.resolve(office, tried) is None


def test_no_other_login_reads_accounts(office: Settings) -> None:
    others = [login for login in Login if login not in (Login.OWNER, Login.ACCOUNTS, Login.KEEPER)]
    for login, table in itertools.product(others, ("account", "session", "attempt")):
        with engine_for(office, login).connect() as connection, pytest.raises(ProgrammingError, match="denied"):
            connection.execute(text(f"SELECT FROM account.{table}"))


def test_the_login_of_accounts_reads_nothing_else_and_widens_nobody(office: Settings) -> None:
    for statement in (
        "SELECT FROM live.area",
        "SELECT FROM ledger.load",
        "UPDATE account.account SET audiences = '{steward}'",
        "UPDATE account.account SET area_codes = '{X}'",
        "UPDATE account.account SET password_hash = '$argon2id$'",
        "UPDATE account.account SET disabled_at = NULL",
        "UPDATE account.account SET is_demo = true",
        "INSERT INTO account.account (name, password_hash, audiences) VALUES ('x', '$argon2id$', '{steward}')",
        "DELETE FROM account.account",
    ):
        with engine_for(office, Login.ACCOUNTS).connect() as connection, pytest.raises(DBAPIError, match="denied"):
            connection.execute(text(statement))
