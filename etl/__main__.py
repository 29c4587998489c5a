"""`python -m etl FILE`: the same as ./csmap load FILE."""

from __future__ import annotations

from etl.command.load import main
from geodata.command.entry import run

if __name__ == "__main__":
    run(main)
