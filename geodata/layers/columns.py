"""Short forms for the constraints that the mapped classes of several layers share."""

from collections.abc import Sequence

from sqlalchemy import CheckConstraint, Computed

from geodata.layers.field import Band, Choice


def one_of(table: str, column: str, choices: Sequence[Choice]) -> CheckConstraint:
    """Return the CHECK that a column holds one of the declared choices, or nothing."""
    values = ", ".join(f"'{choice.value}'" for choice in choices)
    return CheckConstraint(f"{column} IN ({values})", name=f"{table}_{column}_choice")


def not_negative(table: str, *columns: str) -> list[CheckConstraint]:
    """Return the CHECKs that amounts and counts are zero or more, or nothing."""
    return [CheckConstraint(f"{column} >= 0", name=f"{table}_{column}_min") for column in columns]


def band_of(column: str, band: Band) -> str:
    """Return the SQL that says a number's band in the words of Band.label."""
    cases = [f"WHEN {column} < {edge} THEN '{band.label(edge - 1)}'" for edge in band.edges]
    return f"CASE WHEN {column} IS NULL THEN NULL {' '.join(cases)} ELSE '{band.label(band.edges[-1])}' END"


def banded(column: str, band: Band) -> Computed:
    """Return what works out a number's band beside it, for readers of the store who may not have the number."""
    return Computed(band_of(column, band), persisted=True)
