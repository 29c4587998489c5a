"""./csmap bench WHAT: runs one bench and prints its table."""

from __future__ import annotations

import argparse
import sys

from tests.bench import coverage, load, pages, province, serve, tiles, what_if

BENCHES = {
    "load": load.main,
    "province": province.main,
    "tiles": tiles.main,
    "what-if": what_if.main,
}


def main(argv: list[str] | None = None) -> int:
    """Run the bench that is named."""
    parser = argparse.ArgumentParser(prog="csmap bench", description="Measure csmap against other tools in one run.")
    parser.add_argument("what", choices=sorted([*BENCHES, "coverage", "pages", "serve"]))
    parser.add_argument(
        "only", nargs="*", metavar="ROW",
        help=f"with coverage: these rows of its table alone, of {', '.join(coverage.ROWS)}; "
        f"with serve: of {', '.join(serve.ROWS)}",
    )  # fmt: skip
    parser.add_argument(
        "--rows", type=int, default=1_000_000, help="how many rows, nodes or points; 1,000,000 unless given"
    )
    given = parser.parse_args(argv)
    known = {"coverage": list(coverage.ROWS), "serve": list(serve.ROWS)}.get(given.what, [])
    if unknown := [row for row in given.only if row not in known]:
        parser.error(f"{given.what} has no row {unknown[0]!r}: {', '.join(known) or 'there are none to choose from'}")
    if given.what == "coverage":
        return coverage.main(given.only)
    if given.what == "pages":
        return pages.main()
    if given.what == "serve":
        return serve.main(given.only, given.rows)
    return BENCHES[given.what](given.rows)


if __name__ == "__main__":
    sys.exit(main())
