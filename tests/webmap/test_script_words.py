"""Scripts say the server's sentences: each that a script asks for is given to it, none in vain, none is its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata.settings import PROJECT

SCRIPTS = PROJECT / "webmap" / "frontend"
BASE = ("webmap/map_config.py", "base_map_config")
GIVEN: dict[str, tuple[tuple[str, str], ...]] = {
    "main.ts": (BASE, ("webmap/map_config.py", "_script_words")),
    "officer/record.ts": (BASE, ("webmap/officer/record_page.py", "_script_words")),
    "officer/ways.ts": (BASE, ("webmap/officer/foot.py", "_config")),
    "planner/planner.ts": (BASE, ("webmap/planning/script_words.py", "planner")),
    "hotspots/hotspots.ts": (BASE, ("webmap/pages/hotspots.py", "_config")),
    "rates/rates.ts": (BASE, ("webmap/pages/rates.py", "_config")),
    "refused.ts": (BASE, ("webmap/planning/refusals.py", "refused")),
    "open_now.ts": (("webmap/resident/opening.py", "opening_words"),),
}
"""Each script that says something, and the functions whose sentences are given to it."""
IMPORT = re.compile(r"""from "(\./|\.\./)([\w/]+)"|^import "(\./|\.\./)([\w/]+)";""", re.MULTILINE)
SAYS = re.compile(r"\bsay\(\s*[\w.]+,")
OPEN_SAYS = re.compile(r"words\[([^\]]*)\]")
HUMAN = re.compile(
    r"""(?:textContent|ariaLabel|title|placeholder) = ["`][A-Z]|setAttribute\("aria-label", ["`]|[一-鿿]"""
)


def _modules(script: Path, known: set[Path]) -> set[Path]:
    """Return a script and all that it brings along."""
    known.add(script)
    for up, name, other_up, other in IMPORT.findall(script.read_text("utf-8")):
        path = (script.parent / f"{up or other_up}{name or other}.ts").resolve()
        if path.exists() and path not in known:
            _modules(path, known)
    return known


def _argument(code: str, begins: int) -> str:
    """Return the argument that begins at a place, up to the comma or bracket that ends it."""
    depth = 0
    for place in range(begins, len(code)):
        letter = code[place]
        if depth == 0 and letter in ",)":
            return code[begins:place]
        depth += (letter in "([{") - (letter in ")]}")
    raise AssertionError(code[begins : begins + 80])


def _said(script: str) -> set[str]:
    """Return the names of the sentences that a script and its modules say."""
    found: set[str] = set()
    for path in _modules((SCRIPTS / script).resolve(), set()):
        code = path.read_text("utf-8")
        asked = [_argument(code, match.end()) for match in SAYS.finditer(code)]
        if path.name == "open_now.ts" == script:
            asked = OPEN_SAYS.findall(code)
        for argument in asked:
            # Of a choice its two sides are said, what is asked isn't.
            _, mark, sides = argument.partition("?")
            found |= set(re.findall(r'"(\w+)"', re.sub(r"days === \d \?", "", sides) if mark else argument))
    return found


def _given(module: str, function: str) -> Iterator[str]:
    """Give the names of the sentences in a function's dictionaries."""
    tree = ast.parse((PROJECT / module).read_text("utf-8"))
    (named,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function]
    for node in ast.walk(named):
        if isinstance(node, ast.Dict) and any(_is_sentence(value) for value in node.values):
            yield from (str(key.value) for key in node.keys if isinstance(key, ast.Constant))


def _is_sentence(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "gettext"


@pytest.mark.parametrize("script", GIVEN)
def test_a_script_is_given_what_it_says_and_no_more(script: str) -> None:
    given = {name for module, function in GIVEN[script] for name in _given(module, function)}
    assert _said(script) == given


def test_every_script_that_says_something_is_held() -> None:
    saying = {path for path in SCRIPTS.rglob("*.ts") if SAYS.search(path.read_text("utf-8"))}
    assert saying <= {path for script in GIVEN for path in _modules((SCRIPTS / script).resolve(), set())} | {
        SCRIPTS / "offline.ts"
    }


def test_no_script_has_words_of_its_own() -> None:
    own = {
        path.name: found
        for path in [*SCRIPTS.rglob("*.ts"), *SCRIPTS.rglob("*.js")]
        if (found := HUMAN.findall(re.sub(r"^\s*(//|\*|/\*).*$", "", path.read_text("utf-8"), flags=re.MULTILINE)))
    }
    assert own == {}
