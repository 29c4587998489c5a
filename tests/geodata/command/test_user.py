"""./csmap user: who may sign in, said in words; a password is shown once or never."""

from __future__ import annotations

import base64
import io
import time

import pytest

from geodata import accounts
from geodata.accounts.totp import STEP_S, code_at
from geodata.command.user import main
from geodata.settings import Settings
from tests.signing import session_of


@pytest.fixture
def here(deployment: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CSMAP_HOME", str(deployment.home))
    return deployment


def test_an_account_from_its_beginning_to_its_end(here: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert "no accounts" in capsys.readouterr().out
    assert main(["add", "Plan", "--audience", "planner", "--audience", "steward"]) == 0
    told, word = capsys.readouterr().out.strip().split("\npassword, shown this once: ")
    word = word.partition("\n")[0]
    assert told == "plan may sign in for planner, steward"
    assert accounts.resolve(here, accounts.sign_in(here, "plan", word, address="::1"))
    assert main(["change", "plan", "--audience", "planner"]) == 0
    assert "is signed out everywhere" in capsys.readouterr().out
    assert [each.audiences for each in accounts.listed(here)] == [("planner",)]
    assert main(["change", "plan", "--audience", "planner", "--audience", "steward"]) == 0
    assert main(["password", "plan"]) == 0
    assert word not in capsys.readouterr().out
    assert main(["disable", "plan"]) == 0
    assert main(["list"]) == 0
    assert "planner, steward  DISABLED 20" in capsys.readouterr().out
    assert main(["enable", "plan"]) == 0
    assert main(["list"]) == 0
    assert "DISABLED" not in capsys.readouterr().out


def test_a_password_that_is_given_is_not_shown(
    here: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a word of my own\r\nand more"))
    assert main(["add", "plan", "--audience", "planner", "--password-stdin"]) == 0
    assert "word" not in capsys.readouterr().out
    assert accounts.sign_in(here, "plan", "a word of my own", address="::1")


def test_codes_are_required_shown_and_reset(here: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["require-codes", "police", "steward"]) == 0
    assert main(["require-codes", "show"]) == 0
    assert capsys.readouterr().out.splitlines() == ["codes are required of police, steward"] * 2
    assert main(["require-codes", "nobody"]) == 0
    assert capsys.readouterr().out.strip() == "codes are required of nobody"
    token = session_of(here, "planner")
    secret = base64.b32decode(accounts.offered(here, token).secret)
    accounts.enrol(here, token, code_at(secret, int(time.time()) // STEP_S), address="::1")
    assert main(["list"]) == 0
    assert "gives codes since 20" in capsys.readouterr().out
    assert main(["reset-codes", "test-planner"]) == 0
    assert "is signed out everywhere" in capsys.readouterr().out
    assert accounts.resolve(here, token) is None
