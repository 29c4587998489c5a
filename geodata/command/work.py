"""python -m geodata.command.work: answers long questions until it is ended; ./csmap serve starts it for planners."""

from __future__ import annotations

import argparse
import logging

from geodata.command.entry import run
from geodata.coverage.compiled import compile_searches
from geodata.jobs.tasks import TASKS
from geodata.jobs.worker import work
from geodata.settings import load_settings
from geodata.statistics.neighbours import compile_neighbourhoods


def main(argv: list[str] | None = None) -> int:
    """Work on the queue of the deployment that CSMAP_HOME names."""
    argparse.ArgumentParser(prog="work", description=__doc__).parse_args(argv)
    logging.basicConfig(level=logging.WARNING)
    settings = load_settings()
    compile_searches()
    compile_neighbourhoods()
    work(settings, TASKS)
    return 0


if __name__ == "__main__":
    run(main)
