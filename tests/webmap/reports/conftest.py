"""A street whose names are hostile, with one place in reach and others out of it for several causes."""

from __future__ import annotations

from datetime import date

import pytest

from geodata.publication import publish
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put

STREET = "MULTILINESTRING((112 27.73, 112.01 27.73, 112.02 27.73))"
HOSTILE = "=1+1</script><img src=x onerror=alert(1)>${alert(2)}`{{ 7 * 7 }}"
PEOPLE = {112.002: 100, 112.004: 50, 112.01: 30, 112.014: 20}
"""Residents by longitude. 5 minutes at 4.5 km/h are 375 m, 0.0038 degrees: 150 people reach the post at 112.001."""


def box(west: float, east: float, south: float, north: float) -> str:
    ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
    return f"MULTIPOLYGON((({ring})))"


@pytest.fixture(scope="session")
def street(deployments: Deployments) -> Settings:
    settings = deployments.make("街道 <Street>", synthetic=True, as_of=date(2025, 10, 31))
    put(settings, "road", [{"source_id": "way/1", "highway": "residential", "geom": STREET}])
    whole = box(111.999, 112.021, 27.729, 27.731)
    put(settings, "area", [{"source_id": "a", "code": "A", "name": HOSTILE, "kind": "community", "geom": whole}])
    post = {"source_id": "W", "name": HOSTILE, "kind": "room", "hours": "Mo-Fr 09:00-17:00"}
    put(settings, "police_post", [{**post, "geom": "POINT(112.001 27.73)"}])
    houses = [
        {
            "source_id": f"h{lon}",
            "name": HOSTILE,
            "residents": str(residents),
            "geom": box(lon - 0.0001, lon + 0.0001, 27.7301, 27.7302),
        }
        for lon, residents in PEOPLE.items()
    ]
    put(settings, "building", houses)
    publish(settings)
    return settings
