"""The PDF: the command's figures, in both languages, the same bytes each time; read back with another program."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pyogrio
import pypdf
import pytest

from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.signing import client_of
from tests.webmap.reports.conftest import HOSTILE, PEOPLE, street
from tests.webmap.reports.test_outlets import written
from webmap import create_app
from webmap.command import site
from webmap.reports.paper import fonts
from webmap.reports.paper.sheets import HEIGHT, ROOM, SIZE, Mark, Sheets

__all__ = ["street"]
needs_chinese = pytest.mark.skipif(fonts._chinese("Regular") is None, reason=f"needs {fonts.PACKAGES}")


def read(path: Path) -> str:
    """Return the text of all pages, its lines joined."""
    pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]
    return " ".join(" ".join(pages).split())


@needs_chinese
def test_the_paper_says_the_commands_figures(
    street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(street, monkeypatch, tmp_path / "a.pdf", "--lang", "en", "--sites", "1", "--json")
    told = json.loads(capsys.readouterr().out)
    text = read(path)
    total, covered = told["demand_total"], told["covered"]
    headline = f"Within 5 minutes: {covered} of {total} people ({told['share']:.1%}); beyond: {total - covered}."
    assert headline in text
    assert f"would count {told['straight_line_covered']} people" in text
    assert "With 1 more: 180 people within reach, in place of 150 people." in text
    for cause, people in told["by_cause"].items():
        if people:
            assert {"distance": f"too far {people}"}[cause] in text
    assert "A model's estimate, no promise of response" in text
    assert "Synthetic data" in text
    # What it depends on: the house of 50 is 296 m along the street and 17 m off it, 4.2 minutes, of which 0.8 of the
    # speed makes 5.2. None is farther from the street than 17 m.
    assert "speed × 0.8 100 people 0.0% 25.0% 0.0% 25.0%" in text
    assert "200 m to the street at most 150 people 0.0%" in text
    assert "GB 50180-2018" in text
    assert told["receipt"]["code"] in text
    # A name is printed as it is: no formula, no mathematics between two $.
    assert HOSTILE.replace(" ", "")[:20] in text.replace(" ", "")


def drawn(path: Path) -> list[np.ndarray]:
    """Return the shapes on the first page's map, which is clipped as nothing else is, by their corners."""
    page = pypdf.PdfReader(path).pages[0].get_contents()
    assert page is not None
    parts = [part.split("\nQ")[0] for part in page.get_data().decode("latin-1").split(" re W n")[1:]]
    corners = (re.findall(r"(-?[\d.]+) (-?[\d.]+) [mlc]$", part, re.MULTILINE) for part in parts)
    return [np.array(each, dtype=np.float64) for each in corners if each]


