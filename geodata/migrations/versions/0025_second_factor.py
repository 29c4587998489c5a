"""The second factor of accounts: codes of the minute, and the audiences that have to give them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Create the factors, beside the accounts so that who signs people in may add one and take none away."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "factor",
        sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.account.id"), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The secret, with the key of the home's file"),
        sa.Column("enrolled", moment, nullable=False, server_default=sa.func.now()),
        sa.Column("last_step", sa.BigInteger, nullable=False, comment="Of the last code: none is taken twice"),
        sa.CheckConstraint("octet_length(sealed) = 48", name="factor_sealed"),
        schema="account",
        comment="What makes the codes of accounts (TOTP, RFC 6238)",
    )
    op.create_table(
        "requirement",
        sa.Column("audience", sa.Text, primary_key=True),
        sa.Column("since", moment, nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint(
            "audience IN ('planner', 'grid_officer', 'police', 'steward')", name="requirement_audience_known"
        ),
        schema="account",
        comment="Audiences whose accounts give a code besides their password",
    )
    op.add_column(
        "session",
        sa.Column("proven", moment, comment="When a code was given in it; none where none was"),
        schema="account",
    )
