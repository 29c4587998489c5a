"""The officer's pages: deadlines of their own areas, the longest overdue first; a compound on one page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import true

from geodata.queries.deadlines import busy_grids
from geodata.queries.features import list_by
from geodata.queries.reading import STEWARD, open_reading
from geodata.settings import Settings
from tests.district import WEST, YARD, Client
from tests.geodata.queries.staged import put
from tests.signing import client_of

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


@pytest.fixture
def town(deployment: Settings) -> Settings:
    """Two grids of one community; the west has a compound and all hazards but one."""
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


def _counts(text: str) -> list[int]:
    return [int(each) for each in re.findall(r'class="chip-count">(\d+)<', text)]


def _said(text: str) -> list[str]:
    return re.findall(r'class="due-said">([^<]+)<', text)


def _officer(town: Settings, who: str = "grid_officer:W") -> FlaskClient:
    return client_of(town, who)


def test_what_is_overdue_comes_first_and_each_span_counts_its_own(town: Settings) -> None:
    officer = _officer(town)
    page = officer.get("/officer?lang=en").text
    # Overdue; today; from today for a week, both ends included; all that are open in the west.
    assert _counts(page) == [2, 1, 2, 6]
    assert _said(page) == ["11 days over", "1 day over"]
    assert _said(officer.get("/officer?due=today&lang=en").text) == ["due today"]
    assert _said(officer.get("/officer?due=week&lang=en").text) == ["due today", "7 days left"]
    assert _said(officer.get("/officer?due=all&lang=en").text) == [
        "11 days over", "1 day over", "due today", "7 days left", "8 days left", "no deadline yet",
    ]  # fmt: skip
    assert "/staff/?layers=hazard&amp;z=17.00/27.73050/112.00050" in page


def test_nobody_sees_another_grid(town: Settings) -> None:
    assert _said(_officer(town, "grid_officer:E").get("/officer?lang=en").text) == ["30 days over"]
    assert _counts(_officer(town, "police:W").get("/officer?lang=en").text) == [2, 1, 2, 6]


def test_an_empty_list_says_why(town: Settings) -> None:
    put(town, "area", [{"source_id": "N", "code": "N", "name": "North", "kind": "grid", "geom": NORTH}])
    page = _officer(town, "grid_officer:N").get("/officer?lang=en").text
    assert "No hazard is open in your areas" in page
    page = _officer(town, "grid_officer:E").get("/officer?due=today&lang=en").text
    assert "Nothing is due today" in page
    assert "due=all" in page


def test_a_dossier_has_hazards_gates_and_why_there_is_no_way(town: Settings) -> None:
    put(
        town,
        "gate",
        [
            {
                "source_id": "g",
                "name": "South gate",
                "kind": "main",
                "compound_name": "Garden",
                "geom": "POINT(112 27.73)",
            }
        ],
    )
    with open_reading(town, STEWARD) as reading:
        (compound,) = list_by(reading, reading.layer("compound"), true())
    page = _officer(town).get(f"/officer/compounds/{compound.id}?lang=en").text
    assert len(_said(page)) == 6
    assert "South gate" in page
    assert "isn&#39;t worked out yet" in page
    assert '<p class="quiet">Grid W</p>' in page
    other = _officer(town, "grid_officer:E").get(f"/officer/compounds/{compound.id}?lang=en").text
    assert _said(other) == []
    assert "outside your areas" in other


def test_others_find_nothing_and_are_led_to_the_sign_in(client: Client) -> None:
    for who in ("planner", "steward"):
        assert client(who).get("/officer").status_code == 404
    led = client().get("/officer?due=today")
    assert (led.status_code, led.location) == (303, "/staff/officer?due=today")
    assert "/officer" not in client("planner").get("/about").text
    assert "/staff/officer" in client("police:W").get("/about").text


def test_the_demo_officer_has_the_fewest_grids_that_give_work(town: Settings) -> None:
    with open_reading(town, STEWARD) as reading:
        # The west alone has two overdue and one that waits for its re-check.
        assert busy_grids(reading, overdue=2) == ("W",)
        assert busy_grids(reading, overdue=3) == ("E", "W")
        assert busy_grids(reading, overdue=9) == ("E", "W")
