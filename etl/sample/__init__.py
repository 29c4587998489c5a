"""Writes the synthetic sample district, as the files that an office would hand over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from etl.sample.atlas import FILES, write_atlas, write_truths
from etl.sample.districts import MOST as MOST_DISTRICTS
from etl.sample.districts import District, lay_districts
from etl.sample.records import write_books
from etl.sample.spool import Spool
from etl.sample.town import draw_town

__all__ = ["AS_OF", "MOST_DISTRICTS", "SEED", "Sample", "write"]

AS_OF = date(2025, 10, 31)
SEED = 431302
_TOWNS = ".towns-"


@dataclass(frozen=True)
class Sample:
    """What was written.

    Attributes:
        files: the data files in the order in which they have to be loaded.
        boundary: the outlines of all districts, one GeoJSON Feature in WGS 84.
        truth: what is wrong on purpose, who isn't covered by the police posts and why.
        places: where every record truly is.
        as_of: the day on which the offices handed the files over.
        counts: records by layer, without those that have to be turned away.
    """

    files: tuple[Path, ...]
    boundary: Path
    truth: Path
    places: Path
    as_of: date
    counts: Mapping[str, int]


def write(folder: Path, *, seed: int = SEED, scale: int = 1) -> Sample:
    """Invent a district, or several side by side, and write their files to `folder`, which is made where needed.

    The same seed gives the same bytes, and the first district is the same at any scale. Only its communities' names
    and codes are facts. The other districts have towns and records by the same rules, and roads, river and railway
    lead from one to the next; faults are planted in the first one's records only. No more than one town is in memory
    in each process, and one file's rows of all of them.

    Args:
        folder: where the files go.
        seed: what everything follows from.
        scale: how many districts.

    Raises:
        ValueError: there are no names for so many districts.
    """
    districts = lay_districts(scale)
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_TOWNS}*"):  # by a run that was killed
        shutil.rmtree(left)
    with TemporaryDirectory(prefix=_TOWNS, dir=folder) as kept:
        spool = Spool(Path(kept))
        _draw(districts, seed, spool)
        counts = write_atlas(folder, spool, districts, AS_OF)
        records = write_books(folder, spool, districts, AS_OF)
        head = {"seed": seed, "scale": scale, "as_of": AS_OF.isoformat()}
        write_truths(folder, spool, head, records.faults)
    return Sample(
        files=(*(folder / name for name in FILES), *records.files),
        boundary=folder / "boundary.geojson",
        truth=folder / "truth.json",
        places=folder / "truth_places.csv",
        as_of=AS_OF,
        counts=MappingProxyType({**counts, **records.counts}),
    )


def _draw(districts: Sequence[District], seed: int, spool: Spool) -> None:
    """Draw all towns, several at a time where there are several processors."""
    if len(districts) == 1:
        draw_town(districts[0], seed, AS_OF, spool)
        return
    workers = min(len(districts), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for drawn in [pool.submit(draw_town, district, seed, AS_OF, spool) for district in districts]:
            drawn.result()
