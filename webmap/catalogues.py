"""The translated sentences of the pages: gathered from the code, written by people, compiled for the server."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

CODE = Path(__file__).resolve().parent
FOLDER = CODE / "translations"
SOURCES = [("templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
HEADER = "# Translations of csmap. A msgid is the English sentence as the code says it."


def compile_stale() -> list[Path]:
    """Compile each catalogue that has changed since it was compiled; return the files written."""
    return [_compile(path) for path in _catalogues() if _is_stale(path)]


def gather() -> list[Path]:
    """Bring the catalogues up to the sentences in the code and templates; return the files written."""
    found = sentences()
    for path in _catalogues():
        catalogue = read_catalogue(path)
        found.creation_date = catalogue.creation_date
        catalogue.update(found, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.header_comment = HEADER
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, sort_output=True, no_location=True, ignore_obsolete=True)
    return list(_catalogues())


def sentences() -> Catalog:
    """Return every sentence that the code and the templates say, untranslated."""
    found = Catalog(project="csmap", charset="utf-8")
    rows = extract_from_dir(CODE, SOURCES, OPTIONS, KEYWORDS, comment_tags=())
    for name, line, message, _, context in rows:
        found.add(message, locations=[(name, line)], context=context)
    return found


def read_catalogue(path: Path) -> Catalog:
    """Return a catalogue as it was written."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def _catalogues() -> Iterator[Path]:
    yield from sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime


def _compile(path: Path) -> Path:
    """Write the compiled catalogue in one step: servers that start at the same time never read half of it."""
    target = path.with_suffix(".mo")
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        write_mo(file, read_catalogue(path))
    Path(name).chmod(0o644)
    return Path(name).replace(target)
