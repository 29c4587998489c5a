"""./csmap publish says what a new publication has more or less of than the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from geodata.settings import Settings
from tests.geodata.queries.staged import put
from webmap.command import publish

YARD = "MULTIPOLYGON(((112 27.73, 112.002 27.73, 112.002 27.732, 112 27.732, 112 27.73)))"


def test_what_changed_is_said_for_each_audience(
    deployment: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(day: date) -> list[list[str]]:
        monkeypatch.setattr(publish, "load_settings", lambda: replace(deployment, as_of=day))
        assert publish.main([]) == 0
        return [line.split() for line in capsys.readouterr().out.splitlines()[1:]]

    put(deployment, "compound", [{"source_id": "a", "name": "Garden", "geom": YARD}])
    hazard = {"source_id": "h", "kind": "gas", "found_on": "2025-10-30", "geom": "POINT(112.001 27.731)"}
    put(deployment, "hazard", [hazard])
    # A hazard of yesterday: planners see it at its compound, residents not for another six days.
    assert said(date(2025, 10, 31)) == [
        ["planner", "compound", "0", "->", "1", "rows"],
        ["planner", "hazard", "0", "->", "1", "rows"],
        ["resident", "compound", "0", "->", "1", "rows"],
    ]
    assert said(date(2025, 10, 31)) == [], "the publication stays"
    assert said(date(2025, 11, 30)) == [["resident", "hazard", "0", "->", "1", "rows"]]