@needs_chinese
def test_the_map_of_the_paper_has_its_street_its_places_and_its_post(
    street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    road, *shapes = drawn(written(street, monkeypatch, tmp_path / "a.pdf", "--lang", "en"))
    # The street's first two corners, at 112 and 112.01, say where each longitude is.
    west, scale = road[0, 0], (road[1, 0] - road[0, 0]) / 0.01
    middles = [(shape.min(axis=0) + shape.max(axis=0)) / 2 for shape in shapes if np.ptp(shape[:, 0]) < 20]
    wanted = [west + (lon - 112) * scale for lon in (112.001, *PEOPLE)]
    # Who isn't reached is drawn by minutes, and by the cause above that.
    assert sorted({round(float(x), 1) for x, _ in middles}) == pytest.approx(wanted, abs=0.5)
    # All by the street: some metres north of it, or on it.
    assert all(0 <= y - road[0, 1] < 0.0005 * scale for _, y in middles)


@needs_chinese
def test_the_paper_speaks_chinese(street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = read(written(street, monkeypatch, tmp_path / "a.pdf", "--lang", "zh-CN")).replace(" ", "")
    assert "200人中，150人（75.0%）在5分钟内可达" in text
    assert "模型估计，非出警承诺" in text
    assert "街道<Street>" in text
    assert "为什么不可达" in text
    assert "距离太远50人2就近增设服务点" in text
    assert "按区域区域统计总数可达可达比例" in text
    assert "{{7*7}}200人150人75.0%" in text
    assert "居民步行到最近的警务点" in text
    assert "GB50180-2018的五分钟、十五分钟生活圈" in text
    assert "计算凭据" in text


@needs_chinese
def test_planners_get_it_by_http(street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    address = "/api/coverage/police_room/report.pdf?minutes=5&lang=en"
    assert create_app(street).test_client().get(address).status_code == 404
    answer = client_of(street, "planner").get(address)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    # The file of the command, to the byte.
    assert answer.data == written(street, monkeypatch, tmp_path / "a.pdf", "--lang", "en").read_bytes()


@needs_chinese
@pytest.mark.parametrize("ending", [".pdf", ".html", ".xlsx", ".gpkg"])
def test_sites_are_written_with_who_is_reached_today(
    street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: str
) -> None:
    monkeypatch.setenv("CSMAP_HOME", str(street.home))
    path = tmp_path / f"a{ending}"
    words = ["police_room", "--minutes", "5", "--add", "1", "--objective", "p-median", "--existing", "movable"]
    assert site.main([*words, "--out", str(path), "--lang", "en"]) == 0
    assert path.stat().st_size > 1000
    if ending == ".pdf":
        text = read(path)
        assert "Within 5 minutes: 150 of 200 people (75.0%); beyond: 50." in text
        assert "Wanted were the shortest ways in all." in text
        assert "Where the next posts belong" in text
        assert "The way would take" in text
        assert "Minutes on average" in text
    elif ending == ".gpkg":
        assert {name for name, _ in pyogrio.list_layers(path)} == {"coverage", "routes", "od", "sites", "curve"}
        assert (pyogrio.read_dataframe(path, layer="curve")["minutes"].diff()[1:] < 0).all()
        told = pyogrio.read_info(path, layer="sites")["layer_metadata"]
        assert "Wanted were the shortest ways in all." in told["DESCRIPTION"]
        assert "GB 50180-2018" in told["DEFINITION"]
        assert json.loads(told["RECEIPT"])["limit_ds"] == 3000
        sites = pyogrio.read_dataframe(path, layer="sites")
        assert sites[["what", "gain", "street"]].to_numpy().tolist() == [["opens", 30, None]]
    with pytest.raises(InvalidInput, match="isn't spoken here"):
        site.main([*words, "--out", str(path), "--lang", "fr"])


@needs_chinese
def test_the_same_run_is_the_same_bytes(street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one, other = (written(street, monkeypatch, tmp_path / f"{name}.pdf", "--lang", "en") for name in "ab")
    assert one.read_bytes() == other.read_bytes()
    told = pypdf.PdfReader(one).metadata
    assert told is not None
    assert str(told["/CreationDate"]).startswith("D:20251031")
    assert "/ModDate" not in told


def test_without_chinese_fonts_latin_is_printed_and_chinese_refused(
    street: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def none_found(_: str) -> None:
        return None

    monkeypatch.setattr(fonts, "_chinese", none_found)
    assert fonts.fonts_for("São Paulo").regular.path.endswith("DejaVuSans.ttf")
    with pytest.raises(InvalidInput, match="install fonts-noto-cjk"):
        written(street, monkeypatch, tmp_path / "a.pdf", "--lang", "en")
    assert not (tmp_path / "a.pdf").exists()


def test_lines_are_no_wider_than_the_paper_and_lose_no_sign() -> None:
    sheets = Sheets(fonts.fonts_for(""))
    face = sheets.fonts.regular
    text = "A word, " * 40 + "x" * 300 + " " + "many more words " * 30
    lines = sheets.wrap(text, ROOM, SIZE)
    assert all(face.width(line, SIZE) <= ROOM for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert sheets.wrap("", ROOM, SIZE) == [""]
    # What a font lacks is a box, and no line is broken by what a name has in it.
    assert face.printable("a\nb\t\U0001f600") in {"a b □", "a b ?"}


@needs_chinese
def test_no_line_begins_with_a_full_stop() -> None:
    sheets = Sheets(fonts.fonts_for("中"))
    for width in range(60, 120, 7):
        lines = sheets.wrap("若按直线距离画圈，会算成七万人：直线不顾围墙、河流和绕行。" * 3, width, SIZE)
        assert not [line for line in lines if line[0] in "。，、：）"]
        # Nor does one with a bracket that closes behind a number, or end with one that opens.
        lines = sheets.wrap("自来水公司宿舍（483）、春园路（144）、“三无”小区（18）。" * 3, width, SIZE)
        assert not [line for line in lines if line[0] in "。，、：）”" or line[-1] in "（“"]


def test_a_marked_cell_has_room_for_all_its_lines() -> None:
    sheets = Sheets(fonts.fonts_for(""))
    # Words that just fit without the mark before them, and take another line with it.
    for length in range(6, 30):
        sheets.table(["a"] * 4, [["n" * length, "b", "c", "d"]], (1, 1, 1, 1), marks=[Mark("#000000")])
        lowest = max((1 - text.get_position()[1]) * HEIGHT for text in sheets._figures[-1].texts)
        assert lowest < sheets._at - 6  # what follows a table
