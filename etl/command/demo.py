"""./csmap demo, without serving: makes the sample district's deployment, loads its files and publishes."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import shapely

from etl import sample
from etl.choosing import Wish
from etl.loading import load_file
from etl.repeat import file_sha256
from geodata.accounts import offer
from geodata.analyses.walks import refresh_walks
from geodata.command.entry import run
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.deployment import init_deployment
from geodata.errors import InvalidInput
from geodata.layers.audience import Audience
from geodata.publication import publish
from geodata.queries.areas import list_areas
from geodata.queries.deadlines import busy_grids
from geodata.queries.loads import list_loaded_files
from geodata.queries.reading import Reader, open_reading
from geodata.settings import CONFIG_NAME, Settings, home_folder, load_settings

FOLDER = "sample"
CREDIT = "csmap sample (CC0, synthetic)"
"""Also of the sample's map file, which has OpenStreetMap's format but nothing of its data."""
_STAMP = "written.json"
_TIME_ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Written:
    """The sample as it lies in a deployment: files in the order of loading, the outline, the offices' day."""

    files: tuple[Path, ...]
    boundary: Path
    as_of: date


def main(argv: list[str] | None = None) -> int:
    """Bring the deployment that CSMAP_HOME names to the state of the sample; a second run changes nothing."""
    parser = argparse.ArgumentParser(
        prog="csmap demo", description="Make the sample district's deployment, load its files and publish."
    )
    parser.add_argument("--seed", type=int, metavar="N", help="another town by the same rules")
    parser.add_argument("--scale", type=int, metavar="N", help="so many districts side by side (1)")
    parser.add_argument(
        "--passwords", action="store_true", help="give the accounts passwords, shown this once: others reach the site"
    )
    given = parser.parse_args(argv)
    settings = make_demo(home_folder(), os.environ, seed=given.seed, scale=given.scale)
    refresh_walks(settings)
    number = publish(settings)
    for name, password in offer(settings, _own_areas(settings), by_click=not given.passwords).items():
        print(f"{name} signs in with the password {password}, shown this once")
    print(f"{settings.name} is ready in {settings.home}: publication {number}")
    return 0


def make_demo(home: Path, environ: Mapping[str, str], *, seed: int | None = None, scale: int | None = None) -> Settings:
    """Write the sample's files into a deployment of its own and load those that aren't loaded yet.

    Args:
        home: the deployment's folder.
        environ: names the database server, where it isn't the embedded one.
        seed: the town's; None for the one that is there, or the usual one.
        scale: how many districts; None likewise.

    Raises:
        InvalidInput: the folder is another place's, or another sample's; no such seed or scale.
    """
    _refuse_other_place(home)
    written = write_sample(home / FOLDER, seed=seed, scale=scale)
    feature = json.loads(written.boundary.read_text("utf-8"))
    settings = init_deployment(
        home,
        name=str(feature["properties"]["name"]),
        boundary=shapely.from_geojson(json.dumps(feature["geometry"])),
        time_zone=_TIME_ZONE,
        as_of=written.as_of,
        synthetic=True,
        database_url=environ.get("CSMAP_DATABASE_URL") or None,
    )
    with engine_for(settings, Login.LOADER).connect() as connection:
        loaded = list_loaded_files(connection)
    for path in written.files:
        if file_sha256(path) in loaded:
            continue
        for receipt in load_file(settings, path, Wish(credit=CREDIT)):
            print(receipt.in_words())
        sys.stdout.flush()
    return settings


def write_sample(folder: Path, *, seed: int | None = None, scale: int | None = None) -> Written:
    """Write the sample's files, unless this very sample is there already and nobody has touched it.

    Raises:
        InvalidInput: another sample is there, or there can't be one of this seed and scale.
    """
    made_by = _sample_version()
    stamp = folder / _STAMP
    known = json.loads(stamp.read_text("utf-8")) if stamp.exists() else {}
    made_from = _made_from(folder, known, seed, scale)
    if known.get("made_by") != made_by or _hashes(folder, known["files"]) != known["files"]:
        made = sample.write(folder, **made_from)
        names = [path.name for path in (*made.files, made.places, made.truth, made.boundary)]
        known = made_from | {"made_by": made_by, "as_of": made.as_of.isoformat(), "files": _hashes(folder, names)}
        stamp.write_text(json.dumps(known, indent=1), "utf-8")
    *files, _places, _truth, boundary = (folder / name for name in known["files"])
    return Written(tuple(files), boundary, date.fromisoformat(known["as_of"]))


def _made_from(folder: Path, known: Mapping[str, int], seed: int | None, scale: int | None) -> dict[str, int]:
    """Return the seed and the scale that are asked for; what isn't said is as it is there."""
    there = {"seed": known.get("seed", sample.SEED), "scale": known.get("scale", 1)}
    wanted = {"seed": there["seed"] if seed is None else seed, "scale": there["scale"] if scale is None else scale}
    if not (wanted["seed"] >= 0 and 1 <= wanted["scale"] <= sample.MOST_DISTRICTS):
        raise InvalidInput(
            f"a sample of seed {wanted['seed']} and scale {wanted['scale']} can't be made; wanted are a seed of 0 or "
            f"more and 1 to {sample.MOST_DISTRICTS} districts"
        )
    if known and wanted != there:
        raise InvalidInput(
            f"{folder} holds the sample of seed {there['seed']} and scale {there['scale']}: name another folder in "
            "CSMAP_HOME for another one"
        )
    return wanted


def _own_areas(settings: Settings) -> dict[Audience, Sequence[str]]:
    """Return the grids of the officer, which give a day's work, and the first community for the police."""
    found: dict[Audience, Sequence[str]] = {}
    with open_reading(settings, Reader(Audience.STEWARD, ())) as reading:
        if grids := busy_grids(reading):
            found[Audience.GRID_OFFICER] = grids
        if codes := [area.code for area in list_areas(reading, "community") if area.code]:
            found[Audience.POLICE] = codes[:1]
    return found


def _refuse_other_place(home: Path) -> None:
    """Stop before the sample's files land in another place's folder."""
    if (home / CONFIG_NAME).exists():
        there = load_settings(home, {})
        if not there.synthetic:
            raise InvalidInput(
                f"{home} is the deployment {there.name!r}, a real place: name another folder in CSMAP_HOME"
            )
    elif home.exists() and any(path.name != FOLDER for path in home.iterdir()):
        raise InvalidInput(f"{home} is no deployment, but not empty either: name another folder in CSMAP_HOME")


def _hashes(folder: Path, names: Mapping[str, str] | list[str]) -> dict[str, str]:
    """Return the files' hashes by name, "" for one that is missing."""
    return {name: file_sha256(folder / name) if (folder / name).is_file() else "" for name in names}


def _sample_version() -> str:
    """Return a hash of the code that writes the sample: other code may write other files."""
    digest = hashlib.sha256()
    for path in sorted(Path(sample.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    run(main)
