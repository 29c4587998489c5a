"""A promise that every page keeps: it leaves the words of the frame around it as they are."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from geodata.settings import PROJECT, Settings
from webmap import create_app
from webmap.page_words import words


def names_given() -> Iterator[tuple[str, str]]:
    """Yield the file and the name of each variable that a view names to a template."""
    for file in sorted((PROJECT / "webmap").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "render_template":
                yield from ((file.name, given.arg) for given in call.keywords if given.arg)


def test_no_view_gives_a_template_what_its_frame_has_by_that_name(published: Settings) -> None:
    # Flask lets a view's own win, and the foot of the page would say that instead.
    with create_app(published).test_request_context("/about"):
        framed = words().keys()
    given = list(names_given())
    assert len(given) > 50
    assert [each for each in given if each[1] in framed] == []
