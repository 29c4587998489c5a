"""Functions that the loader fills an empty layer with: its indexes go first and come back after."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create live.drop_indexes and live.make_indexes, which do as the owner what `create_layer` gave each layer."""
    op.execute(_DROP)
    op.execute(_MAKE)
    # The loader alone may call them: grants follow each migration.
    op.execute("REVOKE ALL ON FUNCTION live.drop_indexes(name), live.make_indexes(name) FROM PUBLIC")


_DROP = """
    CREATE FUNCTION live.drop_indexes(layer name) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE is_filled boolean;
    BEGIN
        EXECUTE format('SELECT EXISTS (SELECT FROM live.%I)', layer) INTO is_filled;
        IF is_filled THEN
            RETURN false;
        END IF;
        EXECUTE format('LOCK TABLE live.%I IN ACCESS EXCLUSIVE MODE NOWAIT', layer);
        EXECUTE format('SELECT EXISTS (SELECT FROM live.%I)', layer) INTO is_filled;
        IF is_filled THEN  -- in the meantime: lets go of the lock, below
            RAISE lock_not_available;
        END IF;
        EXECUTE format('ALTER TABLE live.%I DROP CONSTRAINT %I', layer, layer || '_key');
        EXECUTE format('DROP INDEX live.%I', layer || '_area_ids');
        EXECUTE format('DROP INDEX IF EXISTS live.%I, live.%I', layer || '_geom', layer || '_geom_3857');
        -- Gives the table a new, empty file: what a transaction writes into its own needs no WAL at wal_level minimal.
        EXECUTE format('CLUSTER live.%I USING %I', layer, layer || '_pkey');
        EXECUTE format('ALTER TABLE live.%I SET WITHOUT CLUSTER', layer);
        RETURN true;
    EXCEPTION WHEN lock_not_available THEN
        RETURN false;
    END $$
"""
_MAKE = """
    CREATE FUNCTION live.make_indexes(layer name) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE place text;
    BEGIN
        EXECUTE format('ALTER TABLE live.%I ADD CONSTRAINT %I UNIQUE (source, source_id)', layer, layer || '_key');
        EXECUTE format('CREATE INDEX %I ON live.%I USING gin (area_ids)', layer || '_area_ids', layer);
        FOR place IN SELECT attname FROM pg_attribute
            WHERE attrelid = format('live.%I', layer)::regclass AND attname IN ('geom', 'geom_3857') ORDER BY attname
        LOOP
            EXECUTE format('CREATE INDEX %I ON live.%I USING gist (%I)', layer || '_' || place, layer, place);
        END LOOP;
        RETURN true;
    END $$
"""
