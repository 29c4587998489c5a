"""Which addresses there are: a number in one is written in one way, so that what it leads to has one address."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter


def init(app: Flask) -> None:
    """Let every `<int:…>` of a route be a number as people write it."""
    app.url_map.converters["int"] = WholeNumber


class WholeNumber(IntegerConverter):
    """A whole number without zeros before it, in ASCII: whoever keeps answers would keep one under each spelling."""

    regex = r"(?:0|[1-9][0-9]{0,99})"
