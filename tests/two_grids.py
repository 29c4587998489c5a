"""Two grids of one community with hazards of all deadlines: what officers' pages and writing are tried on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from geodata.settings import Settings
from tests.district import WEST, YARD
from tests.geodata.queries.staged import put

EAST = "MULTIPOLYGON(((112.004 27.72, 112.02 27.72, 112.02 27.74, 112.004 27.74, 112.004 27.72)))"
NORTH = "MULTIPOLYGON(((112.004 27.75, 112.02 27.75, 112.02 27.76, 112.004 27.76, 112.004 27.75)))"
HERE, THERE = "POINT(112.0005 27.7305)", "POINT(112.01 27.73)"
DUE = {
    "over": ("2025-10-20", HERE),
    "yesterday": ("2025-10-30", HERE),
    "today": ("2025-10-31", HERE),
    "week": ("2025-11-07", HERE),
    "later": ("2025-11-08", HERE),
    "open-ended": (None, HERE),
    "closed": ("2025-10-01", HERE),
    "foreign": ("2025-10-01", THERE),
}


def two_grids(deployment: Settings) -> Settings:
    """Bring two grids of one community; into an empty deployment; the west has a compound and all hazards but one."""
    made = replace(deployment, synthetic=True, as_of=date(2025, 10, 31))
    grids = [("W", WEST), ("E", EAST)]
    put(
        made,
        "area",
        [
            {"source_id": code, "code": code, "name": f"Grid {code}", "kind": "grid", "geom": geom}
            for code, geom in grids
        ],
    )
    put(made, "compound", [{"source_id": "a", "code": "C1", "name": "Garden", "geom": YARD}])
    put(
        made,
        "hazard",
        [
            {"source_id": key, "kind": "gas", "found_on": "2025-09-20", "due_on": due, "geom": geom}
            | ({"compound_name": "Garden"} if geom == HERE else {})
            for key, (due, geom) in DUE.items()
        ],
    )
    steps = [("closed", "reported"), ("closed", "closed"), ("over", "rectified")]
    put(
        made,
        "hazard_event",
        [
            {"source_id": f"{key}/{kind}", "parent_source_id": key, "kind": kind, "happened_on": "2025-10-01"}
            for key, kind in steps
        ],
    )
    return made
