"""What officers and police write: hazards, their next steps and photos, by functions alone; no login gets a table."""

import sqlalchemy as sa
from alembic import op

from geodata.crs import STORAGE_SRID

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Create the functions, what orders the steps of a day, and where photos are kept."""
    comment = "When it was recorded on the web; none where a file tells of it"
    for schema in ("live", "history"):
        moment = sa.Column("happened_at", sa.DateTime(timezone=True), comment=comment)
        op.add_column("hazard_event", moment, schema=schema)
    op.execute(_STATUS.replace("ORDER_OF_STEPS", _ORDER))
    op.create_table(
        "hazard_photo",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("hazard_id", sa.BigInteger, sa.ForeignKey("live.hazard.id"), nullable=False, index=True),
        sa.Column("key", sa.Text, nullable=False, unique=True, comment="Of the edit that it came with"),
        sa.Column("taken_on", sa.Date, nullable=False),
        sa.Column("recorded", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.Column("who", sa.Text, nullable=False, comment="The account"),
        sa.Column("picture", sa.LargeBinary, nullable=False, comment="JPEG, made anew from its pixels"),
        sa.CheckConstraint("octet_length(picture) <= 2000000", name="hazard_photo_size"),
        sa.CheckConstraint("substring(picture FROM 1 FOR 3) = '\\xffd8ff'::bytea", name="hazard_photo_jpeg"),
        schema="evidence",
        comment="Photos of hazards: no layer, never published; opened by functions alone",
    )
    for statement in (_STEPS, _OWN_AREAS, _BEGIN_EDIT, _NOTE_EDIT, _KEEP_VERSION, _REPORT, _STEP, _TAKE_BACK):
        op.execute(statement.replace("ORDER_OF_STEPS", _ORDER).replace("STORED_IN", str(STORAGE_SRID)))
    for statement in (_OF_EDIT, _ADD_PHOTO, _PHOTO, _PHOTOS):
        op.execute(statement)
    # Open to everybody by default; grants follow each migration.
    op.execute(f"REVOKE ALL ON FUNCTION {', '.join(_FUNCTIONS)} FROM PUBLIC")


_FUNCTIONS = (
    "live.hazard_steps()",
    "live.own_areas()",
    "live.begin_edit(text, text)",
    "live.note_edit(text, text, text, text)",
    "live.keep_hazard_version(bigint, integer, timestamptz)",
    "live.report_hazard(text, date, text, text, float8, float8, float8, float8, text, text, bigint, text, text)",
    "live.step_hazard(text, bigint, text, date, date, text, text)",
    "live.take_back_edit(text, text, text)",
    "live.hazard_of_edit(text, text)",
    "live.add_hazard_photo(text, bigint, date, bytea, text)",
    "live.open_hazard_photo(bigint)",
    "live.list_hazard_photos(bigint)",
)

_ORDER = """e.happened_on DESC, e.happened_at DESC NULLS LAST,
                 array_position(ARRAY['reported', 'confirmed', 'dispatched', 'returned', 'extended', 'suspended',
                     'rectified', 'recheck_failed', 'rechecked', 'closed', 'reopened', 'duplicate',
                     'false_report'], e.kind) DESC, e.id DESC"""

# Files know days alone, and a day's steps are in the order of the chain; what the web recorded comes after them, in its
# own order: mended, found wanting and mended again on one day.
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
        ORDER BY ORDER_OF_STEPS
        LIMIT 1
    $$
"""

_STEPS = """
    CREATE FUNCTION live.hazard_steps()
    RETURNS TABLE (after text, step text, needs_other boolean, needs_photo boolean, needs_deadline boolean)
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
        VALUES
            ('reported', 'confirmed', false, false, false),
            ('reported', 'duplicate', false, false, false),
            ('reported', 'false_report', false, false, false),
            ('returned', 'confirmed', false, false, false),
            ('confirmed', 'dispatched', false, false, true),
            ('dispatched', 'rectified', false, false, false),
            ('extended', 'rectified', false, false, false),
            ('recheck_failed', 'rectified', false, false, false),
            ('reopened', 'dispatched', false, false, true),
            ('suspended', 'dispatched', false, false, true),
            ('rectified', 'rechecked', true, false, false),
            ('rectified', 'recheck_failed', true, false, false),
            ('rechecked', 'closed', true, true, false)
    $$
"""

