"""Where links lead in pages that are files: the same pages, rendered as for a resident who asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import current_app, g

from geodata.queries.reading import Reading

OWN_PAGES = {"compound": "compounds", "area": "communities"}
"""Layers whose records have a page of their own, each with the folder of these pages."""
PLACE = "select"
"""The word of the map page's address that names a record."""


@dataclass(frozen=True)
class Edition:
    """What the files of one publication are called.

    Attributes:
        stamp: the publication's.
        scripts: the folder of scripts and style sheets.
        languages: of the pages; the first one's are found without naming it.
        year: the running one, whose figures stand on a page that has the same name for all publications.
        own_pages: layers of which each record has a page of its own, by a name that stays as long as the record.
    """

    stamp: str
    scripts: str
    languages: tuple[str, ...]
    year: int
    own_pages: frozenset[str] = frozenset()

    def page(self, name: str, language: str) -> str:
        """Return the name of a page, which is the same for all publications."""
        return f"{name}.html" if language == self.languages[0] else f"{name}.{language}.html"

    def own_page(self, layer_id: str, record_id: int | str, language: str) -> str | None:
        """Return the name of a record's own page; None where it has none."""
        return self.page(f"{OWN_PAGES[layer_id]}/{record_id}", language) if layer_id in self.own_pages else None

    def style(self, language: str, look: str = "") -> str:
        """Return the name of the map's style in one of its looks."""
        return f"style-{self.stamp}.{language}{f'.{look}' if look else ''}.json"

    def names(self, language: str) -> str:
        """Return the name of the file that is searched."""
        return f"names-{self.stamp}.{language}.json"

    def records(self, language: str) -> str:
        """Return the name of the folder of records."""
        return f"records-{self.stamp}.{language}"

    def lists(self, language: str) -> str:
        """Return the name of the folder of lists, whose first page has a name of its own beside it, too."""
        return f"lists-{self.stamp}.{language}"

    def figures(self, language: str) -> str:
        """Return the name of the folder of figures: of earlier years, and of each mechanism with its map."""
        return f"figures-{self.stamp}.{language}"

    def briefing(self, language: str) -> str:
        """Return the name of the map for browsers without WebGL."""
        return f"briefing-{self.stamp}.{language}.html"


class _Addresses:
    """Stands where Flask's own adapter does, and names files."""

    def __init__(self, edition: Edition, language: str, up: str) -> None:
        self.edition, self.language, self.up = edition, language, up

    def build(self, endpoint: str, values: Mapping[str, Any], **_: Any) -> str:
        """Return the address of what an endpoint answers, from where the page lies.

        Raises:
            LookupError: no file has it: the template has to leave that link out.
        """
        return self.up + self._file(endpoint, values)

    def _file(self, endpoint: str, values: Mapping[str, Any]) -> str:
        stated = {name: value for name, value in values.items() if value is not None}
        language = stated.pop("lang", self.language)
        edition = self.edition
        match endpoint:
            case "static":
                return f"{edition.scripts}/{stated['filename']}"
            case "public.static":
                return f"{edition.scripts}/styles/{stated['filename']}"
            case "public.show_map":
                query = f"?{urlencode(stated, safe='/')}" if stated else ""
                return edition.page("index", language) + query
            case "public.show_place":
                return self._record(stated["layer_id"], stated["record_id"], language)
            case "compounds.show_compound":
                return self._record("compound", stated["record_id"], language)
            case "compounds.show_community":
                # Whoever renders a page that is a file says the id for the code.
                return self._record("area", stated["code"], language)
            case "public.show_list" if "layer" not in stated:
                return edition.page("list", language)
            case "public.show_list" if stated.keys() <= {"layer", "page"}:
                return f"{edition.lists(language)}/{list_name(stated['layer'], int(stated.get('page', 1)))}"
            case "public.show_about":
                return edition.page("about", language)
            case "governance.show_governance" if stated.keys() <= {"year"}:
                year = int(stated.get("year", edition.year))
                earlier = f"{edition.figures(language)}/{figures_name(year)}"
                return edition.page("governance", language) if year == edition.year else earlier
            case "governance.show_mechanism" if stated.keys() <= {"mechanism", "year"}:
                name = figures_name(int(stated.get("year", edition.year)), stated["mechanism"])
                return f"{edition.figures(language)}/{name}"
            case "public.show_style":
                return edition.style(language, stated.get("look", ""))
            case "briefing.show_whole":
                return edition.briefing(language)
        raise LookupError(f"no file has what {endpoint} answers")

    def _record(self, layer_id: str, record_id: int | str, language: str) -> str:
        own = self.edition.own_page(layer_id, record_id, language)
        return own or f"{self.edition.page('index', language)}?{PLACE}={layer_id}/{record_id}"


def figures_name(year: int, mechanism: str = "") -> str:
    """Return the name of a page in the folder of figures: of all mechanisms, or of one."""
    return f"{mechanism}-{year}.html" if mechanism else f"{year}.html"


def list_name(layer_id: str, number: int) -> str:
    """Return the name of a page of a list in the folder of lists."""
    return f"{layer_id}-{number}.html"


@contextmanager
def as_file(
    reading: Reading,
    edition: Edition,
    language: str,
    path: str = "/",
    *,
    asked: Mapping[str, str | int] | None = None,
    up: str = "",
) -> Iterator[None]:
    """Have templates say what a resident would read in that language, with links that lead to files.

    Args:
        reading: a resident's.
        edition: names the files.
        language: of what is said.
        path: of the page in the application.
        asked: the page's query there.
        up: what leads from where the file lies to the folder of all files: "../" one folder below it.
    """
    request = current_app.test_request_context(path, query_string={**(asked or {}), "lang": language})
    # A context of its own: what is remembered of a request, such as its language, is the application context's.
    with current_app.app_context(), request as context:
        context.url_adapter = _Addresses(edition, language, up)  # type: ignore[assignment]
        g.in_files = True
        g.reading = reading
        yield


def is_in_files() -> bool:
    """Tell whether what is rendered becomes a file, beside which no application answers."""
    return bool(g.get("in_files", False))
