"""Where next, for programs: asked as a job, looked at meanwhile, read as a run."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from geodata.analyses.coverage.question import understand
from geodata.analyses.runs import as_listed, newest_runs, stored_run
from geodata.analyses.siting import SiteQuestion
from geodata.analyses.siting.kept import KIND
from geodata.errors import InvalidInput
from geodata.jobs.queue import ask, cancel, look
from geodata.queries.jobs import JobRow
from webmap.access import for_planners, settings
from webmap.planning import asked_question, told

blueprint = Blueprint("siting", __name__)
blueprint.before_request(for_planners)

LONGEST_S = 60.0


@blueprint.post("/site/<service>")
def ask_site(service: str) -> Response:
    """Ask where the next posts belong: `?minutes=&mode=&at=&weight=`, `{"add": 3, "objective": "mclp"}`; 202, a job."""
    stated = request.get_json(silent=True)
    if not isinstance(stated, dict) or not stated.keys() <= {"add", "objective", "candidates", "existing"}:
        raise InvalidInput('wanted is a JSON object such as {"add": 3, "objective": "mclp"}')
    add = stated.get("add", 3)
    if not isinstance(add, int) or isinstance(add, bool):
        raise InvalidInput(f"add is {add!r}; wanted is a whole number, such as 3")
    words = {name: str(value) for name, value in stated.items() if name != "add"}
    question = SiteQuestion(asked_question(service), add=add, time_limit_s=LONGEST_S, **words)
    question.check()
    understand(settings(), question.service)
    answer = jsonify(_told_job(look(settings(), ask(settings(), KIND, asdict(question)))))
    answer.status_code = 202
    return answer


@blueprint.get("/jobs/<int:job_id>")
def show_job(job_id: int) -> Response:
    """Answer how far a job is."""
    return jsonify(_told_job(look(settings(), job_id)))


@blueprint.post("/jobs/<int:job_id>/cancel")
def cancel_job(job_id: int) -> Response:
    """Call a job off, and answer what it is then."""
    return jsonify(_told_job(cancel(settings(), job_id)))


@blueprint.get("/runs")
def show_runs() -> Response:
    """Answer with the last runs, the newest first, without their answers: `?kind=`."""
    runs = newest_runs(settings(), kind=request.args.get("kind") or None)
    return jsonify({"runs": [as_listed(run, is_outdated=is_old) for run, is_old in runs]})


@blueprint.get("/runs/<int:run_id>")
def show_run(run_id: int) -> Response:
    """Answer with what a run came to."""
    run = stored_run(settings(), run_id)
    return jsonify({**run.answer, "run": told(run)})


def _told_job(job: JobRow) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "share": job.share,
        "message": job.message,
        "job": url_for("siting.show_job", job_id=job.id),
        "run": url_for("siting.show_run", run_id=job.run_id) if job.run_id else None,
    }
