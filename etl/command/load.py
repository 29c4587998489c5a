"""./csmap load: brings files in, says what became of each row, and publishes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from etl.choosing import Wish
from etl.doubts import DOUBT_KINDS
from etl.loading import load_file
from etl.receipt import RECEIPTS, Receipt
from geodata.analyses.walks import refresh_walks
from geodata.command.entry import run
from geodata.errors import GeodataError
from geodata.publication import publish
from geodata.settings import Settings, load_settings

Report = Callable[[str, int], None]
Pause = Callable[[], AbstractContextManager[None]]


def main(argv: list[str] | None = None) -> int:
    """Load the files; 1 where one of them, or a row in it, could not be taken as it is."""
    given = _parser().parse_args(argv)
    settings = load_settings()
    wish = Wish(
        layer=given.layer,
        recipe=given.recipe,
        crs=given.crs,
        credit=given.credit,
        land_area=given.land_area,
        accept=tuple(sorted(set(given.accept))),
    )
    receipts: list[Receipt] = []
    is_wrong = False
    for path in given.files:
        try:
            receipts += _load(settings, path, wish, given)
        except GeodataError as error:
            is_wrong = True
            sys.stderr.write(f"csmap load: {error}\n")
    if not given.dry_run and any(receipt.loaded + receipt.unchanged for receipt in receipts):
        refresh_walks(settings)
        number = publish(settings)
        if not given.json:
            print(f"publication {number} is what residents and planners see")
    return 1 if is_wrong or any(receipt.quarantined for receipt in receipts) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="csmap load", description="Load files into the deployment, then publish.")
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="CSV, XLSX, GeoJSON, GPKG, SHP, OSM PBF ..."
    )
    parser.add_argument("--layer", help="the layer that the files are for; left out, their headings tell")
    parser.add_argument("--recipe", help="the recipe to read them with, where several fit")
    parser.add_argument("--crs", help="the coordinate system, such as wgs84, gcj02, bd09, cgcs2000 or EPSG:4546")
    parser.add_argument("--credit", metavar="TEXT", help="whom to thank for the data; left out, the recipe tells")
    parser.add_argument(
        "--land-area", type=Path, metavar="FILE", help="for a raster of densities: the raster of its cells' land in km2"
    )
    parser.add_argument("--dry-run", action="store_true", help="do everything, say what would happen, keep nothing")
    parser.add_argument("--yes", action="store_true", help="ask nothing: take what is certain, refuse the rest")
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        choices=DOUBT_KINDS,
        help="load a file all the same that looks wrong in this way; the sentence that refuses it says in which",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON line per file, part and layer")
    return parser


def _load(settings: Settings, path: Path, wish: Wish, given: argparse.Namespace) -> list[Receipt]:
    """Load one file and say what it came to."""
    is_asking = not (given.yes or given.dry_run or given.json) and sys.stdin.isatty() and sys.stderr.isatty()
    with _progress() as (report, pause):

        def confirm(doubts: Sequence[str]) -> bool:
            if not is_asking:
                return False
            with pause():
                return _may_go_on(doubts)

        receipts = load_file(settings, path, wish, is_dry=given.dry_run, progress=report, confirm=confirm)
    for receipt in receipts:
        print(receipt.as_json() if given.json else _words(receipt, settings))
        if given.json and receipt.issues:
            sys.stderr.write(f"{_words(receipt, settings)}\n")
    return receipts


def _may_go_on(doubts: Sequence[str]) -> bool:
    """Ask, where something was guessed or somebody should look."""
    print("\n".join(doubts))
    return input("Load it all the same? [y/N] ").strip().casefold() in ("y", "yes", "是")


def _words(receipt: Receipt, settings: Settings) -> str:
    words = receipt.in_words()
    path = settings.home / RECEIPTS / f"{receipt.load_id}.csv"
    if receipt.load_id is not None and receipt.reasons and path.exists():
        words += f"\n  all remarks: {path}"
    return words


@contextmanager
def _progress() -> Iterator[tuple[Report, Pause]]:
    """Yield what to call with (what, rows), and what holds it still: a moving line on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _what, _rows: None, nullcontext
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f} rows"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        @contextmanager
        def pause() -> Iterator[None]:
            bar.stop()
            yield
            bar.start()

        yield lambda what, rows: bar.update(task, description=what, completed=rows), pause


if __name__ == "__main__":
    run(main)
