"""What the store knew at an earlier moment: old versions are found by id, a hazard's status by the events known then."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add an index of ids to each table of history, and let hazard_status be asked of a moment."""
    op.execute(_INDEX)
    # One function for both: without a moment it tells by all events that are known now.
    op.execute("DROP FUNCTION IF EXISTS live.hazard_status(bigint)")
    op.execute(_STATUS)


_INDEX = """
    DO $$
    DECLARE layer text;
    BEGIN
        FOR layer IN SELECT tablename FROM pg_tables WHERE schemaname = 'history'
        LOOP
            EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON history.%I (id)', layer || '_id', layer);
        END LOOP;
    END $$
"""

_STATUS = """
    CREATE OR REPLACE FUNCTION live.hazard_status(
        hazard bigint, known timestamptz DEFAULT 'infinity', OUT status text, OUT closed_on date)
    LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
        SELECT CASE e.kind
                 WHEN 'reported' THEN 'reported' WHEN 'returned' THEN 'reported'
                 WHEN 'confirmed' THEN 'confirmed'
                 WHEN 'dispatched' THEN 'in_progress' WHEN 'extended' THEN 'in_progress'
                 WHEN 'recheck_failed' THEN 'in_progress' WHEN 'reopened' THEN 'in_progress'
                 WHEN 'rectified' THEN 'rechecking' WHEN 'rechecked' THEN 'rechecking'
                 WHEN 'suspended' THEN 'suspended' WHEN 'closed' THEN 'closed'
                 ELSE 'dismissed' END,
               CASE WHEN e.kind = 'closed' THEN e.happened_on END
        FROM live.hazard_event e
        WHERE e.hazard_id = hazard AND e.recorded_from <= known
        ORDER BY e.happened_on DESC,
                 array_position(ARRAY['reported', 'confirmed', 'dispatched', 'returned', 'extended', 'suspended',
                     'rectified', 'recheck_failed', 'rechecked', 'closed', 'reopened', 'duplicate',
                     'false_report'], e.kind) DESC, e.id DESC
        LIMIT 1
    $$
"""
