"""Residents' tiles on disk: one is made once, whole or not at all, of one publication, and never more than fits."""

from __future__ import annotations

import gzip
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from geodata.settings import PROJECT, Settings
from webmap import tile_cache
from webmap.tile_cache import packed_tile, tiles_folder

BODY = b"tile " * 1000


def _settings(home: Path) -> Settings:
    return Settings(home=home, name="", metric_crs="", time_zone="UTC")


def _files(home: Path) -> dict[str, Path]:
    """Return what is kept: tiles, and halves that begin with a point."""
    return {path.name: path for path in tiles_folder(_settings(home), os.geteuid()).glob("*/*")}


def _ask(home: Path, name: str = "post-1-0-0", *, stamp: str = "1-a", body: bytes = BODY) -> bytes:
    return gzip.decompress(packed_tile(_settings(home), stamp, name, lambda: body))


def test_a_tile_is_made_once_for_a_publication(tmp_path: Path) -> None:
    assert _ask(tmp_path) == BODY
    assert _ask(tmp_path, body=b"other") == BODY
    assert _ask(tmp_path, stamp="2-b", body=b"other") == b"other"
    assert _ask(tmp_path, "post-1-0-1", body=b"other") == b"other"


def test_an_empty_one_is_not_kept_and_an_error_keeps_nothing(tmp_path: Path) -> None:
    assert _ask(tmp_path, body=b"") == b""
    with pytest.raises(ZeroDivisionError):
        packed_tile(_settings(tmp_path), "1-a", "post-1-0-0", lambda: bytes(1 // 0))
    assert _files(tmp_path) == {}
    assert _ask(tmp_path) == BODY


def test_threads_that_ask_together_wait_for_the_one_that_makes_it(tmp_path: Path) -> None:
    made, found = [], []
    begun, may_end = threading.Event(), threading.Event()

    def make() -> bytes:
        made.append(1)
        begun.set()
        may_end.wait(30)
        return BODY

    def ask() -> None:
        found.append(packed_tile(_settings(tmp_path), "1-a", "post-1-0-0", make))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert begun.wait(30)
    may_end.set()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert [gzip.decompress(each) for each in found] == [BODY] * 8


SCRIPT = """
import sys, time
from pathlib import Path
from geodata.settings import Settings
from webmap.tile_cache import packed_tile
home, word = Path(sys.argv[1]), sys.argv[2]
def make():
    with (home / "made").open("a") as file: file.write(word)
    print("making", flush=True)
    if word == "dies": time.sleep(600)
    time.sleep(0.3)
    return b"tile " * 1000
packed_tile(Settings(home=home, name="", metric_crs="", time_zone="UTC"), "1-a", "post-1-0-0", make)
"""


def _started(home: Path, word: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(home), word], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )


def test_processes_that_ask_together_make_it_once(tmp_path: Path) -> None:
    both = [_started(tmp_path, "x") for _ in range(2)]
    assert [each.wait(60) for each in both] == [0, 0]
    for each in both:
        assert each.stdout is not None
        each.stdout.close()
    assert (tmp_path / "made").read_text() == "x"
    assert _ask(tmp_path, body=b"other") == BODY


def test_who_is_killed_while_making_leaves_nothing_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    with _started(tmp_path, "dies") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "making\n"
        process.send_signal(signal.SIGKILL)
    assert _files(tmp_path) == {}
    assert _ask(tmp_path) == BODY


def test_what_lost_its_end_is_made_again(tmp_path: Path) -> None:
    _ask(tmp_path)
    [path] = _files(tmp_path).values()
    whole = path.read_bytes()
    for broken in (whole[:-1], whole[:5], b"", whole[:-1] + b"?", b"\0" * len(whole)):
        path.write_bytes(broken)
        assert _ask(tmp_path) == BODY
        assert path.read_bytes() == whole


def test_without_a_folder_or_room_tiles_are_sent_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("no folder")
    assert _ask(tmp_path / "taken") == BODY
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # No file of this process may grow over ten bytes: it ends as a full disk does, in the middle.
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        found = _ask(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert found == BODY
    assert _files(tmp_path) == {}
    assert _ask(tmp_path) == BODY


def test_there_are_never_many_more_than_fit_and_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_cache, "MOST_BYTES", 64 * tile_cache.BLOCK)
    for number in range(300):
        _ask(tmp_path, f"post-9-{number}-0")
        for path in _files(tmp_path).values():
            # A minute older each time, so that their order is plain.
            os.utime(path, (path.stat().st_mtime - 60,) * 2)
    kept = _files(tmp_path)
    assert 64 * tile_cache.LEFT_SHARE <= len(kept) <= 64 + 64 / 16 + 1
    assert {f"post-9-{number}-0" for number in range(260, 300)} <= kept.keys()
    assert "post-9-0-0" not in kept


def test_other_publications_and_old_halves_go(tmp_path: Path) -> None:
    _ask(tmp_path)
    folder = tiles_folder(_settings(tmp_path), os.geteuid())
    half, young = folder / "2-b" / ".post-1-0-0.1.1", folder / "2-b" / ".post-1-0-1.1.1"
    _ask(tmp_path, stamp="2-b")
    for path in (half, young):
        path.write_bytes(b"half")
    os.utime(half, (time.time() - 3600,) * 2)
    tile_cache._make_room(folder, "2-b")
    assert not (folder / "1-a").exists()
    assert not half.exists()
    assert young.exists()
    assert _ask(tmp_path, stamp="2-b", body=b"other") == BODY
