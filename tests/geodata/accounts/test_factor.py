"""The second factor on a real store: what a password alone opens, and what ends or resets it."""

from __future__ import annotations

import base64
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from geodata import accounts
from geodata.accounts import Awaits
from geodata.accounts.log import entries
from geodata.accounts.sessions import TRIES_OF_A_NAME
from geodata.accounts.totp import KEY_NAME, STEP_S, code_at
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput, NotFound
from geodata.layers.audience import Audience
from geodata.settings import Settings
from tests.signing import session_of

HERE = "192.0.2.1"
WORD = "correct horse battery"


def _secret(settings: Settings, token: str) -> bytes:
    return base64.b32decode(accounts.offered(settings, token).secret)


def _code(secret: bytes, offset: int = 0) -> str:
    """Return the code of now, or of so many steps later: a test that waited for it would take half a minute."""
    return code_at(secret, int(time.time()) // STEP_S + offset)


def _awaits(settings: Settings, token: str) -> Awaits | None:
    found = accounts.resolve(settings, token)
    return found.awaits if found else None


def _enrolled(settings: Settings, who: str = "steward") -> bytes:
    token = session_of(settings, who)
    secret = _secret(settings, token)
    accounts.enrol(settings, token, _code(secret), address=HERE)
    return secret


def _rewind(settings: Settings) -> None:
    """Let the last code be of long ago."""
    with engine_for(settings, Login.OWNER).begin() as connection:
        connection.exec_driver_sql("UPDATE account.factor SET last_step = 0")


def test_required_codes_stop_sessions_that_are_open_already(deployment: Settings) -> None:
    planner, steward = session_of(deployment, "planner"), session_of(deployment, "steward")
    accounts.require(deployment, [Audience.PLANNER], by="boss")
    assert accounts.required(deployment) == (Audience.PLANNER,)
    assert (_awaits(deployment, planner), _awaits(deployment, steward)) == (Awaits.ENROLMENT, Awaits.NOTHING)
    secret = _secret(deployment, planner)
    assert secret == _secret(deployment, planner) != _secret(deployment, steward)
    with pytest.raises(InvalidInput, match="doesn't fit"):
        accounts.enrol(deployment, planner, _code(secret, 9), address=HERE)
    accounts.enrol(deployment, planner, _code(secret), address=HERE)
    assert _awaits(deployment, planner) is Awaits.NOTHING
    assert _awaits(deployment, session_of(deployment, "planner")) is Awaits.CODE
    accounts.require(deployment, [], by="boss")
    assert _awaits(deployment, session_of(deployment, "planner")) is Awaits.CODE, "who has one gives it"
    said = [(each.what, each.account, each.detail) for each in reversed(entries(deployment, limit=100))]
    assert said[2:] == [
        ("codes_required", "boss", "planner"),
        ("factor_added", "test-planner", ""),
        ("signed_in", "test-planner", ""),
        ("awaits_code", "test-planner", ""),
        ("codes_required", "boss", "nobody"),
        ("awaits_code", "test-planner", ""),
    ]


def test_an_account_of_several_audiences_gives_codes_if_one_of_them_has_to(deployment: Settings) -> None:
    accounts.add(deployment, "both", WORD, [Audience.PLANNER, Audience.STEWARD])
    accounts.require(deployment, [Audience.STEWARD])
    token = accounts.sign_in(deployment, "both", WORD, address=HERE)
    assert _awaits(deployment, token) is Awaits.ENROLMENT


def test_a_code_opens_its_session_alone_and_once(deployment: Settings) -> None:
    secret = _enrolled(deployment)
    first, second = session_of(deployment, "steward"), session_of(deployment, "steward")
    with pytest.raises(InvalidInput, match="used already"):
        accounts.prove(deployment, first, _code(secret), address=HERE)
    _rewind(deployment)
    accounts.prove(deployment, first, _code(secret), address=HERE)
    assert (_awaits(deployment, first), _awaits(deployment, second)) == (Awaits.NOTHING, Awaits.CODE)
    with pytest.raises(InvalidInput, match="used already"):
        accounts.prove(deployment, second, _code(secret, -1), address=HERE)
    accounts.prove(deployment, second, _code(secret, 1), address=HERE)


def test_of_two_who_give_a_code_at_once_one_gets_in(deployment: Settings) -> None:
    secret = _enrolled(deployment)
    _rewind(deployment)
    tokens, code = [session_of(deployment, "steward") for _ in range(4)], _code(secret)

    def gets_in(token: str) -> bool:
        try:
            accounts.prove(deployment, token, code, address=HERE)
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(4) as at_once:
        assert sorted(at_once.map(gets_in, tokens)) == [False, False, False, True]


def test_wrong_codes_lock_a_name_though_its_password_is_given_in_between(deployment: Settings) -> None:
    accounts.add(deployment, "desk", WORD, [Audience.STEWARD])
    token = accounts.sign_in(deployment, "desk", WORD, address=HERE)
    secret = _secret(deployment, token)
    accounts.enrol(deployment, token, _code(secret), address=HERE)
    for _ in range(TRIES_OF_A_NAME // 2):
        token = accounts.sign_in(deployment, "desk", WORD, address=HERE)
        with pytest.raises(InvalidInput, match="doesn't fit"):
            accounts.prove(deployment, token, "000000" if _code(secret) != "000000" else "111111", address=HERE)
    accounts.sign_in(deployment, "desk", WORD, address=HERE)
    _rewind(deployment)
    with pytest.raises(InvalidInput, match="locked"):
        accounts.prove(deployment, token, _code(secret), address=HERE)
    with pytest.raises(InvalidInput, match="locked"):
        accounts.sign_in(deployment, "desk", WORD, address=HERE)
    last = entries(deployment, limit=2)
    assert [(each.what, each.way) for each in last] == [("locked", "password"), ("locked", "code")]
    accounts.set_password(deployment, "desk", WORD)
    token = accounts.sign_in(deployment, "desk", WORD, address=HERE)
    accounts.prove(deployment, token, _code(secret), address=HERE)
    with engine_for(deployment, Login.OWNER).connect() as connection:
        kinds = connection.execute(text("SELECT kind FROM account.attempt")).scalars().all()
    assert kinds == ["address"] * 2, "the two wrong codes; whoever shares the address isn't told of the right ones"


def test_the_steward_resets_a_lost_phone(deployment: Settings) -> None:
    accounts.require(deployment, [Audience.STEWARD])
    secret = _enrolled(deployment)
    token = session_of(deployment, "steward")
    accounts.reset(deployment, "Test-Steward", by="boss")
    assert accounts.resolve(deployment, token) is None
    again = session_of(deployment, "steward")
    assert _awaits(deployment, again) is Awaits.ENROLMENT
    assert _secret(deployment, again) != secret
    with pytest.raises(NotFound):
        accounts.prove(deployment, again, _code(secret), address=HERE)
    with pytest.raises(InvalidInput, match="no second factor"):
        accounts.reset(deployment, "test-steward")
    assert [(each.account, each.detail) for each in entries(deployment, what="factor_reset")] == [
        ("boss", "test-steward")
    ]


def test_one_phone_is_set_up_even_where_two_sessions_ask_at_once(deployment: Settings) -> None:
    first, second = session_of(deployment, "steward"), session_of(deployment, "steward")
    others = _secret(deployment, second)
    accounts.enrol(deployment, first, _code(_secret(deployment, first)), address=HERE)
    with pytest.raises(NotFound):
        accounts.enrol(deployment, second, _code(others), address=HERE)
    assert _awaits(deployment, second) is Awaits.CODE


def test_without_the_homes_key_it_is_said_who_helps(deployment: Settings) -> None:
    secret = _enrolled(deployment)
    _rewind(deployment)
    (deployment.home / KEY_NAME).unlink()
    with pytest.raises(InvalidInput, match="steward resets them"):
        accounts.prove(deployment, session_of(deployment, "steward"), _code(secret), address=HERE)


def test_neither_store_nor_log_knows_a_secret_or_a_code(deployment: Settings) -> None:
    secret = _enrolled(deployment)
    hidden = [secret.hex(), base64.b32encode(secret).decode(), _code(secret), _code(secret, -1)]
    with engine_for(deployment, Login.OWNER).connect() as connection:
        for table in ("account", "session", "factor", "log_entry"):
            rows = connection.execute(text(f"SELECT CAST(t AS text) FROM account.{table} t")).scalars().all()
            assert not [(table, word) for row in rows for word in hidden[:2] if word in row]
        told = connection.execute(text("SELECT concat(account, detail, way) FROM account.log_entry")).scalars().all()
    assert not [row for row in told for word in hidden if word in row]


@pytest.mark.parametrize(
    ("login", "statement"),
    [
        (Login.ACCOUNTS, "DELETE FROM account.factor"),
        (Login.ACCOUNTS, "UPDATE account.factor SET sealed = NULL"),
        (Login.ACCOUNTS, "DELETE FROM account.requirement"),
        (Login.KEEPER, "SELECT sealed FROM account.factor"),
        (Login.KEEPER, "INSERT INTO account.factor (account_id, sealed, last_step) VALUES (1, '', 1)"),
        (Login.STAFF, "SELECT FROM account.factor"),
    ],
)
def test_no_login_of_the_site_takes_a_factor_from_an_account_and_reads_it_too(
    deployment: Settings, login: Login, statement: str
) -> None:
    with engine_for(deployment, login).connect() as connection, pytest.raises(ProgrammingError, match="denied"):
        connection.execute(text(statement))
