"""A small published district and clients for each audience."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from geodata.analyses.walks import refresh_walks
from geodata.publication import publish
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put
from tests.signing import client_of
from webmap import create_app

YARD = "MULTIPOLYGON(((112 27.73, 112.002 27.73, 112.002 27.732, 112 27.732, 112 27.73)))"
WEST = "MULTIPOLYGON(((111.99 27.72, 112.003 27.72, 112.003 27.74, 111.99 27.74, 111.99 27.72)))"
SECRET = "SECRET-WORDS"

Client = Callable[..., FlaskClient]


@pytest.fixture(scope="session")
def published(deployments: Deployments) -> Settings:
    """A district of every layer, published; whatever a resident may not see holds SECRET."""
    settings = deployments.make("Small district", synthetic=True, as_of=date(2025, 10, 31))
    put(settings, "area", [{"source_id": "w", "code": "W", "name": "West", "kind": "grid", "geom": WEST}])
    put(
        settings,
        "compound",
        [
            {
                "source_id": "a",
                "code": "C1",
                "name": "Garden",
                "community": "North",
                "households": 314,
                "residents": 987,
                "geom": YARD,
            }
        ],
    )
    alias = {"compound_name": "Garden", "evidence": SECRET}
    names = [{"name": "Old Garden", "kind": "former", **alias}, {"name": "锦绣花园", "kind": "popular", **alias}]
    put(settings, "alias", names)
    posts = [
        {
            "source_id": f"p{number}",
            "name": f"Post {number:02}",
            "hours": "Mo-Fr 09:00-17:00",
            "capacity": 987,
            **({"kind": ("station", "room", "kiosk")[number]} if number < 3 else {}),
            "geom": f"POINT({112 + number / 10000} 27.73)",
        }
        for number in range(25)
    ]
    put(settings, "police_post", [*posts, {"source_id": "f", "name": "=1+1", "geom": "POINT(112.001 27.735)"}])
    put(
        settings,
        "hazard",
        [
            {
                "source_id": key,
                "kind": "gas",
                "found_on": found_on,
                "due_on": "2099-01-01",
                "description": SECRET,
                "department": SECRET,
                "geom": "POINT(112.0005 27.7305)",
            }
            for key, found_on in (("old", "2025-10-01"), ("older", "2025-09-01"), ("new", "2025-10-30"))
        ],
    )
    put(settings, "hazard_event", [{"parent_source_id": "old", "kind": "reported", "happened_on": "2025-10-01"}])
    put(
        settings,
        "micro_project",
        [{"source_id": "m", "name": "Lamps", "budget": "100.50", "compound_name": "Old Garden"}],
    )
    put(
        settings,
        "funding_line",
        [{"source_id": "m/street", "parent_source_id": "m", "funder": "street", "planned": "100.50"}],
    )
    road = "MULTILINESTRING((111.94 27.73, 112.06 27.731))"
    put(settings, "road", [{"source_id": "way/1", "name": "Main Road", "highway": "primary", "geom": road}])
    put(settings, "turn_restriction", [{"kind": "no_u_turn", "from_way": SECRET, "via": SECRET, "to_way": SECRET}])
    put(settings, "building", [{"source_id": "way/2", "name": "Hall", "households": 987, "geom": YARD}])
    refresh_walks(settings)
    publish(settings)
    return settings


@pytest.fixture(scope="module")
def client(published: Settings) -> Client:
    """Return a client of the published district: `client()` is a resident's, `client("police:W")` the police's.

    Staff's asks below /staff, whatever address it is given.
    """
    app = create_app(published)
    return lambda who=None: client_of(published, who, app)
