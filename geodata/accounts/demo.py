"""Accounts of a synthetic deployment, one an audience: entered by one click at the machine itself, else by password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geodata.accounts.passwords import hashed, random_password
from geodata.accounts.sessions import begin
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput, NotFound
from geodata.layers.audience import Audience
from geodata.queries import accounts
from geodata.settings import Settings

DEMO_NAMES = {
    Audience.PLANNER: "demo-planner",
    Audience.GRID_OFFICER: "demo-officer",
    Audience.POLICE: "demo-police",
    Audience.STEWARD: "demo-steward",
}


def offer(settings: Settings, area_codes: Mapping[Audience, Sequence[str]], *, by_click: bool) -> dict[str, str]:
    """Make the accounts that aren't there yet, and return the passwords that were made for people, by name.

    Args:
        settings: of a synthetic deployment.
        area_codes: the areas that officers and police are bound to; without any they get no account.
        by_click: whether they are entered by one click. Where they aren't, those that could be are given passwords.

    Raises:
        InvalidInput: the deployment is a real place's.
    """
    _refuse_real_place(settings)
    told: dict[str, str] = {}
    with engine_for(settings, Login.KEEPER).begin() as connection:
        there = {each.name: each for each in accounts.list_accounts(connection)}
        for audience, name in DEMO_NAMES.items():
            codes = list(area_codes.get(audience, ()))
            is_bound = audience in (Audience.GRID_OFFICER, Audience.POLICE)
            known = there.get(name)
            if (known is None and is_bound and not codes) or (known is not None and (by_click or not known.is_demo)):
                continue
            password = random_password()
            if known is None:
                accounts.add_account(connection, name, hashed(password), [audience], codes, is_demo=by_click)
            else:
                accounts.set_password_hash(connection, known.id, hashed(password))
                accounts.end_sessions(connection, known.id)
            if not by_click:
                told[name] = password
    return told


def enterable(settings: Settings) -> tuple[Audience, ...]:
    """Return the audiences that one may enter for by one click: none where the place is real."""
    if not settings.synthetic:
        return ()
    with engine_for(settings, Login.ACCOUNTS).connect() as connection:
        there = {each.name for each in accounts.list_accounts(connection) if each.is_demo and not each.disabled_at}
    return tuple(audience for audience, name in DEMO_NAMES.items() if name in there)


def enter(settings: Settings, audience: str, *, address: str = "") -> str:
    """Return the token of a new session of the demo's account for an audience.

    Whether who asks sits at this machine is for the caller to know.

    Raises:
        NotFound: there is no account to enter so.
    """
    if audience not in enterable(settings):
        raise NotFound("nobody is let in here by one click")
    with engine_for(settings, Login.ACCOUNTS).connect() as connection:
        found = accounts.find_account(connection, DEMO_NAMES[Audience(audience)])
    token = begin(settings, *found, address=address, way="demo") if found else None
    if token is None:
        raise NotFound("nobody is let in here by one click")
    return token


def _refuse_real_place(settings: Settings) -> None:
    if not settings.synthetic:
        raise InvalidInput(f"{settings.name!r} is a real place: its accounts are made by ./csmap user add")
