"""Words on a hazard and on its steps, and deadlines that are put off with a reason."""

import sqlalchemy as sa
from alembic import op

from geodata.crs import STORAGE_SRID

revision = "0029"
down_revision = "0028"

MOST_WORDS = "400"
"""Of 200 that are written; a short name is longer once it is masked."""


def upgrade() -> None:
    """Add what a step says and sets, and let the functions take it along."""
    columns = (
        ("note", sa.Text, "What was said of the step, persons masked"),
        ("due_on", sa.Date, "The deadline that the step set"),
        ("due_before", sa.Date, "The deadline that stood before the step"),
    )
    for schema in ("live", "history"):
        for name, kind, comment in columns:
            op.add_column("hazard_event", sa.Column(name, kind, comment=comment), schema=schema)
    op.execute(f"DROP FUNCTION {', '.join(_BEFORE)}")
    for statement in (_STEPS, _REPORT, _STEP, _TAKE_BACK):
        words = {"ORDER_OF_STEPS": _ORDER, "STORED_IN": str(STORAGE_SRID), "MOST_WORDS": MOST_WORDS}
        for word, value in words.items():
            statement = statement.replace(word, value)
        op.execute(statement)
    # Open to everybody by default; grants follow each migration.
    op.execute(f"REVOKE ALL ON FUNCTION {', '.join(_NOW)} FROM PUBLIC")


_BEFORE = (
    "live.hazard_steps()",
    "live.report_hazard(text, date, text, text, float8, float8, float8, float8, text, text, bigint, text, text)",
    "live.step_hazard(text, bigint, text, date, date, text, text)",
)
_NOW = (
    "live.hazard_steps()",
    "live.report_hazard(text, date, text, text, float8, float8, float8, float8, text, text, bigint, text, text, text)",
    "live.step_hazard(text, bigint, text, date, date, text, text, text)",
)

_ORDER = """e.happened_on DESC, e.happened_at DESC NULLS LAST,
                 array_position(ARRAY['reported', 'confirmed', 'dispatched', 'returned', 'extended', 'suspended',
                     'rectified', 'recheck_failed', 'rechecked', 'closed', 'reopened', 'duplicate',
                     'false_report'], e.kind) DESC, e.id DESC"""

# Who set a deadline doesn't put it off.
_STEPS = """
    CREATE FUNCTION live.hazard_steps()
    RETURNS TABLE (after text, step text, needs_other boolean, needs_photo boolean, needs_deadline boolean,
        needs_words boolean)
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
        VALUES
            ('reported', 'confirmed', false, false, false, false),
            ('reported', 'duplicate', false, false, false, false),
            ('reported', 'false_report', false, false, false, false),
            ('returned', 'confirmed', false, false, false, false),
            ('confirmed', 'dispatched', false, false, true, false),
            ('dispatched', 'rectified', false, false, false, false),
            ('dispatched', 'extended', true, false, true, true),
            ('extended', 'rectified', false, false, false, false),
            ('extended', 'extended', true, false, true, true),
            ('recheck_failed', 'rectified', false, false, false, false),
            ('recheck_failed', 'extended', true, false, true, true),
            ('reopened', 'dispatched', false, false, true, false),
            ('suspended', 'dispatched', false, false, true, false),
            ('rectified', 'rechecked', true, false, false, false),
            ('rectified', 'recheck_failed', true, false, false, false),
            ('rechecked', 'closed', true, true, false, false)
    $$
"""

_REPORT = """
    CREATE FUNCTION live.report_hazard(edit_key text, on_day date, of_kind text, of_level text,
        at_lon float8, at_lat float8, said_x float8, said_y float8, said_system text, said_method text,
        in_compound bigint, words text, account text, code text) RETURNS bigint
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
        IF char_length(words) > MOST_WORDS THEN
            RAISE EXCEPTION 'many words' USING ERRCODE = 'CS013';
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
            description, compound_name, compound_id, community, found_on, src_x, src_y, src_system, src_method, geom)
        VALUES ('web', edit_key, md5(concat_ws('|', of_kind, of_level, on_day, public.ST_AsText(spot), words)), edit, moment,
            areas, of_kind, of_level, words, place.name, place.id, place.community, on_day, said_x, said_y, said_system,
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
        words text, account text, code text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        own integer[] := live.own_areas();
        known record;
        hazard record;
        last record;
        mended record;
        setter text;
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
        SELECT h.id, h.area_ids, h.due_on INTO hazard FROM live.hazard h
        WHERE h.id = of_hazard AND h.area_ids && own FOR UPDATE;
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
        IF rule.needs_other AND next_step <> 'extended' AND mended.who = account THEN
            RAISE EXCEPTION 'who mended it' USING ERRCODE = 'CS004';
        END IF;
        SELECT CASE WHEN e.source = 'web' THEN l.who END INTO setter
        FROM live.hazard_event e JOIN ledger.load l ON l.id = e.load_id
        WHERE e.hazard_id = of_hazard AND e.kind IN ('dispatched', 'extended') ORDER BY ORDER_OF_STEPS LIMIT 1;
        IF next_step = 'extended' AND setter = account THEN
            RAISE EXCEPTION 'who set the deadline' USING ERRCODE = 'CS014';
        END IF;
        IF char_length(words) > MOST_WORDS THEN
            RAISE EXCEPTION 'many words' USING ERRCODE = 'CS013';
        END IF;
        IF rule.needs_words AND coalesce(words, '') = '' THEN
            RAISE EXCEPTION 'no reason' USING ERRCODE = 'CS015';
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
        IF next_step = 'extended' AND (due <= hazard.due_on OR due > on_day + 366) THEN
            RAISE EXCEPTION 'no later day' USING ERRCODE = 'CS016';
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
            happened_on, happened_at, note, due_on, due_before)
        VALUES ('web', edit_key, md5(concat_ws('|', of_hazard, next_step, on_day, due, words)), edit, moment, hazard.area_ids,
            of_hazard, next_step, on_day, moment, words, CASE WHEN rule.needs_deadline THEN due END,
            CASE WHEN rule.needs_deadline THEN hazard.due_on END);
        RETURN of_hazard;
    END $$
"""

_TAKE_BACK = """
    CREATE OR REPLACE FUNCTION live.take_back_edit(edit_key text, account text, code text) RETURNS bigint
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
            kind, happened_on, happened_at, note, due_on, due_before, recorded, closed_by_load)
        VALUES (event.id, event.source, event.source_id, event.row_hash, event.load_id, event.recorded_from,
            event.area_ids, event.hazard_id, event.kind, event.happened_on, event.happened_at,
            event.note, event.due_on, event.due_before, tstzrange(event.recorded_from, moment), edit);
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
