"""Where hazards and incidents gather, and what has changed between two equal periods."""

from geodata.analyses.hotspots.asked import HAZARDS, OPEN, is_hazard, years_of
from geodata.analyses.hotspots.change import (
    Change,
    change_as_json,
    changed,
    compare_periods,
    frame_of_change,
)
from geodata.analyses.hotspots.classes import CountClasses, classes_of
from geodata.analyses.hotspots.periods import Months, parse_months
from geodata.analyses.hotspots.question import ChangeQuestion, SpotsQuestion, change_question, spots_question
from geodata.analyses.hotspots.report import drawn_spots, frame_of_spots, spots_as_json
from geodata.analyses.hotspots.rows import ChangeRow
from geodata.analyses.hotspots.spots import Spots, spots_of
from geodata.analyses.hotspots.surface import Steps, surface_of

__all__ = [
    "HAZARDS",
    "OPEN",
    "Change",
    "ChangeQuestion",
    "ChangeRow",
    "CountClasses",
    "Months",
    "Spots",
    "SpotsQuestion",
    "Steps",
    "change_as_json",
    "change_question",
    "changed",
    "classes_of",
    "compare_periods",
    "drawn_spots",
    "frame_of_change",
    "frame_of_spots",
    "is_hazard",
    "parse_months",
    "spots_as_json",
    "spots_of",
    "spots_question",
    "surface_of",
    "years_of",
]
