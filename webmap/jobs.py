"""How jobs are answered with, whatever they ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request, url_for

from geodata.jobs.queue import ask, look
from geodata.queries.jobs import JobRow
from webmap import access
from webmap.languages import language


def accepted(kind: str, question: Mapping[str, Any]) -> Response:
    """Put a question into the queue and answer 202 with the job.

    Args:
        kind: the name of a task that the worker knows.
        question: every parameter with its value, as JSON has it.
    """
    settings = access.settings()
    answer = jsonify(told_job(look(settings, ask(settings, kind, question))))
    answer.status_code = 202
    return answer


def told_job(job: JobRow) -> dict[str, Any]:
    """Return how far a job is, as JSON has it, with the addresses of itself, of its end and of what came of it.

    Programs read English unless they ask for another language; the addresses ask for the same.
    """
    lang = request.args.get("lang")
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "share": job.share,
        "message": job.message.get(language() if lang else "en"),
        "job": url_for("jobs.show_job", job_id=job.id, lang=lang),
        "cancel": url_for("jobs.cancel_job", job_id=job.id, lang=lang),
        "run": url_for("jobs.show_run", run_id=job.run_id, lang=lang) if job.run_id else None,
    }
