"""What the interface says in the guides' pictures: read when one is taken, and held against what it says today.

Names and figures of the sample are none of it: only what the catalogue and the declared words have.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from geodata.settings import PROJECT
from webmap import catalogues

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES = PROJECT / "webmap" / "helping" / "pictures"
KEPT = "words.json"
"""Beside the pictures: for each language and picture what it shows."""
ANEW = (
    f"take the guides' pictures anew: ./csmap demo --tour DIR, then cp -r DIR/help/. {PICTURES.relative_to(PROJECT)}/"
)

_ELSEWHERE = {"briefing", "reports", "helping"}
"""Parts of webmap whose words stand in no picture: in files to take away, and in the guides themselves."""
_GAP = re.compile(r"%\(\w+\)s|\{[^{}]*\}")
_FEWEST_LETTERS = 2
"""Of a sentence beside its gaps: with fewer it would be found in anything."""
_VISIBLE = """() => {
    const isSeen = (element, box) => {
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        const top = box.width ? document.elementFromPoint(x, y) : null;
        return top !== null && (element === top || element.contains(top)) && !element.closest(".visually-hidden");
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const seen = [];
    while (walker.nextNode()) {
        range.selectNodeContents(walker.currentNode);
        const [box] = range.getClientRects();
        if (box && isSeen(walker.currentNode.parentElement, box)) seen.push(walker.currentNode.data);
    }
    for (const field of document.querySelectorAll("input:placeholder-shown")) {
        if (isSeen(field, field.getBoundingClientRect())) seen.push(field.placeholder);
    }
    return seen.map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""


def shown(page: Page, language: str, picture: Path) -> dict[str, Any]:
    """Return what a picture of a page has: where the page is, what it says, and which picture it is."""
    found = {said for text in page.evaluate(_VISIBLE) if (said := _sentence(text, language))}
    return {"path": urlsplit(page.url).path, "picture": digest(picture), "words": sorted(found)}


def digest(picture: Path) -> str:
    """Return what tells a picture from any other."""
    return hashlib.sha256(picture.read_bytes()).hexdigest()[:12]


@cache
def sentences(language: str) -> frozenset[str]:
    """Return every sentence and word that pages can say in a language, with its gaps."""
    is_chinese = language.startswith("zh")
    path = catalogues.FOLDER / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
    messages = [(each.string if is_chinese else each.id) for each in catalogues.read_catalogue(path)]
    said = [text for each in messages for text in ([each] if isinstance(each, str) else each or ())]
    return frozenset(filter(None, [*said, *(words[0 if is_chinese else 1] for words in _declared())]))


@cache
def _declared() -> list[tuple[str, str]]:
    """Return the Chinese and the English of each Text("…", "…") in the code."""
    found = []
    paths = [path for part in ("geodata", "webmap") for path in (PROJECT / part).rglob("*.py")]
    for path in (each for each in paths if _ELSEWHERE.isdisjoint(each.parts)):
        code = path.read_text("utf-8")
        for node in ast.walk(ast.parse(code)) if "Text(" in code else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
                words = [each.value for each in node.args if isinstance(each, ast.Constant)]
                if len(words) == 2:
                    found.append((str(words[0]), str(words[1])))
    return found


def _sentence(text: str, language: str) -> str | None:
    """Return the sentence that a text is, the one with the most letters where several fit; None for what isn't ours."""
    fitting = (each for each, pattern in _patterns(language) if pattern.fullmatch(text))
    return text if text in sentences(language) else max(sorted(fitting), key=_letters, default=None)


@cache
def _patterns(language: str) -> list[tuple[str, re.Pattern[str]]]:
    with_gaps: Iterable[str] = (each for each in sentences(language) if _GAP.search(each))
    return [
        (each, re.compile(".+?".join(map(re.escape, _GAP.split(each)))))
        for each in with_gaps
        if _letters(each) >= _FEWEST_LETTERS
    ]


def _letters(sentence: str) -> int:
    return sum(map(str.isalpha, _GAP.sub("", sentence)))
