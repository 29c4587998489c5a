"""What a kept answer is found by: all that is asked, and every layer that it may come from."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geodata.analyses.coverage.kept import said_in_full
from geodata.analyses.coverage.question import WEIGHTS, Asked, layers_read
from geodata.coverage.modes import CAR, WALK
from geodata.layers.moment import parse_moment
from geodata.services import SERVICES
from geodata.settings import Settings

SETTINGS = Settings(
    home=Path("/nowhere"), name="Town", metric_crs="EPSG:4546", time_zone="UTC", as_of=date(2025, 10, 31)
)
ASKED = Asked(
    service=SERVICES["police_room"], mode=WALK, minutes=5, at=None, demand=None, weight="incidents", by=None,
)  # fmt: skip
OTHERWISE: dict[str, Any] = {
    "service": SERVICES["clinic"],
    "mode": CAR,
    "minutes": 6,
    "at": parse_moment("Mon 22:00"),
    "demand": "compound",
    "weight": "hazards",
    "by": "community",
    "period": (date(2025, 1, 1), date(2025, 6, 30)),
    "kind": "theft",
    "changes": ({"change": "close_post", "service": "police_room", "post": "P"},),
}


@pytest.mark.parametrize("name", [field.name for field in fields(Asked)])
def test_whatever_is_asked_otherwise_is_another_question(name: str) -> None:
    other = replace(ASKED, **{name: OTHERWISE[name]})
    assert said_in_full(SETTINGS, other) != said_in_full(SETTINGS, ASKED)


def test_speeds_and_turns_are_part_of_the_question() -> None:
    for mode in (WALK.with_speeds({"residential": 3.0}), replace(WALK, keeps_turns=True)):
        assert said_in_full(SETTINGS, replace(ASKED, mode=mode)) != said_in_full(SETTINGS, ASKED)


def test_a_new_load_of_what_is_counted_makes_an_answer_old() -> None:
    read = {weight: layers_read(replace(ASKED, weight=weight)) for weight in WEIGHTS}
    assert "hazard" in read["hazards"]
    assert "incident_count" in read["incidents"]
    assert "area_population" in read["elderly"]
    assert read["residents"] == read["households"]
    assert {"building", "compound", "population_cell", "road", "gate", "police_post"} <= read["residents"]
