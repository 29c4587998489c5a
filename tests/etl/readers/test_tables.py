from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.readers import Part, read
from etl.readers.part import BATCH_ROWS
from etl.readers.tables import BLOCK_BYTES
from geodata.errors import InvalidInput
from tests.etl.readers.whole import records, whole


def table(folder: Path, content: str | bytes, ending: str = ".csv") -> Part:
    path = folder / f"台账{ending}"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (part,) = read(path)
    return part


def test_rows_carry_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    # Row 1 title, row 2 blank, row 3 headings, row 5 blank, row 6 with a newline inside a cell, row 7 blank cells.
    part = table(tmp_path, '老旧小区台账,,\n\n名称,户数,备注\n一,300,\n\n二,120,"靠街\n临河"\n , ,\n三,5,x')
    assert part.name == ""
    assert part.crs is None
    assert part.headings == ("名称", "户数", "备注")
    assert records(part) == {4: ["一", "300", None], 6: ["二", "120", "靠街\n临河"], 8: ["三", "5", "x"]}
    assert part.cell(6, "备注") == "备注"
    assert list(part.notes) == ["The headings are in row 3; what stands above them isn't read as rows."]


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("名称,户数\n乐坪,300\n".encode(), None),
        ("\ufeff名称,户数\r\n乐坪,300\r\n".encode(), None),
        ("名称,户数\r\n乐坪,300\r\n".encode("gb18030"), "The encoding GB18030 was detected."),
        ("名称\t户数\r\n乐坪\t300\r\n".encode("utf-16"), "The encoding UTF-16 was detected."),
        ("名称;户数\r乐坪;300".encode(), None),
        ('"名称","户数"\n"乐坪","300"'.encode(), None),
    ],
)
def test_encodings_delimiters_and_line_ends_of_all_programs(tmp_path: Path, content: bytes, note: str | None) -> None:
    part = table(tmp_path, content)
    assert part.headings == ("名称", "户数")
    assert records(part) == {2: ["乐坪", "300"]}
    assert list(part.notes) == ([note] if note else [])


@pytest.mark.parametrize(
    ("content", "headings"),
    [
        ('id,"a;b;c;d"\n1,"x;y;z;w"\n', ("id", "a;b;c;d")),
        ("name;addr\na;x, y, z\nb;x, y, z\n", ("name", "addr")),
        ("name,desc\na,x;y\nb,x;y\n", ("name", "desc")),
        ("name\tprice, yuan\na\t1,5\nb\t2,5\n", ("name", "price, yuan")),
        ("name\na\n", ("name",)),
        # Quoted only where it has to be: what stands beside quotes divides, whatever each cell holds, headings too.
        ('a; b,c\nit; is,"say ""no""; y"\n"z;, x",it; is\n', ("a; b", "c")),
        ("台账;;\n名称;户数;注\n一;1;\n", ("名称", "户数", "注")),
    ],
)
def test_the_delimiter_is_found(tmp_path: Path, content: str, headings: tuple[str, ...]) -> None:
    assert table(tmp_path, content).headings == headings


def test_ragged_rows_are_padded_or_cut_and_said(tmp_path: Path) -> None:
    part = table(tmp_path, '名称,户数,注\n一\n二,2,x,多,余\n"三,3",3\n四,4,x,,\n""\n五,5,"y"\n')
    assert records(part) == {
        2: ["一", None, None],
        3: ["二", "2", "x"],
        4: ["三,3", "3", None],
        5: ["四", "4", "x"],  # only empty cells left over: nothing is lost, nothing is said
        7: ["五", "5", "y"],
    }
    said = "More cells than headings in row 3: the first 3 of each were read, the others left out."
    assert list(part.notes) == [said]
    whole(part)
    assert list(part.notes) == [said]  # a second reading says nothing twice


def test_many_overlong_rows_are_counted(tmp_path: Path) -> None:
    part = table(tmp_path, "名称,户数\n" + "一,1,x\n" * 1000)
    assert len(whole(part)) == 1000
    assert "rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 990 more" in part.notes[0]


def test_headings_of_two_rows_are_joined(tmp_path: Path) -> None:
    part = table(tmp_path, "台账,,,,\n序号,计划,,实际,\n,金额,日期,金额,日期\n1,300,五月,200,六月\n2,1,,,\n")
    assert part.headings == ("序号", "计划 金额", "计划 日期", "实际 金额", "实际 日期")
    assert records(part) == {4: ["1", "300", "五月", "200", "六月"], 5: ["2", "1", None, None, None]}
    assert list(part.notes) == ["The headings are in rows 2 and 3; what stands above them isn't read as rows."]


def test_empty_and_repeated_headings_get_names(tmp_path: Path) -> None:
    part = table(tmp_path, "名称,,备注,备注,\n一,2,3,4,5\n")
    assert part.headings == ("名称", "B", "备注", "备注 (2)", "E")
    assert records(part) == {2: ["一", "2", "3", "4", "5"]}


def test_quotes_inside_unquoted_cells_are_text(tmp_path: Path) -> None:
    part = table(tmp_path, 'name,n\n5" pipe,1\n"a ""b"" c",2\n')
    assert records(part) == {2: ['5" pipe', "1"], 3: ['a "b" c', "2"]}


