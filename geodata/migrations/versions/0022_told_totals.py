"""What publications have told of totals, so that none tells a small correction by a difference."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Create the table of told totals and say with each publication what it holds back."""
    op.create_table(
        "told_total",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("publication", sa.Integer, nullable=False, comment="The first that tells it"),
        sa.Column("layer", sa.Text, nullable=False),
        sa.Column("minimum", sa.Integer, nullable=False, comment="Of the rule by which it is told"),
        sa.Column("kept_apart", sa.Text, comment="The value that is counted apart"),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("area_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False, comment="Of the area"),
        sa.Column("area_ids", ARRAY(sa.Integer), nullable=False),
        sa.Column("total", sa.Integer, nullable=False, comment="Also where it is withheld"),
        sa.Column("is_withheld", sa.Boolean, nullable=False),
        schema="ledger",
        comment="What publications have told of totals",
    )
    op.create_index("told_total_of", "told_total", ["layer", "year", "kept_apart", "publication"], schema="ledger")
    op.add_column(
        "publication",
        sa.Column(
            "held",
            sa.Integer,
            nullable=False,
            server_default="0",
            comment="Years and values of which small corrections of totals are held back",
        ),
        schema="ledger",
    )
