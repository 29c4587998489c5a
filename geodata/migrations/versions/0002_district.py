"""All layers of a district: services, gates, the base map, what is known of areas, and how compounds are cared for."""

import sqlalchemy as sa
from alembic import op

from geodata.migrations.tables import create_layer

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the layers, and the residents of buildings."""
    _places()
    _base_map()
    _of_areas()
    _care()
    _party_and_meetings()
    _help()
    _residents_of_buildings()


def _places() -> None:
    create_layer(
        "service_point",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("hours", sa.Text, comment="Weekly hours in local time; empty where nobody has said"),
        sa.Column("address", sa.Text),
        sa.Column("phone", sa.Text, comment="The published number of the place, never a person's"),
        sa.Column("capacity", sa.Integer, comment="People that it can serve or shelter at the same time"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        comment="A place that serves people: an office with hours, or a thing that anyone can use.",
        shape="point",
        checks={
            "service_point_kind_choice": "kind IN ('community_office', 'party_centre', 'clinic', 'hospital', 'pharmacy', 'school', 'kindergarten', 'elder_care', 'charging', 'aed', 'hydrant', 'shelter', 'fire_station', 'library', 'market', 'toilet', 'other')",
            "service_point_capacity_min": "capacity >= 0",
        },
    )
    create_layer(
        "gate",
        sa.Column("name", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("hours", sa.Text, comment="Weekly hours in local time; empty where nobody has said"),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="A way through a compound's wall.",
        shape="point",
        checks={
            "gate_kind_choice": "kind IN ('main', 'side', 'foot', 'vehicle', 'emergency', 'closed')",
        },
    )
    op.create_index("ix_live_gate_compound_id", "gate", ["compound_id"], schema="live")
    create_layer(
        "population_cell",
        sa.Column("residents", sa.Double, nullable=False, comment="May be a fraction: grids share people out"),
        sa.Column("area_m2", sa.Double),
        comment="A cell of a raster or hexagon grid, kept as its middle.",
        shape="point",
        checks={
            "population_cell_residents_min": "residents >= 0",
            "population_cell_area_m2_min": "area_m2 >= 0",
        },
    )


def _base_map() -> None:
    create_layer(
        "green",
        sa.Column("name", sa.Text),
        sa.Column("kind", sa.Text),
        comment="A piece of green ground.",
        shape="area",
        touches_extent=True,
    )
    create_layer(
        "water",
        sa.Column("name", sa.Text),
        sa.Column("kind", sa.Text),
        comment="A sheet of water.",
        shape="area",
        touches_extent=True,
    )
    create_layer(
        "waterway",
        sa.Column("name", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("tunnel", sa.Text),
        comment="A stretch of running water.",
        shape="line",
        touches_extent=True,
    )
    create_layer(
        "railway",
        sa.Column("name", sa.Text),
        sa.Column("kind", sa.Text, nullable=False, comment="rail, subway, tram ... in the words of OpenStreetMap"),
        sa.Column("level", sa.Integer, comment="OpenStreetMap's layer: what passes over what"),
        sa.Column("bridge", sa.Text),
        sa.Column("tunnel", sa.Text),
        comment="A stretch of track.",
        shape="line",
        touches_extent=True,
    )
    create_layer(
        "barrier",
        sa.Column("name", sa.Text),
        sa.Column("kind", sa.Text, nullable=False, comment="wall, fence, hedge ... in the words of OpenStreetMap"),
        comment="A line that stops people.",
        shape="line",
        touches_extent=True,
    )


def _of_areas() -> None:
    create_layer(
        "incident_count",
        sa.Column("month", sa.Date, nullable=False, comment="Its first day"),
        sa.Column(
            "kind",
            sa.Text,
            nullable=False,
            comment="In the source's words: cases, calls and reports are never added up",
        ),
        sa.Column("incidents", sa.Integer, nullable=False),
        sa.Column("area_code", sa.Text, comment="As the source codes it"),
        sa.Column("area_name", sa.Text, comment="As the source names it"),
        sa.Column("area_id", sa.BigInteger, comment="The area it was matched with"),
        comment="How many incidents of a kind an area had in a month.",
        checks={
            "incident_count_incidents_min": "incidents >= 0",
            "incident_count_month_first": "extract(day FROM month) = 1",
        },
    )
    op.create_index("ix_live_incident_count_area_id", "incident_count", ["area_id"], schema="live")
    create_layer(
        "area_population",
        sa.Column("counted_on", sa.Date, nullable=False),
        sa.Column("residents", sa.Integer),
        sa.Column("households", sa.Integer),
        sa.Column("aged_65", sa.Integer),
        sa.Column("area_code", sa.Text, comment="As the source codes it"),
        sa.Column("area_name", sa.Text, comment="As the source names it"),
        sa.Column("area_id", sa.BigInteger, comment="The area it was matched with"),
        comment="The people of an area on a day, as totals.",
        checks={
            "area_population_households_min": "households >= 0",
            "area_population_aged_65_min": "aged_65 >= 0",
            "area_population_residents_min": "residents >= 0",
        },
    )
    op.create_index("ix_live_area_population_area_id", "area_population", ["area_id"], schema="live")


def _care() -> None:
    create_layer(
        "compound_status",
        sa.Column("lacks_manager", sa.Boolean, comment="No property company"),
        sa.Column("lacks_authority", sa.Boolean, comment="No department in charge"),
        sa.Column("lacks_guards", sa.Boolean, comment="Nobody guards it"),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="What a compound lacked from one day to another; all three at once is a three-nos compound.",
        checks={
            "compound_status_order": "ends_on >= starts_on",
        },
    )
    op.create_index("ix_live_compound_status_compound_id", "compound_status", ["compound_id"], schema="live")
    create_layer(
        "management_mode",
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("fee_scheme", sa.Text),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="How a compound was run from one day to another, and what that costs.",
        checks={
            "management_mode_mode_choice": "mode IN ('self', 'professional', 'grid', 'none')",
            "management_mode_order": "ends_on >= starts_on",
        },
    )
    op.create_index("ix_live_management_mode_compound_id", "management_mode", ["compound_id"], schema="live")
    create_layer(
        "property_company",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("code", sa.Text, comment="Its code in the register of companies"),
        comment="A company that manages compounds.",
    )
    create_layer(
        "engagement",
        sa.Column("property_company_id", sa.BigInteger, sa.ForeignKey("live.property_company.id"), nullable=False),
        sa.Column("company_name", sa.Text),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("end_reason", sa.Text),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="A company's work for one compound, from one day to another.",
        checks={
            "engagement_end_reason_choice": "end_reason IN ('replaced', 'expired', 'withdrew')",
            "engagement_order": "ends_on >= starts_on",
        },
    )
    op.create_index("ix_live_engagement_property_company_id", "engagement", ["property_company_id"], schema="live")
    op.create_index("ix_live_engagement_compound_id", "engagement", ["compound_id"], schema="live")
    create_layer(
        "assessment",
        sa.Column("property_company_id", sa.BigInteger, sa.ForeignKey("live.property_company.id"), nullable=False),
        sa.Column("scheme", sa.Text, nullable=False, comment="By which rules; grades of two schemes aren't compared"),
        sa.Column("issuer", sa.Text),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("assessed_on", sa.Date),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("items", sa.Text, comment="What was looked at and found"),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="A grade that a company was given, for one compound or for all of its work.",
        checks={
            "assessment_grade_choice": "grade IN ('A', 'B', 'C')",
        },
    )
    op.create_index("ix_live_assessment_property_company_id", "assessment", ["property_company_id"], schema="live")
    op.create_index("ix_live_assessment_compound_id", "assessment", ["compound_id"], schema="live")
    create_layer(
        "owners_committee",
        sa.Column("name", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("founded_on", sa.Date),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="The owners' committee of a compound.",
        checks={
            "owners_committee_status_choice": "status IN ('active', 'expired', 'preparing')",
        },
    )
    op.create_index("ix_live_owners_committee_compound_id", "owners_committee", ["compound_id"], schema="live")
    create_layer(
        "term",
        sa.Column("owners_committee_id", sa.BigInteger, sa.ForeignKey("live.owners_committee.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("origin", sa.Text),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("party_seats", sa.Integer),
        comment="One term of an owners' committee.",
        checks={
            "term_number_min": "number >= 0",
            "term_party_seats_max": "party_seats <= seats",
            "term_order": "ends_on >= starts_on",
            "term_origin_choice": "origin IN ('formed', 're_elected')",
            "term_party_seats_min": "party_seats >= 0",
            "term_seats_min": "seats >= 0",
        },
    )
    op.create_index("ix_live_term_owners_committee_id", "term", ["owners_committee_id"], schema="live")


def _party_and_meetings() -> None:
    create_layer(
        "party_branch",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("kind", sa.Text),
        sa.Column("founded_on", sa.Date),
        sa.Column("area_code", sa.Text, comment="As the source codes it"),
        sa.Column("area_name", sa.Text, comment="As the source names it"),
        sa.Column("area_id", sa.BigInteger, comment="The area it was matched with"),
        comment="A party branch of a community.",
        checks={
            "party_branch_kind_choice": "kind IN ('compound', 'joint', 'functional')",
        },
    )
    op.create_index("ix_live_party_branch_area_id", "party_branch", ["area_id"], schema="live")
    create_layer(
        "branch_covers_compound",
        sa.Column("party_branch_id", sa.BigInteger, sa.ForeignKey("live.party_branch.id"), nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="A compound that a party branch covers; a branch covers several, a compound may have several.",
    )
    op.create_index(
        "ix_live_branch_covers_compound_party_branch_id", "branch_covers_compound", ["party_branch_id"], schema="live"
    )
    op.create_index(
        "ix_live_branch_covers_compound_compound_id", "branch_covers_compound", ["compound_id"], schema="live"
    )
    create_layer(
        "meeting",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("building", sa.Text),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("attendances", sa.Integer),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="A meeting that was held in a compound.",
        checks={
            "meeting_attendances_min": "attendances >= 0",
            "meeting_kind_choice": "kind IN ('building', 'courtyard', 'owners')",
        },
    )
    op.create_index("ix_live_meeting_compound_id", "meeting", ["compound_id"], schema="live")
    create_layer(
        "meeting_issue",
        sa.Column("meeting_id", sa.BigInteger, sa.ForeignKey("live.meeting.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        comment="Something that a meeting raised.",
        checks={
            "meeting_issue_kind_choice": "kind IN ('parking', 'facility', 'hygiene', 'safety', 'property', 'green', 'other')",
        },
    )
    op.create_index("ix_live_meeting_issue_meeting_id", "meeting_issue", ["meeting_id"], schema="live")
    create_layer(
        "resolution",
        sa.Column("meeting_issue_id", sa.BigInteger, sa.ForeignKey("live.meeting_issue.id"), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("solved_on", sa.Date),
        comment="What became of an issue.",
        checks={
            "resolution_status_choice": "status IN ('solved', 'in_progress', 'rejected')",
        },
    )
    op.create_index("ix_live_resolution_meeting_issue_id", "resolution", ["meeting_issue_id"], schema="live")
    create_layer(
        "whistle",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("blown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="A call for departments to come.",
        checks={
            "whistle_kind_choice": "kind IN ('beyond_power', 'joint', 'emergency')",
        },
    )
    op.create_index("ix_live_whistle_compound_id", "whistle", ["compound_id"], schema="live")
    create_layer(
        "response",
        sa.Column("whistle_id", sa.BigInteger, sa.ForeignKey("live.whistle.id"), nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("arrived_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        comment="What one department did about a whistle: by when it should have come, when it came, when it was done.",
        checks={
            "response_order": "closed_at >= arrived_at",
        },
    )
    op.create_index("ix_live_response_whistle_id", "response", ["whistle_id"], schema="live")


def _help() -> None:
    create_layer(
        "dispute",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("settled_on", sa.Date),
        sa.Column("outcome", sa.Text),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="A dispute in a compound.",
        checks={
            "dispute_order": "settled_on >= opened_on",
            "dispute_outcome_choice": "outcome IN ('mediated', 'referred', 'pending')",
            "dispute_kind_choice": "kind IN ('noise', 'parking', 'leak', 'fees', 'property', 'pets', 'other')",
        },
    )
    op.create_index("ix_live_dispute_compound_id", "dispute", ["compound_id"], schema="live")
    create_layer(
        "studio",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("hours", sa.Text, comment="Weekly hours in local time"),
        sa.Column("phone", sa.Text, comment="The published number of the studio, never a person's"),
        sa.Column("founded_on", sa.Date),
        sa.Column("area_code", sa.Text, comment="As the source codes it"),
        sa.Column("area_name", sa.Text, comment="As the source names it"),
        sa.Column("area_id", sa.BigInteger, comment="The area it was matched with"),
        comment="A studio in which social workers and lawyers help with what goes wrong between neighbours.",
    )
    op.create_index("ix_live_studio_area_id", "studio", ["area_id"], schema="live")
    create_layer(
        "clinic_session",
        sa.Column("studio_id", sa.BigInteger, sa.ForeignKey("live.studio.id"), nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("attendances", sa.Integer),
        comment="One of a studio's weekly clinics.",
        checks={
            "clinic_session_attendances_min": "attendances >= 0",
        },
    )
    op.create_index("ix_live_clinic_session_studio_id", "clinic_session", ["studio_id"], schema="live")
    create_layer(
        "training",
        sa.Column("studio_id", sa.BigInteger, sa.ForeignKey("live.studio.id"), nullable=False),
        sa.Column("topic", sa.Text),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("attendances", sa.Integer),
        comment="A training that a studio gave.",
        checks={
            "training_attendances_min": "attendances >= 0",
        },
    )
    op.create_index("ix_live_training_studio_id", "training", ["studio_id"], schema="live")
    create_layer(
        "consultation",
        sa.Column("studio_id", sa.BigInteger, sa.ForeignKey("live.studio.id"), nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("held_on", sa.Date, nullable=False),
        comment="A legal consultation: when and on what, never with whom.",
        checks={
            "consultation_kind_choice": "kind IN ('property', 'family', 'labour', 'contract', 'neighbours', 'other')",
        },
    )
    op.create_index("ix_live_consultation_studio_id", "consultation", ["studio_id"], schema="live")
    create_layer(
        "platform_link",
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("linked_on", sa.Date),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="A compound's link to a platform.",
        checks={
            "platform_link_status_choice": "status IN ('live', 'planned', 'ended')",
        },
    )
    op.create_index("ix_live_platform_link_compound_id", "platform_link", ["compound_id"], schema="live")
    create_layer(
        "brand",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("founded_on", sa.Date),
        sa.Column("area_code", sa.Text, comment="As the source codes it"),
        sa.Column("area_name", sa.Text, comment="As the source names it"),
        sa.Column("area_id", sa.BigInteger, comment="The area it was matched with"),
        comment="A name under which volunteers work.",
    )
    op.create_index("ix_live_brand_area_id", "brand", ["area_id"], schema="live")
    create_layer(
        "volunteer_team",
        sa.Column("brand_id", sa.BigInteger, sa.ForeignKey("live.brand.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("founded_on", sa.Date),
        sa.Column("members", sa.Integer),
        sa.Column("area_code", sa.Text, comment="As the source codes it"),
        sa.Column("area_name", sa.Text, comment="As the source names it"),
        sa.Column("area_id", sa.BigInteger, comment="The area it was matched with"),
        comment="A team of a brand.",
        checks={
            "volunteer_team_members_min": "members >= 0",
        },
    )
    op.create_index("ix_live_volunteer_team_brand_id", "volunteer_team", ["brand_id"], schema="live")
    op.create_index("ix_live_volunteer_team_area_id", "volunteer_team", ["area_id"], schema="live")
    create_layer(
        "activity",
        sa.Column("volunteer_team_id", sa.BigInteger, sa.ForeignKey("live.volunteer_team.id"), nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("attendances", sa.Integer),
        sa.Column("compound_name", sa.Text, comment="As the source names it"),
        sa.Column("community", sa.Text, comment="The community that the source names"),
        sa.Column("compound_id", sa.BigInteger, comment="The compound it was matched with"),
        comment="Something that a team did, in a compound or elsewhere.",
        checks={
            "activity_kind_choice": "kind IN ('patrol', 'care', 'cleaning', 'teaching', 'culture', 'other')",
            "activity_attendances_min": "attendances >= 0",
        },
    )
    op.create_index("ix_live_activity_volunteer_team_id", "activity", ["volunteer_team_id"], schema="live")
    op.create_index("ix_live_activity_compound_id", "activity", ["compound_id"], schema="live")


def _residents_of_buildings() -> None:
    for schema in ("live", "history"):
        op.add_column("building", sa.Column("residents", sa.Integer), schema=schema)
    op.create_check_constraint("building_residents_min", "building", "residents >= 0", schema="live")
    comment = "A building's footprint; its households and residents are no public fact."
    op.create_table_comment("building", comment, schema="live")
