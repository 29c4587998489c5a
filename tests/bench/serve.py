"""Serving against pgbench, tipg, MapServer, pygeoapi and GDAL, on the same data in one run.

    ./csmap bench serve                          # all rows
    ./csmap bench serve tiles features           # some of them
    ./csmap bench serve --rows 50000             # fewer points, and polygons and lines in proportion

Times are of the clock for one answer, four connections asking at once; each server has two processes. A row's x is how
many times as long the peer takes, and is held to its goal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tests.bench.machine import heading
from tests.bench.rows import HEADING, Row
from tests.bench.serving import archives, features, files, low, tiles, view
from tests.bench.serving.town import LAYERS, Town, town

ROWS: dict[str, Callable[[Town], Iterable[Row]]] = {
    "tiles": tiles.dynamic_rows,
    "kept": tiles.kept_rows,
    "low": low.rows,
    "staff": tiles.staff_rows,
    "features": features.rows,
    "archives": archives.rows,
    "files": files.rows,
    "view": view.rows,
}


def main(only: Sequence[str], points: int) -> int:
    """Print what some tasks take, or all; 1 where answers are wrong or a goal isn't met."""
    verdicts = []
    with town(points / LAYERS["service_point"]) as data:
        counts = ", ".join(f"{count:,} of {layer}" for layer, count in data.rows.items())
        print(f"serving {counts}, seconds of the clock for an answer: {heading()}\n{HEADING}", flush=True)
        for name in only or ROWS:
            for row in ROWS[name](data):
                print(row.line(), flush=True)
                verdicts.append(row.verdict)
    told = (f"{verdicts.count(word)} {word}" for word in ("met", "short", "wrong"))
    print(f"goals: {', '.join(told)}")
    return int("wrong" in verdicts or "short" in verdicts)
