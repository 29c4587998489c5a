"""Codes of the minute (TOTP, RFC 6238), and their secrets, sealed by a key that lies beside the store, not in it.

Six digits by SHA-1, each for 30 seconds: what every authenticator app on a phone can make.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import unicodedata
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from geodata.errors import SettingsError

KEY_NAME = "factors.key"
"""In the deployment's folder, for its owner alone: who has a copy of the store alone can make no codes."""
DIGITS, STEP_S = 6, 30
_MOST_TYPED = 40
"""Signs of a code, spaces with it."""
WINDOW = (-1, 0, 1)
"""Steps around now of which a code is taken: clocks differ, and people type slowly."""
_KEY_BYTES, _SECRET_BYTES, _NONCE_BYTES = 32, 20, 12


def matching_step(secret: bytes, code: str, at_s: float, *, after: int = -1) -> int | None:
    """Return the step that a code is of; None where it is of none that may be given now.

    Args:
        secret: 20 bytes.
        code: as it was typed: full-width digits and spaces, too.
        at_s: now, in seconds since 1970.
        after: the step of the code that was taken last: no code is taken twice, nor one before it.
    """
    # To read a form full of accents takes minutes.
    if len(code) > _MOST_TYPED:
        return None
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    if len(digits) != DIGITS or not digits.isascii() or not digits.isdecimal():
        return None
    maker, now = _maker(secret), int(at_s // STEP_S)
    for step in (now + offset for offset in WINDOW):
        if step <= after:
            continue
        try:
            maker.verify(digits.encode(), step * STEP_S)
        except InvalidToken:
            continue
        return step
    return None


def code_at(secret: bytes, step: int) -> str:
    """Return the code of a step."""
    return _maker(secret).generate(step * STEP_S).decode()


def spelled(secret: bytes) -> str:
    """Return a secret as people type it into an app: base32 without padding, 32 signs."""
    return base64.b32encode(secret).decode().rstrip("=")


def address_of(secret: bytes, account: str, issuer: str) -> str:
    """Return the otpauth: address by which apps take a secret, as it stands in a QR code."""
    # Some apps show a plus sign as it is.
    return _maker(secret).get_provisioning_uri(account, issuer).replace("+", "%20")


def offered_secret(home: Path, token: str) -> bytes:
    """Return the secret that a session is offered to enrol: its own each time, and kept nowhere until then."""
    return hmac.digest(_key(home), b"csmap factor of " + token.encode(), hashlib.sha256)[:_SECRET_BYTES]


def seal(home: Path, secret: bytes, account_id: int) -> bytes:
    """Return a secret as the store keeps it: no other account can be given it, and nobody reads it without the key."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(_key(home)).encrypt(nonce, secret, _bound_to(account_id))


def unseal(home: Path, sealed: bytes, account_id: int) -> bytes | None:
    """Return a secret out of the store; None where it was sealed by another key, or for another account."""
    nonce, kept = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(_key(home)).decrypt(nonce, kept, _bound_to(account_id))
    except InvalidTag:
        return None


def _maker(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_S)  # noqa: S303  of HMAC, as the standard and all apps have it


def _bound_to(account_id: int) -> bytes:
    return b"csmap factor of account %d" % account_id


def make_key(home: Path) -> Path:
    """Make the deployment's key where there is none, by one process however many begin at once, and return its file.

    Raises:
        SettingsError: it can't be written.
    """
    path = home / KEY_NAME
    if path.exists():
        return path
    beside = home / f".{KEY_NAME}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        beside.touch(mode=0o600)
        try:
            beside.write_text(base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode() + "\n", "ascii")
            os.link(beside, path)
        except FileExistsError:
            pass  # another one was first, and its key counts
        finally:
            beside.unlink()
    except OSError as error:
        raise SettingsError(f"{path} is missing and can't be made: ./csmap serve makes it at its start") from error
    return path


def _key(home: Path) -> bytes:
    return base64.b64decode(make_key(home).read_text("ascii"))
