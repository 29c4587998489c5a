"""Turns what the store's own rules refuse into a sentence, without the row that broke them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy.exc

from geodata.errors import InvalidInput

# COPY speaks to the driver itself, past SQLAlchemy.
_REFUSALS = (
    sqlalchemy.exc.IntegrityError,
    sqlalchemy.exc.DataError,
    psycopg.IntegrityError,
    psycopg.DataError,
)
_ADVICE = {
    "_geom_in_extent": "a place lies outside the boundary that the database was set up with: "
    "where boundary.geojson has changed since, run ./csmap migrate and load again",
    "_geom_valid": "an outline crosses itself: draw it again",
}


@contextmanager
def store_refusals(file: str) -> Iterator[None]:
    """Raise InvalidInput in place of a rule of the store that the file's rows break.

    The steps find what a row does wrong, and say where; this is for what they don't look for. The store's own message
    quotes the row, personal data and all, so that only the rule's name goes on.
    """
    try:
        yield
    except _REFUSALS as error:
        raise InvalidInput(f"{file} was not loaded: {_words(getattr(error, 'orig', error))}") from None


def _words(error: object) -> str:
    diagnosis = error.diag if isinstance(error, psycopg.Error) else None
    rule = diagnosis.constraint_name if diagnosis else None
    if rule is None:
        where = ", ".join(filter(None, (diagnosis.table_name, diagnosis.column_name))) if diagnosis else ""
        return f"the store can't hold a value of it{f' in {where}' if where else ''} ({type(error).__name__})"
    advice = next((words for ending, words in _ADVICE.items() if rule.endswith(ending)), "mend the rows that break it")
    return f"the store's rule {rule} refuses a row of it; {advice}"
