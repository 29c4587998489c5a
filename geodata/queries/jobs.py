"""How far jobs are: what the queue knows of them, and what they say themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from geodata.errors import NotFound
from geodata.layers.text import Text


class JobState(StrEnum):
    """What has become of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will become of it."""
        return self not in (JobState.WAITING, JobState.RUNNING)


_STATES = {
    "todo": JobState.WAITING,
    "doing": JobState.RUNNING,
    "succeeded": JobState.DONE,
    "failed": JobState.FAILED,
    "cancelled": JobState.CANCELLED,
    "aborting": JobState.RUNNING,
    "aborted": JobState.CANCELLED,
}


@dataclass(frozen=True)
class JobRow:
    """One job.

    Attributes:
        id: its number.
        kind: which task it is.
        question: what it was asked, as JSON has it.
        state: what has become of it.
        share: how much of it is done, 0..1.
        message: what it is at, or why it failed, in the languages of the pages; "" where it has said nothing.
        run_id: the run that came of it; None before.
        attempts: how often it was begun, without the time that is under way.
    """

    id: int
    kind: str
    question: Mapping[str, Any]
    state: JobState
    share: float
    message: Text
    run_id: int | None
    attempts: int


def get_job(connection: Connection, job_id: int) -> JobRow:
    """Return a job by its number.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(text(f"{_JOBS} WHERE j.id = :id"), {"id": job_id}).first()
    if row is None:
        raise NotFound(f"no job {job_id}", zh=f"没有第 {job_id} 号任务")
    return _job(row)


def list_jobs(connection: Connection, *, most: int) -> list[JobRow]:
    """Return the last jobs, the newest first."""
    rows = connection.execute(text(f"{_JOBS} ORDER BY j.id DESC LIMIT :most"), {"most": most})
    return [_job(row) for row in rows]


_JOBS = """
    SELECT j.id, j.task_name, j.args, j.status::text AS status, coalesce(p.share, 0) AS share,
        coalesce(p.message, '') AS message, coalesce(p.message_zh, p.message, '') AS message_zh, p.run_id, j.attempts
    FROM jobs.procrastinate_jobs j LEFT JOIN jobs.progress p ON p.job_id = j.id
"""


def _job(row: Any) -> JobRow:
    return JobRow(
        row.id, row.task_name, row.args["question"], _STATES[row.status], row.share,
        Text(row.message_zh, row.message), row.run_id, row.attempts,
    )  # fmt: skip


def tell_progress(connection: Connection, job_id: int, share: float, message: Text, run_id: int | None = None) -> None:
    """Write how far a job is."""
    statement = text(
        """
        INSERT INTO jobs.progress (job_id, share, message, message_zh, run_id)
        VALUES (:job_id, :share, :message, :message_zh, :run_id)
        ON CONFLICT (job_id) DO UPDATE SET share = excluded.share, message = excluded.message,
            message_zh = excluded.message_zh, run_id = coalesce(excluded.run_id, progress.run_id),
            told = clock_timestamp()
        """
    )
    said = {"message": message.en, "message_zh": message.zh}
    connection.execute(statement, {"job_id": job_id, "share": share, "run_id": run_id, **said})


def is_cancelled(connection: Connection, job_id: int) -> bool:
    """Tell whether somebody has asked a running job to end."""
    query = text("SELECT abort_requested FROM jobs.procrastinate_jobs WHERE id = :id")
    return bool(connection.execute(query, {"id": job_id}).scalar_one())


_AT_WORK = 0x6A6F6273
"""The advisory lock of a deployment's worker."""


def wait_for_turn(connection: Connection) -> None:
    """Wait until no other worker of the deployment is at work; it is ours as long as the connection lives."""
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _AT_WORK})


def has_turn(connection: Connection) -> bool:
    """Tell whether the turn is still ours: with its connection it is lost, such as when the server was restarted."""
    try:
        connection.execute(text("SELECT 1"))
        connection.rollback()
    except DBAPIError:
        return False
    return True


def put_back_abandoned(connection: Connection, *, most_attempts: int) -> int:
    """Let jobs wait again whose process ended in the middle, and return how many; nobody else may be at work.

    A job that ended its process `most_attempts` times has failed; one that was asked to end has ended.
    """
    connection.execute(text("SET LOCAL search_path TO jobs"))  # the triggers of the queue name no schema
    connection.execute(
        text(
            """
            INSERT INTO jobs.progress (job_id, share, message, message_zh)
            SELECT id, 0, 'its process ended ' || (attempts + 1) || ' times before it was done',
                '计算进程在完成前已中断 ' || (attempts + 1) || ' 次'
            FROM jobs.procrastinate_jobs
            WHERE status = 'doing' AND NOT abort_requested AND attempts + 1 >= :most_attempts
            ON CONFLICT (job_id) DO UPDATE SET message = excluded.message, message_zh = excluded.message_zh
            """
        ),
        {"most_attempts": most_attempts},
    )
    moved = connection.execute(
        text(
            """
            UPDATE jobs.procrastinate_jobs SET
                status = CAST(CASE WHEN abort_requested THEN 'aborted' WHEN attempts + 1 >= :most_attempts THEN 'failed'
                    ELSE 'todo' END AS jobs.procrastinate_job_status),
                attempts = attempts + 1, worker_id = NULL
            WHERE status = 'doing' RETURNING status::text
            """
        ),
        {"most_attempts": most_attempts},
    )
    return sum(status == "todo" for status in moved.scalars())
