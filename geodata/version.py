"""Which code this is: written into loads, publications and runs."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

VERSION = "0.1.0"
_REVISIONS = Path(__file__).parent / "migrations" / "versions"


@cache
def code_digest() -> str:
    """Return a digest of all code by which publications and runs come about: another one may tell otherwise."""
    package = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        digest.update(f"{file.relative_to(package.parent)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


@cache
def known_revisions() -> tuple[str, ...]:
    """Return the revisions of a database that this code can make of one, the one that it works with last."""
    return tuple(sorted(path.name.partition("_")[0] for path in _REVISIONS.glob("[0-9]*.py")))


def code_version() -> str:
    """Return the version with the beginning of its digest, such as "0.1.0 (3f9a1c02b7de)"."""
    return f"{VERSION} ({code_digest()[:12]})"
