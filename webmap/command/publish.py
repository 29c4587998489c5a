"""./csmap publish: builds what residents and planners see from all that is loaded."""

from __future__ import annotations

import argparse
from pathlib import Path

from geodata.analyses.walks import refresh_walks
from geodata.command.entry import run
from geodata.errors import InvalidInput
from geodata.layers.audience import Audience
from geodata.publication import count_held, publish
from geodata.queries.facts import published_counts
from geodata.settings import Settings, load_settings
from webmap import create_app

Counts = dict[tuple[Audience, str], int]


def main(argv: list[str] | None = None) -> int:
    """Publish, say the publication's number, and write the public tiles as files where that is asked for."""
    given = _parser().parse_args(argv)
    settings = load_settings()
    if given.pmtiles is not None and not Path(given.pmtiles).parent.is_dir():
        raise InvalidInput(f"{Path(given.pmtiles).parent} is no folder; {given.pmtiles} can't be made in it")
    before = published_counts(settings)
    refresh_walks(settings)
    print(f"{settings.name}: publication {publish(settings)} is what residents and planners see")
    for line in _changes(before, published_counts(settings)):
        print(line)
    held = count_held(settings)
    if held:
        print(f"  totals of {held} years are told as before: what was put right in them is too little to be told")
    if given.pmtiles is not None:
        _write(settings, Path(given.pmtiles))
    return 0


def _changes(before: Counts, after: Counts) -> list[str]:
    """Return a line for each layer of which somebody gets more or fewer rows than before."""
    changed = sorted(key for key in before.keys() | after.keys() if before.get(key, 0) != after.get(key, 0))
    return [
        f"  {audience:8}  {layer_id:24}{before.get((audience, layer_id), 0):>9,} -> "
        f"{after.get((audience, layer_id), 0):,} rows"
        for audience, layer_id in changed
    ]


def _write(settings: Settings, folder: Path) -> None:
    from webmap.archive import write_folder  # it takes a second to load, and mostly no folder is asked for

    with create_app(settings).app_context():
        manifest = write_folder(settings, folder)
    size = sum(each["bytes"] for each in manifest["layers"])
    print(f"{folder}: {len(manifest['layers'])} layers in {size / 1e6:.1f} MB of tiles, {manifest['version']}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="csmap publish", description="Build what residents and planners see from all that is loaded."
    )
    parser.add_argument(
        "--pmtiles",
        metavar="DIR",
        help="also write what residents see as PMTiles with style and manifest, for a file server without a database",
    )
    return parser


if __name__ == "__main__":
    run(main)
