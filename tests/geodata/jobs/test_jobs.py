"""Jobs are worked on one after the other, tell how far they are, can be called off, and survive their process."""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager

from geodata.database.cluster import Cluster
from geodata.errors import NotFound
from geodata.jobs.queue import ask, cancel, look
from geodata.jobs.worker import MOST_ATTEMPTS, OUR_FAULT, TURN_LOST, work
from geodata.layers.text import Text
from geodata.queries.jobs import JobRow, JobState
from geodata.settings import PROJECT, Settings
from tests.geodata.jobs.counting import TASKS

SECONDS = 60


@pytest.fixture
def worker(deployment: Settings) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start workers as processes of their own; all are ended after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "tests.geodata.jobs.counting", str(deployment.home)]
        started.append(subprocess.Popen(line, cwd=PROJECT))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(settings: Settings, job_id: int, holds: Callable[[JobRow], bool]) -> JobRow:
    """Wait until something holds of a job."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        job = look(settings, job_id)
        if holds(job):
            return job
        time.sleep(0.02)
    raise AssertionError(f"after {SECONDS} s the job is {look(settings, job_id)}")


def beginnings(file: Path) -> int:
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_a_job_waits_runs_and_is_done(deployment: Settings, tmp_path: Path) -> None:
    question = {"file": str(tmp_path / "begun"), "to": 5}
    job_id = ask(deployment, "count", question)
    waiting = look(deployment, job_id)
    assert (waiting.kind, waiting.question, waiting.state) == ("count", question, JobState.WAITING)
    assert not waiting.state.is_over
    work(deployment, TASKS, is_endless=False)
    done = look(deployment, job_id)
    assert (done.state, done.share, done.run_id, done.attempts) == (JobState.DONE, 1, 5, 1)
    assert beginnings(tmp_path / "begun") == 1
    with pytest.raises(NotFound, match="no job 99"):
        look(deployment, 99)


def test_why_a_job_failed_is_said(deployment: Settings, caplog: pytest.LogCaptureFixture) -> None:
    job_id = ask(deployment, "refuse", {})
    work(deployment, TASKS, is_endless=False)
    failed = look(deployment, job_id)
    assert failed.state == JobState.FAILED
    assert failed.message == Text("没有道路数据", "there are no roads: load them first")
    # Nobody has to look for a fault: one line says why.
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING] == [
        f"job {job_id} is refused: there are no roads: load them first"
    ]


def test_a_job_that_fails_by_our_fault_says_so_and_no_more(
    deployment: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = ask(deployment, "fail", {})
    work(deployment, TASKS, is_endless=False)
    failed = look(deployment, job_id)
    assert (failed.state, failed.message) == (JobState.FAILED, OUR_FAULT)
    assert any(each.exc_info for each in caplog.records), "the log says where"


def test_a_job_that_waits_is_never_begun_once_it_is_called_off(deployment: Settings, tmp_path: Path) -> None:
    first, second = (ask(deployment, "count", {"file": str(tmp_path / name), "to": 2}) for name in ("one", "two"))
    assert cancel(deployment, first).state == JobState.CANCELLED
    work(deployment, TASKS, is_endless=False)
    assert look(deployment, first).state == JobState.CANCELLED
    assert look(deployment, second).state == JobState.DONE
    assert (beginnings(tmp_path / "one"), beginnings(tmp_path / "two")) == (0, 1)
    with pytest.raises(NotFound):
        cancel(deployment, 99)


def test_a_job_that_runs_ends_when_it_is_called_off(
    deployment: Settings, worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    worker()
    job_id = ask(deployment, "count", {"file": str(tmp_path / "begun"), "to": 100_000})
    running = until(deployment, job_id, lambda job: job.share > 0)
    assert running.state == JobState.RUNNING
    assert 0 < running.share < 1
    cancel(deployment, job_id)
    assert until(deployment, job_id, lambda job: job.state.is_over).state == JobState.CANCELLED


def test_a_job_in_the_middle_is_begun_again_after_its_process_was_killed(
    deployment: Settings, worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    file = tmp_path / "begun"
    job_id = ask(deployment, "count", {"file": str(file), "to": 300})
    killed = worker()
    until(deployment, job_id, lambda job: job.share > 0)
    killed.kill()
    killed.wait()
    assert look(deployment, job_id).state == JobState.RUNNING  # as nobody could say otherwise
    worker()
    done = until(deployment, job_id, lambda job: job.state.is_over)
    assert (done.state, done.run_id, done.attempts) == (JobState.DONE, 300, 2)
    assert beginnings(file) == 2


def test_a_job_in_the_middle_is_begun_again_after_the_database_was_restarted(
    deployment: Settings, worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    if deployment.database_url is not None:
        pytest.skip("the server isn't ours to restart")
    file = tmp_path / "begun"
    job_id = ask(deployment, "count", {"file": str(file), "to": 300})
    cut_off = worker()
    until(deployment, job_id, lambda job: job.share > 0)
    cluster = Cluster.at(deployment.home)
    cluster.stop()
    cluster.ensure()
    # It was no fault of the job's: the process ends, and who keeps it starts another.
    assert cut_off.wait(SECONDS) == TURN_LOST
    worker()
    done = until(deployment, job_id, lambda job: job.state.is_over)
    assert (done.state, done.run_id, beginnings(file)) == (JobState.DONE, 300, 2)


def test_a_job_that_ends_its_process_again_and_again_has_failed(
    deployment: Settings, worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    file = tmp_path / "begun"
    job_id = ask(deployment, "count", {"file": str(file), "to": 100_000})
    for attempt in range(MOST_ATTEMPTS):
        killed = worker()
        until(deployment, job_id, lambda _, begun=attempt + 1: beginnings(file) == begun)  # type: ignore[misc]
        killed.kill()
        killed.wait()
    work(deployment, TASKS, is_endless=False)
    failed = look(deployment, job_id)
    assert failed.state == JobState.FAILED
    assert f"ended {MOST_ATTEMPTS} times" in failed.message.en
    assert f"中断 {MOST_ATTEMPTS} 次" in failed.message.zh
    assert beginnings(file) == MOST_ATTEMPTS


def test_a_second_worker_leaves_the_first_its_job(
    deployment: Settings, worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    file = tmp_path / "begun"
    job_id = ask(deployment, "count", {"file": str(file), "to": 300})
    first = worker()
    until(deployment, job_id, lambda job: job.message.en != "")
    worker()
    assert until(deployment, job_id, lambda job: job.state.is_over).attempts == 1
    assert beginnings(file) == 1
    # And takes over once the first is gone.
    first.kill()
    first.wait()
    later = ask(deployment, "count", {"file": str(file), "to": 2})
    assert until(deployment, later, lambda job: job.state.is_over).state == JobState.DONE


def test_the_queue_has_the_shape_that_was_migrated() -> None:
    # Another procrastinate with another schema: write the migration that brings a database from this one to that.
    digest = hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()
    assert digest == "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"
