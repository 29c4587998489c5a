"""All guides by their names in addresses, and who is led to which."""

from __future__ import annotations

from geodata.layers.audience import Audience
from webmap.helping import officer, planner, resident, steward

GUIDES = {guide.name: guide for guide in (resident.GUIDE, officer.GUIDE, planner.GUIDE, steward.GUIDE)}

OWN = {
    Audience.RESIDENT: resident.GUIDE,
    Audience.GRID_OFFICER: officer.GUIDE,
    Audience.POLICE: officer.GUIDE,
    Audience.PLANNER: planner.GUIDE,
    Audience.STEWARD: steward.GUIDE,
}
