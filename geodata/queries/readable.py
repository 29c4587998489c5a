"""A layer's table as an audience may read it: what the store knows now, or what it knew at an earlier moment."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any, cast

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    MetaData,
    Subquery,
    Table,
    Text,
    func,
    select,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import ARRAY, TSTZRANGE

from geodata.crs import STORAGE_SRID, TILE_SRID
from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from geodata.layers.field import Field

SCHEMA = "readable"
"""Stands for live, pub_<n> or plan_<n>, whichever the reader gets."""
PUBLISHED = "published"
"""Stands for pub_<n>: totals that readers of live get as residents do."""
CURRENT = "current"
"""Stands for the publication that is served now, beside an earlier one that is read."""
ASOF_SETTING = "csmap.asof"
"""Names the moment of which live and history tell what the store knew, for one transaction.

A value in the statement would make another table of each request, which nothing could keep.
"""

_MAKING = Lock()


def readable_table(layer_id: str, audience: Audience) -> Table:
    """Return a table object with the key, the geometry and the fields that an audience may read; ever the same one."""
    # Two threads that make it at the same time would each go on with their own, and join the table with itself.
    with _MAKING:
        return _readable_table(layer_id, audience)


def known_table(layer_id: str, audience: Audience) -> FromClause:
    """Return the same columns of the versions that the store knew at the moment of ASOF_SETTING; ever the same one."""
    with _MAKING:
        return _known_table(layer_id, audience)


def former_table(layer_id: str, audience: Audience) -> FromClause:
    """Return the same columns of an earlier publication, of records that the current one has, too; ever the same one.

    What has been withdrawn since is withdrawn from what stood before, too.
    """
    with _MAKING:
        return _former_table(layer_id, audience)


@cache
def _readable_table(layer_id: str, audience: Audience) -> Table:
    layer = next(layer for layer in LAYERS if layer.id == layer_id).seen_by(audience)
    reads_live = audience not in (Audience.RESIDENT, Audience.PLANNER)
    return _table(layer_id, audience, PUBLISHED if layer.is_totals and reads_live else SCHEMA)


@cache
def _known_table(layer_id: str, audience: Audience) -> Subquery:
    moment = sql_cast(func.current_setting(ASOF_SETTING), DateTime(timezone=True))
    live = _table(layer_id, audience, "live", Column("recorded_from", DateTime(timezone=True)))
    history = _table(layer_id, audience, "history", Column("recorded", TSTZRANGE))
    names = _readable_table(layer_id, audience).c.keys()
    still = func.tstzrange(live.c.recorded_from, None, type_=TSTZRANGE).label("recorded")
    # The condition stands outside: only so are both read in order of their ids, and a page stops where it is full.
    versions = union_all(
        select(*_columns(live, names, moment), still), select(*_columns(history, names, moment), history.c.recorded)
    ).subquery("versions")
    known = select(*(versions.c[name] for name in names)).where(versions.c.recorded.contains(moment))
    return known.subquery(layer_id)


@cache
def _former_table(layer_id: str, audience: Audience) -> Subquery:
    then = _readable_table(layer_id, audience)
    now = Table(layer_id, MetaData(), Column("id", BigInteger), schema=CURRENT).alias("now")
    return select(then).where(select(now.c.id).where(now.c.id == then.c.id).exists()).subquery(layer_id)


def _columns(table: Table, names: list[str], moment: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Return a version's columns; what is worked out from events, by those that were known then."""
    if table.name != "hazard":
        return [table.c[name] for name in names]
    # The store keeps no versions of it: each event brings another, and an event is never changed.
    known = func.live.hazard_status(table.c.id, moment).table_valued("status", "closed_on").render_derived(name="known")
    worked_out: dict[str, ColumnElement[Any]] = {
        "status": func.coalesce(select(known.c.status).scalar_subquery(), "reported").label("status"),
        "closed_on": sql_cast(select(known.c.closed_on).scalar_subquery(), table.c.closed_on.type).label("closed_on"),
    }
    return [worked_out.get(name, table.c[name]) for name in names]


def _table(layer_id: str, audience: Audience, schema: str, *more: Column[Any]) -> Table:
    layer = next(layer for layer in LAYERS if layer.id == layer_id).seen_by(audience)
    mapped = cast(Table, layer.model.__table__)
    columns: list[Column[Any]] = [Column("id", BigInteger, primary_key=True), Column("area_ids", ARRAY(Integer))]
    if layer.parent:
        columns.append(Column(f"{layer.parent}_id", BigInteger))
    columns += [_column(mapped, field) for field in layer.fields_for(audience)]
    if layer.geometry:
        columns.append(Column("geom", Geometry(srid=STORAGE_SRID, spatial_index=False)))
        columns.append(Column("geom_3857", Geometry(srid=TILE_SRID, spatial_index=False)))
    return Table(layer_id, MetaData(), *columns, *more, schema=schema)


def _column(mapped: Table, field: Field) -> Column[Any]:
    """Return a field's column in the reader's table: with the store's type, or that of what only publications have."""
    kinds: dict[str, Any] = {"count": Integer(), "flag": Boolean(), "reference": BigInteger()}
    stored = mapped.columns.get(field.name)
    return Column(field.name, kinds.get(field.kind, Text()) if stored is None else stored.type)
