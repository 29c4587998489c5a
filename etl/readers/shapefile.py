"""Gathers the files of a Shapefile, plain or zipped, checks that none is cut off and finds their encoding."""

from __future__ import annotations

import codecs
import re
import shutil
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from etl.readers.archive import open_zip
from etl.readers.encoding import looks_like_utf8
from geodata.errors import InvalidInput

NEEDED = (".shp", ".shx", ".dbf")
OPTIONAL = (".prj", ".cpg")
_SAMPLE_BYTES = 4 << 20
_SHP_HEADER_BYTES = 100
# The code pages that a DBF header can name; 0 and 0x57 ("whatever Windows had") name none.
_LANGUAGE_CODECS = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x13: "cp932",
    0x4D: "gb18030",
    0x4E: "cp949",
    0x4F: "cp950",
    0x78: "cp950",
    0x79: "cp949",
    0x7A: "gb18030",
    0x7B: "cp932",
    0xC8: "cp1250",
    0xC9: "cp1251",
}
_CHINESE = ("gbk", "gb2312", "cp936")


def lay_out(path: Path, folder: Path) -> Path:
    """Put a Shapefile's files into `folder` as layer.shp, layer.dbf ...: linked, or taken out of the zip.

    Raises:
        InvalidInput: no .shp in the zip or several, a companion is missing, or one of them is cut off.
    """
    if path.suffix.lower() == ".zip":
        _unzip(path, folder)
    else:
        for file in path.parent.iterdir():
            if file.stem.casefold() == path.stem.casefold() and file.suffix.lower() in NEEDED + OPTIONAL:
                (folder / f"layer{file.suffix.lower()}").symlink_to(file.resolve())
    laid_out = folder / "layer.shp"
    for ending in NEEDED:
        if not laid_out.with_suffix(ending).exists():
            raise InvalidInput(
                f"{path.name} lacks its {ending} file: hand over {', '.join(NEEDED)} (and .prj) together."
            )
    _refuse_cut_off(path, laid_out)
    return laid_out


def lay_out_table(path: Path, folder: Path) -> Path:
    """Put a .dbf that stands alone into `folder` as layer.dbf, with its .cpg.

    Raises:
        InvalidInput: a .shp lies beside it, which is the whole; or it is cut off.
    """
    laid_out = folder / "layer.dbf"
    for file in path.parent.iterdir():
        if file.stem.casefold() == path.stem.casefold() and file.suffix.lower() == ".shp":
            raise InvalidInput(f"{path.name} belongs to {file.name}, which lies beside it: give that one.")
        if file.stem.casefold() == path.stem.casefold() and file.suffix.lower() == ".cpg":
            (folder / "layer.cpg").symlink_to(file.resolve())
    laid_out.symlink_to(path.resolve())
    _count_records(path, laid_out)
    return laid_out


def _unzip(path: Path, folder: Path) -> None:
    """Unpack the one Shapefile of a zip under names of our own: the names inside can't lead anywhere else."""
    with open_zip(path) as archive:
        files = [entry for entry in archive.infolist() if not entry.is_dir() and _is_wanted(entry.filename)]
        shapes = [entry for entry in files if entry.filename.lower().endswith(".shp")]
        if len(shapes) != 1:
            names = ", ".join(sorted(_readable(entry.filename) for entry in shapes[:5]))
            raise InvalidInput(
                f"{path.name} holds {len(shapes)} Shapefiles{f' ({names})' if names else ''}: put one .shp with its "
                "companions into a zip file."
            )
        stem = PurePosixPath(shapes[0].filename).with_suffix("")
        for entry in files:
            file = PurePosixPath(entry.filename)
            if str(file.with_suffix("")).casefold() == str(stem).casefold():
                _unpack(path, archive, entry, folder / f"layer{file.suffix.lower()}")


def _is_wanted(name: str) -> bool:
    file = PurePosixPath(name)
    return file.suffix.lower() in NEEDED + OPTIONAL and not file.name.startswith("._")


