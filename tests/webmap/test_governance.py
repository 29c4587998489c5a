"""The page of the year's figures: what it says, to whom, and that each number leads to a list of as many."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from geodata.layers.figure import OF, Mechanism
from geodata.layers.figures import get_figure
from tests.district import SECRET, Client

WHO = (None, "planner", "grid_officer:W", "police:W", "steward")
_FIGURE = re.compile(r'data-figure="([^"]+)".*?(?=data-figure=|</section>)', re.DOTALL)


def numbers(html: str) -> dict[str, tuple[str, str]]:
    """By a figure's key, the number that the page shows and the list that it leads to; "" where it leads nowhere."""
    found = {}
    for match in _FIGURE.finditer(html):
        link = re.search(r'<a href="([^"]+)" aria-label="[^"]+">([^<]+)</a>', match[0])
        found[match[1]] = (link[2], unescape(link[1])) if link else ("—", "")
    return found


@pytest.mark.parametrize("who", WHO)
def test_each_number_leads_to_a_list_of_as_many(client: Client, who: str | None) -> None:
    asked = client(who)
    html = asked.get("/governance?lang=en").text
    found = numbers(html)
    assert found["posts_room"][0] == "1"
    assert found["hazards_open"][0] == ("2" if who is None else "3")
    # Residents get no days of open hazards: since when hazards are known at all they can't tell.
    assert found["hazards_closed"][0] == ("—" if who is None else "0")
    assert found["projects"][0] == "1"
    # Nothing is on record of meetings: that is not none.
    assert found["meetings"] == ("—", "")
    assert SECRET not in html
    for key, (number, path) in found.items():
        if (
            path
            and get_figure(key.partition(OF)[0]).amount is None
            and get_figure(key.partition(OF)[0]).measure is None
        ):
            listed = asked.get(path).text
            matched = re.search(r'role="status">([\d,]+) records?', listed)
            assert matched, path
            assert matched[1] == number, path


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_each_mechanism_has_a_page(client: Client, language: str) -> None:
    for mechanism in Mechanism:
        html = client("steward").get(f"/governance/{mechanism}?lang={language}").text
        assert mechanism.label.get(language) in unescape(html)
        assert html.count("<h1>") == 1
    assert client().get("/governance/nothing").status_code == 404


def test_residents_choose_a_year_and_staff_any_days(client: Client) -> None:
    assert client().get("/governance?year=1987").status_code == 400
    assert "2025" in client().get("/governance?year=1987&lang=en").text
    assert client("steward").get("/governance?from=2025-02-30&to=2025-03-01").status_code == 400
    assert client("steward").get("/governance?from=2025-03-02&to=2025-03-01").status_code == 400
    of_september = client("steward").get("/governance?from=2025-09-01&to=2025-09-30").text
    assert numbers(of_september)["hazards_found"][0] == "1"
    # A resident's days would tell when each single record became one.
    told = client().get("/governance?from=2025-09-01&to=2025-09-30&lang=en").text
    assert "1 January 2025 – 31 October 2025" in told


def test_residents_figures_are_counted_once_a_publication(client: Client) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    resident, steward = client(), client("steward")
    event.listen(Engine, "before_cursor_execute", note)
    try:
        for address in ("/governance?lang=en&year=2025", "/governance/hazards?lang=zh-CN"):
            counts, pages = [], []
            for reader in (resident, resident, steward, steward):
                asked.clear()
                pages.append(reader.get(address).text)
                counts.append(len(asked))
            assert pages[0] == pages[1]
            assert counts[1] < 12, counts
            assert counts[3] > 2 * counts[1], "what staff read is never kept"
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    # Each year, area and language by itself.
    assert "<strong>West</strong>" in resident.get("/governance?lang=en&area=W").text
    assert "<strong>West</strong>" not in resident.get("/governance?lang=en").text


def test_a_list_shows_what_a_figure_counts_and_no_other_figure(client: Client) -> None:
    for path in ("/list?layer=hazard&figure=hazards_overdue", "/list?layer=hazard&figure=no_such_figure"):
        assert client().get(path).status_code == 404
    assert client("steward").get("/list?layer=hazard&figure=hazards_overdue").status_code == 200
    assert client("steward").get("/list?layer=compound&figure=hazards_overdue").status_code == 404
    shown = client("steward").get("/list?layer=hazard&figure=hazards_found&year=2025&lang=en").text
    assert "Hazards found" in shown
    assert 'name="figure" value="hazards_found"' in shown


def test_hidden_hazards_are_told_by_their_rule(client: Client) -> None:
    assert "count from 7 days after" in client().get("/governance?lang=en").text
    assert "in your own areas" in client("police:W").get("/governance?lang=en").text
    assert "in your own areas" not in client("steward").get("/governance?lang=en").text
