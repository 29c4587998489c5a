"""Folders and files of the service user's, made by root without trusting what that user may have put there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from geodata.database.service_user import ServiceUser
from geodata.errors import DatabaseUnavailable


def run_as(
    user: ServiceUser,
    words: Sequence[str | Path],
    *,
    said: str = "",
    folder: Path = Path("/"),
    environ: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[str]:
    """Run a program as `user`, in `folder`, with that user's own environment and `environ`; `said` is its input."""
    return subprocess.run(
        user.command(words),
        input=said,
        capture_output=True,
        text=True,
        errors="replace",
        cwd=folder,
        env={**user.environment(), **environ},
        check=False,
    )


def own_folder(folder: Path, owner: ServiceUser) -> None:
    """Make a private folder of `owner`'s, or check that it is one.

    Raises:
        DatabaseUnavailable: something else is there, someone else's folder, or one that others can write.
    """
    made = False
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        made = True
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        raise _not_private(folder, owner) from None
    try:
        if made and os.geteuid() == 0:
            os.fchown(handle, owner.uid, owner.gid)
        seen = os.fstat(handle)
    finally:
        os.close(handle)
    if seen.st_uid != owner.uid or seen.st_mode & 0o022:
        raise _not_private(folder, owner)


def write_as(user: ServiceUser, path: Path, text: str) -> None:
    """Put a whole file in place of the old one, with the rights of `user` and readable for nobody else.

    Raises:
        DatabaseUnavailable: `user` may not, or the disk is full.
    """
    script = 'umask 077 && cat > "$1.part" && mv -f "$1.part" "$1"'
    written = run_as(user, ["sh", "-c", script, "sh", path], said=text)
    if written.returncode != 0:
        raise DatabaseUnavailable(f"{path} can't be written by {user.name}: {written.stderr.strip()}")


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Let one process at a time into the block; the lock goes with its holder, however that ends."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _not_private(folder: Path, owner: ServiceUser) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"{folder} has to be a folder of {owner.name}'s into which nobody else can write: move it out of the way"
    )
