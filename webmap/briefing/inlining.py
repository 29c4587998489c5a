"""Makes a page whole in itself: scripts and styles by their local text, images as data, a policy of hashes."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from branca.element import CssLink, Element, JavascriptLink

from geodata.errors import InvalidInput
from webmap import sheets

WEBMAP = Path(__file__).resolve().parent.parent
LOCAL: Mapping[str, Path] = {
    "leaflet": WEBMAP / "static" / "leaflet" / "leaflet.js",
    "leaflet_css": WEBMAP / "static" / "leaflet" / "leaflet.css",
    **{name: sheets.FOLDER / name for name in sheets.SHARED},
    "briefing": WEBMAP / "static" / "briefing.js",
    "search": WEBMAP / "static" / "briefing_search.js",
    "search_css": sheets.FOLDER / "search.css",
    "briefing_css": WEBMAP / "briefing" / "briefing.css",
}
"""The local copy behind each name that a folium element may link."""

_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_BREAKS_OUT = re.compile(r"</(script|style)|<!--", re.IGNORECASE)


def is_built(names: Iterable[str] = LOCAL) -> bool:
    """Tell whether every linked file has its local copy: scripts and Leaflet come with the built front end."""
    return all(LOCAL[name].is_file() for name in names)


def linked(header: Element) -> tuple[list[str], list[str]]:
    """Return the texts of the scripts and of the styles that a rendered figure's header links, in order.

    Raises:
        InvalidInput: a name has no local copy, or its file isn't there: nothing is ever fetched.
    """
    scripts, styles = [], []
    for name, child in header._children.items():
        if isinstance(child, JavascriptLink):
            scripts.append(script_text(_SOURCE_MAP.sub("", _local(name).read_text("utf-8")), name))
        elif isinstance(child, CssLink):
            styles.append(style_text(_local(name)))
    return scripts, styles


def _local(name: str) -> Path:
    path = LOCAL.get(name)
    if path is None:
        raise InvalidInput(f"{name!r} has no local copy; a briefing may only link {', '.join(sorted(LOCAL))}")
    if not path.is_file():
        raise InvalidInput(f"{path} isn't there: ./csmap setup builds it")
    return path


def script_text(text: str, name: str) -> str:
    """Return a text that is safe between script tags, as a browser hashes it.

    Raises:
        AssertionError: it would end its tag: data got into a script, where none belongs.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _BREAKS_OUT.search(text):
        raise AssertionError(f"{name} holds {found[0]!r}, which would end its tag")
    return text


def style_text(path: Path) -> str:
    """Return a style sheet whose images are data in it; a fragment such as url(#default#VML) stays."""

    def replaced(match: re.Match[str]) -> str:
        target = match[1]
        if target.startswith(("#", "data:")):
            return match[0]
        image = (path.parent / target).resolve()
        if not image.is_relative_to(path.parent) or not image.is_file():
            raise InvalidInput(f"{path.name} links {target!r}, which has no local copy")
        kind = mimetypes.guess_type(image.name)[0] or "application/octet-stream"
        return f"url(data:{kind};base64,{base64.b64encode(image.read_bytes()).decode()})"

    return script_text(_URL.sub(replaced, path.read_text("utf-8")), path.name)


def policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """Return the content security policy under which just these scripts and styles run and nothing is fetched."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_sources(scripts)}",
            f"style-src {_sources(styles)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _sources(texts: Iterable[str]) -> str:
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts]
    return " ".join(hashes) or "'none'"
