"""A siting for other programs: one JSON object, and a table of sites for a map."""

from __future__ import annotations

from dataclasses import asdict

import geopandas

from geodata.analyses.facts import plain
from geodata.analyses.siting.answer import Plan
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
        "closed_posts": [
            {"code": post.code, "name": post.name, "lon": round(post.lon, 6), "lat": round(post.lat, 6)}
            for post in plan.closed_posts
        ],
        "demand_total": plain(plan.demand_total),
        "covered_before": plain(plan.covered_before),
        "covered_after": plain(plan.covered_after),
        "value": plain(plan.objective),
        "bound": plain(plan.bound),
        "gap": round(plan.gap, 9),
        "proven": plan.proven,
        "curve": [
            {**asdict(step), "covered": plain(step.covered), "gain": plain(step.gain), "gap": round(step.gap, 9)}
            for step in plan.curve
        ],
        "unreachable": plain(plan.unreachable),
        "unreachable_places": plan.unreachable_places,
        "unreachable_names": list(plan.unreachable_names),
        "receipt": dict(plan.receipt),
    }


def frame_of(plan: Plan) -> geopandas.GeoDataFrame:
    """Return the sites as a GeoDataFrame in WGS 84, with the receipt and the sums in its attrs."""
    columns = {name: [getattr(site, name) for site in plan.sites] for name in ("name", "area", "gain")}
    lon, lat = [site.lon for site in plan.sites], [site.lat for site in plan.sites]
    frame = geopandas.GeoDataFrame(columns, geometry=geopandas.points_from_xy(lon, lat), crs=STORAGE_SRID)
    frame.attrs.update({"receipt": dict(plan.receipt), "answer": plan_as_json(plan)})
    return frame
