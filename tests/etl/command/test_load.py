"""./csmap load as it is called: exit codes, lines for programs, sentences for people, and what a kill leaves."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import shapely
from sqlalchemy import text

from etl.command.load import main
from geodata import crs
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings
from tests.etl.made import square, write_csv
from tests.etl.test_loading import GOOD, POSTS, checksum, rows

Words = Sequence[str | Path]
PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def at_home(deployment: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The worker's deployment as the one that the environment names."""
    monkeypatch.setenv("CSMAP_HOME", str(deployment.home))
    if deployment.database_url:
        monkeypatch.setenv("CSMAP_DATABASE_URL", deployment.database_url)
    return deployment


def load(*words: str | Path) -> int:
    """Run the command in this process."""
    return main([str(word) for word in words])


def in_process(settings: Settings, words: Words) -> subprocess.Popen[str]:
    """Start `python -m etl` as a process of its own."""
    environ = {**os.environ, "CSMAP_HOME": str(settings.home)}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "etl", *map(str, words)],
        env={**environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def posts(folder: Path, *lines: Sequence[object], name: str = "posts.csv") -> Path:
    """Write a register of police posts."""
    return write_csv(folder / name, [POSTS, *lines])


def test_the_line_for_programs(at_home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert load(posts(tmp_path, GOOD), "--crs", "wgs84", "--json") == 0
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert list(line) == [
        "file", "part", "layer", "load_id", "read", "loaded", "unchanged", "quarantined", "ignored", "seconds",
    ]  # fmt: skip
    assert (line["file"], line["part"], line["layer"]) == ("posts.csv", "", "police_post")
    assert (line["read"], line["loaded"]) == (1, 1)


def test_loading_publishes_once_and_again_changes_nothing(at_home: Settings, tmp_path: Path) -> None:
    path = posts(tmp_path, GOOD)
    assert load(path, "--crs", "wgs84") == 0
    published = rows(at_home, "SELECT n FROM ledger.current_publication")
    assert len(published) == 1
    before = checksum(at_home)
    assert load(path, "--crs", "wgs84") == 0
    assert checksum(at_home) == before
    assert rows(at_home, "SELECT n FROM ledger.current_publication") == published


def test_a_dry_run_publishes_nothing(at_home: Settings, tmp_path: Path) -> None:
    assert load(posts(tmp_path, GOOD), "--crs", "wgs84", "--dry-run") == 0
    assert rows(at_home, "SELECT count(*) FROM ledger.current_publication") == [(0,)]
    assert rows(at_home, "SELECT count(*) FROM live.police_post") == [(0,)]


def bad_row(**cells: object) -> tuple[object, ...]:
    """Return a good row with some cells changed."""
    row = dict(zip(POSTS, GOOD, strict=True)) | {"编号": "P2"} | cells
    return tuple(row.values())


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (bad_row(经度="", 纬度=""), "there are no coordinates"),
        (bad_row(经度=115.0), "km outside the boundary"),
        (bad_row(经度="NaN"), "NaN or infinite"),
        (bad_row(纬度="inf"), "NaN or infinite"),
        (bad_row(经度=27.73, 纬度=112.0), "x and y exchanged"),
        (bad_row(编号="P1", 名称="别的"), "is that of row 2"),
        (bad_row(编号="4.31302E+11"), "a spreadsheet has rounded"),
        (bad_row(类别="飞船"), "wanted is one of 派出所"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_loaded(
    at_home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], row: Sequence[object], says: str
) -> None:
    assert load(posts(tmp_path, GOOD, row), "--crs", "wgs84") == 1
    told = capsys.readouterr().out
    assert "posts.csv, row 3, cell " in told
    assert says in told
    assert rows(at_home, "SELECT source_id FROM live.police_post") == [("P1",)]


def whole_file_cases(folder: Path) -> dict[str, tuple[Words, str]]:
    """Return name -> (words of the call, what has to be said) for files of which nothing can be used."""
    empty, png, cut = folder / "empty.csv", folder / "picture.csv", folder / "cut.geojson"
    empty.write_bytes(b"")
    png.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
    cut.write_text('{"type": "FeatureCollection", "features": [{"type": "Feature", "prop')
    odd = folder / "odd.csv"
    odd.write_bytes(",".join(POSTS).encode() + b"\n" + b"\xff\xfe\xfa\x81\xff," * 8 + b"\n")
    (folder / "notes.docx").write_text("x")
    plain = write_csv(folder / "plain.csv", [["名称", "地址"], ["甲", "乙"]])
    return {
        "missing": ([folder / "missing.csv"], "missing.csv is not there"),
        "empty": ([empty], "empty.csv is empty"),
        "wrong content": ([png], "a PNG image"),
        "wrong ending": ([folder / "notes.docx"], "notes.docx ends with '.docx'"),
        "unknown encoding": ([odd, "--crs", "wgs84"], "odd.csv"),
        "truncated": ([cut], "cut.geojson"),
        "no geometry": ([plain], "coordinates"),
        "no system": ([posts(folder, GOOD)], "--crs"),
        "refused system": ([posts(folder, GOOD), "--crs", "北京54"], "Beijing 1954"),
        "unknown layer": ([posts(folder, GOOD), "--layer", "bus_stop"], "bus_stop"),
    }


@pytest.mark.parametrize(
    "case",
    ["missing", "empty", "wrong content", "wrong ending", "unknown encoding", "truncated", "no geometry", "no system",
     "refused system", "unknown layer"],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_whole(
    at_home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    words, says = whole_file_cases(tmp_path)[case]
    before = checksum(at_home)
    assert load(*words) == 1
    told = capsys.readouterr().err
    assert says in told
    assert "Traceback" not in told
    assert checksum(at_home) == before
    assert rows(at_home, "SELECT count(*) FROM ledger.load WHERE state <> 'failed'") == [(0,)]


def test_a_truncated_extract_is_refused_whole(
    at_home: Settings, tmp_path: Path, shared_data: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    whole = shared_data("osm/monaco.osm.pbf").read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole[: len(whole) // 2])
    assert load(cut) == 1
    assert "cut.osm.pbf" in capsys.readouterr().err
    assert rows(at_home, "SELECT count(*) FROM live.road") == [(0,)]


def test_one_bad_file_does_not_undo_the_others(at_home: Settings, tmp_path: Path) -> None:
    good, bad = posts(tmp_path, GOOD), tmp_path / "missing.csv"
    assert load(bad, good, "--crs", "wgs84") == 1
    assert rows(at_home, "SELECT count(*) FROM live.police_post") == [(1,)]
    assert rows(at_home, "SELECT count(*) FROM ledger.current_publication") == [(1,)]


def test_all_remarks_are_in_a_file_that_no_spreadsheet_takes_for_formulas(
    at_home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [bad_row(编号=f"P{number}", 类别="=1+1") for number in range(9)]
    assert load(posts(tmp_path, *lines), "--crs", "wgs84") == 1
    assert "... and 4 more" in capsys.readouterr().out
    [(load_id,)] = rows(at_home, "SELECT id FROM ledger.load")
    remarks = at_home.home / "receipts" / f"{load_id}.csv"
    written = remarks.read_text("utf-8-sig").splitlines()
    assert len(written) == 10
    assert all(",'=1+1," in line for line in written[1:])


def test_usage_is_exit_2() -> None:
    with pytest.raises(SystemExit) as stopped:
        load()
    assert stopped.value.code == 2


@pytest.mark.parametrize("moment", ["copy", "merge"])
def test_a_kill_in_the_middle_leaves_the_old_state(at_home: Settings, tmp_path: Path, moment: str) -> None:
    assert load(posts(tmp_path, GOOD), "--crs", "wgs84") == 0
    before = checksum(at_home)
    many = [("K" + str(number), *GOOD[1:]) for number in range(40_000)]
    big = posts(tmp_path, *many, name="big.csv")
    with engine_for(at_home, Login.OWNER).connect() as connection:
        # As if another load were under way: the merge has to wait.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('csmap load'))"))
        process = in_process(at_home, [big, "--crs", "wgs84"])
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        running = "SELECT count(*) FROM ledger.load WHERE state = 'running'"
        try:
            until(lambda: rows(at_home, running if moment == "copy" else waiting) == [(1,)], process)
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate()
    until(lambda: rows(at_home, waiting) == [(0,)])
    assert checksum(at_home) == before
    assert rows(at_home, "SELECT state FROM ledger.load WHERE file = 'big.csv'") == [("running",)]
    # And the way is free for the next one.
    assert load(posts(tmp_path, GOOD, bad_row()), "--crs", "wgs84") == 0
    assert rows(at_home, "SELECT count(*) FROM live.police_post") == [(2,)]
    assert rows(at_home, "SELECT state FROM ledger.load WHERE file = 'big.csv'") == [("failed",)]


def until(is_so: Callable[[], bool], process: subprocess.Popen[str] | None = None, seconds: float = 60) -> None:
    """Wait for something to be so, or fail; also where the process that should bring it about has ended."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it didn't happen in time"
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.02)


def test_python_dash_m_etl_is_the_same_command(at_home: Settings, tmp_path: Path) -> None:
    process = in_process(at_home, [posts(tmp_path, GOOD), "--crs", "wgs84", "--json"])
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert json.loads(out)["loaded"] == 1


def on_terminal(settings: Settings, words: Words, answer: str) -> tuple[int, str]:
    """Run the command on a terminal of its own, give one answer, and return its exit code and what it showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "etl", *map(str, words)],
        env={**os.environ, "CSMAP_HOME": str(settings.home), "PYTHONPATH": str(PROJECT), "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            said = os.read(ours, 4096)
        except OSError:  # the other end is closed: the command has ended
            break
        shown += said
        if b"[y/N]" in shown and answer:
            os.write(ours, f"{answer}\n".encode())
            answer = ""
    os.close(ours)
    return process.wait(), shown.decode("utf-8", "replace")


def shifted_outline(settings: Settings, folder: Path) -> Path:
    """Write the boundary as GCJ-02 has it into a file that is WGS 84 by its format."""
    [shifted] = crs.convert_geometries([settings.boundary], source="wgs84", target="gcj02")
    feature = {"type": "Feature", "properties": {"名称": "甲"}, "geometry": json.loads(shapely.to_geojson(shifted))}
    path = folder / "outline.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    return path


@pytest.mark.parametrize(("answer", "code", "count"), [("n", 1, 0), ("y", 0, 1)])
def test_on_a_terminal_a_doubt_is_asked_about(
    at_home: Settings, tmp_path: Path, answer: str, code: int, count: int
) -> None:
    path = shifted_outline(at_home, tmp_path)
    done, shown = on_terminal(at_home, [path], answer)
    assert done == code, shown
    assert "--crs gcj02" in shown
    assert rows(at_home, "SELECT count(*) FROM live.area") == [(count,)]


@pytest.mark.parametrize("words", [("--yes",), ("--json",), ()])
def test_a_doubt_that_nobody_is_asked_about_is_refused_unless_the_system_was_given(
    at_home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: Sequence[str]
) -> None:
    path = shifted_outline(at_home, tmp_path)
    assert load(path, *words) == 1
    assert "--crs gcj02 if that is what it is, --crs wgs84 if it is meant so" in capsys.readouterr().err
    assert rows(at_home, "SELECT count(*) FROM live.area") == [(0,)]
    assert rows(at_home, "SELECT state FROM ledger.load") == [("failed",)]
    assert load(path, *words, "--dry-run") == 0
    assert load(path, "--crs", "wgs84", "--yes") == 0
    assert "warning: an outline runs" in capsys.readouterr().out
    assert rows(at_home, "SELECT count(*) FROM live.area") == [(1,)]


def test_an_invalid_outline_is_refused_with_its_row(
    at_home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bow_tie = shapely.Polygon([(112, 27.73), (112.001, 27.731), (112.001, 27.73), (112, 27.731)])
    path = tmp_path / "areas.geojson"
    features = [
        {"type": "Feature", "properties": {"名称": name}, "geometry": json.loads(shapely.to_geojson(shape))}
        for name, shape in (("甲", square(112, 27.73)), ("乙", bow_tie))
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    assert load(path) == 1
    assert "areas.geojson, row 2: the outline is invalid (Self-intersection" in capsys.readouterr().out
    assert rows(at_home, "SELECT name FROM live.area") == [("甲",)]
