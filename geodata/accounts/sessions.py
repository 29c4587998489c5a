"""Signing in and out, and whom a session's token reads for."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum

from geodata.accounts.log import What, note, session_mark
from geodata.accounts.passwords import is_right
from geodata.accounts.roles import folded
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.layers.audience import Audience
from geodata.queries import accounts
from geodata.queries.accounts import Account
from geodata.queries.log import Entry, add_entry
from geodata.queries.reading import OWN_AREAS_ONLY, Reader
from geodata.settings import Settings

TRIES_OF_A_NAME = 5
TRIES_FROM_AN_ADDRESS = 20
"""An office shares one address, and people mistype."""
LOCK_MINUTES = 15
LONGEST_HOURS = 12
IDLE_MINUTES = 60
_HIGHEST_NAME = 200
_TOKEN_SIGNS = 43


class Awaits(StrEnum):
    """What is wanted of who has given a password."""

    NOTHING = ""
    CODE = "code"
    ENROLMENT = "enrolment"


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in.

    Attributes:
        name: of the account.
        audiences: those it may read for.
        reader: whom it reads for now.
        awaits: what is wanted before it reads anything.
        may_enrol: whether its account may be given what makes codes.
    """

    name: str
    audiences: tuple[Audience, ...]
    reader: Reader
    awaits: Awaits
    may_enrol: bool


def sign_in(settings: Settings, name: str, password: str, *, address: str) -> str:
    """Return the token of a new session: 256 bits, kept nowhere but with whom it is given to.

    It takes as long for a name that there isn't as for a wrong password. Where the account gives codes, the session
    reads nothing until it has given one, and its tries stay counted until then.

    Args:
        settings: the deployment.
        name: the account's, however it is typed.
        password: as it was typed.
        address: where it is asked from.

    Raises:
        InvalidInput: name and password don't fit, or name or address are locked; the sentence is for who asked.
    """
    own = folded(name)[:_HIGHEST_NAME]
    engine = engine_for(settings, Login.ACCOUNTS)
    with engine.connect() as connection:
        found = accounts.find_account(connection, own)
    account, password_hash = found or (None, None)
    # What isn't an account's name may be a password that was typed into the wrong field.
    tried = Entry(what=What.REFUSED, account=account.name if account else "", address=address, way="password")
    counted = count_or_lock(settings, own, address, tried)
    if not is_right(password, password_hash) or account is None or password_hash is None:
        note(settings, tried)
        raise _wrong()
    token = begin(settings, account, password_hash, address=address)
    if token is None:
        note(settings, tried)
        raise _wrong()
    with engine.begin() as connection:
        # An office has one address: nobody's code, which is still to come, counts against the others there.
        accounts.forget_tries(connection, None if account.enrolled else own, counted[1 if account.enrolled else 0 :])
    return token


def count_or_lock(settings: Settings, name: str, address: str, tried: Entry) -> list[int]:
    """Count a try against a name and an address, and return the ids of what was counted.

    Args:
        settings: the deployment.
        name: as it is kept.
        address: where it is asked from.
        tried: what the log has of it, should name or address be locked.

    Raises:
        InvalidInput: they are.
    """
    subjects = [("name", name, TRIES_OF_A_NAME), ("address", address, TRIES_FROM_AN_ADDRESS)]
    with engine_for(settings, Login.ACCOUNTS).begin() as connection:
        counted = accounts.count_try(connection, subjects, LOCK_MINUTES)
    if counted is None:
        note(settings, replace(tried, what=What.LOCKED))
        raise _locked()
    return counted


def begin(
    settings: Settings, account: Account, password_hash: str, *, address: str = "", way: str = "password"
) -> str | None:
    """Return the token of a new session of an account whose owner is known already.

    None where the account was disabled or got another password since its hash was read.
    """
    token = secrets.token_urlsafe(32)
    begun = Entry(what=What.SIGNED_IN, account=account.name, address=address, way=way, session=session_mark(token))
    with engine_for(settings, Login.ACCOUNTS).begin() as connection:
        if not accounts.begin_session(connection, token_key(token), account, password_hash, LONGEST_HOURS):
            return None
        found = accounts.find_session(connection, token_key(token), IDLE_MINUTES)
        add_entry(connection, begun if found and found.is_whole else replace(begun, what=What.AWAITS))
    return token


def sign_out(settings: Settings, token: str) -> None:
    """End the session of a token, if there is one."""
    with engine_for(settings, Login.ACCOUNTS).begin() as connection:
        found = accounts.find_session(connection, token_key(token), IDLE_MINUTES)
        accounts.end_session(connection, token_key(token))
        if found:
            ended = Entry(what=What.SIGNED_OUT, account=found.account.name, session=session_mark(token))
            add_entry(connection, ended)


def resolve(settings: Settings, token: str) -> SignedIn | None:
    """Return who is signed in by a token; None where nobody is."""
    if len(token) != _TOKEN_SIGNS or not token.isascii():
        return None
    with engine_for(settings, Login.ACCOUNTS).begin() as connection:
        found = accounts.find_session(connection, token_key(token), IDLE_MINUTES)
        if found is None:
            return None
        accounts.touch_session(connection, token_key(token))
    awaits = Awaits.NOTHING
    if not found.is_whole:
        awaits = Awaits.CODE if found.account.enrolled else Awaits.ENROLMENT
    audience = Audience(found.audience)
    codes = found.account.area_codes if audience in OWN_AREAS_ONLY else ()
    return SignedIn(
        name=found.account.name,
        audiences=tuple(Audience(each) for each in found.account.audiences),
        reader=Reader(audience, codes),
        awaits=awaits,
        may_enrol=found.may_enrol,
    )


def choose(settings: Settings, token: str, audience: str) -> None:
    """Let a session read for another of its account's audiences.

    Raises:
        InvalidInput: it isn't one of them, or there is no such session.
    """
    with engine_for(settings, Login.ACCOUNTS).begin() as connection:
        if not accounts.choose_audience(connection, token_key(token), audience):
            raise InvalidInput(f"{audience!r} is none of this account's audiences", zh="该账号没有这一身份")


def token_key(token: str) -> bytes:
    """Return what the store has of a session's token."""
    return hashlib.sha256(token.encode()).digest()


def _wrong() -> InvalidInput:
    return InvalidInput(
        "Name and password don't fit together, or the account is disabled.", zh="账号与密码不符，或账号已停用。"
    )


def _locked() -> InvalidInput:
    return InvalidInput(
        f"Too many wrong tries: this name or this address is locked. Please try again in {LOCK_MINUTES} minutes.",
        zh=f"尝试次数过多：该账号或该地址已锁定，请 {LOCK_MINUTES} 分钟后再试。",
    )
