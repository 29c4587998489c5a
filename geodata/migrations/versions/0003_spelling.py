"""The pinyin of searched names."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table of spellings; the next publication fills it."""
    op.create_table(
        "spelling",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("ways", sa.Text, nullable=False, comment="Syllables with spaces between, ways with semicolons"),
        schema="live",
        comment="Pinyin of searched names",
    )
