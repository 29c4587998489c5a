"""Officers and police read the spelling of names in their own areas alone, and bands of households that they may see."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0019"
down_revision = "0018"

BAND = (
    "CASE WHEN households IS NULL THEN NULL WHEN households < 100 THEN '<100' WHEN households < 300 THEN '100-299' "
    "WHEN households < 600 THEN '300-599' WHEN households < 1000 THEN '600-999' WHEN households < 2000 THEN '1000-1999' "
    "ELSE '>=2000' END"
)
COMMENT = "For readers of live who may not have the number"


def upgrade() -> None:
    """Say beside each spelling whose it is, by the next publication, and beside each number of households its band."""
    for column in (
        sa.Column(
            "is_everywhere",
            sa.Boolean,
            nullable=False,
            server_default=sa.false(),
            comment="A name of a layer that officers see all of",
        ),
        sa.Column(
            "area_ids",
            ARRAY(sa.Integer),
            nullable=False,
            server_default="{}",
            comment="The areas in which records have the name",
        ),
    ):
        op.add_column("spelling", column, schema="live")
    op.add_column(
        "compound",
        sa.Column("households_band", sa.Text, sa.Computed(BAND, persisted=True), comment=COMMENT),
        schema="live",
    )
    op.add_column("compound", sa.Column("households_band", sa.Text, comment=COMMENT), schema="history")
    op.execute(f"UPDATE history.compound SET households_band = {BAND}")
