"""Who sees what: the declarations beside the table that was agreed on, section 8 of the domain's rules, by hand.

A layer or a field that isn't here fails, as nobody has said who may see it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.layers.publishing import AtCompound, CountsByArea, Hidden

RESIDENT, PLANNER, OFFICER, POLICE, STEWARD = (
    Audience.RESIDENT,
    Audience.PLANNER,
    Audience.GRID_OFFICER,
    Audience.POLICE,
    Audience.STEWARD,
)
TOTALS = "area_name area_id year total is_withheld"
ALL = dict.fromkeys(Audience, "all")
OWN = {**ALL, OFFICER: "own areas", POLICE: "own areas"}
YEARLY = "yearly totals of communities, 10 and more"


@dataclass(frozen=True)
class Seen:
    """Which rows each audience sees of a layer, and which fields: those of all, and more for some."""

    rows: dict[Audience, str]
    fields: str
    more: dict[Audience, str] = field(default_factory=dict)
    instead: dict[Audience, str] = field(default_factory=dict)


def _for(audiences: tuple[Audience, ...], words: str) -> dict[Audience, str]:
    return dict.fromkeys(audiences, words)


COUNTING = (PLANNER, STEWARD)
GROUND = (OFFICER, POLICE, STEWARD)
STAFF = (PLANNER, *GROUND)
COMPOUND = "compound_name compound_id community"
AREA = "area_name area_id area_code"

EXPECTED = {
    # compound name, outline, household band, published grade, services: all; exact households: planner
    "compound": Seen(
        ALL,
        "name aliases kind community building_count built_year property_company code",
        {
            **_for((RESIDENT, OFFICER, POLICE), "households_band"),
            **_for(COUNTING, "households residents"),
        },
    ),
    "alias": Seen(ALL, f"name kind {COMPOUND} used_from used_to", _for(STAFF, "evidence")),
    "assessment": Seen(ALL, f"grade period assessed_on scheme issuer {COMPOUND}", _for(STAFF, "items")),
    "property_company": Seen(ALL, "name code"),
    # police post: name, address, phone, hours; planner + service class, officer + desks, police + internal
    "police_post": Seen(
        ALL,
        "name kind hours address street phone",
        {
            PLANNER: "service_class",
            OFFICER: "capacity",
            POLICE: "service_class capacity",
            STEWARD: "service_class capacity",
        },
    ),
    # open hazard: type and status at compound level, older than 7 days, no day; closed ones at once, with their days.
    # Planners: compound level. Exact with its words: officers and police in their own areas.
    "hazard": Seen(
        {
            **OWN,
            RESIDENT: "at compounds after 7 days, or since reopened, or closed; found_on only then",
            PLANNER: "at compounds",
        },
        f"kind status found_on closed_on {COMPOUND}",
        {PLANNER: "level due_on", **_for(GROUND, "level due_on department description")},
    ),
    "hazard_event": Seen({each: OWN[each] for each in GROUND}, "kind happened_on happened_at note due_on due_before"),
    # micro-project: yes, all
    "micro_project": Seen(
        ALL,
        f"name kind status started_on finished_on budget {COMPOUND}",
        {RESIDENT: "households_band", **_for(STAFF, "households")},
    ),
    "funding_line": Seen(ALL, "funder planned received spent"),
    # incidents: community level, a year, n and complement >= 10; officers the same; police finer
    "incident_count": Seen(
        {**_for((RESIDENT, PLANNER, OFFICER), YEARLY), POLICE: "own areas", STEWARD: "all"},
        f"kind {AREA} month incidents",
        instead=_for((RESIDENT, PLANNER, OFFICER), f"kind {TOTALS}"),
    ),
    # gates, service points, buildings, grids, roads; buildings' households: planner
    "gate": Seen(ALL, f"name kind hours {COMPOUND}"),
    "service_point": Seen(ALL, "name kind hours address street phone capacity community"),
    "area": Seen(ALL, "name kind code scheme parent_code valid_from valid_to"),
    "building": Seen(ALL, "name kind levels", _for(COUNTING, "households residents")),
    "road": Seen(
        ALL,
        "name highway ref oneway oneway_bicycle oneway_foot junction maxspeed_kmh lanes level bridge tunnel access "
        "foot bicycle motor_vehicle service surface",
        _for(STAFF, "node_ids"),
    ),
    "turn_restriction": Seen(_for(STAFF, "all"), "kind from_way via to_way"),
    # not in the table, so nobody's but who plans and who loads
    "area_population": Seen(_for(COUNTING, "all"), f"counted_on residents households aged_65 {AREA}"),
    "population_cell": Seen(_for(COUNTING, "all"), "residents area_m2"),
    # governance records at compound level; free words and buildings, which may name a home, on the ground alone
    "compound_status": Seen(OWN, f"lacks_manager lacks_authority lacks_guards starts_on ends_on {COMPOUND}"),
    "management_mode": Seen(OWN, f"mode starts_on ends_on {COMPOUND}", _for(STAFF, "fee_scheme")),
    "engagement": Seen(OWN, f"company_name starts_on ends_on end_reason {COMPOUND}"),
    "owners_committee": Seen(OWN, f"name status founded_on {COMPOUND}"),
    "term": Seen(OWN, "number origin starts_on ends_on seats party_seats"),
    "party_branch": Seen(OWN, f"name kind founded_on code {AREA}"),
    "branch_covers_compound": Seen(OWN, f"since {COMPOUND}"),
    "meeting": Seen(OWN, f"kind held_on attendances {COMPOUND}", _for(GROUND, "building")),
    "meeting_issue": Seen(OWN, "kind", _for(GROUND, "title")),
    "resolution": Seen(OWN, "status solved_on"),
    "whistle": Seen(OWN, f"kind blown_at {COMPOUND}", _for(GROUND, "subject")),
    "response": Seen(OWN, "department due_at arrived_at closed_at"),
    "platform_link": Seen(OWN, f"platform status linked_on {COMPOUND}"),
    "studio": Seen(OWN, f"name address hours phone founded_on {AREA}"),
    "training": Seen(OWN, "held_on attendances", _for(STAFF, "topic")),
    "brand": Seen(ALL, f"name founded_on {AREA}"),
    "volunteer_team": Seen(OWN, f"name founded_on members {AREA}"),
    "activity": Seen(OWN, f"kind held_on attendances {COMPOUND}"),
    # disputes, consultations, sessions: for residents counts by community and year alone
    "dispute": Seen(
        {**OWN, RESIDENT: YEARLY}, f"kind opened_on settled_on outcome {COMPOUND}", instead={RESIDENT: TOTALS}
    ),
    "clinic_session": Seen({**OWN, RESIDENT: YEARLY}, "held_on attendances", instead={RESIDENT: TOTALS}),
    "consultation": Seen({**OWN, RESIDENT: YEARLY}, "kind held_on", instead={RESIDENT: TOTALS}),
    # the base map
    "locality": Seen(ALL, "name name_zh name_en kind"),
    "green": Seen(ALL, "name kind"),
    "water": Seen(ALL, "name kind"),
    "waterway": Seen(ALL, "name kind tunnel"),
    "railway": Seen(ALL, "name kind level bridge tunnel"),
    "barrier": Seen(ALL, "name kind"),
}

every_layer = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)


def _rows(layer: Layer, audience: Audience) -> str:
    """Return in words which rows a layer's declaration gives an audience."""
    rule = layer.publication(audience)
    if isinstance(rule, CountsByArea):
        return f"yearly totals of communities, {rule.minimum} and more"
    if isinstance(rule, AtCompound):
        waived = f", or {rule.unless[1]}" if rule.unless else ""
        only = f"; {' '.join(rule.only_then)} only then" if rule.only_then else ""
        again = f", or since {rule.again[1]}" if rule.again else ""
        return "at compounds" + (f" after {rule.delay_days} days" if rule.is_delayed else "") + again + waived + only
    assert not isinstance(rule, Hidden), "an audience of a hidden layer"
    return "own areas" if audience in (OFFICER, POLICE) and not layer.is_everywhere else "all"


def test_every_layer_is_in_the_table() -> None:
    assert set(EXPECTED) == {layer.id for layer in LAYERS}


@every_layer
def test_each_audience_gets_the_rows_that_were_agreed_on(layer: Layer) -> None:
    declared = {audience: _rows(layer, audience) for audience in layer.audiences}
    assert declared == EXPECTED[layer.id].rows


@every_layer
def test_each_audience_gets_the_fields_that_were_agreed_on(layer: Layer) -> None:
    seen = EXPECTED[layer.id]
    for audience in Audience:
        declared = [field.name for field in layer.seen_by(audience).fields_for(audience)]
        words = seen.instead.get(audience, f"{seen.fields} {seen.more.get(audience, '')}")
        assert sorted(declared) == (sorted(words.split()) if audience in seen.rows else []), audience
