"""Access as a map draws it: each place by how much it has against what people have on average."""

from __future__ import annotations

from typing import Any

import numpy as np

from geodata.analyses.access import AccessAnswer
from geodata.settings import Settings

CLASS_ENDS = (0.5, 1.0, 2.0)
"""Above nothing, classes end at half of the average, the average and its double; the last has no end."""


def drawn_access(settings: Settings, answer: AccessAnswer) -> dict[str, Any]:
    """Return the places as GeoJSON points, WGS 84, each with its people, its access and its class.

    Class 0 has nothing that is known of; 1 less than half of the average, 2 less than it, 3 less than its double,
    4 as much or more. Places where nobody is known to live are left out.

    Args:
        settings: the deployment's.
        answer: of `measure_access`.
    """
    ground, places = answer.ground, answer.ground.places
    of_site = np.full(ground.site_count, np.nan)
    of_site[answer.site] = answer.access
    access = of_site[ground.place_site]
    ends = np.array(CLASS_ENDS) * answer.mean
    kind = np.where(access > 0, 1 + np.searchsorted(ends, access, side="right"), 0)
    shown = np.flatnonzero(~np.isnan(access) & (np.nan_to_num(places.people) > 0))
    spots = places.lonlat(settings.metric_crs)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [round(each, 6) for each in spots[number].tolist()]},
                "properties": {
                    "name": places.rows[number].name,
                    "people": round(float(places.people[number]), 1),
                    "access": round(float(access[number]), 3),
                    "class": int(kind[number]),
                },
            }
            for number in shown.tolist()
        ],
    }
