from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from etl.readers import Part, read
from geodata.errors import InvalidInput
from tests.etl.readers.whole import geometries, outlines, records, whole

NAMES = ["乐坪一小区", "街心花园"]


def layer(
    folder: Path, encoding: str = "UTF-8", names: list[str] = NAMES, headings: tuple[str, str] = ("名称", "户数")
) -> Path:
    """Write a Shapefile with GDAL; it brings its .cpg and .prj."""
    frame = gpd.GeoDataFrame(
        {headings[0]: names, headings[1]: range(300, 300 + len(names))},
        geometry=[shapely.Point(x, 2) for x in range(len(names))],
        crs="EPSG:4546",
    )
    path = folder / "小区.shp"
    frame.to_file(path, encoding=encoding)
    return path


def language(path: Path, byte: int) -> None:
    """Set the byte of a .dbf that names its code page."""
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = byte
    path.with_suffix(".dbf").write_bytes(dbf)


def only(path: Path) -> Part:
    (part,) = read(path)
    return part


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK", "GB18030"])
@pytest.mark.parametrize("cpg", ["as written", "none", "nonsense"])
def test_chinese_is_read_with_and_without_its_encoding_said(tmp_path: Path, encoding: str, cpg: str) -> None:
    path = layer(tmp_path, encoding)
    if cpg == "none":
        path.with_suffix(".cpg").unlink()
    elif cpg == "nonsense":
        path.with_suffix(".cpg").write_text("nonsense")
    part = only(path)
    assert part.name == ""
    assert part.crs == "EPSG:4546"
    assert part.headings == ("名称", "户数")
    assert records(part) == {1: ["乐坪一小区", "300"], 2: ["街心花园", "301"]}
    assert outlines(part) == ["POINT (0 2)", "POINT (1 2)"]
    detected = cpg != "as written" and encoding != "UTF-8"
    assert list(part.notes) == (["The encoding GB18030 was detected."] if detected else [])


@pytest.mark.parametrize("page", ["936", "CP936", "ANSI 936", "gb2312\n", "GBK"])
def test_code_pages_are_known_by_all_their_names(tmp_path: Path, page: str) -> None:
    path = layer(tmp_path, "GBK")
    path.with_suffix(".cpg").write_text(page)
    assert whole(only(path))["名称"].tolist() == NAMES


def test_the_language_byte_counts_where_no_cpg_is(tmp_path: Path) -> None:
    path = layer(tmp_path, "BIG5", ["臺北", "花蓮"], ("名稱", "戶數"))
    path.with_suffix(".cpg").unlink()
    language(path, 0x78)
    frame = records(only(path))
    assert [cells[0] for cells in frame.values()] == ["臺北", "花蓮"]


def test_the_cpg_counts_before_the_language_byte(tmp_path: Path) -> None:
    path = layer(tmp_path, "UTF-8")
    language(path, 0x4D)
    assert whole(only(path))["名称"].tolist() == NAMES


@pytest.mark.filterwarnings("ignore:.*Normalized/laundered.*:RuntimeWarning")
def test_a_heading_cut_inside_a_character_is_read_up_to_it(tmp_path: Path) -> None:
    # Ten bytes hold three characters of UTF-8 and a third of the fourth.
    frame = gpd.GeoDataFrame({"所属社区名称": ["街心社区"]}, geometry=[shapely.Point(1, 2)], crs="EPSG:4490")
    frame.to_file(tmp_path / "a.shp", encoding="UTF-8")
    part = only(tmp_path / "a.shp")
    assert part.headings == ("所属社",)
    assert records(part) == {1: ["街心社区"]}


def test_texts_in_no_known_encoding_are_refused(tmp_path: Path) -> None:
    path = layer(tmp_path, "GBK")
    path.with_suffix(".cpg").unlink()
    dbf = path.with_suffix(".dbf").read_bytes()
    texts = "乐坪一小区".encode("gbk")
    path.with_suffix(".dbf").write_bytes(dbf.replace(texts, b"\xff" * len(texts)))
    with pytest.raises(InvalidInput, match=r"^小区\.shp doesn't say its encoding"):
        read(path)


def test_without_prj_nothing_is_declared(tmp_path: Path) -> None:
    path = layer(tmp_path)
    path.with_suffix(".prj").unlink()
    assert only(path).crs is None


def test_companions_in_capitals_are_found(tmp_path: Path) -> None:
    path = layer(tmp_path)
    for ending in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
        path.with_suffix(ending).rename(tmp_path / f"小区!{ending.upper()}")
    part = only(tmp_path / "小区!.SHP")  # "!" would be an archive's name to some programs
    assert whole(part)["名称"].tolist() == NAMES


@pytest.mark.parametrize("ending", [".shx", ".dbf"])
def test_a_missing_companion_is_named(tmp_path: Path, ending: str) -> None:
    path = layer(tmp_path)
    path.with_suffix(ending).unlink()
    with pytest.raises(InvalidInput, match=rf"^小区\.shp lacks its \{ending} file"):
        read(path)


