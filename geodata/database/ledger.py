"""The store's own records: what each load did, what it turned away, what was published, who overlaps whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Double, ForeignKey, Identity, Index, Integer, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import Base


class Load(Base):
    """One attempt to bring in one part of one file for one layer; also an edit on the web, and an undo."""

    __tablename__ = "load"
    __table_args__ = (
        CheckConstraint("kind IN ('load', 'edit', 'undo')", name="load_kind_choice"),
        CheckConstraint("state IN ('running', 'done', 'failed')", name="load_state_choice"),
        CheckConstraint("state <> 'done' OR read = loaded + unchanged + quarantined + ignored", name="load_rows_sum"),
        {"schema": "ledger", "comment": "One attempt to bring in one part of one file for one layer"},
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    layer: Mapped[str]
    file: Mapped[str | None]
    part: Mapped[str | None]
    file_sha256: Mapped[str | None]
    recipe: Mapped[str | None]
    who: Mapped[str] = mapped_column(comment="The system user or account that asked for it")
    code_version: Mapped[str]
    started: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    finished: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    read: Mapped[int] = mapped_column(BigInteger, server_default="0", comment="Source records")
    loaded: Mapped[int] = mapped_column(BigInteger, server_default="0")
    unchanged: Mapped[int] = mapped_column(BigInteger, server_default="0")
    quarantined: Mapped[int] = mapped_column(BigInteger, server_default="0")
    ignored: Mapped[int] = mapped_column(BigInteger, server_default="0")
    changed: Mapped[int] = mapped_column(
        BigInteger, server_default="0", comment="Rows of the store that it inserted, updated or matched anew"
    )
    notes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", comment="CRS, accuracy, what was noted")
    message: Mapped[str | None] = mapped_column(comment="Why it failed")


class Quarantine(Base):
    """A source row that was not loaded, with the cell and the reason; personal data is dropped before."""

    __tablename__ = "quarantine"
    __table_args__ = (
        Index("quarantine_load_id", "load_id"),
        {"schema": "ledger", "comment": "A source row that was not loaded, with the cell and the reason"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    load_id: Mapped[int] = mapped_column(ForeignKey("ledger.load.id"))
    outcome: Mapped[str] = mapped_column(Text, comment="quarantined, ignored or noted")
    reason: Mapped[str]
    message: Mapped[str]
    row: Mapped[int] = mapped_column(BigInteger)
    cell: Mapped[str]
    field: Mapped[str]
    value: Mapped[str]
    cells: Mapped[dict[str, Any] | None] = mapped_column(JSONB, comment="The raw row without personal data")


class Publication(Base):
    """One version of what residents and planners see: the schemas pub_<n> and plan_<n>."""

    __tablename__ = "publication"
    __table_args__ = ({"schema": "ledger", "comment": "One version of what residents and planners see"},)

    n: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    state: Mapped[str] = mapped_column(comment="building, current, kept or dropped")
    as_of: Mapped[str] = mapped_column(comment="The deployment's clock when it was built")
    code_version: Mapped[str]
    contents: Mapped[str] = mapped_column(comment="Digest of the loads and the declarations in it")
    published: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    held: Mapped[int] = mapped_column(
        server_default="0", comment="Years and values of which small corrections of totals are held back"
    )


class CurrentPublication(Base):
    """The pointer that switches everyone to a new publication at once."""

    __tablename__ = "current_publication"
    __table_args__ = (
        CheckConstraint("only_row", name="current_publication_one_row"),
        {"schema": "ledger", "comment": "Which publication is served"},
    )

    only_row: Mapped[bool] = mapped_column(primary_key=True, server_default="true")
    n: Mapped[int]
    stamp: Mapped[str] = mapped_column(comment="Differs from every other publication's, of any database")


class ToldTotal(Base):
    """A total as publications from this one on have told it, or withheld it; insert-only."""

    __tablename__ = "told_total"
    __table_args__ = (
        Index("told_total_of", "layer", "year", "kept_apart", "publication"),
        {"schema": "ledger", "comment": "What publications have told of totals"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    publication: Mapped[int] = mapped_column(comment="The first that tells it")
    layer: Mapped[str]
    minimum: Mapped[int] = mapped_column(comment="Of the rule by which it is told")
    kept_apart: Mapped[str | None] = mapped_column(comment="The value that is counted apart")
    year: Mapped[int]
    area_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(comment="Of the area")
    area_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    total: Mapped[int] = mapped_column(comment="Also where it is withheld")
    is_withheld: Mapped[bool]


class AreaLink(Base):
    """How much of a line or area lies in an administrative area. Points lie in it whole and need no row."""

    __tablename__ = "area_link"
    __table_args__ = (
        CheckConstraint("share > 0 AND share <= 1", name="area_link_share_range"),
        {"schema": "live", "comment": "Share of a record's length or area that lies in an area"},
    )

    layer: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    share: Mapped[float] = mapped_column(Double)


class Spelling(Base):
    """How a searched name is typed in pinyin, worked out once for every record that has it."""

    __tablename__ = "spelling"
    __table_args__ = ({"schema": "live", "comment": "Pinyin of searched names"},)

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    ways: Mapped[str] = mapped_column(Text, comment="Syllables with spaces between, ways with semicolons")
    is_everywhere: Mapped[bool] = mapped_column(
        server_default="false", comment="A name of a layer that officers see all of"
    )
    area_ids: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), server_default="{}", comment="The areas in which records have the name"
    )
