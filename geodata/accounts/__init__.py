"""Who may sign in: accounts of roles, never of residents, with their passwords and sessions."""

from geodata.accounts.demo import enter, enterable, offer
from geodata.accounts.factor import enrol, offered, prove, require, required, reset
from geodata.accounts.passwords import checked_password, random_password
from geodata.accounts.roles import add, change, disable, enable, folded, listed, set_password
from geodata.accounts.sessions import Awaits, SignedIn, choose, resolve, sign_in, sign_out

__all__ = [
    "Awaits",
    "SignedIn",
    "add",
    "change",
    "checked_password",
    "choose",
    "disable",
    "enable",
    "enrol",
    "enter",
    "enterable",
    "folded",
    "listed",
    "offer",
    "offered",
    "prove",
    "random_password",
    "require",
    "required",
    "reset",
    "resolve",
    "set_password",
    "sign_in",
    "sign_out",
]
