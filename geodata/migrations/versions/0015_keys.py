"""The index of keys begins with what tells them apart: building it takes less than half the time."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Turn round the unique constraint of each layer, and what makes it anew when an empty layer has been filled."""
    op.execute(_TURN)
    op.execute(_MAKE)


_TURN = """
    DO $$
    DECLARE layer text;
    BEGIN
        FOR layer IN SELECT conrelid::regclass::text FROM pg_constraint
            WHERE connamespace = 'live'::regnamespace AND contype = 'u'
                AND pg_get_constraintdef(oid) = 'UNIQUE (source, source_id)'
        LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I UNIQUE (source_id, source)',
                layer, split_part(layer, '.', 2) || '_key');
        END LOOP;
    END $$
"""

_MAKE = """
    CREATE OR REPLACE FUNCTION live.make_indexes(layer name) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE place text;
    BEGIN
        EXECUTE format('ALTER TABLE live.%I ADD CONSTRAINT %I UNIQUE (source_id, source)', layer, layer || '_key');
        EXECUTE format('CREATE INDEX %I ON live.%I USING gin (area_ids)', layer || '_area_ids', layer);
        FOR place IN SELECT attname FROM pg_attribute
            WHERE attrelid = format('live.%I', layer)::regclass AND attname IN ('geom', 'geom_3857') ORDER BY attname
        LOOP
            EXECUTE format('CREATE INDEX %I ON live.%I USING gist (%I)', layer || '_' || place, layer, place);
        END LOOP;
        RETURN true;
    END $$
"""