def _readable(name: str) -> str:
    """Return a file name inside a zip as it was meant: without the UTF-8 flag it is GBK more often than CP437."""
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def _unpack(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    try:
        with archive.open(entry) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file)
    except RuntimeError as error:
        raise InvalidInput(f"{path.name} has a password: hand it over without one.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise InvalidInput(f"{path.name} is damaged inside ({_readable(entry.filename)}): zip it again.") from error


def _refuse_cut_off(path: Path, shape: Path) -> None:
    """Compare the sizes and counts that the headers declare with what is there."""
    for ending in (".shp", ".shx"):
        file = shape.with_suffix(ending)
        declared = 2 * struct.unpack(">i", _bytes_at(path, file, 24, 4))[0]
        if file.stat().st_size < max(declared, _SHP_HEADER_BYTES):
            raise InvalidInput(_cut_off(path, ending))
    records = _count_records(path, shape.with_suffix(".dbf"))
    shapes = (shape.with_suffix(".shx").stat().st_size - _SHP_HEADER_BYTES) // 8
    if shapes != records:
        raise InvalidInput(
            f"{path.name} has {shapes:,} shapes but {records:,} rows in its .dbf: they don't belong together."
        )


def _count_records(path: Path, dbf: Path) -> int:
    """Return how many rows a .dbf declares, after making sure that they are there."""
    records, header_bytes, record_bytes = struct.unpack("<IHH", _bytes_at(path, dbf, 4, 8))
    if dbf.stat().st_size < header_bytes + records * record_bytes:
        raise InvalidInput(_cut_off(path, ".dbf"))
    return int(records)


def _bytes_at(path: Path, file: Path, offset: int, count: int) -> bytes:
    with file.open("rb") as opened:
        opened.seek(offset)
        found = opened.read(count)
    if len(found) < count:
        raise InvalidInput(_cut_off(path, file.suffix))
    return found


def _cut_off(path: Path, ending: str) -> str:
    return f"{path.name} is cut off: its {ending} is shorter than its own header says; hand it over again."


def find_codec(path: Path, shape: Path) -> tuple[str, bool]:
    """Return the codec of the texts in the .dbf, and whether the files name it.

    The .cpg counts first, then the language byte of the .dbf. Where neither names one, the texts are looked at:
    UTF-8 or else GB18030.

    Raises:
        InvalidInput: the texts are neither.
    """
    cpg, dbf = shape.with_suffix(".cpg"), shape.with_suffix(".dbf")
    named = _codec_of_page(cpg.read_text("latin-1")) if cpg.exists() else None
    named = named or _LANGUAGE_CODECS.get(_bytes_at(path, dbf, 29, 1)[0])
    if named:
        return named, True
    with dbf.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    fields, _, records = sample.partition(b"\r")
    texts = fields[32:] + records
    if texts.isascii() or looks_like_utf8(texts):
        return "utf-8", False
    decoded = texts.decode("gb18030", "replace")
    # Fields of fixed width cut characters in two: a few errors are no proof against it.
    if decoded.count("\ufffd") * 10 > sum(sign > "\x7f" for sign in decoded):
        raise InvalidInput(
            f"{path.name} doesn't say its encoding, and its texts are neither UTF-8 nor GB18030: put a .cpg file "
            "with the encoding's name beside it."
        )
    return "gb18030", False


def _codec_of_page(page: str) -> str | None:
    """Return Python's codec for what a .cpg holds ("UTF-8", "GBK", "936", "ANSI 1252"), None where it is unknown."""
    name = re.sub(r"^(ansi|oem|ldid/|windows)[ _-]*", "", page.strip().lower())
    name = f"cp{name}" if re.fullmatch(r"\d{3,4}", name) else name.replace("88591", "8859-1")
    if name in _CHINESE:
        return "gb18030"  # the superset
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
