"""What is asked of hot spots and of change, in full: what nobody stated stands for the usual, which is part of it."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.analyses.hotspots.asked import (
    HAZARDS,
    OPEN,
    check_stated,
    check_what,
    is_hazard,
    level_asked,
    pair_asked,
    period_asked,
)
from geodata.analyses.hotspots.periods import YEAR, Months
from geodata.errors import InvalidInput
from geodata.settings import Settings

HOUSEHOLDS = "households"
COMPOUND_RADIUS_M, AREA_RADIUS_M = 300.0, 1500.0


@dataclass(frozen=True)
class SpotsQuestion:
    """Where does it gather?

    Attributes:
        what: `HAZARDS`, `OPEN`, or a kind of incidents.
        period: None for `OPEN`.
        radius_m: of a neighbourhood.
        level: of areas; None for hazards, which hang on compounds.
        per: None for counts as they are, `HOUSEHOLDS` for hazards by household.
    """

    what: str
    period: Months | None
    radius_m: float
    level: str | None
    per: str | None = None

    @property
    def layers(self) -> frozenset[str]:
        """The layers that it is answered from."""
        return frozenset({"hazard", "compound"} if is_hazard(self.what) else {"incident_count", "area"})


@dataclass(frozen=True)
class ChangeQuestion:
    """What has changed?

    Attributes:
        what: `HAZARDS`, or a kind of incidents.
        before, after: equally long.
        level: of the areas.
        is_halved: nobody stated periods, and the register is too young for two years: its halves are compared.
    """

    what: str
    before: Months
    after: Months
    level: str
    is_halved: bool

    @property
    def layers(self) -> frozenset[str]:
        """The layers that it is answered from."""
        return frozenset({"hazard", "compound", "area"} if self.what == HAZARDS else {"incident_count", "area"})


def spots_question(
    settings: Settings,
    what: str,
    period: str | None = None,
    *,
    radius_m: float | None = None,
    level: str | None = None,
    per: str | None = None,
) -> SpotsQuestion:
    """Return what is asked about hot spots.

    Args:
        settings: the deployment.
        what: `OPEN`, `HAZARDS` found in the period, or a kind of incidents.
        period: of hazards or incidents, such as "2025-01..2025-10"; of incidents calendar years; None for the last.
        radius_m: of a neighbourhood; None for 300 m among compounds, 1,500 m among areas.
        level: of areas, for incidents: the one they are published by, which None stands for, too.
        per: `HOUSEHOLDS` for hazards by household; None for counts.

    Raises:
        InvalidInput: it can't be asked.
    """
    check_stated(period, radius_m=radius_m)
    check_what(settings, what, OPEN, HAZARDS)
    if per is not None and (per != HOUSEHOLDS or not is_hazard(what)):
        raise InvalidInput(
            f"{what} per {per!r}; wanted are {OPEN} or {HAZARDS} per {HOUSEHOLDS}, or counts",
            zh=f"“{what}”不能按 {per!r} 比较；只有隐患可按户数（{HOUSEHOLDS}）比较",
        )
    level = level_asked(settings, what, level)
    months = period_asked(settings, what, period)
    wide_m = radius_m if radius_m is not None else COMPOUND_RADIUS_M if is_hazard(what) else AREA_RADIUS_M
    return SpotsQuestion(what, None if what == OPEN else months, float(wide_m), None if is_hazard(what) else level, per)


def change_question(
    settings: Settings, what: str, before: str | None = None, after: str | None = None, *, level: str | None = None
) -> ChangeQuestion:
    """Return what is asked about change.

    Args:
        settings: the deployment.
        what: `HAZARDS`, or a kind of incidents; kinds are never added up.
        before, after: equally long, such as "2024-01..2024-10", the earlier first; of incidents calendar years. None
            for the last year and the year before; where the register of hazards is younger, for its two halves.
        level: of areas; of incidents the one they are published by. None for the finest above grids that there is.

    Raises:
        InvalidInput: it can't be asked, or the periods aren't equal.
    """
    check_stated(before, after)
    check_what(settings, what, HAZARDS)
    level = level_asked(settings, what, level)
    earlier, later = pair_asked(settings, what, before, after)
    is_halved = before is None and after is None and later.count < YEAR
    return ChangeQuestion(what, earlier, later, level, is_halved)
