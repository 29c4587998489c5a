"""The files that ./csmap coverage writes."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas
import openpyxl
import pypdf
import pytest
import xlsxwriter
from playwright.sync_api import Browser

from geodata.errors import InvalidInput
from geodata.settings import Settings
from geodata.version import code_version
from tests.chromium import CHROMIUM
from tests.webmap.reports.conftest import HOSTILE, street
from webmap.briefing.inlining import is_built
from webmap.command.coverage import main
from webmap.planning.words import CLOSED_POST, MARKS
from webmap.reports import workbook

__all__ = ["street"]
needs_leaflet = pytest.mark.skipif(not is_built(), reason="the front end hasn't been built: ./csmap setup")


def written(settings: Settings, monkeypatch: pytest.MonkeyPatch, path: Path, *words: str) -> Path:
    monkeypatch.setenv("CSMAP_HOME", str(settings.home))
    assert main(["police_room", "--minutes", "5", "--out", str(path), *words]) == 0
    return path


@pytest.mark.parametrize(("name", "wanted"), [("a.txt", ".gpkg"), ("no/such/folder/a.html", "no folder")])
def test_a_file_that_cant_be_is_refused(
    street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, wanted: str
) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(street.home))
    with pytest.raises(InvalidInput, match=wanted):
        main(["police_room", "--out", str(tmp_path / name)])


def test_a_language_that_isnt_spoken_is_refused(street: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(street.home))
    with pytest.raises(InvalidInput, match="zh-CN, en"):
        main(["police_room", "--lang", "fr"])


def test_the_geopackage_has_every_place(
    street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = geopandas.read_file(written(street, monkeypatch, tmp_path / "a.gpkg"), layer="coverage")
    assert places.groupby("is_covered")["people"].sum().to_dict() == {False: 50, True: 150}
    assert "150 of 200 residents are within reach: 75.0%" in capsys.readouterr().out


@needs_leaflet
def test_the_page_is_whole_in_itself_and_says_the_commands_figures(
    street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    html = written(street, monkeypatch, tmp_path / "a.html", "--lang", "en", "--sites", "1").read_text("utf-8")
    assert "Within 5 minutes: 150 of 200 people (75.0%); beyond: 50." in html
    assert "50 m to the street at most" in html
    assert "A model&#39;s estimate, no promise of response" in html
    assert "Synthetic data" in html
    assert "GB 50180-2018" in html
    assert code_version() in html
    # A post at the junction 112.01 reaches who lives there; 112.014 is 394 m on.
    assert "With 1 more: 180 people within reach, in place of 150 people." in html
    assert HOSTILE not in html
    assert "<img src=x" not in html
    # Leaflet names its home in a comment and in a link that this page doesn't show.
    outside = set(re.findall(r"(?:src|href)=\"?https?://([^/\"]+)", html))
    assert outside <= {"leafletjs.com"}


@needs_leaflet
@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium in /usr/bin/chromium")
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_works_from_disk_without_a_network(
    lone_browser: Browser, street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str
) -> None:
    path = written(street, monkeypatch, tmp_path / "a.html", "--lang", language, "--sites", "1")
    page = lone_browser.new_page(viewport={"width": 390, "height": 844})
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith("file:") else None)
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.goto(path.as_uri())
    page.wait_for_selector("[data-map-state=idle]")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".legend input[type=checkbox]").count() == 5
    # The post stands at the edge of all that is drawn, and is in the first view whole.
    post, frame = (page.locator(each).first.bounding_box() for each in (".spot-post", ".stage-map .folium-map"))
    assert post is not None
    assert frame is not None
    assert frame["x"] <= post["x"]
    assert post["x"] + post["width"] <= frame["x"] + frame["width"]
    # The straight-line circle is there to be switched on.
    assert page.locator("path.leaflet-interactive, .leaflet-overlay-pane path").count() == 1
    page.locator(".legend input[data-layer=line]").check()
    assert page.locator(".leaflet-overlay-pane path").count() == 2
    page.locator("#gap-1 .name-button").click()
    assert page.locator(".told h3").text_content()
    assert wrong == []
    page.close()


def test_the_workbook_has_numbers_as_numbers_and_no_formula(
    street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = written(street, monkeypatch, tmp_path / "a.xlsx", "--lang", "en", "--sites", "1", "--roads-of", "2999-01-01")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "Summary",
        "By area",
        "Gaps and remedies",
        "Proposed sites",
        "By the number of posts",
        "What the answer depends on",
        "Places",
        "Places and posts (OD)",
        "Routes",
    ]
    said = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True)}
    assert (said["Counted"], said["Within reach"], said["Out of reach"], said["Share in reach"]) == (200, 150, 50, 0.75)
    assert "GB 50180-2018" in str(said["Definition"])
    assert "Data as of 31 October 2025" in said
    notices = [row[1] for row in book["Summary"].iter_rows(values_only=True) if row[0] == "Notice"]
    assert "Synthetic data" in str(notices[0])
    assert "no promise of response" in str(notices[1])
    [area] = list(book["By area"].iter_rows(min_row=2, values_only=True))
    assert area == (HOSTILE, 200, 150, 0.75)
    [gap] = list(book["Gaps and remedies"].iter_rows(min_row=2, values_only=True))
    assert gap[2:5] == (50, 2, "too far")
    # Houses of 30 and 20 people, 17 m from the street, 887 and 1281 m along it: 12.05 and 17.3 minutes at 4.5 km/h.
    assert gap[5:8] == (12.05, 12.05, 17.32)
    assert gap[9] == "A post nearer by"
    assert any(
        "median of its people" in str(row[1]) for row in book["Summary"].iter_rows(values_only=True) if len(row) > 1
    )
    places = list(book["Places"].iter_rows(min_row=2, values_only=True))
    assert {(place[3], place[7]) for place in places} == {(100, True), (50, True), (30, False), (20, False)}
    # The house of 50 is 296 m along the street and 17 m off it, 4.2 minutes, of which 0.8 of the speed makes 5.2. All
    # houses and the post are within 17 m of the street, and nothing has been loaded since.
    heads, *sways = book["What the answer depends on"].iter_rows(values_only=True)
    assert heads == ("Otherwise", "Within reach", "Gained", "Lost", "By another post", "Another answer in all")
    assert [row[0] for row in sways] == [
        "speed × 0.8",
        "speed × 1.2",
        "50 m to the street at most",
        "200 m to the street at most",
        "roads as of 1 January 2999",
    ]
    assert sways[0][1:] == (100, 0, 0.25, 0, 0.25)
    assert {row[1:] for row in sways[1:]} == {(150, 0, 0, 0, 0)}
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert any(str(cell.value).startswith("=1+1") for cell in cells)


def test_a_place_without_a_name_has_an_empty_cell(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "places.xlsx")) as book:
        rows: list[tuple[str | float | None, ...]] = [("Name", "Residents"), (float("nan"), 3.0), ("A", float("nan"))]
        workbook._sheet(book, "Places", rows, (10, 10), is_table=True)
    sheet = openpyxl.load_workbook(tmp_path / "places.xlsx").worksheets[0]
    assert [[cell.value for cell in row] for row in sheet] == [["Name", "Residents"], [None, 3], ["A", None]]


def test_posts_closed_at_the_moment_look_otherwise_and_the_legend_says_so(
    street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The diamond of "nearest post is closed then", as the map's script draws it and as legend and tables have it.
    diamond = MARKS["diamond"]
    legend, seen = "Closed then, or of unknown hours", {}
    for at in ("Mon 10:00", "Mon 22:00"):
        html = written(street, monkeypatch, tmp_path / "a.html", "--lang", "en", "--at", at).read_text("utf-8")
        seen[at] = html.count(CLOSED_POST[0]), legend in html
        assert (html.count(f' d="{diamond}"') >= 3, f'"mark": "{diamond}"' in html.replace('":"', '": "')) == (
            (True, True) if at == "Mon 22:00" else (False, False)
        )
    assert seen["Mon 10:00"][1] is False
    # In the legend, beside its row, and as the script's mark on the map.
    assert seen["Mon 22:00"] == (seen["Mon 10:00"][0] + 3, True)
    paper = written(street, monkeypatch, tmp_path / "a.pdf", "--lang", "en", "--at", "Mon 22:00")
    text = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(paper).pages).split())
    assert "Closed then, or of unknown hours: not counted 1" in text
