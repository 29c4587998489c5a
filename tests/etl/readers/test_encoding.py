from __future__ import annotations

import codecs
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.readers.encoding import CHUNK_BYTES, Utf8Stream, find_encoding, find_undecodable, looks_like_utf8
from geodata.errors import InvalidInput

CHINESE = "小区名称,户数\n乐坪一小区,300\n街心花园,120\n"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "台账.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "codec"),
    [
        (b"name,n\na,1\n", "utf-8"),
        (CHINESE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + CHINESE.encode(), "utf-8-sig"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (CHINESE.encode("gbk"), "gb18030"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), "utf-16"),
    ],
)
def test_the_encoding_is_found_and_the_text_comes_out_as_utf8(tmp_path: Path, content: bytes, codec: str) -> None:
    path = written(tmp_path, content)
    assert find_encoding(path) == codec
    text = content.decode(codec)
    with io.BufferedReader(Utf8Stream(path, codec, b"end")) as stream:
        assert stream.read() == (text + "end").encode()


def test_a_character_across_two_chunks_is_one_character(tmp_path: Path) -> None:
    # One ASCII byte first, so that every chunk border falls inside a character of two bytes.
    path = written(tmp_path, ("a" + "区" * CHUNK_BYTES).encode("gb18030"))
    assert find_encoding(path) == "gb18030"
    with io.BufferedReader(Utf8Stream(path, "gb18030", b"")) as stream:
        assert stream.read().decode() == "a" + "区" * CHUNK_BYTES


def test_bytes_of_no_known_encoding_are_named(tmp_path: Path) -> None:
    # 0xFF stands in neither encoding; "name,n\n" are seven bytes, so it is byte 7.
    path = written(tmp_path, b"name,n\n\xff\xff,1\n")
    with pytest.raises(InvalidInput, match=r"台账\.csv .* byte 7 can't be UTF-8 and byte 7 can't be GB18030"):
        find_encoding(path)


def test_damaged_utf8_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    # Cut inside the last character: as GB18030 the whole file would come out as other, wrong characters.
    whole = (CHINESE * 10).encode()
    assert whole.removesuffix(b"\n")[:-3].decode("gb18030", "replace") != CHINESE
    path = written(tmp_path, whole + "区".encode()[:2])
    with pytest.raises(InvalidInput, match=rf"UTF-8 but damaged or cut off at byte {len(whole):,}"):
        find_encoding(path)


def test_a_broken_byte_is_found_in_a_later_chunk(tmp_path: Path) -> None:
    path = written(tmp_path, b"a" * (CHUNK_BYTES + 5) + b"\xff")
    assert find_undecodable(path, "utf-8") == CHUNK_BYTES + 5


@pytest.mark.parametrize("content", [b"a,b\n1,\x002\n", "a\x00".encode("utf-16")])
def test_nul_characters_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidInput, match="binary content"):
        find_encoding(written(tmp_path, content))


def test_utf16_cut_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="UTF-16 but damaged or cut off"):
        find_encoding(written(tmp_path, CHINESE.encode("utf-16")[:-1]))


def test_gb18030_does_not_look_like_utf8() -> None:
    assert not looks_like_utf8(CHINESE.encode("gb18030"))


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=6), st.integers(min_value=0))
def test_utf8_with_one_broken_byte_still_looks_like_it(text: str, position: int) -> None:
    # Six characters at least: one is lost to the broken byte, five stand against one error.
    broken = bytearray(text.encode())
    broken[position % len(broken) // 3 * 3] = 0xFF  # a leading byte; the two that follow it are errors too
    assert looks_like_utf8(bytes(broken) + text.encode() * 3)
