"""Each night, shortly after midnight of the place, the publication is brought to the new day; the clock is given."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from geodata.errors import DatabaseUnavailable
from geodata.publication import publish
from geodata.queries.features import page
from geodata.queries.reading import RESIDENT, open_reading
from geodata.settings import Settings
from tests.district import YARD
from tests.geodata.queries.staged import put
from webmap import create_app
from webmap.command import serve
from webmap.serving.nightly import AGAIN, Nightly

LOUDI = ZoneInfo("Asia/Shanghai")


def _at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2025, 11, day, hour, minute, tzinfo=LOUDI).astimezone(UTC)


class _Noted:
    """What is to be done at night, and how often it was."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.times = list(failures), 0

    def __call__(self) -> str:
        self.times += 1
        if self.failures:
            raise self.failures.pop()
        return "done"


def test_once_a_day_soon_after_the_places_midnight(capsys: pytest.CaptureFixture[str]) -> None:
    task = _Noted()
    night = Nightly("Asia/Shanghai", task, begun=_at(1, 12))
    for now, times in (
        (_at(1, 23, 59), 0),
        (_at(2, 0, 9), 0),
        (_at(2, 0, 10), 1),
        (_at(2, 0, 11), 1),
        (_at(2, 23, 59), 1),
        (_at(2, 11), 1),
        (_at(5, 15), 2),  # the machine has slept for three days
        (_at(5, 16), 2),
        (_at(6, 0, 10), 3),
    ):
        night.look(now)
        assert task.times == times, now
    assert capsys.readouterr().err.splitlines()[0] == "csmap serve: 2025-11-02 00:10 done"


def test_a_night_has_an_hour_twice_or_not_at_all() -> None:
    task = _Noted()
    night = Nightly("America/Santiago", task, begun=datetime(2025, 9, 6, 12, tzinfo=UTC))
    # There midnight of that day is skipped, and in April that hour comes twice.
    for hour in range(48):
        night.look(datetime(2025, 9, 6, 12, tzinfo=UTC) + timedelta(hours=hour))
    assert task.times == 2
    task.times = 0
    night = Nightly("America/Santiago", task, begun=datetime(2026, 4, 4, 12, tzinfo=UTC))
    for minute in range(0, 48 * 60, 10):
        night.look(datetime(2026, 4, 4, 12, tzinfo=UTC) + timedelta(minutes=minute))
    assert task.times == 2


def test_what_failed_is_tried_again_in_a_while_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    task = _Noted(DatabaseUnavailable("the database can't be reached"))
    night = Nightly("Asia/Shanghai", task, begun=_at(1))
    night.look(_at(2, 1))
    night.look(_at(2, 1, 1))
    assert task.times == 1
    assert "tried again in 10 minutes: the database can't be reached" in capsys.readouterr().err
    night.look(_at(2, 1) + AGAIN)
    night.look(_at(2, 2))
    assert task.times == 2


def test_a_night_outlives_a_fault_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    task = _Noted(KeyError("nobody thought of it"))
    night = Nightly("Asia/Shanghai", task, begun=_at(1))
    night.look(_at(2, 1))
    assert "Traceback" in capsys.readouterr().err
    night.look(_at(2, 1) + AGAIN)
    assert task.times == 2


def test_files_that_could_not_be_written_are_tried_again(
    deployment: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "letter.txt").write_text("somebody's")
    monkeypatch.setattr(Settings, "archives_folder", folder)
    monkeypatch.setattr(Settings, "today", lambda _self: date(2025, 11, 1))
    put(deployment, "police_post", [{"source_id": "p", "name": "Post", "geom": "POINT(112 27.73)"}])
    publish(deployment)
    night = Nightly("Asia/Shanghai", serve.Renewal(deployment), begun=_at(1, 12))
    monkeypatch.setattr(Settings, "today", lambda _self: date(2025, 11, 2))
    night.look(_at(2, 1))
    site = create_app(deployment).test_client()
    assert "/archives/" not in site.get("/style.json").text, "maps are drawn from the database meanwhile"
    assert "can't be written" in capsys.readouterr().err
    (folder / "letter.txt").unlink()
    night.look(_at(2, 1) + AGAIN)
    assert f"its files are in {folder}" in capsys.readouterr().err
    with open_reading(deployment, RESIDENT) as reading:
        written = f"police_post-{reading.stamp}.pmtiles"
    assert f"/archives/{written}" in site.get("/style.json").text, "the open site draws from them at once"
    monkeypatch.setattr(Settings, "today", lambda _self: date(2025, 11, 3))
    night.look(_at(3, 1))
    drawn = re.search('/archives/([^"]+)', site.get("/style.json").text)
    assert drawn
    # Whoever has the page open since yesterday goes on with yesterday's files.
    for name in {written, drawn[1]}:
        with site.get(f"/archives/{name}", headers={"Range": "bytes=0-6"}) as answer:
            assert (answer.status_code, answer.data) == (206, b"PMTiles")
    assert drawn[1] != written
    # Killed between publishing and writing: who starts the site again writes what is missing, and nothing twice.
    shutil.rmtree(folder)
    assert f"its files are in {folder}" in serve.Renewal(deployment)()
    assert serve.Renewal(deployment)() == ""


def test_residents_see_in_the_night_what_the_day_alone_has_changed(
    deployment: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def hazards() -> int:
        with open_reading(deployment, RESIDENT) as reading:
            return page(reading, reading.layer("hazard")).matched

    monkeypatch.setattr(Settings, "today", lambda _self: date(2025, 11, 1))
    put(deployment, "compound", [{"source_id": "a", "name": "Garden", "geom": YARD}])
    hazard = {"source_id": "h", "kind": "gas", "found_on": "2025-10-26", "geom": "POINT(112.0005 27.7305)"}
    put(deployment, "hazard", [hazard])
    renewed = serve.Renewal(deployment)
    assert renewed() == "", "when to begin is the steward's word"
    publish(deployment)
    night = Nightly("Asia/Shanghai", renewed, begun=_at(1, 12))
    night.look(_at(2, 0, 5))
    assert hazards() == 0, "found six days ago"
    monkeypatch.setattr(Settings, "today", lambda _self: date(2025, 11, 2))
    night.look(_at(2, 0, 10))
    assert hazards() == 1
    assert "2025-11-02 00:10 published anew" in capsys.readouterr().err
    # Who starts the site on a later day renews it as it starts; where that day has been published nothing is told.
    assert renewed() == ""
