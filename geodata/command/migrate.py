"""./csmap migrate: brings the deployment's database to the newest shape."""

from __future__ import annotations

import argparse

from geodata.command.entry import run
from geodata.migrations import migrate
from geodata.settings import load_settings


def main(argv: list[str] | None = None) -> int:
    """Migrate and say the revision."""
    argparse.ArgumentParser(
        prog="csmap migrate", description="Bring the database to the newest shape; again changes nothing."
    ).parse_args(argv)
    settings = load_settings()
    print(f"{settings.name}: the database is at revision {migrate(settings)}")
    return 0


if __name__ == "__main__":
    run(main)
