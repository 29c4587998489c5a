"""The second factor of accounts: codes of the minute, enrolled by who signs in, required and reset by the steward."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field

from geodata.accounts.log import What, note, session_mark
from geodata.accounts.roles import done, get_account
from geodata.accounts.sessions import IDLE_MINUTES, count_or_lock, token_key
from geodata.accounts.totp import address_of, matching_step, offered_secret, seal, spelled, unseal
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput, NotFound
from geodata.layers.audience import STAFF, Audience
from geodata.queries import accounts, factors
from geodata.queries.accounts import Session
from geodata.queries.log import Entry, add_entry
from geodata.settings import Settings


@dataclass(frozen=True)
class Offered:
    """What an app on a phone takes to make an account's codes: as an address, and as words to type."""

    address: str = field(repr=False)
    secret: str = field(repr=False)


def offered(settings: Settings, token: str) -> Offered:
    """Return what a session may enrol: the same each time it asks.

    Raises:
        NotFound: there is no such session, or nothing to enrol for it.
    """
    found = _session(settings, token)
    if not found.may_enrol:
        raise NotFound("this account has no code to enrol")
    secret = offered_secret(settings.home, token)
    return Offered(address_of(secret, found.account.name, settings.name), spelled(secret))


def enrol(settings: Settings, token: str, code: str, *, address: str) -> None:
    """Keep what a session was offered as its account's factor, once a code of it has come back.

    Raises:
        NotFound: there is no such session, or nothing to enrol for it.
        InvalidInput: the code isn't one of it.
    """
    found = _session(settings, token)
    if not found.may_enrol:
        raise NotFound("this account has no code to enrol")
    secret = offered_secret(settings.home, token)
    step = matching_step(secret, code, time.time())
    if step is None:
        raise _wrong_code()
    own, mark = found.account, session_mark(token)
    sealed = seal(settings.home, secret, own.id)
    with engine_for(settings, Login.ACCOUNTS).begin() as connection:
        if not factors.add_factor(connection, own.id, sealed, step):
            raise InvalidInput(
                "Another phone was set up for this account just now: sign in again with its code.",
                zh="该账号刚刚在另一部手机上完成了设置：请用那部手机的验证码重新登录。",
            )
        factors.prove_session(connection, token_key(token))
        add_entry(connection, Entry(what=What.FACTOR_ADDED, account=own.name, address=address, session=mark))
        if not found.is_whole:
            add_entry(connection, _signed_in(own.name, address, mark))


def prove(settings: Settings, token: str, code: str, *, address: str) -> None:
    """Let a session read that was begun by a password, as its account's code is given.

    The tries count with those of passwords, and none of them is forgotten before both were right.

    Raises:
        NotFound: there is no such session, or its account has no factor.
        InvalidInput: the code is wrong or was used before, or name or address are locked.
    """
    found, mark = _session(settings, token), session_mark(token)
    own = found.account
    tried = Entry(what=What.REFUSED, account=own.name, address=address, way="code", session=mark)
    counted = count_or_lock(settings, own.name, address, tried)
    with engine_for(settings, Login.ACCOUNTS).connect() as connection:
        factor = factors.find_factor(connection, own.id)
    if factor is None:
        raise NotFound("this account gives no codes")
    secret = unseal(settings.home, factor.sealed, own.id)
    if secret is None:
        raise InvalidInput(
            "The codes of this account can't be checked any more, as the site's key was changed: the data steward "
            "resets them.",
            zh="站点密钥已更换，无法再核对该账号的验证码：请数据管理员重置。",
        )
    step = matching_step(secret, code, time.time(), after=factor.last_step)
    with engine_for(settings, Login.ACCOUNTS).begin() as connection:
        # What two ask at once with the same code, one of them gets.
        is_taken = step is not None and factors.take_step(connection, own.id, step)
        if is_taken and factors.prove_session(connection, token_key(token)):
            accounts.forget_tries(connection, own.name, counted)
            add_entry(connection, _signed_in(own.name, address, mark))
            return
    note(settings, tried)
    raise _wrong_code()


def reset(settings: Settings, name: str, *, by: str = "") -> None:
    """Forget what makes an account's codes, such as of a lost phone: its sessions end, and it enrols another one.

    Raises:
        NotFound: there is no such account.
        InvalidInput: it has enrolled none.
    """
    with engine_for(settings, Login.KEEPER).begin() as connection:
        found = get_account(connection, name)
        if not factors.remove_factor(connection, found.id):
            raise InvalidInput(f"{found.name} has no second factor to reset", zh=f"账号 {found.name} 未设置动态验证码")
        accounts.end_sessions(connection, found.id)
        accounts.forget_tries(connection, found.name, [])
        add_entry(connection, done(What.FACTOR_RESET, found.name, by))


def required(settings: Settings) -> tuple[Audience, ...]:
    """Return the audiences whose accounts have to give codes."""
    with engine_for(settings, Login.KEEPER).connect() as connection:
        return tuple(Audience(each) for each in factors.list_required(connection))


def require(settings: Settings, audiences: Collection[Audience], *, by: str = "") -> None:
    """Have the accounts that may read for one of these audiences give codes, and no others.

    Sessions that are open already read nothing more until their account has enrolled.

    Raises:
        InvalidInput: one of them never signs in.
    """
    wanted = sorted(str(each) for each in set(audiences))
    if not set(audiences) <= STAFF:
        raise InvalidInput(f"audiences are {', '.join(wanted)}; wanted are some of {', '.join(sorted(STAFF))}")
    with engine_for(settings, Login.KEEPER).begin() as connection:
        if factors.list_required(connection) == wanted:
            return
        factors.set_required(connection, wanted)
        add_entry(connection, done(What.REQUIRED, ", ".join(wanted) or "nobody", by))


def _session(settings: Settings, token: str) -> Session:
    with engine_for(settings, Login.ACCOUNTS).connect() as connection:
        found = accounts.find_session(connection, token_key(token), IDLE_MINUTES)
    if found is None:
        raise NotFound("for who has given a password")
    return found


def _signed_in(name: str, address: str, mark: bytes) -> Entry:
    return Entry(what=What.SIGNED_IN, account=name, address=address, way="code", session=mark)


def _wrong_code() -> InvalidInput:
    return InvalidInput(
        "This code doesn't fit, or was used already. The next one comes within half a minute; where none fits, the "
        "phone's clock is wrong.",
        zh="验证码不符或已使用。半分钟内会出现下一个；若一直不符，请校准手机时间。",
    )
