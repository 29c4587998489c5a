"""What was wrong with a row: a value that goes back to whoever handed the file over, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["quarantined", "ignored", "noted"]


@dataclass(frozen=True)
class Issue:
    """One thing said about one source row.

    Attributes:
        outcome: "quarantined" and "ignored" take the row out; "noted" leaves it in.
        reason: a stable code, such as "outside_boundary" or "bad_number".
        message: a sentence with the value seen and the value wanted.
        row: the row number as a spreadsheet shows it; for features their ordinal, from 1.
        cell: the cell's address ("C5") in a workbook, the heading elsewhere.
        field: the layer's field, where it is about one.
        value: the raw value, personal data masked.
    """

    outcome: Outcome
    reason: str
    message: str
    row: int
    cell: str = ""
    field: str = ""
    value: str = ""
