"""Tables to take away, as answers."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from geodata.errors import NotFound
from webmap.access import settings
from webmap.planning.table_files import TYPES


def as_table(name: str, ending: str, write: Callable[[str], bytes]) -> Response:
    """Return a table as a file that is called by what it has and today's day.

    Args:
        name: of what it has, as the file's name begins.
        ending: what the address ends with, without its dot.
        write: given the ending with its dot, returns the file.

    Raises:
        NotFound: tables don't come with this ending.
    """
    kind = f".{ending}"
    if kind not in TYPES:
        raise NotFound(f"no table{kind}", zh=f"没有 table{kind}")
    response = Response(write(kind), mimetype=TYPES[kind])
    filename = f"{name}-{settings().today().isoformat()}{kind}"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
