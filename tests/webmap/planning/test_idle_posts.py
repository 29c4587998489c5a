"""Posts that reach nobody: barred by what is drawn, far from every street, closed, or none left; every door says so."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from flask.testing import FlaskClient

from geodata.settings import Settings
from tests.webmap.planning.test_planner import API, DAYTIME, planner, said, town
from tests.webmap.planning.test_scenarios import EAST, SCENARIOS, SHUT, commanded
from webmap.command import coverage

__all__ = ["planner", "town"]

QUESTION = f"{DAYTIME}&minutes=5&mode=walk"
PAGE = "service=police_room&minutes=5&mode=walk&lang=en"
RING = [[112.0005, 27.7295], [112.0015, 27.7295], [112.0015, 27.7305], [112.0005, 27.7305], [112.0005, 27.7295]]
SHAPES: dict[str, Any] = {
    "Point": [112.001, 27.73],
    "LineString": [[112.001, 27.729], [112.001, 27.731]],
    "Polygon": [RING],
}
FAR = {**EAST, "lat": 27.74, "name": "North"}
BARRED = "West reaches nobody: a barrier closes its street."
AWAY = "North reaches nobody: the nearest street is 1,108 m away, more than 100 m."
NONE_LEFT, NONE_OPEN = "No post is left: nobody is reached.", "No post is open at this moment: nobody is reached."


@pytest.fixture
def commands(town: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(town.home))
    if town.database_url:
        monkeypatch.setenv("CSMAP_DATABASE_URL", town.database_url)


@pytest.mark.parametrize("kind", SHAPES)
def test_a_barrier_through_a_post_is_said(planner: FlaskClient, kind: str) -> None:
    changes = [{"change": "add_barrier", "geometry": {"type": kind, "coordinates": SHAPES[kind]}}]
    answer = said(planner.post(f"{API}/changed{QUESTION}", json={"changes": changes}))
    assert (answer["gained"], answer["lost"], answer["covered_after"]) == (0, 150, 0)
    assert [(idle["code"], idle["why"]) for idle in answer["idle_posts"]] == [("W", "barred")]
    piece = planner.post(f"/planner/changed{DAYTIME}&{PAGE}", json={"changes": changes}).text
    assert BARRED in piece
    assert "所在道路被阻断" in planner.post(
        f"/planner/changed{DAYTIME}&{PAGE.replace('lang=en', 'lang=zh-CN')}", json={"changes": changes}
    ).get_data(as_text=True)


@pytest.mark.usefixtures("commands")
@pytest.mark.parametrize(
    ("name", "changes", "sentence"),
    [
        ("Barred", [{"change": "add_barrier", "geometry": {"type": "Point", "coordinates": [112.001, 27.73]}}], BARRED),
        ("Far", [FAR], AWAY),
        ("Shut", [SHUT], NONE_LEFT),
    ],
)
def test_every_door_says_which_posts_reach_nobody(
    planner: FlaskClient, tmp_path: Path, name: str, changes: list[dict[str, Any]], sentence: str
) -> None:
    assert planner.post(SCENARIOS, json={"name": name, "changes": changes, "replace": True}).status_code < 300
    query = f"{QUESTION}&scenario={name}&lang=en"
    assert sentence in planner.get(f"/planner?{PAGE}&day=Mo&time=10:00&scenario={name}").text
    assert sentence in planner.get(f"{API}/report.html{query}").text
    book = openpyxl.load_workbook(BytesIO(planner.get(f"{API}/report.xlsx{query}").data))
    assert sentence in [cell.value for row in book.worksheets[0] for cell in row]
    paper = pypdf.PdfReader(BytesIO(planner.get(f"{API}/report.pdf{query}").data))
    assert sentence in " ".join(page.extract_text() for page in paper.pages).replace("\n", " ")
    file = tmp_path / "all.gpkg"
    file.write_bytes(planner.get(f"{API}/report.gpkg{query}").data)
    with closing(sqlite3.connect(file)) as book_of_layers:
        (described,) = book_of_layers.execute(
            "SELECT description FROM gpkg_contents WHERE table_name = 'coverage'"
        ).fetchone()
    assert sentence in described
    asked = ["police_room", "--at", "Mon 10:00", "--minutes", "5", "--mode", "walk"]
    assert sentence in commanded(*asked, "--scenario", name, command=coverage)
    assert sentence in commanded("compare", asked[0], name, *asked[1:])
    assert planner.delete(f"{SCENARIOS}/{name}").status_code == 204


def test_a_post_that_reached_nobody_before_is_no_news(planner: FlaskClient) -> None:
    for name, changes in (("Before", [FAR]), ("After", [FAR, SHUT, EAST])):
        planner.post(SCENARIOS, json={"name": name, "changes": changes, "replace": True})
    answer = said(planner.get(f"{API}/compare{QUESTION}&before=Before&after=After"))
    assert answer["idle_posts"] == []
    assert said(planner.get(f"{API}{QUESTION}&scenario=After"))["idle_posts"][0]["code"] == "+1"
    for name in ("Before", "After"):
        planner.delete(f"{SCENARIOS}/{name}")


@pytest.mark.usefixtures("commands")
def test_at_an_hour_when_all_are_closed_it_is_said(planner: FlaskClient) -> None:
    night = "?at=Su+03:00&minutes=5&mode=walk"
    answer = said(planner.get(f"{API}{night}"))
    # Those who would be reached by day are told by the hours, the others by their way.
    assert (answer["covered"], answer["by_cause"]["hours"], answer["by_cause"]["distance"]) == (0, 150, 60)
    assert NONE_OPEN in planner.get(f"/planner?{PAGE}&day=Su&time=03:00").text
    assert NONE_OPEN in commanded(
        "police_room", "--at", "Sun 03:00", "--minutes", "5", "--mode", "walk", command=coverage
    )
    # One that is tried is open, and reaches whom it would.
    assert said(planner.post(f"{API}/what-if{night}", json={"lon": 112.01, "lat": 27.73}))["gained"] == 30
    assert planner.get(f"{API}/reach{night}&post=W").status_code == 400


def test_what_is_tried_stays_when_its_scenario_is_deleted(planner: FlaskClient) -> None:
    planner.post(SCENARIOS, json={"name": "Soon gone", "changes": [EAST], "replace": True})
    planner.delete(f"{SCENARIOS}/Soon gone")
    for word in ("scenario", "against"):
        piece = planner.post(f"/planner/changed{DAYTIME}&{PAGE}&{word}=Soon+gone", json={"changes": [EAST, SHUT]}).text
        assert piece.count("data-take-back") == 2
        assert "Soon gone" in piece
        assert 'data-gained="50.0"' in piece
