"""The store: live and history of the first layers, the ledger, and a hazard's status worked out from its events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from geodata.migrations.tables import create_layer

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything that the first release knows."""
    _ledger()
    _places()
    _base_map()
    for statement in HAZARD_RULES:
        op.execute(statement)


def _ledger() -> None:
    op.create_table(
        "load",
        sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("layer", sa.Text, nullable=False),
        sa.Column("file", sa.Text),
        sa.Column("part", sa.Text),
        sa.Column("file_sha256", sa.Text),
        sa.Column("recipe", sa.Text),
        sa.Column("who", sa.Text, nullable=False, comment="The system user or account that asked for it"),
        sa.Column("code_version", sa.Text, nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("finished", sa.DateTime(timezone=True)),
        sa.Column("read", sa.BigInteger, nullable=False, server_default="0", comment="Source records"),
        sa.Column("loaded", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("unchanged", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("quarantined", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("ignored", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("notes", JSONB, nullable=False, server_default="{}", comment="CRS, accuracy, what was noted"),
        sa.Column("message", sa.Text, comment="Why it failed"),
        sa.CheckConstraint("kind IN ('load', 'edit', 'undo')", name="load_kind_choice"),
        sa.CheckConstraint("state IN ('running', 'done', 'failed')", name="load_state_choice"),
        sa.CheckConstraint(
            "state <> 'done' OR read = loaded + unchanged + quarantined + ignored", name="load_rows_sum"
        ),
        schema="ledger",
        comment="One attempt to bring in one part of one file for one layer",
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("load_id", sa.Integer, sa.ForeignKey("ledger.load.id"), nullable=False),
        sa.Column("outcome", sa.Text, nullable=False, comment="quarantined, ignored or noted"),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("row", sa.BigInteger, nullable=False),
        sa.Column("cell", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("cells", JSONB, comment="The raw row without personal data"),
        schema="ledger",
        comment="A source row that was not loaded, with the cell and the reason",
    )
    op.create_index("quarantine_load_id", "quarantine", ["load_id"], schema="ledger")
    op.create_table(
        "publication",
        sa.Column("n", sa.Integer, sa.Identity(always=True), primary_key=True),
        sa.Column("state", sa.Text, nullable=False, comment="building, current, kept or dropped"),
        sa.Column("as_of", sa.Text, nullable=False, comment="The deployment's clock when it was built"),
        sa.Column("code_version", sa.Text, nullable=False),
        sa.Column("contents", sa.Text, nullable=False, comment="Digest of the loads and the declarations in it"),
        sa.Column("published", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        schema="ledger",
        comment="One version of what residents and planners see",
    )
    op.create_table(
        "current_publication",
        sa.Column("only_row", sa.Boolean, primary_key=True, server_default="true"),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("stamp", sa.Text, nullable=False, comment="Differs from every other publication's, of any database"),
        sa.CheckConstraint("only_row", name="current_publication_one_row"),
        schema="ledger",
        comment="Which publication is served",
    )
    op.create_table(
        "area_link",
        sa.Column("layer", sa.Text, primary_key=True),
        sa.Column("record_id", sa.BigInteger, primary_key=True),
        sa.Column("area_id", sa.Integer, primary_key=True),
        sa.Column("share", sa.Double, nullable=False),
        sa.CheckConstraint("share > 0 AND share <= 1", name="area_link_share_range"),
        schema="live",
        comment="Share of a record's length or area that lies in an area",
    )


def _places() -> None:
    create_layer(
        "area",
        sa.Column("code", sa.Text, comment="Official code, as text"),
        sa.Column("scheme", sa.Text, comment="The code's scheme, such as stats.gov.cn 12 digits"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("parent_code", sa.Text, comment="Code of the area above, in the same scheme"),
        sa.Column("valid_from", sa.Date, comment="First day of this outline in the world"),
        sa.Column("valid_to", sa.Date, comment="First day on which it no longer held"),
        comment="An area that someone is responsible for; its outline may change while its code stays.",
        shape="area",
        touches_extent=True,
        may_lack_geometry=True,
        checks={
            "area_kind_choice": "kind IN ('province', 'city', 'county', 'street', 'community', 'grid', 'other')",
            "area_valid_order": "valid_to >= valid_from",
        },
    )
    create_layer(
        "compound",
        sa.Column("code", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("aliases", ARRAY(sa.Text), comment="Former, short and popular names"),
        sa.Column("kind", sa.Text),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("households", sa.Integer),
        sa.Column("residents", sa.Integer),
        sa.Column("built_year", sa.Integer),
        sa.Column("building_count", sa.Integer),
        sa.Column("property_company", sa.Text),
        comment="A residential compound with its outline: no administrative unit, it may touch several grids.",
        shape="area",
        checks={
            "compound_kind_choice": "kind IN ('unit_yard', 'old_open', 'slab_estate', 'tower', 'other')",
            "compound_households_min": "households >= 0",
            "compound_residents_min": "residents >= 0",
            "compound_building_count_min": "building_count >= 0",
        },
    )
    create_layer(
        "police_post",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("phone", sa.Text, comment="The published number of the post, never a person's"),
        sa.Column("hours", sa.Text, comment="Weekly hours in local time: Mo-Fr 09:00-17:00; 24/7"),
        sa.Column("service_class", sa.Text),
        sa.Column("capacity", sa.Integer, comment="Desks that can serve people at the same time"),
        comment="A staffed place that residents can go to and patrols start from.",
        shape="point",
        checks={
            "police_post_kind_choice": "kind IN ('station', 'room', 'kiosk')",
            "police_post_service_class_choice": "service_class IN ('full', 'counter', 'contact')",
            "police_post_capacity_min": "capacity >= 0",
        },
    )
    create_layer(
        "hazard",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("level", sa.Text, comment="Set by a person, never worked out"),
        sa.Column(
            "status",
            sa.Text,
            nullable=False,
            server_default="reported",
            comment="Set by trigger from hazard_event only",
        ),
        sa.Column("description", sa.Text),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        sa.Column("community", sa.Text),
        sa.Column("found_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("closed_on", sa.Date, comment="Set by trigger from hazard_event only"),
        sa.Column("department", sa.Text, comment="The department that has to mend it"),
        comment="Something that can hurt people and has to be mended; who reported it is not kept.",
        shape="point",
        checks={
            "hazard_kind_choice": "kind IN ('fire_lane', 'flying_wire', 'ebike_indoors', 'fire_equipment', 'gas', 'electric', 'elevator', 'facade', 'falling_objects', 'structure', 'slope_flood', 'surface', 'lighting', 'access_control', 'illegal_building', 'crowded_place', 'other')",
            "hazard_level_choice": "level IN ('ordinary', 'major')",
            "hazard_status_choice": "status IN ('reported', 'confirmed', 'in_progress', 'rechecking', 'suspended', 'closed', 'dismissed')",
        },
    )
    create_layer(
        "hazard_event",
        sa.Column("hazard_id", sa.BigInteger, sa.ForeignKey("live.hazard.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        comment="One step in a hazard's life. Append-only: a correction is another event.",
        checks={
            "hazard_event_kind_choice": "kind IN ('reported', 'confirmed', 'dispatched', 'returned', 'extended', 'suspended', 'rectified', 'recheck_failed', 'rechecked', 'closed', 'reopened', 'duplicate', 'false_report')",
        },
    )
    op.create_index("ix_live_hazard_event_hazard_id", "hazard_event", ["hazard_id"], schema="live")
    create_layer(
        "micro_project",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        sa.Column("community", sa.Text),
        sa.Column("started_on", sa.Date),
        sa.Column("finished_on", sa.Date),
        sa.Column("households", sa.Integer, comment="Households that gain by it"),
        sa.Column("budget", sa.Numeric(14, 2), comment="Planned in all, yuan"),
        comment="A small improvement that residents of a compound asked for.",
        shape="point",
        checks={
            "micro_project_kind_choice": "kind IN ('charging', 'road', 'pipes', 'lighting', 'parking', 'green', 'lift', 'other')",
            "micro_project_status_choice": "status IN ('planned', 'running', 'done')",
            "micro_project_households_min": "households >= 0",
            "micro_project_budget_min": "budget >= 0",
            "micro_project_order": "finished_on >= started_on",
        },
    )
    create_layer(
        "funding_line",
        sa.Column("micro_project_id", sa.BigInteger, sa.ForeignKey("live.micro_project.id"), nullable=False),
        sa.Column("funder", sa.Text, nullable=False),
        sa.Column("planned", sa.Numeric(14, 2), comment="Yuan"),
        sa.Column("received", sa.Numeric(14, 2), comment="Yuan"),
        sa.Column("spent", sa.Numeric(14, 2), comment="Yuan"),
        comment="What one source plans, has handed over and has spent on a micro-project, in yuan.",
        checks={
            "funding_line_funder_choice": "funder IN ('street', 'property', 'residents', 'sponsors', 'public_income')",
            "funding_line_planned_min": "planned >= 0",
            "funding_line_received_min": "received >= 0",
            "funding_line_spent_min": "spent >= 0",
        },
    )
    op.create_index("ix_live_funding_line_micro_project_id", "funding_line", ["micro_project_id"], schema="live")


def _base_map() -> None:
    create_layer(
        "road",
        sa.Column("name", sa.Text),
        sa.Column("ref", sa.Text),
        sa.Column("highway", sa.Text, nullable=False, comment="Class in the words of OpenStreetMap"),
        sa.Column("oneway", sa.Text, comment="yes, -1, no; per mode in oneway_bicycle, oneway_foot"),
        sa.Column("oneway_bicycle", sa.Text),
        sa.Column("oneway_foot", sa.Text),
        sa.Column("junction", sa.Text, comment="roundabout: one-way without saying so"),
        sa.Column("maxspeed_kmh", sa.Double),
        sa.Column("lanes", sa.Integer),
        sa.Column("level", sa.Integer, comment="OpenStreetMap's layer: what passes over what"),
        sa.Column("bridge", sa.Text),
        sa.Column("tunnel", sa.Text),
        sa.Column("access", sa.Text),
        sa.Column("foot", sa.Text),
        sa.Column("bicycle", sa.Text),
        sa.Column("motor_vehicle", sa.Text),
        sa.Column("service", sa.Text),
        sa.Column("surface", sa.Text),
        sa.Column("node_ids", ARRAY(sa.BigInteger), comment="In order: equal ids join edges"),
        comment="A way that people or vehicles use, whole: roads that touch the deployment's edge are not cut.",
        shape="line",
        touches_extent=True,
        checks={
            "road_maxspeed_kmh_min": "maxspeed_kmh >= 0",
        },
    )
    create_layer(
        "turn_restriction",
        sa.Column(
            "kind", sa.Text, nullable=False, comment="no_left_turn, only_straight_on ... in the words of OpenStreetMap"
        ),
        sa.Column("from_way", sa.Text, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("to_way", sa.Text, nullable=False),
        comment="A turn that vehicles may not, or must, make: from one way over a node or way into another.",
    )
    create_layer(
        "building",
        sa.Column("name", sa.Text),
        sa.Column("kind", sa.Text),
        sa.Column("levels", sa.Double),
        sa.Column("households", sa.Integer),
        comment="A building's footprint; its households are no public fact.",
        shape="area",
        touches_extent=True,
        checks={
            "building_levels_min": "levels >= 0",
            "building_households_min": "households >= 0",
        },
    )


HAZARD_RULES = (
    # A hazard's status is what its events say: the latest day counts, within a day the later step of the chain.
    """
    CREATE FUNCTION live.hazard_status(hazard bigint, OUT status text, OUT closed_on date)
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
        WHERE e.hazard_id = hazard
        ORDER BY e.happened_on DESC,
                 array_position(ARRAY['reported', 'confirmed', 'dispatched', 'returned', 'extended', 'suspended',
                     'rectified', 'recheck_failed', 'rechecked', 'closed', 'reopened', 'duplicate',
                     'false_report'], e.kind) DESC, e.id DESC
        LIMIT 1
    $$
    """,
    """
    CREATE FUNCTION live.hazard_takes_status() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    DECLARE worked_out record;
    BEGIN
        SELECT * INTO worked_out FROM live.hazard_status(NEW.id);
        NEW.status := coalesce(worked_out.status, 'reported');
        NEW.closed_on := worked_out.closed_on;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER hazard_takes_status BEFORE INSERT OR UPDATE ON live.hazard
    FOR EACH ROW EXECUTE FUNCTION live.hazard_takes_status()
    """,
    """
    CREATE FUNCTION live.hazard_event_moves_hazard() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    BEGIN
        UPDATE live.hazard SET status = status WHERE id IN (SELECT hazard_id FROM arrived);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER hazard_event_moves_hazard AFTER INSERT ON live.hazard_event
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION live.hazard_event_moves_hazard()
    """,
    """
    CREATE FUNCTION live.hazard_event_is_append_only() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    BEGIN
        IF current_user = current_database() || '_owner' THEN
            RETURN coalesce(NEW, OLD);
        END IF;
        IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'area_ids' = to_jsonb(OLD) - 'area_ids' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'hazard_event is append-only: a correction is another event';
    END $$
    """,
    """
    CREATE TRIGGER hazard_event_is_append_only BEFORE UPDATE OR DELETE ON live.hazard_event
    FOR EACH ROW EXECUTE FUNCTION live.hazard_event_is_append_only()
    """,
)
