"""Residents' tiles on disk: each is made once for a publication, whoever asks at the same time, in whatever process.

A tile's name is made of the publication's stamp, its layer and its place, and of nothing else that a request says. What
can't be written isn't kept: the tile is sent all the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock, get_ident

from geodata.settings import Settings
from webmap.packing import packed

MOST_BYTES = 512 * 1024 * 1024
"""So much lies on disk, and a sixteenth more before a process looks again."""
LEFT_SHARE = 0.8
"""So much of it stays when the oldest go."""
BLOCK = 4096
"""The least that a file takes."""
LOCKS = 1024
"""Tiles share so many locks: seldom does one wait for another's."""
HALF_S = 60
"""A file that is still half after so long belongs to nobody who lives."""
_HEAD = struct.Struct("<4sII")
_MARK = b"mvt1"


@dataclass
class _Folder:
    """Where a deployment's tiles lie, and how much this process has written since it last looked."""

    path: Path
    written: int
    lock: Lock


def tiles_folder(settings: Settings, uid: int) -> Path:
    """Return where an account keeps its tiles."""
    return settings.home / f"tiles-{uid}"


def packed_tile(settings: Settings, stamp: str, name: str, make: Callable[[], bytes]) -> bytes:
    """Return a tile, packed with gzip: the one that is kept, else one that is made now and kept.

    Args:
        settings: the deployment's.
        stamp: of the publication that it tells of.
        name: which tile: its layer and its place, as a path without slashes.
        make: makes it; what it raises is passed on, and keeps nothing. While one makes a tile the others wait.
    """
    folder = _folder(tiles_folder(settings, os.geteuid()))
    path = folder.path / stamp / name
    found = _read(path)
    if found is not None:
        return found
    with _alone(folder.path, name):
        found = _read(path)
        if found is None:
            body = make()
            found = packed(body)
            # An empty one is soon made again, and there are more of them than of stars.
            if body:
                _keep(folder, path, found)
    return found


@cache
def _folder(path: Path) -> _Folder:
    # The first that is written has the process look at what is there.
    return _Folder(path, MOST_BYTES, Lock())


def _read(path: Path) -> bytes | None:
    """Return a tile that is whole; None where there is none, or one that lost something when the power went."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if len(content) < _HEAD.size:
        return None
    mark, length, check = _HEAD.unpack_from(content)
    body = content[_HEAD.size :]
    return body if (mark, length, check) == (_MARK, len(body), zlib.crc32(body)) else None


def _keep(folder: _Folder, path: Path, body: bytes) -> None:
    """Write a tile so that it is there whole or not at all; a full disk keeps none."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}")
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700)
        part.write_bytes(_HEAD.pack(_MARK, len(body), zlib.crc32(body)) + body)
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        return
    with folder.lock:
        folder.written += max(len(body), BLOCK)
        is_due = folder.written > MOST_BYTES // 16
        folder.written = 0 if is_due else folder.written
    if is_due:
        _make_room(folder.path, path.parent.name)


@contextlib.contextmanager
def _alone(folder: Path, name: str) -> Iterator[None]:
    """Let one at a time make a tile, of all threads and processes; the lock goes with its holder, however that ends."""
    handle = _locked(folder, f"lock-{zlib.crc32(name.encode()) % LOCKS}")
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _locked(folder: Path, name: str, *, waits: bool = True) -> int | None:
    """Return a lock, None where there can't be one: then everybody makes a tile."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except OSError:
        os.close(handle)
        return None
    return handle


def _make_room(folder: Path, stamp: str) -> None:
    """Remove the tiles of other publications and what was left half, and of this one the oldest that are too many."""
    handle = _locked(folder, "sweep", waits=False)
    if handle is None:
        return
    try:
        for other in folder.iterdir():
            if other.is_dir() and other.name != stamp:
                shutil.rmtree(other, ignore_errors=True)
        _remove_oldest(folder / stamp)
    except OSError:
        pass  # what couldn't go now goes the next time
    finally:
        os.close(handle)


def _remove_oldest(folder: Path) -> None:
    kept: list[tuple[float, int, str]] = []
    for entry in os.scandir(folder):
        seen = entry.stat()
        if not entry.name.startswith("."):
            kept.append((seen.st_mtime, max(seen.st_size, BLOCK), entry.path))
        elif time.time() - seen.st_mtime > HALF_S:
            Path(entry.path).unlink(missing_ok=True)
    total = sum(size for _, size, _ in kept)
    if total <= MOST_BYTES:
        return
    for _, size, path in sorted(kept):
        Path(path).unlink(missing_ok=True)
        total -= size
        if total <= MOST_BYTES * LEFT_SHARE:
            return
