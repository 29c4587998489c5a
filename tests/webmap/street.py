"""A street with a post at its western end and people along it, for planners' questions."""

from __future__ import annotations

from datetime import date

from geodata.publication import publish
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put

STREET = "MULTILINESTRING((112 27.73, 112.01 27.73, 112.02 27.73))"
PEOPLE = {112.002: 100, 112.004: 50, 112.01: 30, 112.014: 20, 112.018: 10}
"""Residents by longitude. 5 minutes at 4.5 km/h are 375 m, 0.0038 degrees: the first two reach the post at 112.001."""
WEST = {
    "source_id": "W",
    "name": "West",
    "kind": "room",
    "hours": "Mo-Fr 09:00-17:00",
    "geom": "POINT(112.001 27.73)",
}
NAME = "House <b>at</b> 112.01"


def street(deployments: Deployments) -> Settings:
    """Return the deployment."""
    settings = deployments.make("Street", synthetic=True, as_of=date(2025, 10, 31))
    put(settings, "road", [{"source_id": "way/1", "highway": "residential", "geom": STREET}])
    put(settings, "police_post", [WEST])
    put(settings, "building", [house(lon, residents) for lon, residents in PEOPLE.items()])
    publish(settings)
    return settings


def house(lon: float, residents: int) -> dict[str, str]:
    """Return a house by the street as the stage takes it."""
    west, east, south, north = lon - 0.0001, lon + 0.0001, 27.7301, 27.7302
    ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
    name = NAME if lon == 112.01 else f"House at {lon}"
    return {
        "source_id": f"h{lon}", "name": name, "residents": str(residents), "geom": f"MULTIPOLYGON((({ring})))",
    }  # fmt: skip
