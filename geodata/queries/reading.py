"""A reader's open view of the store: the schema, the columns and the rows that this audience may see, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, cast

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from geodata.crs import STORAGE_SRID, TILE_SRID
from geodata.database.engine import engine_for
from geodata.database.logins import AREAS_SETTING, Login
from geodata.errors import NotFound
from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.settings import Settings

SCHEMA = "readable"
"""Stands for live, pub_<n> or plan_<n>, whichever the reader gets."""

LOGINS = {
    Audience.RESIDENT: Login.PUBLIC,
    Audience.PLANNER: Login.PLANNER,
    Audience.GRID_OFFICER: Login.OFFICER,
    Audience.POLICE: Login.POLICE,
    Audience.STEWARD: Login.STAFF,
}
SCHEMAS = {Audience.RESIDENT: "pub", Audience.PLANNER: "plan"}
OWN_AREAS_ONLY = frozenset({Audience.GRID_OFFICER, Audience.POLICE})


@dataclass(frozen=True)
class Reader:
    """Who is asking; officers and police only get what touches the areas of these codes."""

    audience: Audience
    area_codes: tuple[str, ...] = ()


RESIDENT = Reader(Audience.RESIDENT)
STEWARD = Reader(Audience.STEWARD)


@dataclass(frozen=True)
class Reading:
    """An open transaction in which one reader reads one version of the data.

    Attributes:
        reader: who reads.
        connection: on the reader's own login.
        version: the publication that is read; for staff the one beside the live data; 0 before the first.
        area_ids: the ids of the reader's areas.
        settings: the deployment's.
        stamp: tells this publication from every other, of this database or one made anew.
    """

    reader: Reader
    connection: Connection
    version: int
    area_ids: tuple[int, ...]
    settings: Settings
    stamp: str

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that exist for this reader."""
        if self.reader.audience in SCHEMAS and self.version == 0:
            return ()
        audience = self.reader.audience
        return tuple(layer.seen_by(audience) for layer in LAYERS if audience in layer.audiences)

    def layer(self, layer_id: str) -> Layer:
        """Return a layer by id.

        Raises:
            NotFound: there is none for this reader, whether or not there is one for others.
        """
        for layer in self.layers:
            if layer.id == layer_id:
                return layer
        raise NotFound(f"no layer {layer_id!r}")

    def fields(self, layer: Layer) -> tuple[Field, ...]:
        """Return the layer's fields as this reader gets them."""
        return layer.fields_for(self.reader.audience)

    def table(self, layer: Layer) -> Table:
        """Return the layer's table with just the columns that this reader may see."""
        return readable_table(layer.id, self.reader.audience)

    def rows(self, layer: Layer, *columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
        """Return the query for columns of the rows that this reader may see."""
        return select(*columns).where(self.row_rule(layer))

    def row_rule(self, layer: Layer) -> ColumnElement[bool]:
        """Return which rows of a layer this reader may see; the database holds officers and police to the same."""
        if self.reader.audience not in OWN_AREAS_ONLY or layer.is_everywhere:
            return true()
        own: ColumnElement[bool] = self.table(layer).c.area_ids.overlap(list(self.area_ids))
        return own


@contextmanager
def open_reading(settings: Settings, reader: Reader) -> Iterator[Reading]:
    """Open what `reader` may see, for as long as the context lasts.

    Raises:
        DatabaseUnavailable: the database can't be reached.
        NotFound: an area of the reader isn't there.
    """
    engine = engine_for(settings, LOGINS[reader.audience])
    with engine.connect() as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        connection.execute(text("SELECT set_config('TimeZone', :zone, true)"), {"zone": settings.time_zone})
        current = connection.execute(text("SELECT n, stamp FROM ledger.current_publication")).first()
        version, stamp = (current.n, current.stamp) if current else (0, "none")
        prefix = SCHEMAS.get(reader.audience)
        schema = f"{prefix}_{version}" if prefix else "live"
        connection = connection.execution_options(schema_translate_map={SCHEMA: schema})
        area_ids = _area_ids(connection, reader)
        if reader.audience in OWN_AREAS_ONLY:
            _state_areas(connection, area_ids)
        yield Reading(reader, connection, version, area_ids, settings, stamp)


def _area_ids(connection: Connection, reader: Reader) -> tuple[int, ...]:
    """Return the ids of those of a reader's areas that are there: a new boundary may have taken one of them away."""
    if not reader.area_codes:
        return ()
    rows = connection.execute(
        text("SELECT id FROM live.area WHERE code = ANY(:codes)"), {"codes": list(reader.area_codes)}
    ).all()
    if not rows:
        raise NotFound(f"no area has the code {' or '.join(map(repr, reader.area_codes))}")
    return tuple(row.id for row in rows)


def _state_areas(connection: Connection, area_ids: tuple[int, ...]) -> None:
    """Tell the database's own row rules which areas are the reader's, until the transaction ends and no longer."""
    named = {"setting": AREAS_SETTING, "ids": f"{{{','.join(map(str, area_ids))}}}"}
    connection.execute(text("SELECT set_config(:setting, :ids, true)"), named)


def readable_table(layer_id: str, audience: Audience) -> Table:
    """Return a table object with the key, the geometry and the fields that an audience may read; ever the same one."""
    # Two threads that make it at the same time would each go on with their own, and join the table with itself.
    with _MAKING:
        return _readable_table(layer_id, audience)


_MAKING = Lock()


@cache
def _readable_table(layer_id: str, audience: Audience) -> Table:
    layer = next(layer for layer in LAYERS if layer.id == layer_id).seen_by(audience)
    mapped = cast(Table, layer.model.__table__)
    columns: list[Column[Any]] = [Column("id", BigInteger, primary_key=True), Column("area_ids", ARRAY(Integer))]
    if layer.parent:
        columns.append(Column(f"{layer.parent}_id", BigInteger))
    columns += [_column(mapped, field) for field in layer.fields_for(audience)]
    if layer.geometry:
        columns.append(Column("geom", Geometry(srid=STORAGE_SRID, spatial_index=False)))
        columns.append(Column("geom_3857", Geometry(srid=TILE_SRID, spatial_index=False)))
    return Table(layer_id, MetaData(), *columns, schema=SCHEMA)


def _column(mapped: Table, field: Field) -> Column[Any]:
    """Return a field's column in the reader's table: with the store's type, or that of what only publications have."""
    kinds: dict[str, Any] = {"count": Integer(), "flag": Boolean(), "reference": BigInteger()}
    stored = mapped.columns.get(field.name)
    return Column(field.name, kinds.get(field.kind, Text()) if stored is None else stored.type)
