"""Where links lead in pages that are files: the same pages, rendered as for a resident who asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import current_app, g

from geodata.queries.reading import Reading

PLACE = "select"
"""The word of the map page's address that names a record."""


@dataclass(frozen=True)
class Edition:
    """What the files of one publication are called.

    Attributes:
        stamp: the publication's.
        scripts: the folder of scripts and style sheets.
        languages: of the pages; the first one's are found without naming it.
    """

    stamp: str
    scripts: str
    languages: tuple[str, ...]

    def page(self, name: str, language: str) -> str:
        """Return the name of a page, which is the same for all publications."""
        return f"{name}.html" if language == self.languages[0] else f"{name}.{language}.html"

    def style(self, language: str) -> str:
        """Return the name of the map's style."""
        return f"style-{self.stamp}.{language}.json"

    def names(self, language: str) -> str:
        """Return the name of the file that is searched."""
        return f"names-{self.stamp}.{language}.json"

    def records(self, language: str) -> str:
        """Return the name of the folder of records."""
        return f"records-{self.stamp}.{language}"

    def briefing(self, language: str) -> str:
        """Return the name of the map for browsers without WebGL."""
        return f"briefing-{self.stamp}.{language}.html"


class _Addresses:
    """Stands where Flask's own adapter does, and names files."""

    def __init__(self, edition: Edition, language: str) -> None:
        self.edition, self.language = edition, language

    def build(self, endpoint: str, values: Mapping[str, Any], **_: Any) -> str:
        """Return the address of what an endpoint answers.

        Raises:
            LookupError: no file has it: the template has to leave that link out.
        """
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
                return f"{edition.page('index', language)}?{PLACE}={stated['layer_id']}/{stated['record_id']}"
            case "public.show_about":
                return edition.page("about", language)
            case "public.show_style":
                return edition.style(language)
            case "briefing.show_whole":
                return edition.briefing(language)
        raise LookupError(f"no file has what {endpoint} answers")


@contextmanager
def as_file(reading: Reading, edition: Edition, language: str, path: str = "/") -> Iterator[None]:
    """Have templates say what a resident would read in that language, with links that lead to files."""
    request = current_app.test_request_context(path, query_string={"lang": language})
    # A context of its own: what is remembered of a request, such as its language, is the application context's.
    with current_app.app_context(), request as context:
        context.url_adapter = _Addresses(edition, language)  # type: ignore[assignment]
        g.in_files = True
        g.reading = reading
        yield


def is_in_files() -> bool:
    """Tell whether what is rendered becomes a file, beside which no application answers."""
    return bool(g.get("in_files", False))
