"""Where a job is asked for, looked at and called off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector

from geodata.database.engine import engine_for, url_for
from geodata.database.logins import Login
from geodata.queries.jobs import JobRow, get_job, list_jobs
from geodata.settings import Settings

QUEUE = "analyses"
SCHEMA = "jobs"


def ask(settings: Settings, kind: str, question: Mapping[str, Any]) -> int:
    """Put a job at the end of the queue and return its number.

    Args:
        settings: the deployment's.
        kind: the name of a task that the worker knows.
        question: every parameter with its value, as JSON has it.
    """
    with _open(settings) as app:
        # One after the other: each would like to have all processors and the memory to itself.
        deferrer = app.configure_task(kind, queue=QUEUE, lock=QUEUE)
        return deferrer.defer(question=dict(question))


def look(settings: Settings, job_id: int) -> JobRow:
    """Return what has become of a job.

    Raises:
        NotFound: there is none of that number.
    """
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return get_job(connection, job_id)


def newest(settings: Settings, *, most: int = 20) -> list[JobRow]:
    """Return the last jobs, the newest first."""
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return list_jobs(connection, most=most)


def cancel(settings: Settings, job_id: int) -> JobRow:
    """Call a job off: one that waits is never begun, one that runs ends at its next step. Return what it is now.

    Raises:
        NotFound: there is none of that number.
    """
    look(settings, job_id)
    with _open(settings) as app:
        app.job_manager.cancel_job_by_id(job_id, abort=True)
    return look(settings, job_id)


def _open(settings: Settings) -> App:
    return App(connector=SyncPsycopgConnector(min_size=1, max_size=1, **_connection(settings))).open()


def worker_app(settings: Settings) -> App:
    """Return procrastinate's application for the worker, without any task; not yet open."""
    return App(connector=PsycopgConnector(min_size=2, max_size=4, **_connection(settings)))


def _connection(settings: Settings) -> dict[str, Any]:
    url = url_for(settings, Login.ANALYST).set(drivername="postgresql")
    # Its statements name no schema.
    return {
        "conninfo": url.render_as_string(hide_password=False),
        "kwargs": {"options": f"-c search_path={SCHEMA}"},
    }
