"""What a request brings along as JSON."""

from __future__ import annotations

from typing import Any

from flask import request

from geodata.errors import InvalidInput


def json_object(example: str) -> dict[str, Any]:
    """Return the JSON object that the request brings.

    Args:
        example: what one looks like.

    Raises:
        InvalidInput: it brings none.
    """
    try:
        stated = request.get_json(silent=True)
    except RecursionError:
        stated = None
    if not isinstance(stated, dict):
        raise InvalidInput(f"wanted is a JSON object such as {example}")
    return stated


def no_body() -> None:
    """Raise where a request brings something that wouldn't be looked at.

    Raises:
        InvalidInput: it isn't empty.
    """
    if request.get_data().strip() not in (b"", b"{}"):
        raise InvalidInput("wanted is no body: the question stands in the address, such as ?minutes=15")
