"""What planners have asked, what came out, and the changes that they try."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSON, JSONB

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the runs and the scenarios."""
    op.create_table(
        "run",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("kind", sa.Text, nullable=False, comment="coverage, site, grids"),
        sa.Column("question", JSONB, nullable=False, comment="Every parameter with its value, defaults too"),
        sa.Column("versions", JSONB, nullable=False, comment="The newest load of each layer that was read"),
        sa.Column("code_version", sa.Text, nullable=False),
        sa.Column("definition", sa.Text, nullable=False, comment="What is measured, in words, with its source"),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("clock_timestamp()")),
        # json, not jsonb: the text stays as it was written, to the byte.
        sa.Column("answer", JSON, nullable=False, comment="Canonical JSON"),
        sa.Column("answer_sha256", sa.Text, nullable=False, comment="Of the answer's bytes: a repetition has the same"),
        sa.CheckConstraint("jsonb_typeof(question) = 'object'", name="run_question_object"),
        sa.CheckConstraint("jsonb_typeof(versions) = 'object'", name="run_versions_object"),
        sa.CheckConstraint(
            "answer_sha256 = encode(sha256(convert_to(answer::text, 'UTF8')), 'hex')", name="run_sealed"
        ),
        schema="analysis",
        comment="One question of a planner with its answer, never changed afterwards",
    )
    # Equal questions have equal md5; questions themselves may be too long for an index.
    op.execute("CREATE INDEX run_question ON analysis.run (kind, md5(question::text), id)")
    op.create_table(
        "scenario",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("changes", JSONB, nullable=False, comment="A list of what is otherwise than today"),
        sa.Column("saved", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("btrim(name) <> ''", name="scenario_name_stated"),
        sa.CheckConstraint("jsonb_typeof(changes) = 'array'", name="scenario_changes_list"),
        schema="analysis",
        comment="Changes that are tried together under a name",
    )
