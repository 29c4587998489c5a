"""Writes dBase tables in GBK, whose headings have ten bytes at most: GDAL would cut them inside a character."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

_GBK_PAGE, _HEADING_BYTES = 0x4D, 10


@dataclass(frozen=True)
class Column:
    """One column: text, or whole numbers set to the right; `width` in bytes."""

    heading: str
    width: int
    is_number: bool = False

    def cell(self, value: str | int | None) -> bytes:
        """Return a value in the column's width; blanks for None."""
        raw = b"" if value is None else str(value).encode("gbk")
        if len(raw) > self.width:
            raise ValueError(f"{value!r} has {len(raw)} bytes; the column {self.heading} holds {self.width}")
        return raw.rjust(self.width) if self.is_number else raw.ljust(self.width)


def dbf_lines(columns: Sequence[Column], rows: Sequence[Sequence[str | int | None]], day: date) -> Iterator[bytes]:
    """Yield a table of `rows`, dated `day`, piece by piece; headings are cut to five Chinese characters."""
    width = 1 + sum(column.width for column in columns)
    yield struct.pack("<4B", 3, day.year - 1900, day.month, day.day)
    yield struct.pack("<IHH17xB2x", len(rows), 33 + 32 * len(columns), width, _GBK_PAGE)
    for column in columns:
        name = column.heading.encode("gbk")[:_HEADING_BYTES].decode("gbk", "ignore").encode("gbk")
        kind = b"N" if column.is_number else b"C"
        yield struct.pack("<11sc4xBB14x", name, kind, column.width, 0)
    yield b"\r"
    for row in rows:
        yield b" " + b"".join(column.cell(value) for column, value in zip(columns, row, strict=True))
    yield b"\x1a"
