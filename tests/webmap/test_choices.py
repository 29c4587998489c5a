"""What a reader chooses once holds for all pages, and for nothing that programs read."""

from __future__ import annotations

import pytest

from tests.district import Client


def _first_tag(page: str) -> str:
    return page[page.index("<html") : page.index(">", page.index("<html"))]


@pytest.mark.parametrize("path", ["/", "/list", "/about", "/nowhere", "/sign-in", "/briefing/"])
def test_a_choice_is_kept_by_a_cookie_and_taken_back(client: Client, path: str) -> None:
    reader = client()
    assert "data-" not in _first_tag(reader.get(path).text)
    reader.get("/about?care=1&theme=dark")
    assert "data-care" in _first_tag(reader.get(path).text)
    assert 'data-theme="dark"' in _first_tag(reader.get(path).text)
    assert "data-" not in _first_tag(reader.get(f"{path}?care=0&theme=system").text)
    assert "data-" not in _first_tag(reader.get(path).text)


def test_what_isnt_offered_changes_nothing(client: Client) -> None:
    reader = client()
    said = reader.get("/about?care=%22%3E%3Cscript%3E&theme=pink")
    assert not [cookie for cookie in said.headers.getlist("Set-Cookie") if cookie.startswith(("care", "theme"))]
    assert "data-" not in _first_tag(said.text)
    reader.set_cookie("theme", 'x"><script>')
    assert "data-" not in _first_tag(reader.get("/about").text)


@pytest.mark.parametrize("path", ["/ogc/collections?f=json", "/ogc?f=html", "/download/hazard.csv", "/style.json"])
def test_programs_read_the_same_whatever_was_chosen(client: Client, path: str) -> None:
    reader = client()
    plain = reader.get(path)
    reader.get("/about?care=1&theme=dark")
    again = reader.get(path)
    assert (again.data, again.headers.get("ETag")) == (plain.data, plain.headers.get("ETag"))
    sign = "&" if "?" in path else "?"
    assert not [each for each in reader.get(f"{path}{sign}care=1").headers.getlist("Set-Cookie") if "care" in each]


def test_the_switches_of_a_page_lead_to_the_same_page(client: Client) -> None:
    page = client().get("/list?layer=hazard&page=1&lang=en").text
    assert 'href="?layer=hazard&amp;page=1&amp;lang=en&amp;care=1"' in page
    assert 'href="?layer=hazard&amp;page=1&amp;lang=en&amp;theme=dark"' in page
