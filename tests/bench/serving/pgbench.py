"""The limit: the very statements of our tiles, asked by pgbench over four connections of its own."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event

from geodata.database.engine import WORKS_ALONE
from geodata.database.postgres import ADMIN
from geodata.layers.layer import Layer
from geodata.queries.reading import Reader, Reading, open_reading
from geodata.queries.tiles import tile
from tests.bench.serving.asking import CONNECTIONS
from tests.bench.serving.town import Town

PGBENCH = "pgbench"


@contextmanager
def heard(reading: Reading) -> Iterator[list[str]]:
    """Give the list that fills with the statements of a reading, with their values in them."""
    said: list[str] = []
    engine = reading.connection.engine
    cursor = psycopg.ClientCursor(reading.connection.connection.driver_connection)  # type: ignore[arg-type]

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append(cursor.mogrify(statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def statements(town: Town, reader: Reader, layer_id: str, tiles: Sequence[tuple[int, int, int]]) -> list[list[str]]:
    """Return what the database is asked for each of some tiles."""
    with open_reading(town.settings, reader) as reading:
        layer: Layer = reading.layer(layer_id)
        found = []
        for z, x, y in tiles:
            with heard(reading) as said:
                tile(reading, layer, z, x, y)
            found.append(said)
        return found


def each_s(town: Town, asked: Sequence[Sequence[str]], *, seconds: float) -> float:
    """Return the seconds for a tile, as pgbench gets them from prepared statements.

    Args:
        town: whose database it asks.
        asked: the statements of each tile.
        seconds: for so long.

    Raises:
        RuntimeError: pgbench fails.
    """
    folder = town.folder / "pgbench"
    folder.mkdir(exist_ok=True)
    scripts: list[str | Path] = []
    for number, said in enumerate(asked):
        path = folder / f"{number}.sql"
        path.write_text("".join(f"{' '.join(each.split())};\n" for each in said), "utf-8")
        scripts += ["-f", path]
    words: list[str | Path] = [PGBENCH, "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-T"]
    words += [str(max(1, round(seconds))), *scripts, "-h", town.cluster.socket_folder, "-U", ADMIN, "csmap"]
    environ = {**os.environ, "PGOPTIONS": WORKS_ALONE}
    done = subprocess.run([str(word) for word in words], env=environ, capture_output=True, text=True)
    rate = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode != 0 or rate is None:
        raise RuntimeError(f"pgbench: {done.stderr[-1000:]}")
    return 1 / float(rate[1])
