"""What coverage and serving are held to: declared once, by the bench's row, and looked up by whatever measures it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """Limits, all of them inclusive; None for what isn't asked.

    Attributes:
        most_s: seconds: of CPU, or of the clock where a person waits for an answer from another process.
        least_x: how many times as long the peer takes.
        most_gap: share by which a choice of sites may miss the best.
        least_proven: so many instances of several are proven.
        most_mb: memory, or what is sent or written, as the row says.
    """

    most_s: float | None = None
    least_x: float | None = None
    most_gap: float | None = None
    least_proven: int | None = None
    most_mb: float | None = None

    def __str__(self) -> str:
        told = (
            ("<= {:g} s", self.most_s),
            (">= {:g} x", self.least_x),
            ("gap <= {:.1%}", self.most_gap),
            (">= {} proven", self.least_proven),
            ("<= {:,} MB", self.most_mb),
        )
        return ", ".join(words.format(limit) for words, limit in told if limit is not None) or "-"


NONE = Goal()
GOALS: dict[str, Goal] = {
    "nearest, 1,000,000 nodes / scipy": Goal(most_s=0.5),
    "nearest, 200,000 nodes / networkx": Goal(least_x=25),
    "nearest, 200,000 nodes / pandana": Goal(least_x=20),
    "pairs within 10 min, 100 posts / scipy": Goal(most_s=0.1, least_x=5),
    "pairs within 10 min, 1,000 posts / scipy": Goal(most_s=1, least_x=5),
    "another post, 1,000,000 nodes, p95": Goal(most_s=0.01),
    "another post over HTTP, 200,000 nodes, p95": Goal(most_s=0.1),
    "another post over HTTP, the sample, p95": Goal(most_s=0.1),
    "cold start, the sample's network": Goal(most_s=2),
    "E2SFCA, 1,000,000 x 1,000": Goal(most_s=0.5),
    "E2SFCA, 20,000 x 200 / PySAL access": Goal(least_x=10),
    "MCLP, 5,000 x 500, 20 posts": Goal(most_s=1, most_gap=0),
    "MCLP, 50,000 x 2,000, 100 posts": Goal(most_s=10, most_gap=0),
    "MCLP, 50,000 x 2,000 dense, 30 posts": Goal(most_s=60, most_gap=0.005),
    "p-median, 50,000 x 2,000, 100 posts": Goal(most_s=60, most_gap=0.005),
    "p-median, OR-Library pmed1-20": Goal(most_s=60, least_proven=18),
    "p-center, OR-Library pmed1-20": Goal(most_s=10, least_proven=20),
    "grids, the sample": Goal(most_s=60),
    "isochrone by car, 10 min, 200,000 nodes": Goal(most_s=0.5),
    "Gi* with FDR, 100,000 points": Goal(most_s=0.5),
    "Gi* with FDR, 100,000 points / esda": Goal(least_x=100),
    "tile of points, z12 / pgbench": Goal(least_x=0.9),
    "tile of points, z14 / pgbench": Goal(least_x=0.5),
    "tile of points, z16 / pgbench": Goal(least_x=0.17),
    **{
        f"tile of {kind}, z{zoom} / tipg": Goal(least_x=3)
        for kind in ("points", "polygons", "lines")
        for zoom in (12, 14, 16)
    },
    **{
        f"tile of {kind}, z{zoom} / pgbench": Goal(least_x=least)
        for kind in ("polygons", "lines")
        for zoom, least in ((12, 0.9), (14, 0.5), (16, 0.17))
    },
    "tile asked again, z14 / the same from the database": Goal(least_x=5),
    **{f"tile of points, z{zoom}, counted / every point drawn": Goal(least_x=10) for zoom in range(8, 14)},
    "the largest tile, gzipped": Goal(most_mb=0.2),
    "page of 1,000 features / tipg": Goal(least_x=5),
    "page of 1,000 features / pygeoapi": Goal(least_x=5),
    "police tile under row rules / the same without": Goal(least_x=0.9),
    "archive of points / GDAL": Goal(least_x=3, most_mb=300),
    **{
        f"{ending} of points, to take away": Goal(most_mb=150)
        for ending in ("csv", "geojson", "xlsx", "gpkg", "fgb", "zip")
    },
    # What comes over the wire, in place of memory.
    "map drawn in a new browser": Goal(most_s=1.5, most_mb=0.6),
    "load, all steps / ogr2ogr": Goal(least_x=1, most_mb=600),
    "load, all steps / geopandas.to_postgis": Goal(least_x=2),
    "load, the same file again / its first load": Goal(least_x=20),
    "load, unchanged rows / their first load": Goal(least_x=1 / 1.6),
    "load, unchanged rows: WAL": Goal(most_mb=1),
    "province, 20,000,000 nodes": Goal(most_s=20, most_mb=4_000),
}


@dataclass(frozen=True)
class Limit:
    """What a figure of the pages is held to, both ends inclusive; None for what isn't asked."""

    most: float | None = None
    least: float | None = None

    def holds(self, seen: float) -> bool:
        """Say whether a figure is within it."""
        return (self.most is None or seen <= self.most) and (self.least is None or seen >= self.least)

    def __str__(self) -> str:
        return f"<= {self.most:g}" if self.most is not None else f">= {self.least:g}"


PAGE_GOALS = {
    **{f"first view at {width} px, s": Limit(most=1.5) for width in (1440, 390)},
    **{f"first visit at {width} px, kB gzipped": Limit(most=600) for width in (1440, 390)},
    "addresses asked twice on pan and zoom": Limit(most=0),
    "longest task among 60,000 points, s": Limit(most=0.2),
    "Lighthouse, accessibility": Limit(least=100),
    "Lighthouse, best practices": Limit(least=100),
}
"""Goals of `./csmap bench pages`, by figure."""
