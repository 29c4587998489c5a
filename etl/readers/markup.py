"""Reads XML as a stream, without entities and without depth that could exhaust a machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, Protocol
from xml.parsers import expat

CHUNK_BYTES = 1 << 18
MOST_DEPTH = 100
MOST_TEXT = 100 << 20
"""Characters of one text; an outline of a million points has about 30 million."""


class MarkupError(ValueError):
    """XML that isn't read: not well formed, cut off, with a DOCTYPE, too deep, a text too long."""


class Listener(Protocol):
    """What is told about the elements of a document; names come without namespace."""

    def start(self, name: str, attributes: dict[str, str], /) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """A stretch of text, not always all of it."""


def parse(source: IO[bytes], listener: Listener, *, with_text: bool = True) -> Iterator[None]:
    """Tell a listener about a document, a chunk between two steps of the iterator.

    A DOCTYPE is refused, and with it every entity: none can expand, none can open another file.

    Raises:
        MarkupError: not well formed, cut off, a DOCTYPE, deeper than 100 elements, a text over 100 MB.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    guard = _Guard(listener)
    parser.StartElementHandler = guard.start
    parser.EndElementHandler = guard.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if with_text:
        parser.CharacterDataHandler = guard.text
    try:
        while chunk := source.read(CHUNK_BYTES):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        raise MarkupError(str(error)) from error


def _refuse_doctype(*_declaration: object) -> None:
    raise MarkupError("it has a DOCTYPE, which can hide entities")


class _Guard:
    """Stands between the parser and a listener: cuts namespaces off, counts depth and text."""

    def __init__(self, listener: Listener) -> None:
        self._start: Callable[[str, dict[str, str]], None] = listener.start
        self._end: Callable[[str], None] = listener.end
        self._text: Callable[[str], None] = listener.text
        self._depth = 0
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._length = 0
        if self._depth > MOST_DEPTH:
            raise MarkupError(f"its elements lie more than {MOST_DEPTH} deep")
        self._start(name.rpartition("}")[2], attributes)

    def end(self, name: str) -> None:
        self._depth -= 1
        self._length = 0
        self._end(name.rpartition("}")[2])

    def text(self, text: str) -> None:
        self._length += len(text)
        if self._length > MOST_TEXT:
            raise MarkupError(f"one of its texts is longer than {MOST_TEXT >> 20} MB")
        self._text(text)