_OWN_AREAS = """
    CREATE FUNCTION live.own_areas() RETURNS integer[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
    DECLARE own integer[] := nullif(current_setting('csmap.area_ids', true), '')::integer[];
    BEGIN
        IF coalesce(cardinality(own), 0) = 0 THEN
            RAISE EXCEPTION 'no areas are stated' USING ERRCODE = 'CS001';
        END IF;
        RETURN own;
    END $$
"""

# Of two that bring one key the second waits; a load that works on all layers is waited for, but not for long.
_BEGIN_EDIT = """
    CREATE FUNCTION live.begin_edit(edit_key text, account text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
    BEGIN
        IF edit_key !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' OR coalesce(account, '') = '' THEN
            RAISE EXCEPTION 'no key or account' USING ERRCODE = 'CS011';
        END IF;
        PERFORM pg_advisory_xact_lock_shared(hashtext('csmap load'));
        PERFORM pg_advisory_xact_lock(hashtext('csmap edit'), hashtext(edit_key));
        IF EXISTS (SELECT FROM history.hazard_event h WHERE h.source = 'web' AND h.source_id = edit_key) THEN
            RAISE EXCEPTION 'taken back' USING ERRCODE = 'CS012';
        END IF;
    END $$
"""

_NOTE_EDIT = """
    CREATE FUNCTION live.note_edit(of_kind text, of_layer text, account text, code text) RETURNS integer
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
        INSERT INTO ledger.load (kind, state, layer, who, code_version, started, finished, read, loaded, changed)
        VALUES (of_kind, 'done', of_layer, account, code, clock_timestamp(), clock_timestamp(), 1, 1, 1)
        RETURNING id
    $$
"""

_KEEP_VERSION = """
    CREATE FUNCTION live.keep_hazard_version(hazard bigint, edit integer, moment timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE columns text;
    BEGIN
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
        WHERE attrelid = 'live.hazard'::regclass AND attnum > 0 AND NOT attisdropped;
        EXECUTE format('INSERT INTO history.hazard (%1$s, recorded, closed_by_load)
            SELECT %1$s, tstzrange(recorded_from, $1), $2 FROM live.hazard WHERE id = $3', columns)
        USING moment, edit, hazard;
    END $$
"""