@pytest.mark.parametrize(
    "content",
    [
        'name,n\n1,"2\n3,4\n',
        'name,n,m\n1,"2\n3,4\n',  # swallows the rest as a row that is also too short
        'name,"n\n1,2\n',
        'name,n\n"1,2\n' + "3,4\n" * 100,
        "name,n\n" + "3,4\n" * 100 + '5,"',
        'name\n"1\n2\n',
    ],
)
def test_a_quote_that_is_never_closed_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InvalidInput, match=r"台账\.csv is cut off or damaged: a quote is opened and never closed"):
        whole(table(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("名称,户数\n", "headings but no rows"),
        ("名称,户数\n\n , \n,\n", "headings but no rows"),
        ("1,2\n3,4\n", "no row of headings"),
        ("\n\n \n", "no row of headings"),
        (b"name,n\n\xff\xff,1\n", "byte 7"),
    ],
)
def test_files_without_a_table_are_refused(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence) as refusal:
        table(tmp_path, content)
    assert "台账.csv" in str(refusal.value)


def test_a_first_row_far_below_the_headings_is_found(tmp_path: Path) -> None:
    part = table(tmp_path, "名称,户数\n" + "\n" * 500 + "一,1\n")
    assert records(part) == {502: ["一", "1"]}


def test_large_cells_are_read_and_larger_ones_refused(tmp_path: Path) -> None:
    outline = "x" * (BLOCK_BYTES - 100)
    assert records(table(tmp_path, f'name,wkt\na,"{outline}"\nb,\n')) == {2: ["a", outline], 3: ["b", None]}
    with pytest.raises(InvalidInput, match="a row is longer than 16 MB"):
        whole(table(tmp_path, f'name,wkt\na,"{outline}{outline}"\nb,\n'))


def test_batches_stay_small_and_numbers_run_on(tmp_path: Path) -> None:
    # Every 1000th row is one cell short; 40 MB, so that several blocks of pyarrow are read.
    count, filler = 200_000, "y" * 190
    lines = [f"{n}" if n % 1000 == 0 else f"{n},{filler}" for n in range(2, count + 2)]
    part = table(tmp_path, "号,注\n" + "\n".join(lines))
    batches = list(part.batches())
    assert max(len(batch.rows) for batch in batches) <= BATCH_ROWS
    assert len(batches) > 3
    frame = whole(part)
    assert frame.index.tolist() == list(range(2, count + 2))
    assert frame["号"].astype(int).tolist() == list(range(2, count + 2))  # each row under its own number
    assert frame.index[frame["注"].isna()].tolist() == list(range(1000, count + 2, 1000))


def test_reading_can_stop_early_and_start_again(tmp_path: Path) -> None:
    part = table(tmp_path, "号,注\n" + f"1,{'y' * 500}\n" * 100_000)
    batches = part.batches()
    first = next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert next(part.batches()).rows.equals(first.rows)


CELLS = st.text(st.characters(codec="gb18030", exclude_characters="\x00\x1e\ufeff"), max_size=8)
# The first cell is a number and what is too much as well: no row can look more like headings than the headings.
ROWS = st.lists(
    st.tuples(st.integers(0, 999).map(str), st.lists(CELLS, max_size=2), st.lists(st.just("7"), max_size=2)), min_size=1
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=ROWS,
    codec=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_module_writes_comes_back(
    tmp_path: Path, rows: list[tuple[str, list[str], list[str]]], codec: str, line_end: str
) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow(["序号", "名称", "备注"])
    cells = [[number, *texts, *(more if len(texts) == 2 else [])] for number, texts, more in rows]
    writer.writerows(cells)
    part = table(tmp_path, written.getvalue().encode(codec))
    expected = {number: [cell or None for cell in [*row, "", ""][:3]] for number, row in enumerate(cells, start=2)}
    assert records(part) == expected
    overlong = [number for number, row in enumerate(cells, start=2) if any(row[3:])]
    assert any("More cells than headings" in note for note in part.notes) == bool(overlong)


@pytest.mark.parametrize(
    ("name", "rows", "columns", "first"),
    [
        ("adm-loudi/villages_431302001.csv", 12, 6, {"code": "431302001001", "name": "街心社区"}),
        ("adm-loudi/villages_4313.csv", 2107, 6, {"code": "431302001001"}),
        ("us-chicago/Police_Stations.csv", 23, 10, {"DISTRICT": "Headquarters"}),
        ("us-chicago/neighborhood.csv", 183, 9, {"Neighborhood": "Albany Park", "Zip code": "60625"}),
        ("br-poa/poa_hexgrid.csv", 1227, 7, {"id": "89a901291abffff"}),
        ("uk-wyorks/2016-07-west-yorkshire-street.csv", 27_176, 12, {"Month": "2016-07"}),
        ("us-nyc311/311_small.csv", 235, 41, {}),
    ],
)
def test_real_tables(
    shared_data: Callable[[str], Path], name: str, rows: int, columns: int, first: dict[str, str]
) -> None:
    path = shared_data(name)
    (part,) = read(path)
    frame = whole(part)
    assert frame.shape == (rows, columns)
    assert {heading: frame[heading].iloc[0] for heading in first} == first
    with path.open(encoding="utf-8-sig", newline="") as file:
        expected = {
            number: [cell or None for cell in cells]
            for number, cells in enumerate(csv.reader(file), start=1)
            if any(cells)
        }
    expected.pop(1)
    assert records(part) == expected
