"""Commands keep their runs; a run is listed, shown, and worked out again to the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from geodata.analyses.again import run_again
from geodata.analyses.coverage import Question
from geodata.analyses.grids import GridsQuestion
from geodata.analyses.progress import READING
from geodata.analyses.runs import stored_run
from geodata.command import access, grids, runs
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput, NotFound
from geodata.jobs.queue import ask, look
from geodata.jobs.tasks import TASKS
from geodata.jobs.worker import work
from geodata.queries.jobs import JobState
from geodata.settings import PROJECT, Settings
from tests.geodata.analyses.test_coverage import house, village
from tests.geodata.jobs.test_jobs import until
from tests.geodata.queries.staged import put
from webmap.command import coverage, site

__all__ = ["village"]

WEST = "MULTIPOLYGON(((111.999 27.729, 112.0025 27.729, 112.0025 27.732, 111.999 27.732, 111.999 27.729)))"
EAST = "MULTIPOLYGON(((112.0025 27.729, 112.006 27.729, 112.006 27.732, 112.0025 27.732, 112.0025 27.729)))"
COMMANDS: Mapping[str, tuple[Callable[[list[str]], int], list[str]]] = {
    "coverage": (coverage.main, ["police_room", "--minutes", "15", "--at", "Mon 10:00", "--weight", "households"]),
    "site": (site.main, ["police_room", "--add", "1", "--minutes", "5"]),
    "access": (access.main, ["police_room", "--minutes", "15"]),
    "grids": (grids.main, ["balance"]),
}

Said = Callable[..., Any]


@pytest.fixture
def town(village: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The village with a second post, homes along its street and two grids."""
    monkeypatch.setenv("CSMAP_HOME", str(village.home))
    if village.database_url:
        monkeypatch.setenv("CSMAP_DATABASE_URL", village.database_url)
    put(village, "police_post", [{"source_id": "Q", "name": "East", "capacity": 2, "geom": "POINT(112.005 27.73)"}])
    homes = {112.0005: 3, 112.0015: 4, 112.0022: 5, 112.0031: 6}
    put(village, "building", [house(lon, residents=2 * count, households=count) for lon, count in homes.items()])
    put(village, "area", [
        {"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": WEST},
        {"source_id": "e", "code": "E", "name": "East", "kind": "grid", "geom": EAST},
    ])  # fmt: skip
    return village


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a command and return what it said: JSON where it was asked for, else words."""

    def run(command: Callable[[list[str]], int], *words: str, code: int = 0) -> Any:
        assert command([*words]) == code
        printed = capsys.readouterr().out
        return json.loads(printed) if "--json" in words else printed

    return run


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_command_keeps_its_run_and_it_comes_to_the_same_bytes(town: Settings, said: Said, kind: str) -> None:
    command, words = COMMANDS[kind]
    first = said(command, *words, "--json")["run"]
    assert said(command, *words, "--json")["run"] == first
    assert f"Kept as run {first['id']} ({first['sha256'][:12]})" in said(command, *words)
    again = said(runs.main, "again", str(first["id"]), "--json")
    assert (again["is_same"], again["changed"], again["is_other_code"]) == (True, [], False)
    assert again["run"] == first
    assert f"run {first['id']} ({kind}), worked out again: the same bytes" in said(runs.main, "again", str(first["id"]))
    with engine_for(town, Login.OWNER).begin() as connection:
        connection.execute(text("TRUNCATE analysis.run"))
    anew = said(command, *words, "--json")["run"]
    assert anew["id"] != first["id"]
    assert anew["sha256"] == first["sha256"]


def test_a_run_older_than_its_data_says_so_and_is_another_one_when_asked_again(town: Settings, said: Said) -> None:
    first = said(coverage.main, "police_room", "--json")
    number = first["run"]["id"]
    assert "OLDER" not in said(runs.main) + said(runs.main, "show", str(number))
    put(town, "building", [house(112.0035, residents=100)])
    for told in (said(runs.main), said(runs.main, "show", str(number))):
        assert "OLDER THAN ITS DATA" in told
    (listed,) = said(runs.main, "--json")
    assert (listed["id"], listed["kind"], listed["is_outdated"]) == (number, "coverage", True)
    assert listed["question"]["service"] == "police_room"
    again = said(runs.main, "again", str(number))
    assert "another answer" in again
    assert "data have changed since: building" in again
    assert f"kept as run {number + 1}" in again
    then, now = (said(runs.main, "show", str(each), "--json") for each in (number, number + 1))
    assert (then["run"]["is_outdated"], now["run"]["is_outdated"]) == (True, False)
    assert now["demand_total"] == then["demand_total"] + 100
    assert said(coverage.main, "police_room", "--json")["run"]["id"] == number + 1


@pytest.mark.parametrize(
    ("words", "gist"),
    [
        (("--add", "1"), "1 more by mclp"),
        (("--existing", "closable", "--close", "1"), "1 fewer by mclp, posts closable"),
        (("--existing", "movable", "--objective", "lscp"), "fewest posts by lscp, posts movable"),
    ],
)
def test_the_list_tells_what_was_asked_of_posts(town: Settings, said: Said, words: tuple[str, ...], gist: str) -> None:
    told = said(site.main, "police_room", "--minutes", "5", *words)
    (line,) = said(runs.main).splitlines()
    assert line.endswith(f"residents, {gist}")
    assert ("1 post fewer" in told) == ("1 fewer" in gist)
    assert ("choose from" not in told) or "closable" not in words, "where posts close there are no candidates"


def test_moments_are_told_by_the_clocks_of_the_place(town: Settings, said: Said) -> None:
    number = said(coverage.main, "police_room", "--json")["run"]["id"]
    asked = stored_run(town, number).asked_at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"{asked:%Y-%m-%d %H:%M}" in said(runs.main)
    assert f"asked {asked:%Y-%m-%d %H:%M:%S} CST" in said(runs.main, "show", str(number))


def test_a_job_whose_process_is_killed_in_the_middle_comes_to_what_the_command_says(town: Settings, said: Said) -> None:
    asked = [ask(town, "coverage", asdict(Question("police_room"))), ask(town, "grids", asdict(GridsQuestion()))]
    with engine_for(town, Login.OWNER).begin() as held:
        # Nobody reads the roads meanwhile: the job is in its middle for as long.
        held.execute(text("LOCK TABLE live.road IN ACCESS EXCLUSIVE MODE"))
        worker = subprocess.Popen([sys.executable, "-m", "geodata.command.work"], cwd=PROJECT)
        try:
            reading = until(town, asked[0], lambda job: job.message.en != "")
            assert (reading.state, reading.message) == (JobState.RUNNING, READING)
        finally:
            worker.kill()
            worker.wait()
    work(town, TASKS, is_endless=False)
    for job_id, kind in zip(asked, ("coverage", "grids"), strict=True):
        done = look(town, job_id)
        assert (done.state, done.share) == (JobState.DONE, 1)
        command, words = COMMANDS[kind] if kind == "grids" else (coverage.main, ["police_room"])
        assert said(command, *words, "--json")["run"]["id"] == done.run_id
    assert look(town, asked[0]).attempts == 2


def test_a_run_is_repeated_with_the_settings_of_its_time(town: Settings, said: Said) -> None:
    number = said(coverage.main, "police_room", "--at", "Mon 10:00", "--json")["run"]["id"]
    otherwise = {"id": "police_room", "minutes": [1], "definition": "In a minute", "residents_a_unit": 5}
    changed = replace(town, service=(otherwise,), speeds={"walk": {"residential": 9.0}})
    assert run_again(changed, number).is_same


def test_what_cannot_be_repeated_is_said(town: Settings, said: Said) -> None:
    number = said(coverage.main, "police_room", "--json")["run"]["id"]
    facts = "versions, code_version, definition, asked, answer, answer_sha256"
    copy = f"""INSERT INTO analysis.run (kind, question, {facts})
        SELECT kind, {{}}, {facts} FROM analysis.run WHERE id = :id RETURNING id"""
    with engine_for(town, Login.OWNER).begin() as connection:
        more, less = (
            connection.execute(text(copy.format(question)), {"id": number}).scalar_one()
            for question in ("""question || '{"weather": "rain"}'""", "question - 'minutes'")
        )
    for unknown in (more, less):
        with pytest.raises(InvalidInput, match="this version of csmap can't ask"):
            runs.main(["again", str(unknown)])
    with pytest.raises(NotFound, match="no run 999"):
        runs.main(["show", "999"])


def test_without_runs_it_is_said_how_to_get_some(town: Settings, said: Said) -> None:
    assert "no runs are kept: ./csmap coverage" in said(runs.main)
    assert said(runs.main, "--json") == []
