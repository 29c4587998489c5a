"""Works on the queue, one job after the other, until the process is ended; what was in the middle is begun again."""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from procrastinate import JobContext
from procrastinate.exceptions import JobAborted
from sqlalchemy import Connection

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import GeodataError
from geodata.jobs.queue import QUEUE, worker_app
from geodata.layers.text import Text
from geodata.queries.jobs import has_turn, is_cancelled, put_back_abandoned, tell_progress, wait_for_turn
from geodata.settings import Settings

OUR_FAULT = Text("csmap 在此出错；详见后台日志", "csmap has failed here; the log of its worker says where")
"""What is told of a job that failed by no fault of its question: never what it was at, nor an exception's words."""
NOTHING = Text("", "")
TURN_LOST = 75
"""What the process ends with where the database was restarted under it: whoever keeps it starts it again."""
_LOG = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
"""A job whose process has ended so often, such as for want of memory, isn't begun again."""


TOLD_EACH_S = 0.2
"""What a step tells about itself faster than this isn't told one by one."""


@dataclass
class Progress:
    """How a job says how far it is."""

    settings: Settings
    job_id: int
    told_s: float = -math.inf
    step: str = ""

    def tell(self, share: float, message: Text) -> None:
        """Say how much is done and what comes next; a job that was called off ends here.

        Args:
            share: 0..1.
            message: a few words: which step it is, and after a colon how that stands.
        """
        now_s, step = time.monotonic(), message.en.partition(":")[0]
        if step == self.step and now_s - self.told_s < TOLD_EACH_S:
            return
        self.told_s, self.step = now_s, step
        with engine_for(self.settings, Login.ANALYST).begin() as connection:
            if is_cancelled(connection, self.job_id):
                raise JobAborted
            tell_progress(connection, self.job_id, min(max(share, 0.0), 1.0), message)


Task = Callable[[Settings, Mapping[str, Any], Progress], int | None]
"""Answers a question, saying now and then how far it is, and returns the number of the run that it has kept, if any.

It may be ended at any moment and begun again: nothing of it may count before it is done.
"""


def _is_our_fault(record: logging.LogRecord) -> bool:
    """Tell whether a line of the queue's log is wanted: where a job came to a stop matters for faults of ours alone."""
    return not (record.exc_info and isinstance(record.exc_info[1], GeodataError))


def work(settings: Settings, tasks: Mapping[str, Task], *, is_endless: bool = True) -> None:
    """Work on the queue; the only worker of the deployment: another one waits until this one ends.

    A signal ends the process in the middle of a job, as a crash does: the next worker begins that job again.

    Args:
        settings: the deployment's.
        tasks: by kind.
        is_endless: False to return once nothing waits.
    """
    app = worker_app(settings)
    logging.getLogger("procrastinate.worker").addFilter(_is_our_fault)
    with engine_for(settings, Login.ANALYST).connect() as own:
        own.detach()  # closed at the end, not put back into the pool with its lock
        for kind, task in tasks.items():
            app.task(name=kind, queue=QUEUE, pass_context=True)(_told(settings, task, own))
        wait_for_turn(own)
        put_back_abandoned(own, most_attempts=MOST_ATTEMPTS)
        own.commit()  # the lock stays, as long as the connection
        app.run_worker(
            queues=[QUEUE],
            wait=is_endless,
            install_signal_handlers=False,
            abort_job_polling_interval=1.0,
        )


def _told(settings: Settings, task: Task, own: Connection) -> Callable[..., None]:
    """Return the task as the queue calls it: its end and its failure are told as its progress is.

    Args:
        settings: the deployment's.
        task: what is done.
        own: the connection by which it is this process's turn.
    """

    def run(context: JobContext, question: Mapping[str, Any]) -> None:
        job_id = context.job.id
        if job_id is None:
            raise AssertionError("a job that runs has a number")
        progress = Progress(settings, job_id)
        _end_without_turn(own, job_id)
        try:
            progress.tell(0, NOTHING)
            run_id = task(settings, question, progress)
            _write(settings, job_id, 1, NOTHING, run_id)
        except JobAborted:
            raise
        except Exception as error:
            _end_without_turn(own, job_id)
            why = Text(error.told("zh-CN"), error.told("en")) if isinstance(error, GeodataError) else OUR_FAULT
            _write(settings, job_id, 0, why)
            if isinstance(error, GeodataError):
                _LOG.warning("job %s is refused: %s", job_id, error)
            raise

    return run


def _end_without_turn(own: Connection, job_id: int) -> None:
    """End the process, as a crash does, where the database was lost: no fault of the job's, which is begun again."""
    if not has_turn(own):
        _LOG.error("job %s: the connection to the database was lost; the next process begins the job again", job_id)
        os._exit(TURN_LOST)


def _write(settings: Settings, job_id: int, share: float, message: Text, run_id: int | None = None) -> None:
    with engine_for(settings, Login.ANALYST).begin() as connection:
        tell_progress(connection, job_id, share, message, run_id)
