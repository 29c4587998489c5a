"""The log on a real store: what is noted, what is never in it, and that nobody changes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geodata import accounts
from geodata.accounts.log import KEPT_DAYS, What, entries, forget, note, note_read
from geodata.accounts.passwords import hashed
from geodata.command.audit import main
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.layers.audience import Audience
from geodata.queries.accounts import add_account
from geodata.queries.log import Entry
from geodata.queries.reading import Reader
from geodata.settings import Settings

WORD = "correct horse battery"
HERE = "192.0.2.1"


@pytest.fixture(scope="module")
def word_hash() -> str:
    return hashed(WORD)


@pytest.fixture
def office(deployment: Settings, word_hash: str) -> Settings:
    with engine_for(deployment, Login.KEEPER).begin() as connection:
        add_account(connection, "desk", word_hash, ["police"], ["W"])
    return deployment


def _said(settings: Settings) -> list[tuple[str, str, str]]:
    """Return what, who and detail, the earliest first."""
    return [(each.what, each.account, each.detail) for each in reversed(entries(settings))]


def _months_pass(settings: Settings, days: int) -> None:
    """Let time pass, as far as the log knows: past its guard, which the owner alone can lift."""
    with engine_for(settings, Login.OWNER).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE account.log_entry DISABLE TRIGGER keep_log")
        connection.exec_driver_sql(f"UPDATE account.log_entry SET happened = happened - interval '{days} days'")
        connection.exec_driver_sql("ALTER TABLE account.log_entry ENABLE TRIGGER keep_log")


def test_sign_ins_are_noted_and_no_word_that_was_typed(office: Settings) -> None:
    token = accounts.sign_in(office, "Desk", WORD, address=HERE)
    accounts.sign_out(office, token)
    for name in ("desk", "my secret password"):
        with pytest.raises(InvalidInput):
            accounts.sign_in(office, name, "my secret password", address=HERE)
    for _ in range(5):
        with pytest.raises(InvalidInput):
            accounts.sign_in(office, "desk", "wrong", address="192.0.2.2")
    assert _said(office)[:4] == [
        ("signed_in", "desk", ""),
        ("signed_out", "desk", ""),
        ("refused", "desk", ""),
        ("refused", "", ""),
    ]
    assert _said(office)[-1] == ("locked", "desk", "")
    assert {each.address for each in entries(office, what=What.REFUSED)} == {HERE, "192.0.2.2"}
    with engine_for(office, Login.AUDITOR).connect() as connection:
        whole = connection.execute(text("SELECT string_agg(log_entry::text, ' ') FROM account.log_entry")).scalar_one()
    assert "secret" not in whole
    assert WORD not in whole
    assert token not in whole


def test_changes_to_accounts_are_noted_with_who_made_them(office: Settings) -> None:
    accounts.add(office, "plan", WORD, [Audience.PLANNER], by="steward-1")
    accounts.change(office, "plan", [Audience.PLANNER, Audience.STEWARD], by="steward-1")
    accounts.set_password(office, "plan", WORD)
    accounts.disable(office, "plan", by="steward-1")
    accounts.enable(office, "plan", by="steward-1")
    assert _said(office) == [
        ("account_added", "steward-1", "plan: planner"),
        ("account_changed", "steward-1", "plan: planner, steward"),
        ("password_set", "", "plan"),
        ("account_disabled", "steward-1", "plan"),
        ("account_enabled", "steward-1", "plan"),
    ]
    assert [each.way for each in entries(office, what=What.PASSWORD)] == ["command line"]


def test_a_read_is_one_entry_a_session_layer_and_way(office: Settings) -> None:
    reader = Reader(Audience.POLICE, ("W",))
    for session in ("a", "b"):
        for _ in range(3):
            note_read(office, "desk", reader, session, "hazard", "tile", address=HERE)
    note_read(office, "desk", reader, "a", "hazard", "list", address=HERE)
    # Another process knows nothing of these: the store has each once, too.
    first = entries(office)[-1]
    note(office, Entry(what=What.READ, layer="hazard", way="tile", session=first.session))
    found = entries(office)
    assert [(each.layer, each.way) for each in found] == [("hazard", "list"), ("hazard", "tile"), ("hazard", "tile")]
    assert {(each.account, each.audience, each.area_codes) for each in found} == {("desk", "police", ("W",))}


@pytest.mark.parametrize("login", [login for login in Login if login is not Login.OWNER])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account.log_entry SET account = 'other'",
        "DELETE FROM account.log_entry",
        "TRUNCATE account.log_entry",
        "ALTER TABLE account.log_entry DISABLE TRIGGER ALL",
    ],
)
def test_no_login_changes_or_forgets(office: Settings, login: Login, statement: str) -> None:
    note(office, Entry(what=What.READ))
    with engine_for(office, login).connect() as connection, pytest.raises(DBAPIError, match=r"denied|must be owner"):
        connection.execute(text(statement))


@pytest.mark.parametrize("login", [login for login in Login if login not in (Login.OWNER, Login.AUDITOR)])
def test_nobody_else_reads_it(office: Settings, login: Login) -> None:
    with engine_for(office, login).connect() as connection, pytest.raises(DBAPIError, match="denied"):
        connection.execute(text("SELECT FROM account.log_entry"))


def test_the_owner_forgets_what_is_older_than_half_a_year_and_nothing_else(office: Settings) -> None:
    note(office, Entry(what=What.READ, detail="old"))
    _months_pass(office, KEPT_DAYS + 2)
    note(office, Entry(what=What.READ, detail="young"))
    for statement in ("DELETE FROM account.log_entry", "UPDATE account.log_entry SET detail = ''"):
        with engine_for(office, Login.OWNER).connect() as connection, pytest.raises(DBAPIError, match="half a year"):
            connection.execute(text(statement))
    today = datetime.now(UTC).date()
    with pytest.raises(InvalidInput, match="younger than half a year"):
        forget(office, today)
    assert forget(office, today - timedelta(days=KEPT_DAYS)) == 1
    kept = _said(office)
    assert [(what, detail.partition(" ")[0]) for what, _, detail in kept] == [("read", "young"), ("log_forgotten", "1")]


def test_the_command_tells_it(
    office: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(office.home))
    note_read(office, "desk", Reader(Audience.POLICE, ("W",)), "s", "hazard", "list", address=HERE)
    accounts.disable(office, "desk")
    assert main([]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "desk (police of W)  hazard list  192.0.2.1" in first
    assert "account_disabled" in second
    assert main(["--json", "--what", "read", "--account", "desk", "--since", "2020-01-01"]) == 0
    assert '"layer": "hazard"' in capsys.readouterr().out
    assert main(["--since", str(date.max)]) == 0
    assert capsys.readouterr().out == ""
