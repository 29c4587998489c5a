"""Recognises lists of people among the parts of a file that no recipe takes: they are reported, and nothing is kept."""

from __future__ import annotations

import numpy as np

from etl.batch import Batch
from etl.readers import Part
from etl.steps.columns import matches
from etl.steps.personal import is_about_persons, is_of_residents
from geodata.masking import MAY_HOLD, mask_personal, masked


def roster_words(file: str, part: Part, first: Batch | None) -> str | None:
    """Return the sentence that reports a part as personal data, with its rows and never what they hold; None else.

    A part is a list of people where a heading names residents or half of all headings are about persons, or where most
    of its first rows have an ID number, a mobile number or a plate. One column of who is in charge makes no such list:
    a ledger with headings that nobody knows has it too.
    """
    about = [heading for heading in part.headings if is_about_persons(heading)]
    is_said = any(map(is_of_residents, about)) or (about and len(about) * 2 >= len(part.headings))
    if not is_said and not _most_rows_are_personal(first):
        return None
    headings = [masked(heading) for heading in about]
    count = sum(len(batch.rows) for batch in part.batches())
    where = f"{file} [{part.name}]" if part.name else file
    what = f"columns about persons: {', '.join(headings)}" if headings else "personal numbers in most of its rows"
    return (
        f"{where} is personal data, {count:,} rows with {what}; nothing of it was read into the store: take it out "
        "of the file before you hand that on"
    )


def _most_rows_are_personal(first: Batch | None) -> bool:
    if first is None or first.rows.empty:
        return False
    found = np.zeros(len(first.rows), dtype=np.bool_)
    for heading in first.rows:
        cells = first.rows[heading]
        suspicious = np.flatnonzero(matches(cells, MAY_HOLD))
        found[[at for at in suspicious if mask_personal(str(cells.iloc[at]))[1]]] = True
    return int(found.sum()) * 2 > len(found)
