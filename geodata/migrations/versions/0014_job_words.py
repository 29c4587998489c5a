"""What a job says in Chinese, too."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Jobs of before keep their English."""
    op.add_column("progress", sa.Column("message_zh", sa.Text, comment="The message in Chinese"), schema="jobs")
