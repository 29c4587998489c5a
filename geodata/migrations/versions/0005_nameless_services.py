"""Services without a name of their own."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Let a hydrant or a charging pile go without a name; what stood in for one is taken out."""
    op.alter_column("service_point", "name", schema="live", nullable=True)
    op.alter_column("service_point", "name", schema="history", nullable=True)
    op.execute("UPDATE live.service_point SET name = NULL WHERE source = 'osm' AND name = '—'")
