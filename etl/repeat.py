"""The same file again: where nothing has changed since, its rows are unchanged without being read."""

from __future__ import annotations

import getpass
import hashlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import shapely
from sqlalchemy import Connection

from etl.choosing import Wish
from etl.issues import Issue
from etl.receipt import RECEIPTS, SHOWN_ISSUES, Receipt
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.queries.repeats import Earlier, count_issues, find_repeatable, first_refusals, repeat_load
from geodata.settings import PROJECT, Settings

_CODE = ("etl", "geodata")


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def inputs_digest(settings: Settings, path: Path, wish: Wish) -> str:
    """Return a digest of all but the file itself that decides what becomes of its rows.

    These are the files that belong to it (a shapefile's table, a GeoPackage's log), what the caller wants, the
    recipes, the deployment's outline, and the code: an office's recipe may change between two versions, and a
    developer changes code without any.
    """
    digest = hashlib.sha256()
    place = (settings.name, settings.time_zone, settings.metric_crs, settings.margin_m, settings.today())
    for word in (path.suffix, repr(wish), settings.synthetic, *place):
        digest.update(f"{word}\n".encode())
    digest.update(shapely.to_wkb(settings.boundary))
    for file in [*_deciding_files(settings, path), *([wish.land_area] if wish.land_area else [])]:
        digest.update(f"{file.name} {file_sha256(file)}\n".encode())
    return digest.hexdigest()


def _deciding_files(settings: Settings, path: Path) -> Iterator[Path]:
    belongs = (f"{path.stem}.", f"{path.name}-")
    beside = (file for file in path.parent.iterdir() if file.name.startswith(belongs) and file != path)
    code = (file for name in _CODE for ending in ("py", "toml") for file in (PROJECT / name).rglob(f"*.{ending}"))
    for files in (beside, code, settings.recipes_folder.glob("*.toml")):
        yield from sorted(file for file in files if file.is_file())


def repeat_run(settings: Settings, path: Path, *, sha256: str, inputs: str) -> list[Receipt]:
    """Write what the file came to the last time, and return its receipts; [] where it has to be read again."""
    started = time.perf_counter()
    receipts: list[Receipt] = []
    with engine_for(settings, Login.LOADER).begin() as connection:
        for earlier in find_repeatable(connection, file_sha256=sha256, inputs=inputs):
            run = receipts[0].load_id if receipts else None
            load_id = repeat_load(connection, earlier, file=path.name, who=getpass.getuser(), run=run)
            receipts.append(_receipt(connection, earlier, path.name, load_id))
            _copy_remarks(settings.home / RECEIPTS, earlier.id, load_id)
    for receipt in receipts:
        receipt.seconds = time.perf_counter() - started
    return receipts


def _copy_remarks(folder: Path, earlier_id: int, load_id: int) -> None:
    """Give the person who hands the file over the remarks that the earlier load made."""
    if (folder / f"{earlier_id}.csv").exists():
        shutil.copyfile(folder / f"{earlier_id}.csv", folder / f"{load_id}.csv")


def _receipt(connection: Connection, earlier: Earlier, file: str, load_id: int) -> Receipt:
    notes = earlier.notes
    return Receipt(
        file=file,
        part=earlier.part,
        layer=earlier.layer,
        from_layer=notes.get("from_layer"),
        load_id=load_id,
        unchanged=earlier.loaded + earlier.unchanged,
        quarantined=earlier.quarantined,
        ignored=earlier.ignored,
        notes=[*notes["notes"], f"the same file as in load {earlier.id}, and nothing has changed since"],
        warnings=list(notes["warnings"]),
        issues=[Issue(**issue) for issue in first_refusals(connection, load_id, SHOWN_ISSUES)],
        reasons=count_issues(connection, load_id),
    )
