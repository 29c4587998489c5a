"""The ways on foot from compounds to the posts and services near by, as the analyst works them out for residents."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Create the ways, and what says from which data they were worked out."""
    op.create_table(
        "walk",
        sa.Column("compound_id", sa.BigInteger, nullable=False),
        sa.Column("layer", sa.Text, nullable=False, comment="police_post, service_point"),
        sa.Column("rank", sa.Integer, nullable=False, comment="1 for the nearest of its layer"),
        sa.Column("record_id", sa.BigInteger, comment="Where the way leads; none where there is no way"),
        sa.Column("time_ds", sa.Integer, comment="From the gate to the door, whole deciseconds"),
        sa.Column("length_m", sa.Float, comment="Along the line"),
        sa.Column("gate_id", sa.BigInteger, comment="The gate by which one leaves; none where none is known"),
        sa.Column("street", sa.Text, comment="The named street by that gate"),
        sa.Column("cause", sa.Text, comment="Why there is no way: no_roads, no_post, gate, no_way"),
        sa.Column("geom", Geometry("LINESTRING", srid=4326, spatial_index=False)),
        sa.PrimaryKeyConstraint("compound_id", "layer", "rank"),
        sa.CheckConstraint("(cause IS NULL) = (record_id IS NOT NULL)", name="walk_leads_or_says_why"),
        sa.CheckConstraint("(cause IS NULL) = (time_ds IS NOT NULL)", name="walk_takes_time"),
        sa.CheckConstraint("time_ds >= 0 AND length_m >= 0", name="walk_min"),
        schema="analysis",
        comment="Ways on foot from compounds, worked out before a publication",
    )
    op.create_table(
        "walk_edition",
        sa.Column("only_row", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("versions", JSONB, nullable=False, comment="The newest load of each layer that was read"),
        sa.Column("rules", sa.Text, nullable=False, comment="Digest of code, speeds and metres"),
        sa.Column("contents", sa.Text, nullable=False, comment="Digest of the ways"),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.CheckConstraint("only_row", name="walk_edition_one"),
        schema="analysis",
        comment="What the ways in analysis.walk were worked out from",
    )
