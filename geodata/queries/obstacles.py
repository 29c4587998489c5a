"""What people can't walk or drive through: rivers, canals and railways, as the analyst reads them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.settings import Settings


def read_obstacles(settings: Settings) -> npt.NDArray[np.object_]:
    """Return rivers, canals and railways on the ground as lines in WGS 84.

    Streams and ditches are stepped over and trams driven over; what runs in a tunnel or on a bridge bars nobody.
    """
    query = text(
        """
        SELECT ST_AsBinary(geom) FROM live.waterway
        WHERE kind IN ('river', 'canal') AND coalesce(tunnel, 'no') = 'no'
        UNION ALL
        SELECT ST_AsBinary(geom) FROM live.railway
        WHERE kind IN ('rail', 'light_rail', 'narrow_gauge', 'subway', 'monorail')
            AND coalesce(tunnel, 'no') = 'no' AND coalesce(bridge, 'no') = 'no'
        """
    )
    with engine_for(settings, Login.ANALYST).connect() as connection:
        rows = connection.execute(query).scalars().all()
    return np.asarray(shapely.from_wkb([bytes(row) for row in rows]), dtype=object)
