"""Where the next posts of a service belong."""

from geodata.analyses.siting.answer import Plan, Site
from geodata.analyses.siting.question import EXISTING, OBJECTIVES, SiteQuestion
from geodata.analyses.siting.report import curve_frame, frame_of, plan_as_json
from geodata.analyses.siting.solve import site

__all__ = ["EXISTING", "OBJECTIVES", "Plan", "Site", "SiteQuestion", "curve_frame", "frame_of", "plan_as_json", "site"]
