"""A reader's open view of the store: the schema, the columns and the rows that this audience may see, and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from psycopg.errors import QueryCanceled
from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, select, text, true
from sqlalchemy.exc import DBAPIError

from geodata.database.engine import at_once, begun, reading_engine
from geodata.database.logins import AREAS_SETTING, Login
from geodata.errors import InvalidInput, NotFound, NotPublished
from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.queries.readable import CURRENT, PUBLISHED, SCHEMA, former_table, known_table, readable_table
from geodata.queries.recorded import edition_of, state_moment
from geodata.settings import Settings

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
        stamp: tells the current publication from every other, of this database or one made anew.
        asof: of which moment the reader asks what the store knew, or which publication stood; None for now.
        touched: the ids of the layers that were asked for so far.
    """

    reader: Reader
    connection: Connection
    version: int
    area_ids: tuple[int, ...]
    settings: Settings
    stamp: str
    asof: datetime | None = None
    touched: set[str] = field(default_factory=set, compare=False)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that exist for this reader."""
        if self.reader.audience in SCHEMAS and self.version == 0:
            return ()
        seen = layers_for(self.reader.audience)
        return tuple(layer for layer in seen if self.version or not layer.is_totals)

    def layer(self, layer_id: str) -> Layer:
        """Return a layer by id.

        Raises:
            NotPublished: nothing has been published yet.
            NotFound: there is none for this reader, whether or not there is one for others.
            InvalidInput: it has totals, and the reader asks for those of an earlier publication.
        """
        for layer in self.layers:
            if layer.id == layer_id:
                self._refuse_former_totals(layer)
                return layer
        if not self.layers:
            raise NotPublished("nothing has been published yet: ./csmap publish")
        raise NotFound(f"no layer {layer_id!r}")

    def _refuse_former_totals(self, layer: Layer) -> None:
        # The difference of two totals may tell of less than either may.
        if self.asof is not None and layer.is_totals:
            raise InvalidInput(
                f"{layer.id} has totals, which are offered as they stand now: leave asof out",
                zh=f"{layer.id} 为汇总数，仅提供当前版本：请去掉 asof",
            )

    def fields(self, layer: Layer) -> tuple[Field, ...]:
        """Return the layer's fields as this reader gets them."""
        return layer.fields_for(self.reader.audience)

    def table(self, layer: Layer) -> FromClause:
        """Return the layer's table with just the columns that this reader may see."""
        self.touched.add(layer.id)
        if self.asof is None:
            return readable_table(layer.id, self.reader.audience)
        past = former_table if self.reader.audience in SCHEMAS else known_table
        return past(layer.id, self.reader.audience)

    def rows(self, layer: Layer, *columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
        """Return the query for columns of the rows that this reader may see."""
        return select(*columns).where(self.row_rule(layer))

    def row_rule(self, layer: Layer) -> ColumnElement[bool]:
        """Return which rows of a layer this reader may see; the database holds officers and police to the same.

        Of earlier versions they have those in their areas of what they may see now: what has gone from them is gone.
        """
        return true() if layer.is_everywhere else self.own_rule(layer)

    def own_rule(self, layer: Layer) -> ColumnElement[bool]:
        """Return which rows of a layer lie in the areas of a reader who has some; all rows for who has the district."""
        if self.reader.audience not in OWN_AREAS_ONLY or layer.is_totals:
            return true()
        table, own = self.table(layer), list(self.area_ids)
        rule: ColumnElement[bool] = table.c.area_ids.overlap(own)
        if self.asof is None:
            return rule
        now = readable_table(layer.id, self.reader.audience).alias("now")
        return and_(rule, select(now.c.id).where(now.c.id == table.c.id, now.c.area_ids.overlap(own)).exists())


@cache
def layers_for(audience: Audience) -> tuple[Layer, ...]:
    """Return the layers that there are for an audience, as it gets them."""
    return tuple(layer.seen_by(audience) for layer in LAYERS if audience in layer.audiences)


_BEGIN = "SELECT n, stamp FROM (VALUES (1)) AS one LEFT JOIN ledger.current_publication ON true"
"""What each reading asks first: each question more takes as long as a small tile."""


@contextmanager
def open_reading(settings: Settings, reader: Reader, *, asof: datetime | None = None) -> Iterator[Reading]:
    """Open what `reader` may see, for as long as the context lasts.

    Args:
        settings: the deployment's.
        reader: who asks.
        asof: the moment of which staff read what the store knew, by the rules of today; who reads publications gets
            the one that stood then, without what has been withdrawn since. None for now.

    Raises:
        DatabaseUnavailable: the database can't be reached.
        NotFound: an area of the reader isn't there.
        InvalidInput: nothing can be told of that moment.
    """
    engine = reading_engine(settings, LOGINS[reader.audience])
    with begun(engine, _BEGIN, {}) as (connection, current):
        now, stamp = (current.n, current.stamp) if current.n is not None else (0, "none")
        version, asof = _version(connection, reader, now, asof)
        prefix = SCHEMAS.get(reader.audience)
        if prefix:
            schemas = {SCHEMA: f"{prefix}_{version}", CURRENT: f"{prefix}_{now}"}
        else:
            schemas = {SCHEMA: "live", PUBLISHED: f"pub_{now}"}
        connection = connection.execution_options(schema_translate_map=schemas)
        area_ids = area_ids_of(connection, reader)
        if reader.audience in OWN_AREAS_ONLY:
            state_areas(connection, area_ids)
        yield Reading(reader, connection, version, area_ids, settings, stamp, asof)


def ask_published(settings: Settings, stamp: str, ask: Callable[[Reading], bytes]) -> bytes | None:
    """Return what `ask` reads as a resident from the publication of a stamp; None where that couldn't be read.

    It may have gone, or the connection: who opens a reading then finds out, or gets another connection. Each question
    stands for itself, as the tables of a publication never change.

    Args:
        settings: the deployment's.
        stamp: of a publication that was the current one a moment ago.
        ask: reads.

    Raises:
        DatabaseUnavailable: the database can't be reached.
    """
    n = int(stamp.partition("-")[0])
    schemas = {SCHEMA: f"pub_{n}", CURRENT: f"pub_{n}"}
    try:
        with at_once(reading_engine(settings, LOGINS[Audience.RESIDENT])) as connection:
            own = connection.execution_options(schema_translate_map=schemas)
            return ask(Reading(RESIDENT, own, n, (), settings, stamp))
    except DBAPIError as error:
        if isinstance(error.orig, QueryCanceled):
            raise
        return None


def _version(connection: Connection, reader: Reader, now: int, asof: datetime | None) -> tuple[int, datetime | None]:
    """Return the publication that is read, and the moment where it is an earlier one or the store's own past."""
    if asof is None or (now == 0 and reader.audience in SCHEMAS):
        return now, None
    if reader.audience not in SCHEMAS:
        state_moment(connection, asof)
        return now, asof
    version = edition_of(connection, f"{SCHEMAS[reader.audience]}_{now}", now, asof)
    return version, None if version == now else asof


def area_ids_of(connection: Connection, reader: Reader) -> tuple[int, ...]:
    """Return the ids of those of a reader's areas that are there: a new boundary may have taken one of them away."""
    if not reader.area_codes:
        return ()
    rows = connection.execute(
        text("SELECT id FROM live.area WHERE code = ANY(:codes)"), {"codes": list(reader.area_codes)}
    ).all()
    if not rows:
        raise NotFound(f"no area has the code {' or '.join(map(repr, reader.area_codes))}")
    return tuple(row.id for row in rows)


def state_areas(connection: Connection, area_ids: tuple[int, ...]) -> None:
    """Tell the database's own row rules which areas are the reader's, until the transaction ends and no longer."""
    named = {"setting": AREAS_SETTING, "ids": f"{{{','.join(map(str, area_ids))}}}"}
    connection.execute(text("SELECT set_config(:setting, :ids, true)"), named)
