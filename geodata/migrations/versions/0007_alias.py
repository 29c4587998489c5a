"""Other names of compounds become records of their own."""

import sqlalchemy as sa
from alembic import op

from geodata.migrations.tables import create_layer

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the layer, with the names that the compounds' register has given so far."""
    create_layer(
        "alias",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("used_from", sa.Date),
        sa.Column("used_to", sa.Date, comment="The day on which another name took its place"),
        sa.Column("evidence", sa.Text, comment="Where the name is known from"),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="Another name of a compound, from one day to another; registers that still have it find the compound by it.",
        checks={
            "alias_kind_choice": "kind IN ('former', 'popular', 'short', 'other')",
            "alias_order": "used_to >= used_from",
        },
    )
    op.create_index("ix_live_alias_compound_id", "alias", ["compound_id"], schema="live")
    op.execute(_NAMES_SO_FAR)
    for schema in ("live", "history"):
        op.execute(f"COMMENT ON COLUMN {schema}.compound.aliases IS 'Its names in live.alias'")


# Without a hash: what the next load states of a name takes the record's place (geodata/queries/names.py).
_NAMES_SO_FAR = """
    INSERT INTO live.alias (source, source_id, row_hash, load_id, recorded_from, area_ids, name, kind,
        compound_name, community, compound_id)
    SELECT c.source, c.source_id || '/other/' || other.name, '', c.load_id, c.recorded_from, c.area_ids, other.name,
        'other', c.name, c.community, c.id
    FROM live.compound c CROSS JOIN unnest(c.aliases) AS other (name)
    ON CONFLICT DO NOTHING
"""
