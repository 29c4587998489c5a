"""Passwords: what one has to be, one made by chance, and their hashes."""

from __future__ import annotations

import base64
import secrets
import unicodedata
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from geodata.errors import InvalidInput

SHORTEST, LONGEST = 12, 128
_CLEAR_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for each other in print."""
_HASHER = PasswordHasher(memory_cost=46 * 1024, time_cost=1, parallelism=1)
"""argon2id with 46 MiB, one pass and one lane, as OWASP's cheat sheet on storing passwords has it."""
_ONE_AT_A_TIME = Lock()
"""Many who sign in at once wait for each other, rather than take 46 MiB each."""
_NOBODYS = "$argon2id$v=19$m={},t={},p={}${}${}".format(
    _HASHER.memory_cost,
    _HASHER.time_cost,
    _HASHER.parallelism,
    *(
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (_HASHER.salt_len, _HASHER.hash_len)
    ),
)
"""The hash of no password that anybody knows: to try it takes as long as to try one of an account."""


def checked_password(password: str) -> str:
    """Return a password that is long enough.

    Raises:
        InvalidInput: it is too short or too long, or all of one sign.
    """
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 4:
        raise InvalidInput(
            f"the password has {len(password)} signs; wanted are {SHORTEST} to {LONGEST}, not all the same",
            zh=f"密码有 {len(password)} 个字符；应为 {SHORTEST} 至 {LONGEST} 个，且不能都相同",
        )
    return password


def random_password() -> str:
    """Return a password of 99 bits that can be read out: four groups of five signs."""
    return "-".join("".join(secrets.choice(_CLEAR_SIGNS) for _ in range(5)) for _ in range(4))


def hashed(password: str) -> str:
    """Return a password's argon2id hash with its parameters and a salt of its own."""
    with _ONE_AT_A_TIME:
        return _HASHER.hash(_spelled(password))


def is_right(password: str, password_hash: str | None) -> bool:
    """Say whether a password is the one of a hash; without one it takes as long and is wrong."""
    may_be = len(password) <= LONGEST
    tried = _spelled(password) if may_be else b""
    with _ONE_AT_A_TIME:
        try:
            return _HASHER.verify(password_hash or _NOBODYS, tried) and password_hash is not None and may_be
        except VerifyMismatchError:
            return False


def _spelled(password: str) -> bytes:
    """Return a password as every keyboard spells it: full-width signs are the others'."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
