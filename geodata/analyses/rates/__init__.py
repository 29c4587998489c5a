"""Areas by rate: hazards by household, incidents by resident, people within reach, period beside period."""

from geodata.analyses.rates.breaks import CLASSES, FEW, UNKNOWN
from geodata.analyses.rates.coverage import reach_rates
from geodata.analyses.rates.question import (
    COVERAGE,
    QUARTER,
    TODAY,
    RateQuestion,
    levels_of,
    rate_question,
    spans_of,
    usual_level,
    usual_span,
)
from geodata.analyses.rates.report import drawn_rates, frame_of_rates, rates_as_json
from geodata.analyses.rates.table import Rates, rates_of

__all__ = [
    "CLASSES",
    "COVERAGE",
    "FEW",
    "QUARTER",
    "TODAY",
    "UNKNOWN",
    "RateQuestion",
    "Rates",
    "drawn_rates",
    "frame_of_rates",
    "levels_of",
    "rate_question",
    "rates_as_json",
    "rates_of",
    "reach_rates",
    "spans_of",
    "usual_level",
    "usual_span",
]