_REPORT = """
    CREATE FUNCTION live.report_hazard(edit_key text, on_day date, of_kind text, of_level text,
        at_lon float8, at_lat float8, said_x float8, said_y float8, said_system text, said_method text,
        in_compound bigint, account text, code text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        own integer[] := live.own_areas();
        spot public.geometry;
        areas integer[];
        place record;
        known record;
        moment timestamptz;
        edit integer;
        made bigint;
    BEGIN
        PERFORM live.begin_edit(edit_key, account);
        SELECT e.hazard_id, e.kind, l.who INTO known FROM live.hazard_event e JOIN ledger.load l ON l.id = e.load_id
        WHERE e.source = 'web' AND e.source_id = edit_key;
        IF FOUND THEN  -- sent twice
            IF known.who <> account OR known.kind <> 'reported' THEN
                RAISE EXCEPTION 'the key is another edit''s' USING ERRCODE = 'CS011';
            END IF;
            RETURN known.hazard_id;
        END IF;
        spot := public.ST_SetSRID(public.ST_MakePoint(at_lon, at_lat), STORED_IN);
        IF spot IS NULL THEN
            SELECT public.ST_PointOnSurface(c.geom) INTO spot FROM live.compound c WHERE c.id = in_compound;
        END IF;
        IF spot IS NULL THEN
            RAISE EXCEPTION 'no place' USING ERRCODE = 'CS001';
        END IF;
        SELECT array_agg(a.id::integer ORDER BY a.id) INTO areas FROM live.area a
        WHERE a.geom OPERATOR(public.&&) spot AND public.ST_Intersects(a.geom, spot)
            AND coalesce(a.valid_from, '-infinity') <= current_date AND coalesce(a.valid_to, 'infinity') > current_date;
        IF areas IS NULL OR NOT areas && own THEN
            RAISE EXCEPTION 'outside' USING ERRCODE = 'CS002';
        END IF;
        -- Where the spot lies within a compound, it is that one, whatever was stated; what is stated counts near by
        -- and in one's own areas alone: the hazard is published at its compound.
        SELECT c.id, c.name, c.community INTO place FROM live.compound c
        WHERE (c.id = in_compound AND c.area_ids && own
               AND public.ST_DWithin(c.geom::public.geography, spot::public.geography, 150))
            OR (c.geom OPERATOR(public.&&) spot AND public.ST_Intersects(c.geom, spot))
        ORDER BY public.ST_Intersects(c.geom, spot) DESC, c.id LIMIT 1;
        edit := live.note_edit('edit', 'hazard', account, code);
        moment := clock_timestamp();
        INSERT INTO live.hazard (source, source_id, row_hash, load_id, recorded_from, area_ids, kind, level,
            compound_name, compound_id, community, found_on, src_x, src_y, src_system, src_method, geom)
        VALUES ('web', edit_key, md5(concat_ws('|', of_kind, of_level, on_day, public.ST_AsText(spot))), edit, moment,
            areas, of_kind, of_level, place.name, place.id, place.community, on_day, said_x, said_y, said_system,
            said_method, spot)
        RETURNING id INTO made;
        edit := live.note_edit('edit', 'hazard_event', account, code);
        INSERT INTO live.hazard_event (source, source_id, row_hash, load_id, recorded_from, area_ids, hazard_id, kind,
            happened_on, happened_at)
        VALUES ('web', edit_key, md5(concat_ws('|', made, 'reported', on_day)), edit, moment, areas, made, 'reported',
            on_day, moment);
        RETURN made;
    END $$
"""

_STEP = """
    CREATE FUNCTION live.step_hazard(edit_key text, of_hazard bigint, next_step text, on_day date, due date,
        account text, code text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        own integer[] := live.own_areas();
        known record;
        hazard record;
        last record;
        mended record;
        rule record;
        moment timestamptz;
        edit integer;
    BEGIN
        PERFORM live.begin_edit(edit_key, account);
        SELECT e.hazard_id, e.kind, l.who INTO known FROM live.hazard_event e JOIN ledger.load l ON l.id = e.load_id
        WHERE e.source = 'web' AND e.source_id = edit_key;
        IF FOUND THEN  -- sent twice
            IF known.who <> account OR known.hazard_id <> of_hazard OR known.kind <> next_step THEN
                RAISE EXCEPTION 'the key is another edit''s' USING ERRCODE = 'CS011';
            END IF;
            RETURN known.hazard_id;
        END IF;
        SELECT h.id, h.area_ids INTO hazard FROM live.hazard h WHERE h.id = of_hazard AND h.area_ids && own FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no such hazard' USING ERRCODE = 'CS001';
        END IF;
        SELECT e.kind, e.happened_on INTO last FROM live.hazard_event e WHERE e.hazard_id = of_hazard
        ORDER BY ORDER_OF_STEPS LIMIT 1;
        SELECT * INTO rule FROM live.hazard_steps() s
        WHERE s.after = coalesce(last.kind, 'reported') AND s.step = next_step;
        IF NOT FOUND OR on_day < last.happened_on THEN
            RAISE EXCEPTION 'the step does not follow' USING ERRCODE = 'CS003';
        END IF;
        SELECT e.happened_on, e.happened_at, CASE WHEN e.source = 'web' THEN e.source_id END AS key,
            CASE WHEN e.source = 'web' THEN l.who END AS who INTO mended
        FROM live.hazard_event e JOIN ledger.load l ON l.id = e.load_id
        WHERE e.hazard_id = of_hazard AND e.kind = 'rectified' ORDER BY ORDER_OF_STEPS LIMIT 1;
        IF rule.needs_other AND mended.who = account THEN
            RAISE EXCEPTION 'who mended it' USING ERRCODE = 'CS004';
        END IF;
        -- A photo of the mended place: sent with that step or after it, on its day or later where only the day is known.
        IF rule.needs_photo AND NOT EXISTS (SELECT FROM evidence.hazard_photo p
                WHERE p.hazard_id = of_hazard AND (p.key = mended.key OR CASE WHEN mended.happened_at IS NULL
                    THEN p.taken_on >= coalesce(mended.happened_on, '-infinity')
                    ELSE p.recorded >= mended.happened_at END)) THEN
            RAISE EXCEPTION 'no photo' USING ERRCODE = 'CS005';
        END IF;
        IF rule.needs_deadline AND (due IS NULL OR due < on_day) THEN
            RAISE EXCEPTION 'no deadline' USING ERRCODE = 'CS006';
        END IF;
        -- A step changes its hazard as well: who keeps what was worked out from hazards sees it there.
        edit := live.note_edit('edit', 'hazard', account, code);
        moment := clock_timestamp();
        IF rule.needs_deadline THEN
            PERFORM live.keep_hazard_version(of_hazard, edit, moment);
            UPDATE live.hazard SET due_on = due, load_id = edit, recorded_from = moment WHERE id = of_hazard;
        END IF;
        edit := live.note_edit('edit', 'hazard_event', account, code);
        INSERT INTO live.hazard_event (source, source_id, row_hash, load_id, recorded_from, area_ids, hazard_id, kind,
            happened_on, happened_at)
        VALUES ('web', edit_key, md5(concat_ws('|', of_hazard, next_step, on_day)), edit, moment, hazard.area_ids,
            of_hazard, next_step, on_day, moment);
        RETURN of_hazard;
    END $$
"""

