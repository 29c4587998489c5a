"""The pages that a file server hands out: map, lists, about, the simple map, and what their scripts ask for."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import current_app

from geodata.queries.facts import layer_facts
from geodata.queries.reading import Reading
from webmap import notice, sheets
from webmap.briefing.content import collect
from webmap.briefing.document import Links, write
from webmap.governance.page import governance_page
from webmap.map_page import about_page, map_page
from webmap.page_words import OWN_NAMES
from webmap.static_site.addresses import Edition, as_file
from webmap.static_site.figures import write_figures
from webmap.static_site.lists import first_list, write_lists
from webmap.static_site.names import write_names
from webmap.static_site.own_pages import layers_with_pages, write_own_pages
from webmap.static_site.records import BLOCK, write_records
from webmap.wording import Wording

SCRIPTS = ("main.", "answer_page.", "chunk-", "esm-", "map-worker.", "LICENSES.")
"""What of the build residents' pages load; the planners' stay at home."""
STYLES = (
    *sheets.SHARED,
    "lists.css",
    "answer.css",
    "governance.css",
    "icon.svg",
    "choices.js",
    "from_disk.js",
    "print_page.js",
    "share.js",
)


def edition_of(reading: Reading) -> Edition:
    """Return what the files of what is read are called."""
    scripts = f"page-{_digest(_scripts())}"
    own = layers_with_pages(layer_facts(reading))
    return Edition(reading.stamp, scripts, reading.settings.languages, reading.settings.today().year, own)


def write_pages(reading: Reading, edition: Edition, folder: Path) -> dict[str, str]:
    """Write the pages and all that they load beside tiles and style, and return their texts by file name.

    What is asked for by the same name in every publication is returned, to be written once all else is there; the pages
    of records are written beside their place.
    """
    _write_scripts(folder / edition.scripts)
    facts = layer_facts(reading)
    _write_folders(edition.records, folder, edition, partial(write_records, reading, edition, facts))
    _write_folders(edition.figures, folder, edition, partial(write_figures, reading, edition))
    _write_folders(edition.lists, folder, edition, partial(write_lists, reading, edition, facts))
    write_own_pages(reading, edition, folder)
    pages = {}
    for language in edition.languages:
        files = {
            "records": edition.records(language),
            "block": BLOCK,
            "names": edition.names(language),
            "pages": {each: edition.own_page(each, "{id}", language) for each in sorted(edition.own_pages)},
        }
        with as_file(reading, edition, language):
            write_names(reading, Wording(language), folder / edition.names(language))
            (folder / edition.briefing(language)).write_text(_briefing(reading, edition, language), "utf-8")
            pages[edition.page("index", language)] = map_page(reading, files=files)
        with as_file(reading, edition, language, "/about"):
            pages[edition.page("about", language)] = about_page(reading)
        with as_file(reading, edition, language, "/governance"):
            pages[edition.page("governance", language)] = governance_page(reading)
        pages[edition.page("list", language)] = first_list(reading, edition, facts, language)
    return pages


def _write_folders(
    named: Callable[[str], str], folder: Path, edition: Edition, write: Callable[[dict[str, Path]], object]
) -> None:
    """Have a folder a language written beside its place, and put these in place whole."""
    parts = {language: folder / f"{named(language)}.part" for language in edition.languages}
    for part in parts.values():
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
    write(parts)
    for language, part in parts.items():
        shutil.rmtree(folder / named(language), ignore_errors=True)
        part.replace(folder / named(language))


def _briefing(reading: Reading, edition: Edition, language: str) -> str:
    """Return the map that needs no WebGL, whole in itself."""
    others = [(each, OWN_NAMES[each], edition.briefing(each)) for each in edition.languages if each != language]
    links = Links(edition.page("index", language), edition.briefing(language), others)
    told = collect(reading, reading.settings, Wording(language), area=None, notice=notice.sentence())
    return write(told, links).html


def _scripts() -> dict[str, Path]:
    """Return the files that the pages load, by name in the folder of scripts; without a build style sheets alone."""
    built = Path(current_app.static_folder or "")
    found = {path.name: path for path in sorted(built.glob("*")) if path.name.startswith(SCRIPTS)}
    return found | {f"styles/{name}": sheets.FOLDER / name for name in STYLES}


def _digest(files: dict[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in files.items():
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _write_scripts(folder: Path) -> None:
    """Copy the scripts; the folder's name is made of what is in them, so that one that is there is the same."""
    if folder.exists():
        return
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    (part / "styles").mkdir(parents=True)
    for name, path in _scripts().items():
        shutil.copyfile(path, part / name)
    part.replace(folder)
