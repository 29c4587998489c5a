"""Absolute links of API answers: they begin with the configured base URL, never with what a request claims."""

from __future__ import annotations

from urllib.parse import urlencode

from webmap.access import settings, staff_root


def url(path: str, **query: object) -> str:
    """Return the address of a path below /ogc."""
    asked = urlencode({key: value for key, value in query.items() if value is not None})
    return f"{settings().address}{staff_root()}/ogc{path}" + (f"?{asked}" if asked else "")


def link(path: str, rel: str, mimetype: str = "application/json", title: str = "", **query: object) -> dict[str, str]:
    """Return a link object of the OGC API."""
    found = {"href": url(path, **query), "rel": rel, "type": mimetype}
    return {**found, "title": title} if title else found


def both(path: str, mimetype: str = "application/json", **query: object) -> list[dict[str, str]]:
    """Return the links of a document to itself, and to the same as a page for people."""
    asked = {name: value for name, value in query.items() if name != "f"}
    page = {"href": url(path, **asked, f="html"), "rel": "alternate", "type": "text/html"}
    return [{"href": url(path, **asked), "rel": "self", "type": mimetype}, page]
