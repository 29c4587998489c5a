"""Short forms for the constraints that the mapped classes of several layers share."""

from collections.abc import Sequence

from sqlalchemy import CheckConstraint

from geodata.layers.field import Choice


def one_of(table: str, column: str, choices: Sequence[Choice]) -> CheckConstraint:
    """Return the CHECK that a column holds one of the declared choices, or nothing."""
    values = ", ".join(f"'{choice.value}'" for choice in choices)
    return CheckConstraint(f"{column} IN ({values})", name=f"{table}_{column}_choice")


def not_negative(table: str, *columns: str) -> list[CheckConstraint]:
    """Return the CHECKs that amounts and counts are zero or more, or nothing."""
    return [CheckConstraint(f"{column} >= 0", name=f"{table}_{column}_min") for column in columns]
