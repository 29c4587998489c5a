"""What every layer's table has, for migrations. Frozen: a change here goes into a new function, not into these."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY

from geodata.crs import STORAGE_SRID, TILE_SRID

Shape = Literal["point", "line", "area"]
_SQL_TYPE = {"point": "POINT", "line": "MULTILINESTRING", "area": "MULTIPOLYGON"}


def create_layer(
    name: str,
    *columns: sa.Column[object],
    comment: str,
    shape: Shape | None = None,
    touches_extent: bool = False,
    may_lack_geometry: bool = False,
    checks: dict[str, str] | None = None,
) -> None:
    """Create live.<name> and history.<name> with keys, CHECKs, indexes and comments.

    Since 0015 the unique key is (source_id, source), and since 0018 history has an index of ids: a migration that
    creates a layer turns the key round and adds the index after this.

    Args:
        name: the layer's id.
        columns: the layer's own columns.
        comment: what psql and QGIS show.
        shape: the kind of geometry, None for a record without one.
        touches_extent: True where a shape may reach over the deployment's edge.
        may_lack_geometry: True where a record may come without its outline.
        checks: the layer's own CHECKs by name.
    """
    constraints: list[sa.schema.SchemaItem] = [sa.UniqueConstraint("source", "source_id", name=f"{name}_key")]
    constraints += [sa.CheckConstraint(rule, name=check) for check, rule in (checks or {}).items()]
    if shape is not None:
        constraints += _geometry_checks(name, touches_extent=touches_extent)
    placed = _geometry_columns(shape, may_lack_geometry=may_lack_geometry) if shape is not None else []
    op.create_table(name, *_record_columns(), *placed, *columns, *constraints, schema="live", comment=comment)
    op.create_index(f"{name}_area_ids", name, ["area_ids"], schema="live", postgresql_using="gin")
    if shape is not None:
        op.create_index(f"{name}_geom", name, ["geom"], schema="live", postgresql_using="gist")
        op.create_index(f"{name}_geom_3857", name, ["geom_3857"], schema="live", postgresql_using="gist")
    _create_history(name, is_placed=shape is not None)


def _create_history(name: str, *, is_placed: bool) -> None:
    """Create the table of versions that no longer hold, with when they were recorded and by which load they ended."""
    op.execute(f"CREATE TABLE history.{name} (LIKE live.{name} INCLUDING COMMENTS)")
    op.execute(f"ALTER TABLE history.{name} ADD recorded tstzrange NOT NULL, ADD closed_by_load integer NOT NULL")
    op.execute(f"CREATE INDEX {name}_key ON history.{name} (source, source_id)")
    op.execute(f"CREATE INDEX {name}_closed_by ON history.{name} (closed_by_load)")
    indexed = "geom, recorded" if is_placed else "recorded"
    op.execute(f"CREATE INDEX {name}_recorded ON history.{name} USING gist ({indexed})")


def _record_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.BigInteger, sa.Identity(always=False), primary_key=True, comment="Never reused"),
        sa.Column("source", sa.Text, nullable=False, comment="The register the record comes from"),
        sa.Column("source_id", sa.Text, nullable=False, comment="Its key in that register, or a hash of the row"),
        sa.Column("row_hash", sa.Text, nullable=False, comment="md5 of the parsed row: equal means unchanged"),
        sa.Column("load_id", sa.Integer, nullable=False, comment="The load that brought this version"),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False, comment="When the store learnt it"),
        sa.Column(
            "area_ids",
            ARRAY(sa.Integer),
            nullable=False,
            server_default="{}",
            comment="Every area touched, all levels",
        ),
    ]


def _geometry_columns(shape: Shape, *, may_lack_geometry: bool) -> list[sa.Column[object]]:
    return [
        sa.Column("src_x", sa.Double, comment="x / lon / east as the source gives it"),
        sa.Column("src_y", sa.Double, comment="y / lat / north as the source gives it"),
        sa.Column("src_system", sa.Text, comment="The system of the source's coordinates"),
        sa.Column("src_method", sa.Text, comment="How the place was found: columns, file, compound"),
        sa.Column(
            "src_geom",
            Geometry(srid=STORAGE_SRID, spatial_index=False),
            comment="As it arrived, where it had to be repaired",
        ),
        sa.Column(
            "geom",
            Geometry(_SQL_TYPE[shape], srid=STORAGE_SRID, spatial_index=False),
            nullable=may_lack_geometry,
            comment="WGS 84",
        ),
        sa.Column(
            "geom_3857",
            Geometry(_SQL_TYPE[shape], srid=TILE_SRID, spatial_index=False),
            sa.Computed(f"ST_Transform(geom, {TILE_SRID})", persisted=True),
            nullable=may_lack_geometry,
            comment="Web Mercator, for tiles",
        ),
    ]


def _geometry_checks(name: str, *, touches_extent: bool) -> list[sa.schema.SchemaItem]:
    inside = "ST_Intersects" if touches_extent else "ST_Within"
    return [
        sa.CheckConstraint("ST_IsValid(geom)", name=f"{name}_geom_valid"),
        sa.CheckConstraint("NOT ST_IsEmpty(geom)", name=f"{name}_geom_not_empty"),
        sa.CheckConstraint("ST_NDims(geom) = 2", name=f"{name}_geom_2d"),
        sa.CheckConstraint(f"{inside}(geom, public.csmap_extent())", name=f"{name}_geom_in_extent"),
    ]
