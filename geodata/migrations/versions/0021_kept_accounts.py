"""Accounts are kept by a login of their own, and say when they were last used."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add when an account was last used, and find the tries of long ago without reading all."""
    op.add_column("account", sa.Column("last_signed_in", sa.DateTime(timezone=True)), schema="account")
    op.create_index("attempt_made", "attempt", ["made"], schema="account")
