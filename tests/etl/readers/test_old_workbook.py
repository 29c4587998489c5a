from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.readers import old_workbook, read
from geodata.errors import InvalidInput
from tests.etl.readers.whole import records, whole

SAMPLES = Path(__file__).parents[2] / "samples" / "readers"
PROJECTS = ("序号", "社区", "项目名称", "计划 金额", "计划 户数", "实际 金额", "实际 日期", "经度", "完工")
# Merged in the files: the communities over rows 5-7 and 8-9, the planned amount and the longitude over rows 5-6.
ROWS = {
    5: ["1", "金谷社区", "充电桩", "12000", "300", "6000", "2025-03-05", "111.9935", "1"],
    6: ["2", "金谷社区", "道路", None, "120", "5000.5", "2025-04-01T08:30:00", "111.9935", "0"],
    7: ["3", "金谷社区", "管网", "800", None, None, None, "112.01", None],
    8: ["4", "新城社区", "亮化", "700", "约30户", "700", None, None, None],
    9: ["431302001001", "新城社区", "岗亭", "1", None, None, None, None, None],
}
HIDDEN = "Hidden rows were read as well: rows 6-7."
NOTES = [
    "The headings are in rows 3 and 4; what stands above them isn't read as rows.",
    "The hidden sheet '旧' was not read.",
    "Merged cells were read in each of their rows: B5:B7, H5:H6, B8:B9.",
    "Amounts in merged cells were read in their first row only, so that they don't count twice: D5:D6.",
]


@pytest.mark.parametrize("ending", [".xlsx", ".ods", ".xls"])
def test_a_ledger_written_by_libreoffice(ending: str) -> None:
    projects, compounds = read(SAMPLES / f"ledger{ending}")
    assert (projects.name, projects.headings) == ("项目", PROJECTS)
    seen = records(projects)
    if ending == ".xlsx":
        assert seen[9][4] == "#DIV/0!"  # the others don't tell an error from an empty cell
        seen[9][4] = None
    assert seen == ROWS
    assert list(projects.notes) == ([] if ending == ".xls" else [HIDDEN]) + NOTES
    assert projects.cell(6, "计划 金额") == "D6"
    assert compounds.name == "小区"
    assert records(compounds) == {4: [None, "一", "300"]}
    assert compounds.cell(4, "名称") == "B4"


@pytest.mark.parametrize("ending", [".ods", ".xls"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, ending: str, share: float) -> None:
    content = (SAMPLES / f"ledger{ending}").read_bytes()
    path = tmp_path / f"a{ending}"
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InvalidInput, match=rf"^a\{ending} .*(damaged|cut off)"):
        read(path)


@pytest.mark.parametrize(("limit", "most"), [("MOST_OUTPUT", 100), ("MOST_SECONDS", 0)])
def test_what_takes_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str, most: int) -> None:
    monkeypatch.setattr(old_workbook, limit, most)
    with pytest.raises(InvalidInput, match=r"^ledger\.xls can't be read within"):
        read(SAMPLES / "ledger.xls")


def rewritten(path: Path, edit: Callable[[bytes], bytes]) -> Path:
    """Copy the .ods sample with other content."""
    with zipfile.ZipFile(SAMPLES / "ledger.ods") as archive:
        files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    files["content.xml"] = edit(files["content.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_sheet_that_reaches_to_the_last_corner_ends_within_bounds(tmp_path: Path) -> None:
    # A cell beyond a million empty rows of 16,384 columns: 17 thousand million cells.
    cell = b'<table:table-cell office:value-type="string"><text:p>far</text:p></table:table-cell>'
    far = (
        b'<table:table-row table:number-rows-repeated="1048500"><table:table-cell/></table:table-row>'
        b'<table:table-row><table:table-cell table:number-columns-repeated="16383"/>' + cell + b"</table:table-row>"
    )
    path = rewritten(tmp_path / "a.ods", lambda xml: xml.replace(b"</table:table>", far + b"</table:table>", 1))
    with pytest.raises(InvalidInput, match=r"^a\.ods can't be read"):
        read(path)


def test_more_memory_than_allowed_ends_the_child_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # 20 million filled cells, of which calamine keeps 24 bytes or more each: 480 MB.
    monkeypatch.setattr(old_workbook, "MOST_MEMORY", 300 << 20)
    many = (
        b'<table:table-row table:number-rows-repeated="20000"><table:table-cell office:value-type="string" '
        b'table:number-columns-repeated="1000"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    path = rewritten(tmp_path / "a.ods", lambda xml: xml.replace(b"</table:table>", many + b"</table:table>", 1))
    with pytest.raises(InvalidInput, match=r"^a\.ods can't be read within 2 minutes and 0 GB"):
        read(path)


def test_entities_and_other_zips_are_refused(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "a.ods", lambda xml: xml.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1))
    with pytest.raises(InvalidInput, match=r"^a\.ods is damaged or cut off .*DOCTYPE"):
        read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(InvalidInput, match=r"^a\.ods is damaged or no spreadsheet"):
        read(path)


def test_any_other_old_office_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))
    with pytest.raises(InvalidInput, match=r"^a\.xls can't be read as a workbook"):
        read(path)


def test_sheets_without_a_table_are_refused(tmp_path: Path) -> None:
    path = rewritten(
        tmp_path / "a.ods", lambda xml: xml.replace(b'office:value-type="string"', b"").replace(b"text:p", b"text:q")
    )
    with pytest.raises(InvalidInput, match=r"^a\.ods has no table to read"):
        read(path)


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    parts = read(SAMPLES / "ledger.xls")
    assert len(whole(parts[0])) == 5
    del parts
    assert list(folder.iterdir()) == []