# What is taken back goes to history; nothing may stand on it, and nobody takes back what another account has done.
_TAKE_BACK = """
    CREATE FUNCTION live.take_back_edit(edit_key text, account text, code text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
    DECLARE
        own integer[] := live.own_areas();
        event live.hazard_event;
        hazard record;
        before record;
        done record;
        moment timestamptz;
        edit integer;
    BEGIN
        -- Of two that take one edit back the second finds it gone.
        PERFORM pg_advisory_xact_lock_shared(hashtext('csmap load'));
        PERFORM pg_advisory_xact_lock(hashtext('csmap edit'), hashtext(edit_key));
        SELECT e.* INTO event FROM live.hazard_event e WHERE e.source = 'web' AND e.source_id = edit_key;
        SELECT l.who, l.finished INTO done FROM ledger.load l WHERE l.id = event.load_id AND l.kind = 'edit';
        SELECT h.id, h.source, h.source_id INTO hazard FROM live.hazard h
        WHERE h.id = event.hazard_id AND h.area_ids && own FOR UPDATE;
        IF NOT FOUND OR done.who IS DISTINCT FROM account THEN
            RAISE EXCEPTION 'no such edit' USING ERRCODE = 'CS001';
        END IF;
        IF clock_timestamp() - done.finished > interval '15 seconds' THEN
            RAISE EXCEPTION 'too late' USING ERRCODE = 'CS007';
        END IF;
        IF EXISTS (SELECT FROM live.hazard_event e WHERE e.hazard_id = event.hazard_id AND e.id > event.id) THEN
            RAISE EXCEPTION 'something has followed' USING ERRCODE = 'CS008';
        END IF;
        edit := live.note_edit('undo', 'hazard_event', account, code);
        moment := clock_timestamp();
        INSERT INTO history.hazard_event (id, source, source_id, row_hash, load_id, recorded_from, area_ids, hazard_id,
            kind, happened_on, happened_at, recorded, closed_by_load)
        VALUES (event.id, event.source, event.source_id, event.row_hash, event.load_id, event.recorded_from,
            event.area_ids, event.hazard_id, event.kind, event.happened_on, event.happened_at,
            tstzrange(event.recorded_from, moment), edit);
        DELETE FROM live.hazard_event WHERE id = event.id;
        DELETE FROM evidence.hazard_photo WHERE key = edit_key;
        edit := live.note_edit('undo', 'hazard', account, code);
        IF hazard.source = 'web' AND hazard.source_id = edit_key THEN
            PERFORM live.keep_hazard_version(event.hazard_id, edit, moment);
            DELETE FROM evidence.hazard_photo WHERE hazard_id = event.hazard_id;
            DELETE FROM live.hazard WHERE id = event.hazard_id;
            RETURN NULL;
        END IF;
        SELECT h.due_on INTO before FROM history.hazard h
        WHERE h.id = event.hazard_id AND upper(h.recorded) = event.recorded_from;
        IF FOUND THEN
            PERFORM live.keep_hazard_version(event.hazard_id, edit, moment);
            UPDATE live.hazard SET due_on = before.due_on, load_id = edit, recorded_from = moment
            WHERE id = event.hazard_id;
        ELSE  -- events that arrive move their hazard by a trigger; one that goes does so here
            UPDATE live.hazard SET status = status WHERE id = event.hazard_id;
        END IF;
        RETURN event.hazard_id;
    END $$
"""

