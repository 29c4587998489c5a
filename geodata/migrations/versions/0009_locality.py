"""Names of towns, villages and quarters."""

import sqlalchemy as sa

from geodata.migrations.tables import create_layer

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the layer."""
    create_layer(
        "locality",
        sa.Column("name", sa.Text, nullable=False, comment="As it is called there"),
        sa.Column("name_zh", sa.Text),
        sa.Column("name_en", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        comment="A place with a name: a city, a village, a quarter, a field.",
        shape="point",
        checks={
            "locality_kind_choice": "kind IN ('city', 'town', 'borough', 'village', 'suburb', 'island', 'quarter', "
            "'hamlet', 'neighbourhood', 'isolated_dwelling', 'locality', 'square')"
        },
    )
