"""The log of sign-ins, of what staff read and took away, and of changes to accounts: added to, and nothing else."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Create the log, with what stops each login, the owner's too, from changing it or forgetting what is young."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "log_entry",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("happened", moment, nullable=False, server_default=sa.text("clock_timestamp()"), index=True),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column(
            "account", sa.Text, comment="Who; none where a name was tried that there isn't: it may be a password"
        ),
        sa.Column("audience", sa.Text, comment="For whom it read"),
        sa.Column("area_codes", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("layer", sa.Text, comment="What was read"),
        sa.Column("way", sa.Text, comment="By which page or answer; of sign-ins: by a password or a demo's click"),
        sa.Column("detail", sa.Text, comment="The file's kind, the account that was changed and to what"),
        sa.Column("address", sa.Text, comment="Where it was asked from; of IPv6 the network"),
        sa.Column("session", sa.LargeBinary, comment="Eight bytes that tell sessions apart and open none"),
        sa.Column("hour", moment, nullable=False, server_default=sa.text("date_trunc('hour', now(), 'UTC')")),
        schema="account",
        comment="Who signed in, read, took away and changed what; kept for half a year at least",
    )
    op.create_index(
        "log_entry_once",
        "log_entry",
        ["session", "layer", "way", "hour"],
        unique=True,
        schema="account",
        postgresql_where=sa.text("what = 'read'"),
    )
    op.execute(_GUARD)


_GUARD = """
    CREATE FUNCTION account.keep_log() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND old.happened < now() - interval '183 days' THEN
            RETURN old;
        END IF;
        RAISE EXCEPTION 'the log is added to, and kept for half a year' USING ERRCODE = 'insufficient_privilege';
    END $$;
    CREATE TRIGGER keep_log BEFORE UPDATE OR DELETE ON account.log_entry
        FOR EACH ROW EXECUTE FUNCTION account.keep_log();
"""