@pytest.mark.parametrize("ending", [".shp", ".shx", ".dbf"])
@pytest.mark.parametrize("kept", [2, 40, -5])
def test_a_file_that_is_cut_off_is_named(tmp_path: Path, ending: str, kept: int) -> None:
    path = layer(tmp_path)
    file = path.with_suffix(ending)
    file.write_bytes(file.read_bytes()[:kept])
    expected = "holds" if ending == ".shp" and kept == 2 else rf"is cut off: its \{ending} is shorter"
    with pytest.raises(InvalidInput, match=rf"^小区\.shp {expected}"):
        read(path)


def test_a_dbf_of_another_shapefile_is_refused(tmp_path: Path) -> None:
    path = layer(tmp_path)
    (tmp_path / "other").mkdir()
    other = layer(tmp_path / "other", names=["一", "二", "三"])
    shutil.copy(other.with_suffix(".dbf"), path.with_suffix(".dbf"))
    with pytest.raises(InvalidInput, match=r"^小区\.shp has 2 shapes but 3 rows"):
        read(path)


def test_a_shapefile_without_rows_is_refused(tmp_path: Path) -> None:
    path = layer(tmp_path)
    gpd.read_file(path).iloc[:0].to_file(path)
    with pytest.raises(InvalidInput, match=r"^小区\.shp has no rows"):
        read(path)


def zipped(folder: Path, files: dict[str, Path]) -> Path:
    path = folder / "小区.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            archive.write(file, name)
    return path


def companions(path: Path) -> dict[str, Path]:
    return {ending: path.with_suffix(ending) for ending in (".shp", ".shx", ".dbf", ".prj", ".cpg")}


def test_a_zipped_shapefile_is_read(tmp_path: Path) -> None:
    files = {f"数据/小区{ending}": file for ending, file in companions(layer(tmp_path)).items()}
    path = zipped(
        tmp_path, {**files, "__MACOSX/._小区.shp": files["数据/小区.shp"], "说明.txt": files["数据/小区.cpg"]}
    )
    part = only(path)
    assert part.crs == "EPSG:4546"
    assert whole(part)["名称"].tolist() == NAMES
    assert whole(part)["名称"].tolist() == NAMES  # unpacked anew for each reading


def test_names_in_gbk_inside_a_zip_are_no_hindrance(tmp_path: Path) -> None:
    # As Chinese Windows packs it: bytes of GBK without the flag that says UTF-8.
    path = zipped(tmp_path, {f"XXXX{ending}": file for ending, file in companions(layer(tmp_path)).items()})
    path.write_bytes(path.read_bytes().replace(b"XXXX", "小区".encode("gbk")))
    assert whole(only(path))["名称"].tolist() == NAMES


def test_a_zip_cannot_write_outside_its_folder(tmp_path: Path) -> None:
    files = {f"../../outside{ending}": file for ending, file in companions(layer(tmp_path)).items()}
    assert whole(only(zipped(tmp_path, files)))["名称"].tolist() == NAMES
    assert not list(tmp_path.parent.glob("outside*"))
    assert not list(tmp_path.parent.parent.glob("outside*"))


def test_a_zip_holds_exactly_one_shapefile(tmp_path: Path) -> None:
    files = companions(layer(tmp_path))
    with pytest.raises(InvalidInput, match=r"^小区\.zip holds 0 Shapefiles"):
        read(zipped(tmp_path, {"a.dbf": files[".dbf"]}))
    two = {f"{name}{ending}": file for name in ("a", "b") for ending, file in files.items()}
    with pytest.raises(InvalidInput, match=r"^小区\.zip holds 2 Shapefiles \(a\.shp, b\.shp\)"):
        read(zipped(tmp_path, two))
    with pytest.raises(InvalidInput, match=r"^小区\.zip lacks its \.shx file"):
        read(zipped(tmp_path, {"a.shp": files[".shp"], "a.dbf": files[".dbf"]}))


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {f"a{ending}": file for ending, file in companions(layer(tmp_path)).items()})
    content = bytearray(path.read_bytes())
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + flags_at] |= 1  # says that the entry is encrypted
            at = content.find(signature, at + 4)
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"^小区\.zip has a password"):
        read(path)


def test_a_zip_that_is_cut_off_or_damaged_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {f"a{ending}": file for ending, file in companions(layer(tmp_path)).items()})
    content = path.read_bytes()
    path.write_bytes(content[:-30])
    with pytest.raises(InvalidInput, match=r"^小区\.zip is cut off"):
        read(path)
    at = content.index(b"a.shp") + 10  # inside the packed bytes of the first entry
    path.write_bytes(content[:at] + b"\xff" * 20 + content[at + 20 :])
    with pytest.raises(InvalidInput, match=r"^小区\.zip is damaged inside \(a\.shp\)"):
        read(path)


def test_the_real_community_areas_of_chicago(shared_data: Callable[[str], Path]) -> None:
    path = shared_data("us-chicago/areas/Chicago77.shp")
    part = only(path)
    frame = whole(part)
    assert len(frame) == 77
    assert part.crs is None  # it has no .prj: who loads it has to say
    assert frame["COMMUNITY"].iloc[0] == "ROGERS PARK"
    assert list(part.notes) == []
    expected = gpd.read_file(path)
    assert (expected.geometry.to_numpy() == geometries(part)).all()
    assert frame["SHAPE_AREA"].astype(float).tolist() == expected["SHAPE_AREA"].tolist()
