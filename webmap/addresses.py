"""Which addresses there are: a number in one is written in one way, so that what it leads to has one address."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.routing import IntegerConverter, RequestRedirect, ValidationError

HIGHEST_KEY = 2**63 - 1
"""No record, job or run of the store has a greater number."""


def init(app: Flask) -> None:
    """Let every `<int:…>` of a route be a number as people write it, every `<key:…>` one that the store can have."""
    app.url_map.converters["int"] = WholeNumber
    app.url_map.converters["key"] = Key
    app.before_request(_lead_on_here)


class WholeNumber(IntegerConverter):
    """A whole number without zeros before it, in ASCII: whoever keeps answers would keep one under each spelling."""

    regex = r"(?:0|[1-9][0-9]{0,99})"


class Key(WholeNumber):
    """The number of something that is stored."""

    def to_python(self, value: str) -> int:
        """Return the number; one that nothing can have leads nowhere."""
        found = int(value)
        if found > HIGHEST_KEY:
            raise ValidationError
        return found


def _lead_on_here() -> None:
    """Lead from another spelling of an address to ours on the same host, whatever the request calls that."""
    asked = request.routing_exception
    if isinstance(asked, RequestRedirect):
        asked.new_url = urlsplit(asked.new_url)._replace(scheme="", netloc="").geturl()
