"""What residents see as files: tiles, styles, the page that draws them, and a manifest that says which belong together.

A file's name holds the publication's stamp, so that whoever keeps copies never mixes two; only manifest.json and the
pages, which are small, have to be asked for anew. They are written last: until then readers see the former publication
whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from flask import url_for
from flask_babel import force_locale

from geodata.errors import InvalidInput
from geodata.layers.layer import Layer
from geodata.publication.archives import write_archive
from geodata.queries.extents import box_around
from geodata.queries.facts import LayerFacts, layer_facts
from geodata.queries.reading import RESIDENT, Reading, open_reading
from geodata.settings import Settings
from webmap import notice
from webmap.cartography.looks import LOOKS, Look
from webmap.cartography.style import map_style
from webmap.languages import LOCALES
from webmap.static_site.addresses import Edition
from webmap.static_site.own_pages import put_in_place
from webmap.static_site.pages import edition_of, write_pages

MANIFEST = "manifest.json"
TILES_TYPE = "application/vnd.pmtiles"
_PART = ".part"
_OURS = re.compile(
    r"[a-z_]+-[^/]+\.pmtiles|(style|names)-[^/]+\.json|briefing-[^/]+\.html|(records|lists|figures)-[^/]+|page-[0-9a-f]{12}|[^/]+\.part"
)
"""What a folder has of publications that aren't kept, and what a run that was ended has left."""


def write_folder(settings: Settings, folder: Path) -> dict[str, Any]:
    """Write the current publication into a folder, beside the one that is there, and return its manifest.

    The publication before stays until the next one; older ones go. Where the folder has this one already, nothing is
    written.

    Raises:
        InvalidInput: nothing has been published yet, or the folder holds something else.
    """
    before = _manifest_of(folder)
    with open_reading(settings, RESIDENT) as reading:
        if reading.version == 0:
            raise InvalidInput("nothing has been published yet: run ./csmap load or ./csmap publish first")
        edition = edition_of(reading)
        if before is not None and (before["version"], before.get("scripts")) == (reading.stamp, edition.scripts):
            return before
        folder.mkdir(exist_ok=True)
        manifest = _written(reading, edition, folder)
        pages = write_pages(reading, edition, folder)
    # First what the pages with the map and the lists lead to.
    put_in_place(folder)
    for name, text in pages.items():
        _replace(folder / name, text.encode())
    _replace(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    _clear(folder, keep=[manifest, before])
    return manifest


def archive_addresses(asked: Reading) -> dict[str, str] | None:
    """Return where the application hands out the tile files of what is read, by layer id.

    None where the deployment names no folder of them, for readers who see more, and while the folder holds another
    publication: then tiles come from the database.
    """
    folder = asked.settings.archives_folder
    if folder is None or asked.reader != RESIDENT:
        return None
    try:
        manifest = _manifest_of(folder)
    except (InvalidInput, OSError):
        return None
    if manifest is None or manifest["version"] != asked.stamp:
        return None
    return {entry["id"]: url_for("public.send_archive", name=entry["file"]) for entry in manifest["layers"]}


def read_stamp(folder: Path) -> tuple[str, str] | None:
    """Return of which publication and which scripts a folder's files are; None where it has none yet.

    Raises:
        InvalidInput: the folder holds something else.
    """
    manifest = _manifest_of(folder)
    return None if manifest is None else (manifest["version"], manifest.get("scripts", ""))


def _manifest_of(folder: Path) -> dict[str, Any] | None:
    """Return the manifest that a folder has; None where there is no folder yet, or an empty one."""
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        if folder.is_dir() and any(not each.name.endswith(_PART) for each in folder.iterdir()):
            raise InvalidInput(f"{folder} has files in it, but no {MANIFEST} of csmap: give another folder") from None
        return None
    except (json.JSONDecodeError, UnicodeDecodeError, NotADirectoryError):
        raise InvalidInput(f"{folder / MANIFEST} isn't csmap's: give another folder") from None
    if not isinstance(found, dict) or not {"version", "layers", "styles"} <= found.keys():
        raise InvalidInput(f"{folder / MANIFEST} isn't csmap's: give another folder")
    return found


def _written(reading: Reading, edition: Edition, folder: Path) -> dict[str, Any]:
    """Write tiles and styles, and return the manifest that names them."""
    facts = layer_facts(reading)
    drawn = [layer for layer in reading.layers if layer.geometry and layer.style and facts[layer.id].placed]
    listed = [entry for layer in drawn if (entry := _layer(reading, layer, facts[layer.id], folder)) is not None]
    archives = {entry["id"]: entry["file"] for entry in listed}
    styles = {language: edition.style(language) for language in reading.settings.languages}
    for language, look in product(styles, LOOKS):
        _replace(folder / edition.style(language, look), _style(reading, drawn, archives, language, LOOKS[look]))
    return {
        "version": reading.stamp,
        "publication": reading.version,
        "name": reading.settings.name,
        "as_of": reading.settings.today().isoformat(),
        "notice": {language: _notice(language) for language in reading.settings.languages},
        "bounds": list(box_around(reading, drawn)),
        "styles": styles,
        "layers": listed,
        "scripts": edition.scripts,
        "pages": {language: edition.page("index", language) for language in edition.languages},
        "beside": [
            *(edition.style(language, look) for language, look in product(edition.languages, LOOKS) if look),
            *map(edition.names, edition.languages),
            *map(edition.records, edition.languages),
            *map(edition.lists, edition.languages),
            *map(edition.figures, edition.languages),
            *map(edition.briefing, edition.languages),
        ],
    }


def _layer(reading: Reading, layer: Layer, facts: LayerFacts, folder: Path) -> dict[str, Any] | None:
    """Write a layer's file of tiles and return what the manifest says of it; None where no tile has anything."""
    path = folder / f"{layer.id}-{reading.stamp}.pmtiles"
    part = path.with_name(path.name + _PART)
    first = reading.settings.languages[0]
    credit = " ".join(said for said in (facts.credit, _notice(first)) if said)
    title = layer.title.get(first)
    archive = write_archive(reading, layer, part, credit=credit, name=title)
    if not archive.tiles:
        part.unlink()
        return None
    part.replace(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "id": layer.id,
        "file": path.name,
        "title": {language: layer.title.get(language) for language in reading.settings.languages},
        "records": facts.count,
        "data_date": facts.data_date.isoformat() if facts.data_date else None,
        "credit": facts.credit,
        "tiles": archive.tiles,
        "bytes": archive.size,
        "sha256": digest,
    }


def _style(reading: Reading, drawn: Sequence[Layer], archives: dict[str, str], language: str, look: Look) -> bytes:
    boundary = reading.settings.boundary.simplify(1e-5).__geo_interface__
    style = map_style(drawn, language=language, boundary=boundary, archives=archives, look=look)
    return json.dumps(style, ensure_ascii=False).encode()


def _notice(language: str) -> str:
    with force_locale(LOCALES[language]):
        return notice.sentence()


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_name(path.name + _PART)
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _clear(folder: Path, keep: Sequence[dict[str, Any] | None]) -> None:
    """Remove our own files that no kept manifest names."""
    kept = {MANIFEST}
    for manifest in keep:
        if manifest is not None:
            kept |= {entry["file"] for entry in manifest["layers"]} | set(manifest["styles"].values())
            kept |= {*manifest.get("beside", ()), manifest.get("scripts", "")}
    for path in folder.iterdir():
        if path.name in kept or not _OURS.fullmatch(path.name):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
