"""Who may sign in, for whom they read, and the sessions they have."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the accounts, their sessions and the tries that count against a name or an address."""
    _create_account()
    _create_session()
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("kind", sa.Text, nullable=False, comment="name, address"),
        sa.Column("subject", sa.Text, nullable=False, comment="The name that was tried, or where it was tried from"),
        sa.Column("made", _moment, nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.CheckConstraint("kind IN ('name', 'address')", name="attempt_kind_known"),
        schema="account",
        comment="Tries to sign in that weren't right, or aren't known to be yet; kept for an hour",
    )
    op.create_index("attempt_subject", "attempt", ["kind", "subject", "made"], schema="account")


_moment = sa.DateTime(timezone=True)


def _create_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True, comment="Of a role, case-folded: never a resident's"),
        sa.Column("password_hash", sa.Text, nullable=False, comment="argon2id with its parameters and salt"),
        sa.Column("audiences", ARRAY(sa.Text), nullable=False, comment="A set: each is read for by itself"),
        sa.Column("area_codes", ARRAY(sa.Text), nullable=False, server_default="{}", comment="Of officers and police"),
        sa.Column("created", _moment, nullable=False, server_default=sa.func.now()),
        sa.Column("password_set", _moment, nullable=False, server_default=sa.func.now()),
        sa.Column("disabled_at", _moment),
        sa.CheckConstraint("btrim(name) <> '' AND name = lower(name)", name="account_name_stated"),
        sa.CheckConstraint("starts_with(password_hash, '$argon2id$')", name="account_password_hashed"),
        sa.CheckConstraint(
            "audiences <@ ARRAY['planner', 'grid_officer', 'police', 'steward'] AND cardinality(audiences) > 0",
            name="account_audiences_known",
        ),
        # Deny by default: whoever is bound to areas has some.
        sa.CheckConstraint(
            "(audiences && ARRAY['grid_officer', 'police']) = (cardinality(area_codes) > 0)",
            name="account_areas_stated",
        ),
        schema="account",
        comment="Who may sign in",
    )


def _create_session() -> None:
    op.create_table(
        "session",
        sa.Column("token_sha256", sa.LargeBinary, primary_key=True, comment="The token itself is the browser's alone"),
        sa.Column("account_id", sa.BigInteger, sa.ForeignKey("account.account.id"), nullable=False, index=True),
        sa.Column("audience", sa.Text, nullable=False, comment="For which of the account's audiences it reads now"),
        sa.Column("created", _moment, nullable=False, server_default=sa.func.now()),
        sa.Column("last_seen", _moment, nullable=False, server_default=sa.func.now()),
        sa.Column("expires", _moment, nullable=False, comment="Whatever is done until then"),
        sa.CheckConstraint("octet_length(token_sha256) = 32", name="session_token_hashed"),
        schema="account",
        comment="Who is signed in",
    )
