"""One clock over a siting's whole curve, and what a kept siting depends on besides data."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from shapely.geometry import box, mapping

from geodata.analyses.coverage import Question
from geodata.analyses.progress import nobody
from geodata.analyses.siting import SiteQuestion
from geodata.analyses.siting import curve as solving
from geodata.analyses.siting.kept import as_asked, said_of
from geodata.analyses.siting.ways import Sitings
from geodata.coverage.siting import solve_mclp
from geodata.errors import InvalidInput
from geodata.settings import BOUNDARY_NAME, Settings


def place(home: Path, *, east: float) -> Settings:
    """Return a deployment whose outline ends at a meridian."""
    home.mkdir()
    outline = {"type": "Feature", "properties": {}, "geometry": mapping(box(112, 27, east, 28))}
    (home / BOUNDARY_NAME).write_text(json.dumps(outline))
    return Settings(home=home, name="Town", metric_crs="EPSG:4546", time_zone="UTC", as_of=date(2025, 10, 31))


def apart(candidates: int) -> Sitings:
    """Return candidates each of which reaches a demand of its own, and no post."""
    own = csr_array(np.eye(candidates, dtype=np.int64))
    return Sitings(np.ones(candidates), own, np.full(candidates, -1), np.arange(candidates), np.arange(candidates))


def test_the_curve_has_the_time_of_one_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed: list[float] = []

    def watched(*asked: Any, time_limit_s: float, **more: Any) -> Any:
        allowed.append(time_limit_s)
        return solve_mclp(*asked, time_limit_s=time_limit_s, **more)

    monkeypatch.setattr(solving, "solve_mclp", watched)
    question = SiteQuestion(Question("clinic"), add=5, time_limit_s=30.0)
    found, curve = solving.solved(question, apart(8), 10, nobody)
    assert [step.covered for step in curve] == [0, 1, 2, 3, 4, 5]
    assert found.objective == 5
    # What was asked for has half of it; each step after that an equal part of what those before it have left.
    assert 0 < allowed[0] <= 15.0
    assert all(0 < part <= 30.0 / left for part, left in zip(allowed[1:], range(5, 0, -1), strict=True))


def test_the_fewest_posts_ask_for_no_number() -> None:
    question = SiteQuestion(Question("clinic"), add=3, objective="lscp")
    found, _ = solving.solved(question, apart(2), 10, nobody)
    assert found.objective == 2
    with pytest.raises(InvalidInput, match="3 posts to add; candidates to choose from: 2"):
        solving.solved(replace(question, objective="mclp"), apart(2), 10, nobody)


def test_another_outline_is_another_question_about_junctions(tmp_path: Path) -> None:
    here, elsewhere = place(tmp_path / "here", east=113), place(tmp_path / "elsewhere", east=112.5)
    question = SiteQuestion(Question("police_room", minutes=5))
    said = said_of(here, question)
    assert said_of(elsewhere, question) != said
    again = as_asked(here, said)
    assert said_of(*again) == said
    with pytest.raises(InvalidInput, match="ask anew"):
        as_asked(elsewhere, said)
    named = replace(question, candidates="service_point")
    assert said_of(elsewhere, named) == said_of(here, named)
