"""./csmap stop: stops the deployment's database, which otherwise stays up for the next command."""

from __future__ import annotations

import argparse

from geodata.command.entry import run
from geodata.database.cluster import Cluster
from geodata.settings import load_settings


def main(argv: list[str] | None = None) -> int:
    """Stop the embedded database and say so."""
    argparse.ArgumentParser(
        prog="csmap stop", description="Stop the deployment's database; the next command starts it again."
    ).parse_args(argv)
    settings = load_settings()
    if settings.database_url:
        print(f"{settings.name}: the database is a server's (CSMAP_DATABASE_URL), which csmap doesn't stop")
    elif Cluster.at(settings.home).stop():
        print(f"{settings.name}: the database is stopped")
    else:
        print(f"{settings.name}: the database wasn't running")
    return 0


if __name__ == "__main__":
    run(main)
