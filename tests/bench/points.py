"""Writes the points of the loading bench: as a GeoPackage, and as rows that are ready to be copied."""

from __future__ import annotations

import sys
from pathlib import Path

BOX = (111.9, 27.6, 112.1, 27.8)


def main(points: Path, prepared: Path, rows: int) -> int:
    """Write points with texts, choices, dates and numbers as registers have them."""
    import geopandas
    import numpy as np
    import pandas as pd
    import shapely

    dice = np.random.default_rng(1)
    number = np.arange(rows)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(dice.integers(0, 700, rows), unit="D")
    frame = geopandas.GeoDataFrame(
        {
            "project_no": [f"P{each:08}" for each in number],
            "project_name": [f"第{each}号楼前照明改造" for each in number],
            "project_kind": dice.choice(["充电设施", "道路", "管网", "照明", "停车"], rows),
            "state": dice.choice(["计划", "实施中", "已完工"], rows),
            "compound": [f"第{each}小区" for each in number % 5000],
            "community": [f"第{each}社区" for each in number % 100],
            "started": days.strftime("%Y-%m-%d"),
            "finished": (days + pd.Timedelta(days=60)).strftime("%Y-%m-%d"),
            "households": dice.integers(1, 900, rows),
            "budget": dice.integers(1000, 900_000, rows) / 100,
            "remark": [f"备注{each % 1000}" for each in number],
            "batch": number // 1000,
        },
        geometry=shapely.points(dice.uniform(BOX[0], BOX[2], rows), dice.uniform(BOX[1], BOX[3], rows)),
        crs=4326,
    )
    frame.to_file(points, layer="points")
    table = pd.DataFrame(frame.drop(columns="geometry"))
    table["geometry"] = shapely.to_wkb(shapely.set_srid(frame.geometry.values, 4326), hex=True, include_srid=True)
    table.to_csv(prepared, index=False, header=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
