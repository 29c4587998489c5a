"""Finds the encoding of a text file and hands its text on as UTF-8, a chunk at a time."""

from __future__ import annotations

import codecs
import io
from collections.abc import Generator
from pathlib import Path

from geodata.errors import InvalidInput

CHUNK_BYTES = 1 << 20
_WINDOW = 1 << 15


def find_encoding(path: Path) -> str:
    """Return the codec that reads the whole file: "utf-8", "utf-8-sig", "utf-16" or "gb18030".

    UTF-16 needs a byte order mark. Text that is UTF-8 but for a few bytes is damaged and not taken for GB18030,
    which would turn every character of it into another.

    Raises:
        InvalidInput: no codec reads it, naming the byte; or it holds NUL characters.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _require(path, "utf-16")
        return "utf-16"
    codec = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    broken_at = find_undecodable(path, codec)
    if broken_at is None:
        return codec
    if codec == "utf-8-sig" or _is_utf8_around(path, broken_at):
        raise InvalidInput(_damaged(path, "UTF-8", broken_at))
    gb_broken_at = find_undecodable(path, "gb18030")
    if gb_broken_at is not None:
        raise InvalidInput(
            f"{path.name} is in no encoding that is known here: byte {broken_at:,} can't be UTF-8 and byte "
            f"{gb_broken_at:,} can't be GB18030; save it as UTF-8 (in Excel: CSV UTF-8)."
        )
    return "gb18030"


def find_undecodable(path: Path, codec: str) -> int | None:
    """Return the offset of the first byte that isn't in the codec; None where all of the file is.

    Raises:
        InvalidInput: the text holds NUL characters: it is damaged, or no text.
    """
    decoder = codecs.getincrementaldecoder(codec)()
    end = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK_BYTES)
            end += len(chunk)
            if codec != "utf-16" and b"\x00" in chunk:
                raise InvalidInput(_has_nul(path, end - len(chunk) + chunk.index(b"\x00")))
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return end - len(error.object) + error.start
            if "\x00" in text:
                raise InvalidInput(_has_nul(path, end - len(chunk)))
            if not chunk:
                return None


def looks_like_utf8(sample: bytes) -> bool:
    """Tell whether bytes are UTF-8 but for a few: at most one error for four characters beyond ASCII."""
    text = sample.decode("utf-8", "replace")
    errors = text.count("\ufffd")
    return sum(sign > "\x7f" for sign in text) - errors > 4 * errors


def _is_utf8_around(path: Path, offset: int) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, offset - _WINDOW))
        return looks_like_utf8(file.read(2 * _WINDOW))


def _require(path: Path, codec: str) -> None:
    broken_at = find_undecodable(path, codec)
    if broken_at is not None:
        raise InvalidInput(_damaged(path, codec.upper(), broken_at))


def _damaged(path: Path, encoding: str, offset: int) -> str:
    return f"{path.name} is {encoding} but damaged or cut off at byte {offset:,}: hand it over again."


def _has_nul(path: Path, offset: int) -> str:
    return f"{path.name} holds binary content (NUL at byte {offset:,}), not text: hand it over again as text."


class Utf8Stream(io.RawIOBase):
    """The text of a file as UTF-8 without a byte order mark, with `tail` after its end."""

    def __init__(self, path: Path, codec: str, tail: bytes) -> None:
        super().__init__()
        self._chunks = _utf8_chunks(path, codec, tail)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as one chunk goes; 0 at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        """Close the file below."""
        self._chunks.close()
        super().close()


def _utf8_chunks(path: Path, codec: str, tail: bytes) -> Generator[bytes]:
    decoder = codecs.getincrementaldecoder(codec)()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk if codec == "utf-8" else decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    yield tail
