"""Files that are written, sent and gone: nothing of them stays, whoever goes away or is killed meanwhile."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import BoundedSemaphore

from geodata.errors import NoRoom, TooBusy
from geodata.settings import Settings

AT_A_TIME = 2
"""So many files a process writes at a time: its other threads answer what is quick."""
WAITING = 1
"""So many more wait for their turn: they keep a thread, too."""
PATIENCE_S = 20.0

LEAST_ROOM = 64 * 1024
"""With fewer bytes left on its disk a file can't be trusted to be whole."""
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_ROOM = "the server has no room left to write this file: whoever runs it has to make some; CSV and GeoJSON need none"
_NO_ROOM_ZH = "服务器磁盘空间不足，无法生成此文件：请联系运维人员；CSV 和 GeoJSON 不占用磁盘，仍可下载。"

_turns, _places = BoundedSemaphore(AT_A_TIME), BoundedSemaphore(AT_A_TIME + WAITING)


def spool_folder(settings: Settings, uid: int) -> Path:
    """Return where an account's files are written."""
    return settings.home / f"files-{uid}"


@contextlib.contextmanager
def own_turn() -> Iterator[None]:
    """Wait for one's turn to write a file.

    Raises:
        TooBusy: others still write theirs, or wait already.
    """
    with _held(_places, 0), _held(_turns, PATIENCE_S):
        yield


@contextlib.contextmanager
def _held(turns: BoundedSemaphore, patience_s: float) -> Iterator[None]:
    if not turns.acquire(timeout=patience_s):
        raise TooBusy(
            "several files are being written just now: try again in a minute", zh="正在生成其他文件，请一分钟后再试。"
        )
    try:
        yield
    finally:
        turns.release()


@contextlib.contextmanager
def spooled(settings: Settings) -> Iterator[Path]:
    """Give a folder of one's own to write in, gone with the context; what a killed process left goes first."""
    parent = spool_folder(settings, os.geteuid())
    parent.mkdir(mode=0o700, exist_ok=True)
    with _locked(parent):
        _sweep(parent)
        folder = Path(tempfile.mkdtemp(dir=parent))
        lock = _lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextlib.contextmanager
def told_if_full(folder: Path) -> Iterator[None]:
    """Say in plain words that a file couldn't be written for want of room.

    Libraries say it in many ways, and some write half a file without a word: what counts is how much is left.

    Raises:
        NoRoom: nothing is, or hardly anything.
    """
    try:
        yield
    except NoRoom:
        raise
    except Exception as error:
        if _is_full(folder) or (isinstance(error, OSError) and error.errno in _FULL):
            raise NoRoom(_NO_ROOM, zh=_NO_ROOM_ZH) from error
        raise
    if _is_full(folder):
        raise NoRoom(_NO_ROOM, zh=_NO_ROOM_ZH)


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < LEAST_ROOM
    except OSError:
        return False


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = _lock(folder)
    try:
        yield
    finally:
        os.close(handle)


def _lock(folder: Path, *, waits: bool = True) -> int:
    """Return a lock on a folder, which ends with the process that holds it, however that ends."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except OSError:
        os.close(handle)
        raise
    return handle


def _sweep(parent: Path) -> None:
    """Remove the folders that nobody holds any more."""
    for folder in parent.iterdir():
        with contextlib.suppress(OSError):
            handle = _lock(folder, waits=False)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(handle)
