from __future__ import annotations

import io

import pytest

from etl.readers import markup
from etl.readers.markup import MarkupError, parse


class Heard:
    def __init__(self) -> None:
        self.told: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.told.append(f"<{name} {attributes}>" if attributes else f"<{name}>")

    def end(self, name: str) -> None:
        self.told.append(f"</{name}>")

    def text(self, text: str) -> None:
        self.told.append(text)


def heard(document: bytes) -> str:
    listener = Heard()
    for _ in parse(io.BytesIO(document), listener):
        pass
    return "".join(listener.told)


def test_names_come_without_namespace_and_text_with_its_signs() -> None:
    assert heard(b'<k:a xmlns:k="urn:k"><k:b n="1">x &lt; y</k:b><c/></k:a>') == "<a><b {'n': '1'}>x < y</b><c></c></a>"
    assert heard("<?xml version='1.0' encoding='utf-16'?><a>乐坪</a>".encode("utf-16")) == "<a>乐坪</a>"


LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (LAUGHS, "DOCTYPE"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>', "DOCTYPE"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "DOCTYPE"),
        (b"<a><b></a>", "mismatched"),
        (b"<a><b>", "no element found"),
        (b"", "no element found"),
        (b"<a>" * 101, "100 deep"),
    ],
)
def test_what_could_do_harm_is_refused(document: bytes, reason: str) -> None:
    with pytest.raises(MarkupError, match=reason):
        heard(document)


def test_a_text_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MOST_TEXT", 1 << 20)
    with pytest.raises(MarkupError, match="longer than 1 MB"):
        heard(b"<a>" + b"x" * (2 << 20) + b"</a>")
