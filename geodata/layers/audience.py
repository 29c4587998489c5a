"""Who may be asking."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """Who may be asking. A set, not a ladder: a planner sees things that an officer doesn't."""

    RESIDENT = "resident"
    PLANNER = "planner"
    GRID_OFFICER = "grid_officer"
    POLICE = "police"
    STEWARD = "steward"


EVERYONE = frozenset(Audience)
STAFF = EVERYONE - {Audience.RESIDENT}
ON_THE_GROUND = frozenset({Audience.GRID_OFFICER, Audience.POLICE, Audience.STEWARD})
WHO_COUNTS = frozenset({Audience.PLANNER, Audience.STEWARD})
"""Who gets how many people and households there are exactly: those who plan for them and who loads it."""
