"""Files of commands are there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.command.outlet import check_outlet, written_whole
from geodata.errors import InvalidInput


def test_a_file_takes_its_place_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "plan.gpkg"
    target.write_text("old")
    with written_whole(target) as beside:
        beside.write_text("new")
        assert (beside.suffix, target.read_text()) == (".gpkg", "old")
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_what_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "plan.gpkg"
    target.write_text("old")

    def broken_off() -> None:
        with written_whole(target) as beside:
            beside.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_places_that_take_no_file_are_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "plan.gpkg").mkdir()
    with pytest.raises(InvalidInput, match="is a folder"):
        check_outlet(tmp_path / "plan.gpkg")
    with pytest.raises(InvalidInput, match="can't be written"):
        check_outlet(Path("/proc/plan.gpkg"))
    check_outlet(tmp_path / "other.gpkg")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.gpkg"]


def test_names_that_cannot_be_written_are_refused_at_once(tmp_path: Path) -> None:
    check_outlet(None)
    check_outlet(tmp_path / "plan.GPKG")
    with pytest.raises(InvalidInput, match=r"plan\.shp can't be written; wanted is a name that ends in \.gpkg"):
        check_outlet(tmp_path / "plan.shp")
    with pytest.raises(InvalidInput, match=r"nowhere is no folder; plan\.gpkg can't be written into it"):
        check_outlet(tmp_path / "nowhere" / "plan.gpkg")
