"""The ways on foot from compounds: kept by the analyst, published with a publication, read by everybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache
from typing import Any, cast

import shapely
from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    Subquery,
    Table,
    Text,
    func,
    select,
    text,
)

from geodata.crs import STORAGE_SRID
from geodata.queries.readable import PUBLISHED, SCHEMA
from geodata.queries.reading import SCHEMAS, Reading
from geodata.queries.runs import data_versions

LAYERS_READ = ("compound", "gate", "police_post", "road", "service_point", "turn_restriction")
"""What the ways are worked out from: where one has changed, so may they have."""
POSTS, SERVICES = "police_post", "service_point"
BY_OPEN_GATE = "police_post_by_open_gate"
"""The layer of the ways to the nearest post from compounds whose nearest gate closes: by gates that never do."""
CAUSES = ("no_roads", "no_post", "gate", "no_way")
"""Why no way leads from a compound to any post."""


@dataclass(frozen=True)
class Walk:
    """A way on foot from a compound, or why there is none.

    Attributes:
        compound_id: where it begins.
        layer: that of the place to which it leads, or BY_OPEN_GATE.
        rank: 1 for the nearest of the layer.
        record_id: the place; None where there is no way.
        time_ds: from the gate to the place's door, whole deciseconds; None where there is no way.
        length_m: along the line; None where no line is kept.
        gate_id: by which one leaves; None where no gate is known.
        street: the named street by that gate; None where there is none.
        cause: one of CAUSES where there is no way, else None.
        line: from the gate to the door, WGS 84 degrees; None where none is kept.
    """

    compound_id: int
    layer: str
    rank: int
    record_id: int | None = None
    time_ds: int | None = None
    length_m: float | None = None
    gate_id: int | None = None
    street: str | None = None
    cause: str | None = None
    line: shapely.LineString | None = None


def walks_made_from(connection: Connection) -> tuple[Mapping[str, str], str] | None:
    """Return the data versions and the rules that the kept ways were worked out from; None where there are none."""
    row = connection.execute(text("SELECT versions, rules FROM analysis.walk_edition")).first()
    return None if row is None else (row.versions, row.rules)


def keep_walks(connection: Connection, walks: Sequence[Walk], versions: Mapping[str, str], rules: str) -> None:
    """Put ways in the place of those that are kept."""
    # Of two who have worked them out, the second one waits.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('csmap walks'))"))
    connection.execute(text("DELETE FROM analysis.walk"))
    raw: Any = connection.connection.driver_connection
    digest = hashlib.sha256()
    with raw.cursor() as cursor, cursor.copy(f"COPY analysis.walk ({_COLUMNS}) FROM STDIN") as copy:
        for walk in walks:
            *plain, line = astuple(walk)
            shape = None if line is None else shapely.to_wkb(shapely.set_srid(line, STORAGE_SRID), True, 2, 1, True)
            digest.update(repr((plain, shape)).encode())
            copy.write_row([*plain, shape])
    connection.execute(
        text(
            "INSERT INTO analysis.walk_edition (versions, rules, contents) "
            "VALUES (CAST(:versions AS jsonb), :rules, :contents) ON CONFLICT (only_row) DO UPDATE SET "
            "versions = excluded.versions, rules = excluded.rules, contents = excluded.contents, made = excluded.made"
        ),
        {"versions": json.dumps(dict(versions)), "rules": rules, "contents": digest.hexdigest()},
    )


def walks_digest(connection: Connection) -> str:
    """Return a digest of the ways that a publication of now would have; "" where the kept ones are outdated."""
    contents = connection.execute(text("SELECT contents FROM analysis.walk_edition")).scalar()
    return str(contents) if contents and _are_current(connection) else ""


def publish_walks(connection: Connection, schema: str) -> None:
    """Create <schema>.walk with the ways between what is published in the same schema.

    Where the kept ones are outdated there are none: a way may lead to a post that has moved.
    """
    known = "true" if _are_current(connection) else "false"
    connection.exec_driver_sql(
        f"""
        CREATE TABLE {schema}.walk AS
        SELECT w.compound_id, w.layer, w.rank, w.record_id, w.time_ds, w.length_m, g.id AS gate_id, w.street,
            w.cause, w.geom
        FROM analysis.walk w JOIN {schema}.compound c ON c.id = w.compound_id
            LEFT JOIN {schema}.gate g ON g.id = w.gate_id
        WHERE {known} AND (w.record_id IS NULL
            OR (w.layer IN ('{POSTS}', '{BY_OPEN_GATE}')
                AND EXISTS (SELECT FROM {schema}.{POSTS} p WHERE p.id = w.record_id))
            OR (w.layer = '{SERVICES}' AND EXISTS (SELECT FROM {schema}.{SERVICES} p WHERE p.id = w.record_id)))
        """
    )
    connection.exec_driver_sql(f"ALTER TABLE {schema}.walk ADD PRIMARY KEY (compound_id, layer, rank)")


def share_walks(connection: Connection, schema: str, *, of: str) -> None:
    """Show in <schema> the ways that stand in the schema `of`: they lead between what everybody sees."""
    connection.exec_driver_sql(f"CREATE VIEW {schema}.walk AS SELECT * FROM {of}.walk")


def read_walks(reading: Reading, compound_id: int) -> tuple[Walk, ...]:
    """Return the published ways from a compound by layer, the nearest first; () where none has been worked out yet."""
    if reading.version == 0:
        return ()
    table = _readers(reading)
    *plain, shape = table.c
    query = select(*plain, func.ST_AsBinary(shape)).where(table.c.compound_id == compound_id)
    rows = reading.connection.execute(query.order_by(table.c.layer, table.c.rank)).all()
    return tuple(_walk(*row) for row in rows)


def read_nearest(reading: Reading, compound_ids: Sequence[int]) -> dict[int, Walk]:
    """Return the published way from each of some compounds to its nearest police post, without its line."""
    if reading.version == 0:
        return {}
    table = _readers(reading)
    query = select(*table.c[:-1]).where(
        table.c.compound_id.in_(compound_ids), table.c.layer == POSTS, table.c["rank"] == 1
    )
    return {row.compound_id: Walk(*row) for row in reading.connection.execute(query)}


def gate_streets(reading: Reading) -> Subquery | None:
    """Return the query for `compound_id` and `street`: the named streets by the gates through which one leaves.

    None where no ways have been published.
    """
    if reading.version == 0:
        return None
    table = _readers(reading)
    return select(table.c.compound_id, table.c.street).where(table.c.street != "").distinct().subquery("gate_street")


def streets_of_gates(reading: Reading) -> dict[int, tuple[str, ...]]:
    """Return the named streets by the gates of each compound that has some, in order of name."""
    streets, found = gate_streets(reading), dict[int, tuple[str, ...]]()
    if streets is not None:
        for compound_id, street in reading.connection.execute(select(streets).order_by(*streets.c)):
            found[compound_id] = (*found.get(compound_id, ()), street)
    return found


def _walk(*columns: Any) -> Walk:
    *plain, shape = columns
    line = None if shape is None else cast(shapely.LineString, shapely.from_wkb(bytes(shape)))
    return replace(Walk(*plain), line=line)


def _are_current(connection: Connection) -> bool:
    made_from = walks_made_from(connection)
    return made_from is not None and dict(made_from[0]) == data_versions(connection, LAYERS_READ)


def _readers(reading: Reading) -> Table:
    """Return the ways that the reader's own publication has; for staff the one beside the live data."""
    return _table(SCHEMA if reading.reader.audience in SCHEMAS else PUBLISHED)


_COLUMNS = "compound_id, layer, rank, record_id, time_ds, length_m, gate_id, street, cause, geom"


@cache
def _table(schema: str) -> Table:
    whole, words = BigInteger(), Text()
    kinds: tuple[Any, ...] = (whole, words, Integer(), whole, Integer(), Float(), whole, words, words)
    names = _COLUMNS.split(", ")
    columns = [Column(name, kind) for name, kind in zip(names, kinds, strict=False)]
    shape = Column("geom", Geometry(srid=STORAGE_SRID, spatial_index=False))
    return Table("walk", MetaData(), *columns, shape, schema=schema)
