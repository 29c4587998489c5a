"""Both languages are complete: every sentence of code and templates has its Chinese, and none is left over."""

from __future__ import annotations

import ast
import os
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from geodata.settings import PROJECT
from webmap import catalogues
from webmap.command import translations

CHINESE = catalogues.FOLDER / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
GAPS = re.compile(r"%\((\w+)\)s|\{(\w+)(?::[^|}]*\|[^}]*)?\}")
"""Chinese has no nouns for one and for many: {posts:post|posts} is {posts} there."""

APART = re.compile(r"[\d})s] %(?!\()")
"""What `Wording.percent` never says: beside "31.1%" no "20 %" stands."""


def _said(message: Message) -> list[str]:
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return [str(part) for part in strings if part]


def test_no_sentence_is_missing_and_none_is_left_over() -> None:
    said = {message.id for message in catalogues.sentences() if message.id}
    translated = {message.id for message in catalogues.read_catalogue(CHINESE) if message.id}
    assert said == translated


def test_every_sentence_is_translated_with_its_gaps() -> None:
    for message in catalogues.read_catalogue(CHINESE):
        if not message.id:
            continue
        english = message.id if isinstance(message.id, str) else message.id[0]
        assert _said(message), english
        for chinese in _said(message):
            assert sorted(GAPS.findall(chinese)) == sorted(GAPS.findall(english)), english
        assert not APART.search("\n".join([english, *_said(message)])), english


def test_percent_stands_at_its_number_in_what_is_declared_too() -> None:
    said = 0
    for path in (path for folder in ("geodata", "etl", "webmap") for path in (PROJECT / folder).rglob("*.py")):
        source = path.read_text("utf-8")
        calls = (
            [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Call)] if "Text(" in source else []
        )
        for call in calls:
            if isinstance(call.func, ast.Name) and call.func.id == "Text":
                words = [
                    str(part.value) for given in call.args for part in ast.walk(given) if isinstance(part, ast.Constant)
                ]
                said += len(words)
                assert not APART.search("\n".join(words)), f"{path}:{call.lineno}"
    assert said > 1000


def test_a_changed_catalogue_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
    copy.parent.mkdir(parents=True)
    shutil.copy(CHINESE, copy)
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    compiled = copy.with_suffix(".mo")
    assert catalogues.compile_stale() == [compiled]
    assert catalogues.compile_stale() == []
    newer = compiled.stat().st_mtime + 10
    os.utime(copy, (newer, newer))
    assert catalogues.compile_stale() == [compiled]
    assert sorted(path.name for path in copy.parent.iterdir()) == ["messages.mo", "messages.po"]


def test_gathering_what_is_there_already_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
    copy.parent.mkdir(parents=True)
    shutil.copy(CHINESE, copy)
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    assert translations.main(["--gather"]) == 0
    assert copy.read_text("utf-8") == CHINESE.read_text("utf-8")
    assert str(copy) in capsys.readouterr().out
