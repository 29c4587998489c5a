"""Police posts without a name of their own, and emergency equipment of OpenStreetMap under keys of its own."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Let a post go without a name; part what one element of OpenStreetMap is twice: a service and equipment."""
    op.alter_column("police_post", "name", schema="live", nullable=True)
    op.alter_column("police_post", "name", schema="history", nullable=True)
    op.execute("UPDATE live.police_post SET name = NULL WHERE source = 'osm' AND name = 'Police'")
    op.execute(
        "UPDATE live.service_point SET source = 'osm_emergency' "
        "WHERE source = 'osm' AND kind IN ('aed', 'hydrant', 'shelter')"
    )
