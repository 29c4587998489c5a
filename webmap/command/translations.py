"""`python -m webmap.command.translations`: compile the catalogues; with --gather, take in new sentences first."""

from __future__ import annotations

import argparse

from geodata.command.entry import run
from webmap import catalogues


def main(words: list[str] | None = None) -> int:
    """Compile what has changed and say what was written."""
    parser = argparse.ArgumentParser(prog="translations", description=__doc__)
    parser.add_argument("--gather", action="store_true", help="bring the .po files up to the code and the templates")
    given = parser.parse_args(words)
    written = catalogues.gather() if given.gather else []
    for path in [*written, *catalogues.compile_stale()]:
        print(path)
    return 0


if __name__ == "__main__":
    run(main)