_OF_EDIT = """
    CREATE FUNCTION live.hazard_of_edit(edit_key text, account text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT e.hazard_id FROM live.hazard_event e JOIN ledger.load l ON l.id = e.load_id
        WHERE e.source = 'web' AND e.source_id = edit_key AND l.who = account AND e.area_ids && live.own_areas()
    $$
"""

_ADD_PHOTO = """
    CREATE FUNCTION live.add_hazard_photo(edit_key text, of_hazard bigint, on_day date, jpeg bytea, account text)
    RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        own integer[] := live.own_areas();
        known record;
        made bigint;
    BEGIN
        PERFORM live.begin_edit(edit_key, account);
        SELECT p.id, p.hazard_id, p.who INTO known FROM evidence.hazard_photo p WHERE p.key = edit_key;
        IF FOUND THEN  -- sent twice
            IF known.who <> account OR known.hazard_id <> of_hazard THEN
                RAISE EXCEPTION 'the key is another edit''s' USING ERRCODE = 'CS011';
            END IF;
            RETURN known.id;
        END IF;
        PERFORM FROM live.hazard h WHERE h.id = of_hazard AND h.area_ids && own FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no such hazard' USING ERRCODE = 'CS001';
        END IF;
        -- By account: nobody can take the last room of those who have to show that it is mended.
        IF (SELECT count(*) FROM evidence.hazard_photo p WHERE p.hazard_id = of_hazard AND p.who = account) >= 10 THEN
            RAISE EXCEPTION 'enough photos' USING ERRCODE = 'CS009';
        END IF;
        INSERT INTO evidence.hazard_photo (hazard_id, key, taken_on, who, picture)
        VALUES (of_hazard, edit_key, on_day, account, jpeg) RETURNING id INTO made;
        RETURN made;
    END $$
"""

# The steward's login has all areas; that of the police those that are stated.
_PHOTO = """
    CREATE FUNCTION live.open_hazard_photo(photo bigint) RETURNS bytea
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        own integer[];
        found_picture bytea;
    BEGIN
        IF session_user <> current_database() || '_staff' THEN
            own := live.own_areas();
        END IF;
        SELECT p.picture INTO found_picture FROM evidence.hazard_photo p JOIN live.hazard h ON h.id = p.hazard_id
        WHERE p.id = photo AND (own IS NULL OR h.area_ids && own);
        RETURN found_picture;
    END $$
"""

_PHOTOS = """
    CREATE FUNCTION live.list_hazard_photos(of_hazard bigint) RETURNS TABLE (id bigint, taken_on date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE own integer[];
    BEGIN
        IF session_user <> current_database() || '_staff' THEN
            own := live.own_areas();
        END IF;
        RETURN QUERY SELECT p.id, p.taken_on FROM evidence.hazard_photo p JOIN live.hazard h ON h.id = p.hazard_id
        WHERE p.hazard_id = of_hazard AND (own IS NULL OR h.area_ids && own) ORDER BY p.id;
    END $$
"""
