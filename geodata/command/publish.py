"""./csmap publish: builds what residents and planners see from all that is loaded."""

from __future__ import annotations

import argparse

from geodata.command.entry import run
from geodata.publication import publish
from geodata.settings import load_settings


def main(argv: list[str] | None = None) -> int:
    """Publish and say the publication's number."""
    argparse.ArgumentParser(
        prog="csmap publish", description="Build what residents and planners see from all that is loaded."
    ).parse_args(argv)
    settings = load_settings()
    print(f"{settings.name}: publication {publish(settings)} is what residents and planners see")
    return 0


if __name__ == "__main__":
    run(main)
