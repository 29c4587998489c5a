"""What data an analysis stands on: for each layer its newest load, and when the store learnt of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, select

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers import get_layer
from geodata.settings import Settings


@dataclass(frozen=True)
class LayerVersion:
    """The state of a layer: how many records, the newest load among them, and when it came; None before the first."""

    count: int
    load_id: int | None
    recorded: datetime | None


def layer_versions(settings: Settings, layer_ids: Sequence[str]) -> dict[str, LayerVersion]:
    """Return the state of some layers by id.

    Raises:
        NotFound: no such layer.
    """
    found = {}
    with engine_for(settings, Login.ANALYST).connect() as connection:
        for layer_id in layer_ids:
            table = cast(Table, get_layer(layer_id).model.__table__)
            known = (func.count(), func.max(table.c.load_id), func.max(table.c.recorded_from))
            found[layer_id] = LayerVersion(*connection.execute(select(*known).select_from(table)).one())
    return found
