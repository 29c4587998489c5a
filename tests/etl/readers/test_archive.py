from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from etl.readers import archive
from etl.readers.archive import open_zip
from geodata.errors import InvalidInput


def packed(folder: Path, size: int) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros", b"0" * size)
    return path


def test_zip_bombs_are_refused(tmp_path: Path) -> None:
    # 60 MB of one digit packs about 1,000 times; no table does.
    with (
        pytest.raises(InvalidInput, match=r"a\.zip is packed 1,\d\d\d times over"),
        open_zip(packed(tmp_path, 60 << 20)),
    ):
        pass


def test_small_entries_may_be_packed_tightly(tmp_path: Path) -> None:
    with open_zip(packed(tmp_path, 1 << 20)) as file:
        assert file.namelist() == ["zeros"]


def test_more_than_the_machine_should_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 1 << 20)
    with pytest.raises(InvalidInput, match=r"unpacks to 0\.0 GB"), open_zip(packed(tmp_path, 2 << 20)):
        pass


def test_a_zip_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, 1000)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(InvalidInput, match=r"a\.zip is cut off"), open_zip(path):
        pass
