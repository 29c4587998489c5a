"""What every record of the store carries, whatever its layer: key, hash, times, areas, source coordinates."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    Double,
    Identity,
    Index,
    Integer,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from geodata.crs import STORAGE_SRID, TILE_SRID

SQL_TYPE = {"point": "POINT", "line": "MULTILINESTRING", "area": "MULTIPOLYGON"}


class Base(DeclarativeBase):
    """All mapped classes of the store."""

    metadata = MetaData(schema="live")
    type_annotation_map: ClassVar[dict[type, Any]] = {str: Text, float: Double, datetime: DateTime(timezone=True)}


class Record(Base):
    """A version that is true now. `source` and `source_id` are its key in the world, `id` its key for ever.

    A subclass sets `__tablename__`, its own columns and, where it has one, its `__shape__`.
    """

    __abstract__ = True
    __shape__: ClassVar[str | None] = None
    __touches_extent__: ClassVar[bool] = False
    __may_lack_geometry__: ClassVar[bool] = False
    __checks__: ClassVar[tuple[SchemaItem, ...]] = ()

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True, comment="Never reused")
    source: Mapped[str] = mapped_column(Text, comment="The register the record comes from")
    source_id: Mapped[str] = mapped_column(Text, comment="Its key in that register, or a hash of the row")
    row_hash: Mapped[str] = mapped_column(Text, comment="md5 of the parsed row: equal means unchanged")
    load_id: Mapped[int] = mapped_column(Integer, comment="The load that brought this version")
    recorded_from: Mapped[datetime] = mapped_column(DateTime(timezone=True), comment="When the store learnt it")
    area_ids: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), server_default="{}", comment="Every area touched, all levels"
    )

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        """Constraints and indexes that all layers share, before the layer's own."""
        name = cls.__tablename__
        shared: list[SchemaItem] = [
            # The key first: sorted by registers first, of which most rows have the same, an index takes twice as long.
            UniqueConstraint("source_id", "source", name=f"{name}_key"),
            Index(f"{name}_area_ids", "area_ids", postgresql_using="gin"),
        ]
        if cls.__shape__ is not None:
            shared += _geometry_checks(name, touches=cls.__touches_extent__)
        return (*shared, *cls.__checks__, {"comment": (cls.__doc__ or "").split("\n")[0]})


class PlacedRecord(Record):
    """A record with a geometry of its own, kept with the coordinates that its source gave."""

    __abstract__ = True

    src_x: Mapped[float | None] = mapped_column(Double, comment="x / lon / east as the source gives it")
    src_y: Mapped[float | None] = mapped_column(Double, comment="y / lat / north as the source gives it")
    src_system: Mapped[str | None] = mapped_column(Text, comment="The system of the source's coordinates")
    src_method: Mapped[str | None] = mapped_column(Text, comment="How the place was found: columns, file, compound")

    @declared_attr
    def src_geom(cls) -> Mapped[WKBElement | None]:
        """The geometry as it arrived, kept where ours had to be repaired."""
        return mapped_column(
            Geometry(srid=STORAGE_SRID, spatial_index=False), comment="As it arrived, where it had to be repaired"
        )

    @declared_attr
    def geom(cls) -> Mapped[WKBElement]:
        """The canonical geometry, WGS 84."""
        return mapped_column(
            Geometry(SQL_TYPE[str(cls.__shape__)], srid=STORAGE_SRID, spatial_index=False),
            nullable=cls.__may_lack_geometry__,
            comment="WGS 84",
        )

    @declared_attr
    def geom_3857(cls) -> Mapped[WKBElement]:
        """The same for tiles, kept by the database itself."""
        return mapped_column(
            Geometry(SQL_TYPE[str(cls.__shape__)], srid=TILE_SRID, spatial_index=False),
            Computed(f"ST_Transform(geom, {TILE_SRID})", persisted=True),
            nullable=cls.__may_lack_geometry__,
            comment="Web Mercator, for tiles",
        )


def _geometry_checks(name: str, *, touches: bool) -> list[SchemaItem]:
    """Return the last guard behind the ETL: valid, not empty, 2D, inside the deployment; and the two indexes."""
    inside = "ST_Intersects" if touches else "ST_Within"
    return [
        CheckConstraint("ST_IsValid(geom)", name=f"{name}_geom_valid"),
        CheckConstraint("NOT ST_IsEmpty(geom)", name=f"{name}_geom_not_empty"),
        CheckConstraint("ST_NDims(geom) = 2", name=f"{name}_geom_2d"),
        CheckConstraint(f"{inside}(geom, public.csmap_extent())", name=f"{name}_geom_in_extent"),
        Index(f"{name}_geom", "geom", postgresql_using="gist"),
        Index(f"{name}_geom_3857", "geom_3857", postgresql_using="gist"),
    ]
