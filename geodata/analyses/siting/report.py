"""A siting for other programs: one JSON object, and a table of sites for a map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import geopandas
import pandas as pd
import shapely

from geodata.analyses.coverage.question import Asked
from geodata.analyses.facts import plain
from geodata.analyses.siting.answer import ClosedPost, Plan, Site, Step, Unreached
from geodata.analyses.siting.question import SiteQuestion
from geodata.crs import STORAGE_SRID


def plan_as_json(plan: Plan) -> dict[str, object]:
    """Return a siting as JSON can hold it."""
    asked, question = plan.asked, plan.question
    return {
        "service": asked.service.id,
        "mode": asked.mode.id,
        "minutes": plain(asked.minutes),
        "at": None if asked.at is None else str(asked.at),
        "weight": asked.weight,
        "changes": list(asked.changes),
        "changes_left_out": list(asked.changes_left_out),
        "objective": question.objective,
        "capacity": question.capacity,
        "add": len(plan.sites),
        "existing": question.existing,
        "close": question.close,
        "candidates": plan.candidates,
        "sites": [{**asdict(site), "gain": plain(site.gain)} for site in plan.sites],
        "closed": plan.closed,
        "closed_posts": [asdict(post) for post in plan.closed_posts],
        "demand_total": plain(plan.demand_total),
        "covered_before": plain(plan.covered_before),
        "covered_after": plain(plan.covered_after),
        "value": plain(plan.objective),
        "value_before": None if plan.before is None else plain(plan.before),
        "bound": plain(plan.bound),
        "gap": round(plan.gap, 9),
        "proven": plan.proven,
        "curve": [
            {**asdict(step), "covered": plain(step.covered), "gain": plain(step.gain), "gap": round(step.gap, 9)}
            | {"minutes": None if step.minutes is None else plain(step.minutes)}
            for step in plan.curve
        ],
        "unreachable": plain(plan.unreachable),
        "unreachable_places": plan.unreachable_places,
        "unreachable_names": [each.name for each in plan.unreached],
        "unreached": [
            {**asdict(each), "people": None if each.people is None else plain(each.people)} for each in plan.unreached
        ],
        "receipt": dict(plan.receipt),
    }


def plan_from_json(told: Mapping[str, Any], question: SiteQuestion, asked: Asked) -> Plan:
    """Return a siting from what `plan_as_json` made of it.

    Args:
        told: of `plan_as_json`.
        question: what was asked.
        asked: of the service, with the usual filled in.

    Raises:
        KeyError, TypeError: it was made by another version.
    """
    return Plan(
        question=question,
        asked=asked,
        sites=[Site(**each) for each in told["sites"]],
        closed_posts=[ClosedPost(**each) for each in told["closed_posts"]],
        demand_total=told["demand_total"],
        covered_before=told["covered_before"],
        covered_after=told["covered_after"],
        objective=told["value"],
        bound=told["bound"],
        gap=told["gap"],
        proven=told["proven"],
        before=told["value_before"],
        curve=[Step(**each) for each in told["curve"]],
        unreachable=told["unreachable"],
        unreachable_places=told["unreachable_places"],
        unreached=[Unreached(**each) for each in told["unreached"]],
        candidates=told["candidates"],
        receipt=told["receipt"],
    )


def frame_of(plan: Plan) -> geopandas.GeoDataFrame:
    """Return the sites as a GeoDataFrame in WGS 84, with the receipt and the sums in its attrs.

    `what` is "opens"; posts that would stand elsewhere, or close, come behind the sites with "closes" and their code.
    """
    rows = [
        {"what": "opens", "code": None, "name": site.name, "area": site.area, "street": site.street, "gain": site.gain}
        for site in plan.sites
    ]
    rows += [
        {"what": "closes", "code": post.code, "name": post.called, "area": None, "street": None, "gain": None}
        for post in plan.closed_posts
    ]
    spots = [shapely.Point(site.lon, site.lat) for site in plan.sites]
    spots += [shapely.Point(post.lon, post.lat) for post in plan.closed_posts]
    columns = ["what", "code", "name", "area", "street", "gain"]
    frame = geopandas.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=spots, crs=STORAGE_SRID)
    frame["gain"] = frame["gain"].astype(float)
    frame.attrs.update({"receipt": dict(plan.receipt), "answer": plan_as_json(plan)})
    return frame


def curve_frame(plan: Plan) -> pd.DataFrame:
    """Return the steps of the curve as a table; empty where there is none."""
    return pd.DataFrame([asdict(step) for step in plan.curve], columns=[each.name for each in fields(Step)])
