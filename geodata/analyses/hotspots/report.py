"""Hot spots as JSON, as a frame for maps, and as what a page draws."""

from __future__ import annotations

import json
from typing import Any

import geopandas
import numpy as np

from geodata.analyses.facts import plain
from geodata.analyses.hotspots.classes import classes_of
from geodata.analyses.hotspots.question import HOUSEHOLDS
from geodata.analyses.hotspots.spots import Spots
from geodata.analyses.hotspots.surface import Steps
from geodata.crs import STORAGE_SRID


def spots_as_json(spots: Spots, surface: Steps | None) -> dict[str, object]:
    """Return hot spots as JSON can hold them: counts, z and q are null where nothing can or may be told."""
    return {
        "what": spots.what,
        "period": None if spots.period is None else str(spots.period),
        "radius_m": plain(spots.radius_m),
        "per": None if spots.households is None else HOUSEHOLDS,
        "places": len(spots.values),
        "total": spots.total,
        "hot": int(spots.found.is_hot.sum()),
        "cold": int(spots.found.is_cold.sum()),
        "is_few": spots.is_few,
        "withheld": int(spots.is_withheld.sum()),
        "left_out": spots.left_out,
        "density": None if surface is None else _density(surface),
        "spots": [_spot(spots, n) for n in range(len(spots.values))],
        "receipt": dict(spots.receipt),
    }


def frame_of_spots(spots: Spots) -> geopandas.GeoDataFrame:
    """Return the places with what was found of them (WGS 84)."""
    rows = [_spot(spots, n) for n in range(len(spots.values))]
    numbers = {
        name: np.array([row[name] for row in rows], dtype=np.float64)
        for name in ("count", "z", "q", *_RATE)
        if name in rows[0]
    }
    words = {name: [row[name] for row in rows] for name in ("code", "name", "is_hot", "is_cold")}
    frame = geopandas.GeoDataFrame({**words, **numbers}, geometry=list(spots.shapes), crs=STORAGE_SRID)
    frame.attrs["receipt"] = dict(spots.receipt)
    return frame


def drawn_spots(spots: Spots, surface: Steps | None) -> dict[str, Any]:
    """Return places, of incidents with the class of their count (0 where it is withheld), and steps of density."""
    frame, classes = frame_of_spots(spots), classes_of(spots)
    if classes is not None:
        frame["class"] = classes.of
    return {
        "spots": json.loads(frame.to_json(drop_id=True)),
        "density": None if surface is None else json.loads(surface.frame.to_json(drop_id=True)),
    }


def _spot(spots: Spots, n: int) -> dict[str, Any]:
    found = spots.found
    is_told = not spots.is_blurred[n] and bool(np.isfinite(found.z[n]))
    # Of incidents one digit, from which no count can be worked out.
    digits = 1 if spots.is_withheld.any() else 4
    return {
        "code": spots.codes[n],
        "name": spots.names[n],
        "count": None if spots.is_withheld[n] else int(spots.values[n]),
        "z": round(float(found.z[n]), digits) if is_told else None,
        "q": round(float(found.q[n]), digits + 1) if is_told else None,
        "is_hot": bool(found.is_hot[n]),
        "is_cold": bool(found.is_cold[n]),
        **_rate(spots, n),
    }


_RATE = ("households", "ratio", "low", "high")


def _rate(spots: Spots, n: int) -> dict[str, Any]:
    if spots.rates is None or spots.households is None:
        return {}
    figures = {name: float(getattr(spots.rates, name)[n]) for name in _RATE[1:]}
    told = {name: round(figure, 4) if np.isfinite(figure) else None for name, figure in figures.items()}
    return {"households": plain(spots.households[n]), **told}


def _density(surface: Steps) -> dict[str, object]:
    return {
        "bandwidth_m": plain(surface.bandwidth_m),
        "cell_m": round(surface.surface.cell_m, 2),
        "most_per_km2": round(surface.most_per_km2, 4),
        "total": round(surface.surface.total, 6),
    }
