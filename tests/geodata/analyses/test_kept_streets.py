"""Streets are laid once for a state of the roads, and come back from files as they were laid."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from geodata.analyses import streets as laying
from geodata.analyses.kept_folder import cache_folder
from geodata.analyses.kept_streets import MOST_KEPT, keep, kept
from geodata.analyses.streets import streets_of
from geodata.coverage.ends import Ends
from geodata.coverage.joins import Passages
from geodata.coverage.laying import lay_streets
from geodata.coverage.modes import CAR, WALK
from geodata.coverage.network import Network
from geodata.coverage.reach import nearest
from geodata.coverage.streets import Streets
from geodata.settings import Settings
from tests.geodata.coverage.made import crooked_ways, with_turns_over_ways
from tests.geodata.queries.staged import put

ROAD = {"highway": "residential", "geom": "MULTILINESTRING((112 27.73, 112.001 27.73, 112.002 27.73))"}


def arrays(of: Streets | Network | Ends | Passages) -> list[np.ndarray]:
    """Return all arrays of streets, in the order of their fields."""
    found: list[np.ndarray] = []
    for field in fields(of):
        value = getattr(of, field.name)
        if isinstance(value, np.ndarray):
            found.append(value)
        elif isinstance(value, Network | Ends | Passages):
            found += arrays(value)
    return found


def test_streets_come_back_bit_for_bit_and_are_searched(tmp_path: Path) -> None:
    laid = lay_streets(with_turns_over_ways(1), CAR)
    assert len(laid.passages.edge)
    keep(tmp_path / "cache" / "one", laid)
    back = kept(tmp_path / "cache" / "one", CAR)
    assert back is not None
    for before, after in zip(arrays(laid), arrays(back), strict=True):
        assert before.dtype == after.dtype
        assert np.array_equal(before, after)
    assert (back.cut_off, back.turns, back.mode) == (laid.cut_off, laid.turns, CAR)
    start = np.array([0])
    assert np.array_equal(nearest(back.network, start)[0], nearest(laid.network, start)[0])
    assert np.array_equal(nearest(back.against.network, start)[0], nearest(laid.against.network, start)[0])


def test_a_file_that_was_cut_off_is_laid_anew(tmp_path: Path) -> None:
    laid = lay_streets(crooked_ways(3), CAR)
    folder = tmp_path / "one"
    keep(folder, laid)
    whole = (folder / "network_x_m.npy").read_bytes()
    for wrong in (whole[:200], b"", b"no array at all"):
        (folder / "network_x_m.npy").write_bytes(wrong)
        assert kept(folder, CAR) is None
        keep(folder, laid)
        assert kept(folder, CAR) is not None


def test_only_the_newest_stay(tmp_path: Path) -> None:
    laid = lay_streets(crooked_ways(3), WALK)
    for number in range(MOST_KEPT + 3):
        keep(tmp_path / f"{number:02}", laid)
        os.utime(tmp_path / f"{number:02}", (number, number))
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{number:02}" for number in range(3, MOST_KEPT + 3)]


def test_where_nothing_can_be_written_streets_are_laid_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    keep(tmp_path / "file" / "one", lay_streets(crooked_ways(3), WALK))
    assert kept(tmp_path / "file" / "one", WALK) is None


def test_a_new_load_or_another_speed_lays_other_streets(deployment: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    put(deployment, "road", [ROAD])
    first = streets_of(deployment, WALK)
    assert streets_of(deployment, WALK) is first
    folder = cache_folder(deployment, os.geteuid())
    kept_now = {path.name for path in folder.iterdir()}
    # Another process finds the files.
    monkeypatch.setattr(laying, "_LAID", {})
    again = streets_of(deployment, WALK)
    assert again is not first
    assert {path.name for path in folder.iterdir()} == kept_now
    slow = streets_of(deployment, WALK.with_speeds({"residential": 2.25}))
    assert slow.ahead_ds.sum() == pytest.approx(2 * first.ahead_ds.sum(), abs=2)
    put(deployment, "road", [{**ROAD, "geom": "MULTILINESTRING((112 27.73, 112.001 27.73))"}])
    assert len(streets_of(deployment, WALK).tail) == 1
