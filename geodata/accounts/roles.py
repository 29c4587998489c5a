"""Accounts as the steward keeps them: added, listed, given a password, disabled, enabled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from sqlalchemy import Connection

from geodata.accounts.log import What
from geodata.accounts.passwords import checked_password, hashed
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput, NotFound
from geodata.layers.audience import STAFF, Audience
from geodata.queries import accounts
from geodata.queries.accounts import Account
from geodata.queries.log import Entry, add_entry
from geodata.queries.reading import OWN_AREAS_ONLY, Reader, open_reading
from geodata.settings import Settings

LONGEST_NAME = 40
_MOST_TYPED = 200
"""Nobody types a name with more signs; to fold a form full of accents takes minutes."""


def add(
    settings: Settings,
    name: str,
    password: str,
    audiences: Collection[Audience],
    area_codes: Collection[str] = (),
    *,
    by: str = "",
) -> str:
    """Add an account and return its name as it is kept.

    Args:
        settings: the deployment.
        name: of the role that signs in, such as "police-west"; never a resident's.
        password: 12 to 128 signs.
        audiences: for whom it reads, one or more of the staff's.
        area_codes: the areas that officers and police are bound to.
        by: the steward's account that does it; "" for the command line.

    Raises:
        InvalidInput: the name or the password can't be, the name is taken, or audiences and areas don't fit together.
        NotFound: no area has the code.
    """
    own, (wanted, codes) = checked_name(name), _checked_audiences(settings, audiences, area_codes)
    password_hash = hashed(checked_password(password))
    with engine_for(settings, Login.KEEPER).begin() as connection:
        if not accounts.add_account(connection, own, password_hash, wanted, codes):
            raise InvalidInput(
                f"there is an account {own!r} already; wanted is another name, or another password for that one",
                zh=f"已有账号 {own}；请另取名称，或为该账号设新密码",
            )
        add_entry(connection, done(What.ADDED, own, by, wanted, codes))
    return own


def listed(settings: Settings) -> list[Account]:
    """Return all accounts by name."""
    with engine_for(settings, Login.KEEPER).connect() as connection:
        return accounts.list_accounts(connection)


def set_password(settings: Settings, name: str, password: str, *, by: str = "") -> None:
    """Give an account another password, end its sessions and unlock its name.

    Raises:
        NotFound: there is no such account.
        InvalidInput: the password can't be.
    """
    password_hash = hashed(checked_password(password))
    with engine_for(settings, Login.KEEPER).begin() as connection:
        found = get_account(connection, name)
        accounts.set_password_hash(connection, found.id, password_hash)
        accounts.end_sessions(connection, found.id)
        accounts.forget_tries(connection, found.name, [])
        add_entry(connection, done(What.PASSWORD, found.name, by))


def change(
    settings: Settings,
    name: str,
    audiences: Collection[Audience],
    area_codes: Collection[str] = (),
    *,
    by: str = "",
) -> None:
    """Let an account read for these audiences and areas in place of those that it had, and end its sessions.

    Raises:
        NotFound: there is no such account, or no area has the code.
        InvalidInput: audiences and areas don't fit together.
    """
    wanted, codes = _checked_audiences(settings, audiences, area_codes)
    with engine_for(settings, Login.KEEPER).begin() as connection:
        found = get_account(connection, name)
        accounts.set_audiences(connection, found.id, wanted, codes)
        accounts.end_sessions(connection, found.id)
        add_entry(connection, done(What.CHANGED, found.name, by, wanted, codes))


def disable(settings: Settings, name: str, *, by: str = "") -> None:
    """Let an account sign in no more, and end its sessions.

    Raises:
        NotFound: there is no such account.
    """
    with engine_for(settings, Login.KEEPER).begin() as connection:
        found = get_account(connection, name)
        accounts.set_disabled(connection, found.id, is_disabled=True)
        accounts.end_sessions(connection, found.id)
        add_entry(connection, done(What.DISABLED, found.name, by))


def enable(settings: Settings, name: str, *, by: str = "") -> None:
    """Let a disabled account sign in again.

    Raises:
        NotFound: there is no such account.
    """
    with engine_for(settings, Login.KEEPER).begin() as connection:
        found = get_account(connection, name)
        accounts.set_disabled(connection, found.id, is_disabled=False)
        add_entry(connection, done(What.ENABLED, found.name, by))


def folded(name: str) -> str:
    """Return a name as it is kept and compared: however it is typed, it is one."""
    # What no database takes can't be anybody's name.
    written = name[:_MOST_TYPED].encode("utf-8", "replace").decode().replace("\x00", "?")
    if len(name) > _MOST_TYPED:
        return written
    return unicodedata.normalize("NFKC", written).casefold().strip()


def checked_name(name: str) -> str:
    """Return a name as it is kept.

    Raises:
        InvalidInput: it is none.
    """
    own, shown = folded(name), name[: LONGEST_NAME + 1]
    if len(own) > LONGEST_NAME or not re.fullmatch(r"[^\W_][\w.-]+", own) or own != own.lower():
        raise InvalidInput(
            f"the name is {shown!r}; wanted are 2 to {LONGEST_NAME} letters, digits, '.', '-' or '_'",
            zh=f"账号名称为“{shown}”；应为 2 至 {LONGEST_NAME} 个字母、汉字、数字或 . - _",
        )
    return own


def _checked_audiences(
    settings: Settings, audiences: Collection[Audience], area_codes: Collection[str]
) -> tuple[list[str], list[str]]:
    """Return audiences in their order and areas, which are stated for those, and just for those, bound to some."""
    wanted = [each for each in Audience if each in audiences]
    if not wanted or not set(wanted) <= STAFF:
        raise InvalidInput(
            f"audiences are {', '.join(wanted) or 'none'}; wanted are some of {', '.join(sorted(STAFF))}",
            zh="未选择身份；至少要选一种",
        )
    bound = [each for each in wanted if each in OWN_AREAS_ONLY]
    if bound and not area_codes:
        raise InvalidInput(
            f"{bound[0]} is bound to areas and none is given; wanted is the code of one (--area CODE)",
            zh="网格员和民警只看本辖区：请填写至少一个区域代码",
        )
    if area_codes and not bound:
        raise InvalidInput(
            f"areas are given, and {wanted[0]} isn't bound to any: leave out the codes (--area)",
            zh="所选身份不限区域：请不要填写区域代码",
        )
    codes = sorted(set(area_codes))
    for code in codes:
        with open_reading(settings, Reader(Audience.POLICE, (code,))):
            pass  # an area that nobody knows is refused here
    return [str(each) for each in wanted], codes


def done(what: What, name: str, by: str, audiences: Collection[str] = (), codes: Collection[str] = ()) -> Entry:
    """Return what the log has of a change to an account."""
    now = f": {', '.join(audiences)}{' of ' if codes else ''}{', '.join(codes)}" if audiences else ""
    return Entry(what=what, account=by, detail=f"{name}{now}", way="" if by else "command line")


def get_account(connection: Connection, name: str) -> Account:
    """Return the account of a name, however it is typed.

    Raises:
        NotFound: there is none.
    """
    found = accounts.find_account(connection, folded(name))
    if found is None:
        raise NotFound(f"no account {folded(name)!r}: ./csmap user list names them")
    return found[0]
