"""Accounts of the sample that are entered by one click."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Mark them in the store, so that no setting alone lets anybody in without a password."""
    op.add_column(
        "account",
        sa.Column(
            "is_demo",
            sa.Boolean,
            nullable=False,
            server_default="false",
            comment="Entered without a password where the deployment is synthetic, by who sits at the machine",
        ),
        schema="account",
    )
