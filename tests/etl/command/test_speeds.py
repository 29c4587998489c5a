"""./csmap speeds calibrate as it is called: planted speeds come back, bad rows are sentences, nothing is stored."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from etl.command.speeds import main
from etl.trips import read_trips
from geodata.analyses.streets import streets_of
from geodata.coverage.modes import CAR
from geodata.coverage.snapping import snap
from geodata.coverage.trips import follow
from geodata.crs import to_metric
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.settings import Settings
from geodata.speeds import read_speeds
from tests.geodata.queries.staged import put

PLANTED = {"residential": 14.0, "secondary": 40.0, "primary": 26.0}
SIDE = 9
HEADINGS = ("from_lon", "from_lat", "to_lon", "to_lat", "minutes")


@pytest.fixture
def town(deployment: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Rows and columns of streets of three classes, a tenth of a kilometre apart."""
    spots = [[f"{112 + 0.001 * column} {27.73 + 0.0009 * row}" for column in range(SIDE)] for row in range(SIDE)]
    classes = ("residential", "secondary", "residential", "primary")
    lines = [*spots, *map(list, zip(*spots, strict=True))]
    roads = [
        {
            "source_id": f"r{number}",
            "highway": classes[number % len(classes)],
            "geom": f"MULTILINESTRING(({', '.join(line)}))",
        }
        for number, line in enumerate(lines)
    ]
    put(deployment, "road", roads)
    monkeypatch.setenv("CSMAP_HOME", str(deployment.home))
    return deployment


def observed(settings: Settings, count: int) -> list[tuple[float, ...]]:
    """Return trips between points beside the streets that took as long as planted speeds say, to a second."""
    streets = streets_of(settings, CAR.with_speeds(PLANTED))
    rng = np.random.default_rng(5)
    ends = [
        np.column_stack([112 + rng.uniform(0, 0.008, count), 27.73 + rng.uniform(0, 0.007, count)]) for _ in range(2)
    ]
    spots = [
        shapely.get_coordinates(to_metric([shapely.Point(spot) for spot in each], settings.metric_crs)) for each in ends
    ]
    begin, end = (snap(streets, each[:, 0], each[:, 1], limit_m=100) for each in spots)
    time_ds = follow(streets, begin, end, np.zeros(len(streets.tail), dtype=np.int64), kinds=1).time_ds
    return [(*a, *b, round(t / 600, 3)) for a, b, t in zip(ends[0], ends[1], time_ds, strict=True)]


def write(path: Path, headings: Sequence[str], rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def stored(settings: Settings) -> dict[str, int]:
    """Return how many rows each table has."""
    names = text("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname !~ '^(pg_|inform)'")
    with engine_for(settings, Login.OWNER).connect() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in connection.execute(names).scalars()
        }


def test_planted_speeds_come_back_and_no_trip_stays(
    town: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trips = [*observed(town, 120), (112.001, 27.731, 113.5, 29.9, 12), (112.001, 27.731, 112.008, 27.735, 0.05)]
    path, out = write(tmp_path / "trips.csv", HEADINGS, trips), tmp_path / "speeds.toml"
    files, tables = sorted(town.home.rglob("*")), stored(town)
    assert main(["calibrate", str(path), "--json", "--out", str(out)]) == 1
    said = capsys.readouterr().out
    found = json.loads(said)
    for name, kmh in PLANTED.items():
        assert found["speeds_kmh"][name] == pytest.approx(kmh, rel=0.05)
    assert found["error"]["after"]["mean_abs_min"] < 0.1 * found["error"]["before"]["mean_abs_min"]
    assert found["trips"] == {"used": 120, "left_out": 2}
    assert [(each["row"], each["reason"]) for each in found["left_out"]] == [(122, "off_network"), (123, "too_fast")]
    # What is handed out can be asked with, and names no place where anybody was.
    assert read_speeds(out)["car"] == pytest.approx(found["speeds_kmh"])
    assert "112.0" not in said
    assert (sorted(town.home.rglob("*")), stored(town)) == (files, tables)


def test_it_is_told_in_words(town: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(f"{a} {b}", f"POINT({c} {d})", minutes) for a, b, c, d, minutes in observed(town, 60)]
    path = write(tmp_path / "行程.csv", ("起点", "终点", "用时（分钟）"), rows, "gb18030")
    assert main(["calibrate", str(path)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("car: 60 trips used, 0 left out")
    assert "before:" in said
    assert "No trip is kept." in said


def test_rows_that_are_no_trips_are_sentences(tmp_path: Path) -> None:
    rows = [
        ("112 27.73", "112.01 27.73", "5"),
        ("somewhere", "112.01 27.73", "5"),
        ("27.73 112", "112.01 27.73", "5"),
        ("112 27.73", "112.01 27.73", "-1"),
        ("112 27.73", "112.01 27.73", ""),
    ]
    trips, left_out = read_trips(write(tmp_path / "trips.csv", ("from", "to", "minutes"), rows))
    assert [trip.row for trip in trips] == [2]
    assert [(each.row, each.reason) for each in left_out] == [
        (3, "bad_point"),
        (4, "bad_point"),
        (5, "bad_minutes"),
        (6, "bad_minutes"),
    ]
    assert "They seem to be swapped" in left_out[1].message
    assert "minutes are -1; wanted is more than 0" in left_out[2].message


@pytest.mark.parametrize(
    ("headings", "sentence"),
    [
        (("from", "to", "hours"), "has no column of minutes, but from, to, hours"),
        (("from", "place", "minutes"), "doesn't say to where"),
    ],
)
def test_a_table_without_trips_is_a_sentence(tmp_path: Path, headings: tuple[str, ...], sentence: str) -> None:
    path = write(tmp_path / "trips.csv", headings, [("112 27.73", "112.01 27.73", "5")])
    with pytest.raises(InvalidInput, match=sentence):
        read_trips(path)


def test_too_few_trips_say_what_is_wrong_with_the_others(
    town: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [(112.001, 27.731, 113.5, 29.9, 12)] * 20 + [(112.001, 27.731, 112.008, 27.735, -1)]
    path = str(write(tmp_path / "trips.csv", HEADINGS, rows))
    with pytest.raises(InvalidInput, match=r"^0 trips that can be used; wanted are 10 or more\n") as told:
        main(["calibrate", path])
    lines = str(told.value).splitlines()
    assert lines[1].startswith("  row 2: The trip ends farther than 100 m from every road")
    assert lines[-1] == "  and 1 row more: --json lists them all"
    with pytest.raises(InvalidInput):
        main(["calibrate", path, "--json"])
    listed = json.loads(capsys.readouterr().out)["left_out"]
    assert [each["row"] for each in listed] == list(range(2, 23))
    assert (listed[0]["reason"], listed[-1]["reason"]) == ("off_network", "bad_minutes")
