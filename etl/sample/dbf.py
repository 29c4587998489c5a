"""Writes dBase tables in GBK, whose headings have ten bytes at most: GDAL would cut them inside a character."""

from __future__ import annotations

import struct
from collections.abc import Sequence
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


def dbf_bytes(columns: Sequence[Column], rows: Sequence[Sequence[str | int | None]], day: date) -> bytes:
    """Return a table of `rows`, dated `day`; headings are cut to five Chinese characters."""
    width = 1 + sum(column.width for column in columns)
    header = struct.pack("<4B", 3, day.year - 1900, day.month, day.day)
    header += struct.pack("<IHH17xB2x", len(rows), 33 + 32 * len(columns), width, _GBK_PAGE)
    for column in columns:
        name = column.heading.encode("gbk")[:_HEADING_BYTES].decode("gbk", "ignore").encode("gbk")
        kind = b"N" if column.is_number else b"C"
        header += struct.pack("<11sc4xBB14x", name, kind, column.width, 0)
    lines = (b" " + b"".join(column.cell(value) for column, value in zip(columns, row, strict=True)) for row in rows)
    return header + b"\r" + b"".join(lines) + b"\x1a"
