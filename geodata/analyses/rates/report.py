"""Rates as JSON, as a table of every area in every column, and as outlines that a map colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata.analyses.facts import plain
from geodata.analyses.hotspots.asked import HAZARDS
from geodata.analyses.rates.breaks import FEW, UNKNOWN
from geodata.analyses.rates.question import COVERAGE
from geodata.analyses.rates.table import Rates


def frame_of_rates(found: Rates) -> pd.DataFrame:
    """Return a row for each area in each column: what it is, count, base, rate with its interval, and class.

    Counts and rates that aren't told are missing; `told` says why: "few", "withheld", "unknown", else "rate".
    """
    areas, columns = found.counts.shape
    order = np.repeat(np.arange(columns), areas)
    by_column = {name: getattr(found, name).T.ravel() for name in ("counts", "base", "rates", "low", "high", "classes")}
    return pd.DataFrame({
        "period": [str(found.columns[at]) for at in order.tolist()],
        "code": [area.code for area in found.areas] * columns,
        "name": [area.name for area in found.areas] * columns,
        "count": by_column["counts"],
        "base": by_column["base"],
        "rate": by_column["rates"],
        "rate_low": by_column["low"],
        "rate_high": by_column["high"],
        "class": np.where(by_column["classes"] > FEW, by_column["classes"], 0),
        "told": [
            told_by(found, area, column) for column in range(columns) for area in range(areas)
        ],
    })  # fmt: skip


def told_by(found: Rates, area: int, column: int) -> str:
    """Return "rate", or why there is none: "withheld", "few" or "unknown"."""
    if found.is_withheld[area, column]:
        return "withheld"
    return {FEW: "few", UNKNOWN: "unknown"}.get(int(found.classes[area, column]), "rate")


def rates_as_json(found: Rates) -> dict[str, Any]:
    """Return rates as JSON can hold them; of incidents it is areas that are left out."""
    rows = frame_of_rates(found).to_dict("records")
    return {
        "what": found.what,
        "level": found.level,
        "periods": [str(column) for column in found.columns],
        "breaks": list(found.breaks),
        "totals": [_plain(total) for total in found.totals.tolist()],
        "left_out" if found.what in (HAZARDS, COVERAGE) else "areas_left_out": found.left_out,
        "areas": [{name: _plain(value) for name, value in row.items()} for row in rows],
        "receipt": dict(found.receipt),
    }


def drawn_rates(found: Rates) -> dict[str, Any]:
    """Return the areas as GeoJSON (WGS 84): `key`, `name`, and of column c its class as `cC`."""
    features = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shape),
            "properties": {
                "key": key,
                "name": area.name,
                **{f"c{column}": int(each) for column, each in enumerate(found.classes[at].tolist())},
            },
        }
        for at, (key, area, shape) in enumerate(zip(found.keys, found.areas, found.shapes, strict=True))
    ]
    return {"type": "FeatureCollection", "features": features}


def _plain(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return plain(value) if np.isfinite(value) else None
