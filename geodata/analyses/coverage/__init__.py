"""Who is within reach of a service, who isn't, and why."""

from geodata.analyses.coverage.answer import BANDS_MIN, CAUSES, Answer, AreaShare, bands_within
from geodata.analyses.coverage.changes import Changes, Link
from geodata.analyses.coverage.cover import cover
from geodata.analyses.coverage.idle import Idle, idle_posts, newly_idle
from geodata.analyses.coverage.mends import Mend, mends_of
from geodata.analyses.coverage.question import DEMANDS, WEIGHTS, Question, by_community, parse_period
from geodata.analyses.coverage.remedies import Remedy, remedies_of
from geodata.analyses.coverage.report import as_json, frame_of
from geodata.analyses.coverage.routes import od_frame, route_frame
from geodata.analyses.coverage.supposed import Supposed, supposed_frame, supposed_of

__all__ = [
    "BANDS_MIN",
    "CAUSES",
    "DEMANDS",
    "WEIGHTS",
    "Answer",
    "AreaShare",
    "Changes",
    "Idle",
    "Link",
    "Mend",
    "Question",
    "Remedy",
    "Supposed",
    "as_json",
    "bands_within",
    "by_community",
    "cover",
    "frame_of",
    "idle_posts",
    "mends_of",
    "newly_idle",
    "od_frame",
    "parse_period",
    "remedies_of",
    "route_frame",
    "supposed_frame",
    "supposed_of",
]
