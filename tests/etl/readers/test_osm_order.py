from __future__ import annotations

import bz2
import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from osmium.osm.mutable import Node, Relation, Way

from etl.readers import read
from etl.readers.osm_order import check_packed, has_ways_first
from geodata.errors import InvalidInput
from tests.etl.readers.test_osm import ROADS, TOWN, node, way, write
from tests.etl.readers.whole import outlines, whole

PACKED = ["a.osm.gz", "a.osm.bz2"]
WAYS_FIRST: list[Node | Way | Relation] = [way(20, [1, 2], highway="residential"), node(1, 0, 0), node(2, 4, 0)]


@pytest.mark.parametrize("file", ["a.osm", *PACKED])
def test_the_order_is_told_packed_or_not(tmp_path: Path, file: str) -> None:
    assert not has_ways_first(write(tmp_path / file, TOWN))
    assert has_ways_first(write(tmp_path / f"other.{file}", WAYS_FIRST))


@pytest.mark.parametrize("file", PACKED)
def test_a_packed_file_with_ways_first_has_its_lines(tmp_path: Path, file: str) -> None:
    (part,) = read(write(tmp_path / file, WAYS_FIRST), (ROADS,))
    assert outlines(part) == ["LINESTRING (0 0, 4 0)"]


def test_signs_that_lie_across_two_chunks_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.osm.gz", WAYS_FIRST)
    for size in range(5, 40):
        monkeypatch.setattr("etl.readers.osm_order._CHUNK_BYTES", size)
        assert has_ways_first(path)


def test_a_file_packed_by_another_program(tmp_path: Path, shared_data: Callable[[str], Path]) -> None:
    plain = shared_data("osm/shanghai.osm")
    for file, pack in (("a.osm.gz", gzip.compress), ("a.osm.bz2", bz2.compress)):
        path = tmp_path / file
        path.write_bytes(pack(plain.read_bytes()))
        assert whole(read(path, (ROADS,))[0]).equals(whole(read(plain, (ROADS,))[0]))


@pytest.mark.parametrize("file", PACKED)
@pytest.mark.parametrize("share", [0.1, 0.6, 0.98])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, file: str, share: float) -> None:
    path = write(tmp_path / file, TOWN)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InvalidInput, match=rf"^{re.escape(file)} is cut off or damaged"):
        read(path, (ROADS,))


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.osm.gz"
    path.write_bytes(gzip.compress(b"<osm>" + b" " * (60 << 20)))
    with pytest.raises(InvalidInput, match=r"^a\.osm\.gz is packed over 100 times"):
        check_packed(path)
