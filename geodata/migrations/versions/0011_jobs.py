"""The queue of jobs: procrastinate's own tables in a schema of their own, and how far each job is."""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the queue as the locked procrastinate has it; a test tells when another one has another shape."""
    connection = op.get_bind()
    connection.exec_driver_sql("SET LOCAL search_path TO jobs")
    connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    connection.exec_driver_sql("SET LOCAL search_path TO DEFAULT")
    op.create_table(
        "progress",
        sa.Column(
            "job_id",
            sa.BigInteger,
            sa.ForeignKey("jobs.procrastinate_jobs.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("share", sa.Double, nullable=False, comment="0..1"),
        sa.Column("message", sa.Text, nullable=False, comment="What it is at, or why it failed"),
        sa.Column("run_id", sa.BigInteger, comment="The run that came of it"),
        sa.Column("told", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.CheckConstraint("share BETWEEN 0 AND 1", name="progress_share_range"),
        schema="jobs",
        comment="How far a job is, as it says itself",
    )
