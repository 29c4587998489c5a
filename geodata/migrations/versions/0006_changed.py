"""How many rows of the store a load changed: its receipt is about the file's rows, which may be fewer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add ledger.load.changed; of the loads so far it is known only as far as their rows were loaded."""
    comment = "Rows of the store that it inserted, updated or matched anew"
    op.add_column(
        "load",
        sa.Column("changed", sa.BigInteger, nullable=False, server_default="0", comment=comment),
        schema="ledger",
    )
    op.execute("UPDATE ledger.load SET changed = loaded")
