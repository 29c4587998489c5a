"""The same file again is known by its digest, unless something that its rows rest on has changed since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from etl.choosing import Wish
from etl.loading import load_file
from etl.receipt import Receipt
from etl.repeat import inputs_digest
from geodata.settings import Settings
from tests.etl.made import write_csv
from tests.etl.test_loading import GOOD, HAZARDS, POSTS, checksum, compounds, posts, rows, sums, workbook

WGS84 = Wish(crs="wgs84")


def _is_repeated(receipt: Receipt) -> bool:
    return any(note.startswith("the same file as in load") for note in receipt.notes)


def _hazards(folder: Path) -> Path:
    lines = [
        ["H1", "燃气", "2025-03-03", "2025-03-09", "吉祥花园", "a"],
        ["H2", "燃气", "2025-03-04", "", "丽都苑", "b"],
    ]
    return write_csv(folder / "hazards.csv", [HAZARDS, *lines])


def test_every_row_ends_as_it_did(deployment: Settings, tmp_path: Path) -> None:
    path = posts(tmp_path, GOOD, GOOD, ("P2", "外面的", "c", "警务室", "", "", 115.0, 27.73))
    [first] = load_file(deployment, path, WGS84)
    before = checksum(deployment)
    [again] = load_file(deployment, path, WGS84)
    assert _is_repeated(again)
    assert (sums(first), sums(again)) == ((3, 1, 0, 1, 1), (3, 0, 1, 1, 1))
    assert (again.issues, again.reasons) == (first.issues, first.reasons)
    assert checksum(deployment) == before
    said = "SELECT outcome, reason, row, cell, cells::text FROM ledger.quarantine WHERE load_id = {} ORDER BY id"
    assert rows(deployment, said.format(again.load_id)) == rows(deployment, said.format(first.load_id))
    remarks = [(deployment.home / "receipts" / f"{one.load_id}.csv").read_text("utf-8-sig") for one in (first, again)]
    assert remarks[0] == remarks[1]
    [third] = load_file(deployment, path, WGS84)
    assert (_is_repeated(third), sums(third)) == (True, sums(again))


def test_parents_and_children_each_have_their_line(deployment: Settings, tmp_path: Path) -> None:
    load_file(deployment, compounds(tmp_path, "吉祥花园", "丽都苑"), Wish())
    first = load_file(deployment, _hazards(tmp_path), Wish())
    again = load_file(deployment, _hazards(tmp_path), Wish())
    assert [(one.layer, one.from_layer) for one in again] == [(one.layer, one.from_layer) for one in first]
    assert [sums(one) for one in again] == [(2, 0, 2, 0, 0), (3, 0, 3, 0, 0)]
    assert all(map(_is_repeated, again))


def test_two_parts_for_one_layer_are_known_the_second_time(deployment: Settings, tmp_path: Path) -> None:
    path = workbook(tmp_path, 甲=[POSTS, GOOD], 乙=[POSTS, ("P2", *GOOD[1:])])
    assert [sums(one) for one in load_file(deployment, path, WGS84)] == [(1, 1, 0, 0, 0)] * 2
    for _ in range(2):
        again = load_file(deployment, path, WGS84)
        assert [(_is_repeated(one), sums(one)) for one in again] == [(True, (1, 0, 1, 0, 0))] * 2
    load_file(deployment, posts(tmp_path, ("P2", "新名", *GOOD[2:])), WGS84)
    assert [(_is_repeated(one), sums(one)) for one in load_file(deployment, path, WGS84)] == [
        (False, (1, 0, 1, 0, 0)), (False, (1, 1, 0, 0, 0)),
    ]  # fmt: skip


def test_a_row_that_was_turned_away_finds_the_compound_that_has_come(deployment: Settings, tmp_path: Path) -> None:
    load_file(deployment, compounds(tmp_path, "吉祥花园"), Wish())
    first, _ = load_file(deployment, _hazards(tmp_path), Wish())
    assert sums(first) == (2, 1, 0, 1, 0)
    load_file(deployment, compounds(tmp_path, "吉祥花园", "丽都苑"), Wish())
    again, _ = load_file(deployment, _hazards(tmp_path), Wish())
    assert (_is_repeated(again), sums(again)) == (False, (2, 1, 1, 0, 0))


def test_a_file_that_another_has_overwritten_is_read_again(deployment: Settings, tmp_path: Path) -> None:
    path = posts(tmp_path, GOOD)
    load_file(deployment, path, WGS84)
    load_file(deployment, posts(tmp_path, (GOOD[0], "新名", *GOOD[2:]), name="newer.csv"), WGS84)
    [again] = load_file(deployment, path, WGS84)
    assert sums(again) == (1, 1, 0, 0, 0)
    assert rows(deployment, "SELECT name FROM live.police_post") == [(GOOD[1],)]


def test_what_changed_elsewhere_is_nothing_to_it(deployment: Settings, tmp_path: Path) -> None:
    path = posts(tmp_path, GOOD)
    load_file(deployment, path, WGS84)
    load_file(deployment, compounds(tmp_path, "吉祥花园"), Wish())
    assert _is_repeated(load_file(deployment, path, WGS84)[0])


def test_another_wish_or_recipe_reads_it_again(deployment: Settings, tmp_path: Path) -> None:
    path = posts(tmp_path, GOOD)
    load_file(deployment, path, WGS84)
    [shifted] = load_file(deployment, path, Wish(crs="gcj02"))
    assert (_is_repeated(shifted), shifted.loaded) == (False, 1)
    [dry] = load_file(deployment, path, Wish(crs="gcj02"), is_dry=True)
    assert (_is_repeated(dry), dry.unchanged) == (False, 1)


def _another_table(settings: Settings, path: Path) -> Settings:
    path.with_suffix(".dbf").write_bytes(b"other")
    return settings


def _another_extent(settings: Settings, _: Path) -> Settings:
    return replace(settings, margin_m=100)


def _another_recipe(settings: Settings, _: Path) -> Settings:
    settings.recipes_folder.mkdir()
    (settings.recipes_folder / "own.toml").write_text("id = 'own'")
    return settings


@pytest.mark.parametrize("change", [_another_table, _another_extent, _another_recipe])
def test_all_that_decides_is_in_the_digest(
    tmp_path: Path, deployment: Settings, change: Callable[[Settings, Path], Settings]
) -> None:
    (tmp_path / "boundary.geojson").write_bytes((deployment.home / "boundary.geojson").read_bytes())
    settings, path = replace(deployment, home=tmp_path), tmp_path / "places.shp"
    path.write_bytes(b"places")
    path.with_suffix(".dbf").write_bytes(b"names")
    before = inputs_digest(settings, path, Wish())
    assert inputs_digest(settings, path, Wish()) == before
    assert inputs_digest(change(settings, path), path, Wish()) != before
