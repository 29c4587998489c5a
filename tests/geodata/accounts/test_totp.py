"""Codes of the minute by the standard's own examples, and what is sealed."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from geodata.accounts.totp import (
    KEY_NAME,
    address_of,
    code_at,
    matching_step,
    offered_secret,
    seal,
    spelled,
    unseal,
)

SECRET = b"12345678901234567890"
"""Of RFC 6238, appendix B."""
EXAMPLES = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
"""Of eight digits there; the last six of them are the code of six."""


@pytest.mark.parametrize(("at_s", "code"), EXAMPLES)
def test_the_standards_examples(at_s: int, code: str) -> None:
    assert code_at(SECRET, at_s // 30) == code[-6:]
    assert matching_step(SECRET, code[-6:], at_s) == at_s // 30


def test_a_code_is_taken_one_step_early_or_late_and_no_more() -> None:
    now = 1_234_567_890 // 30
    taken = [offset for offset in range(-4, 5) if matching_step(SECRET, code_at(SECRET, now + offset), now * 30 + 29)]
    assert taken == [-1, 0, 1]


def test_no_code_is_taken_twice_nor_one_before_it() -> None:
    now = 1_234_567_890 // 30
    codes = [code_at(SECRET, now + offset) for offset in (-1, 0, 1)]
    assert [matching_step(SECRET, code, now * 30, after=now) for code in codes] == [None, None, now + 1]


@pytest.mark.parametrize("typed", ["005 924", " 005924\n", "００５９２４"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert matching_step(SECRET, typed, 1234567890) == 1234567890 // 30


@pytest.mark.parametrize(
    "typed", ["", "5924", "89005924", "abcdef", "٠٠٥٩٢٤", "0059½4", "\ud800" * 6, "0" * 100_000, "005924" + " " * 99]
)
def test_other_words_are_no_code(typed: str) -> None:
    assert matching_step(SECRET, typed, 1234567890) is None


def test_apps_are_told_all_they_have_to_know() -> None:
    address = urlsplit(address_of(SECRET, "民警-west", "乐坪 & co"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/乐坪 & co:民警-west"
    assert "+" not in address.query
    stated = {name: value[0] for name, value in parse_qs(address.query).items()}
    assert stated == {
        "secret": spelled(SECRET), "issuer": "乐坪 & co", "algorithm": "SHA1", "digits": "6", "period": "30",
    }  # fmt: skip
    assert base64.b32decode(stated["secret"]) == SECRET


def test_a_secret_is_read_with_the_homes_key_for_its_account_alone(tmp_path: Path) -> None:
    sealed = seal(tmp_path, SECRET, 7)
    assert (len(sealed), SECRET in sealed) == (48, False)
    assert sealed != seal(tmp_path, SECRET, 7)
    assert unseal(tmp_path, sealed, 7) == SECRET
    assert unseal(tmp_path, sealed, 8) is None
    assert unseal(tmp_path, sealed[:-1] + bytes([sealed[-1] ^ 1]), 7) is None
    (tmp_path / KEY_NAME).unlink()
    assert unseal(tmp_path, sealed, 7) is None, "another key"


def test_the_key_is_its_owners_and_made_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as at_once:
        offered = set(at_once.map(lambda _: offered_secret(tmp_path, "token"), range(32)))
    assert len(offered) == 1
    assert offered != {offered_secret(tmp_path, "other token")}
    assert [path.name for path in tmp_path.iterdir()] == [KEY_NAME]
    assert (tmp_path / KEY_NAME).stat().st_mode & 0o777 == 0o600
