"""What was asked as jobs and what came of it, for programs: looked at, called off, read as runs."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from geodata.analyses.coverage import by_community
from geodata.analyses.coverage.desk import desk_for
from geodata.analyses.runs import as_listed, newest_runs, stored_run
from geodata.analyses.siting.kept import KIND as SITE
from geodata.analyses.siting.kept import plan_of
from geodata.errors import NotFound
from geodata.jobs.queue import cancel, look, newest
from webmap.access import for_planners, settings
from webmap.bodies import words_of_address
from webmap.jobs import told_job
from webmap.planning.question import told
from webmap.reports.sent import ROADS, check_ending, sent_report

blueprint = Blueprint("jobs", __name__)
blueprint.before_request(for_planners)


@blueprint.get("/jobs")
@words_of_address()
def show_jobs() -> Response:
    """Answer with the last jobs, the newest first."""
    return jsonify({"jobs": [told_job(job) for job in newest(settings())]})


@blueprint.get("/jobs/<key:job_id>")
@words_of_address()
def show_job(job_id: int) -> Response:
    """Answer how far a job is."""
    return jsonify(told_job(look(settings(), job_id)))


@blueprint.post("/jobs/<key:job_id>/cancel")
@words_of_address()
def cancel_job(job_id: int) -> Response:
    """Call a job off, and answer what it is then."""
    return jsonify(told_job(cancel(settings(), job_id)))


@blueprint.get("/runs")
@words_of_address("kind")
def show_runs() -> Response:
    """Answer with the last runs, the newest first, without their answers: `?kind=`."""
    runs = newest_runs(settings(), kind=request.args.get("kind") or None)
    return jsonify({"runs": [as_listed(run, is_outdated=is_old) for run, is_old in runs]})


@blueprint.get("/runs/<key:run_id>/report.<ending>")
@words_of_address(ROADS)
def show_run_report(run_id: int, ending: str) -> Response:
    """Answer with a siting as a file, with who is within reach today: pdf, gpkg, xlsx or html; `?roads=DAY`."""
    check_ending(ending)
    run = stored_run(settings(), run_id)
    if run.asked.kind != SITE:
        raise NotFound(f"run {run_id} is no {SITE}", zh=f"运行 {run_id} 不是 {SITE}")
    at_the_time, plan = plan_of(settings(), run)
    question = by_community(at_the_time, plan.question.service)
    return sent_report(at_the_time, desk_for(at_the_time, question).answer, plan, ending)


@blueprint.get("/runs/<key:run_id>")
@words_of_address()
def show_run(run_id: int) -> Response:
    """Answer with what a run came to."""
    run = stored_run(settings(), run_id)
    return jsonify({**run.answer, "run": told(run)})
