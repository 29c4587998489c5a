"""Brings rows into a deployment the way the ETL does, for tests of what comes after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import shapely

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers import get_layer
from geodata.queries.loads import Counts, LoadStart, begin_load, finish_load
from geodata.queries.merge import Merged, merge
from geodata.queries.stage import copy_into_stage, create_stage, stage_columns
from geodata.settings import Settings


def put(settings: Settings, layer_id: str, rows: Sequence[Mapping[str, object]], *, source: str = "test") -> Merged:
    """Load rows given by stage columns; geometries as WKT in WGS 84."""
    layer = get_layer(layer_id)
    engine = engine_for(settings, Login.LOADER)
    with engine.begin() as connection:
        load_id = begin_load(engine, LoadStart(layer_id, "test", "", "", "test", "tester", "test"), connection)
        create_stage(connection, layer)
        copy_into_stage(connection, layer, table(stage_columns(layer), rows))
        merged = merge(connection, layer, source=source, load_id=load_id, time_zone=settings.time_zone)
        counts = Counts(merged.loaded, merged.unchanged, len(merged.dropped), changed=merged.changed)
        finish_load(connection, load_id, counts, {"credit": "Test office"})
    return merged


def table(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """Return rows as the stage takes them."""
    numbered = [{"row": number, "source_id": f"row {number}", **row} for number, row in enumerate(rows, 2)]
    return pa.table({name: pa.array([_text(name, row.get(name)) for row in numbered], pa.string()) for name in columns})


def _text(column: str, value: object) -> str | None:
    if value is None:
        return None
    if column in {"geom", "src_geom"}:
        return shapely.to_wkb(shapely.set_srid(shapely.from_wkt(str(value)), 4326), hex=True, include_srid=True)
    return str(value)
