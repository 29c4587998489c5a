"""All layers, in the order in which people meet them. A layer that isn't in this list doesn't exist."""

from geodata.errors import NotFound
from geodata.layers import (
    alias,
    area,
    area_population,
    barrier,
    building,
    committee,
    compound,
    compound_status,
    dispute,
    gate,
    green,
    hazard,
    incident_count,
    locality,
    meeting,
    micro_project,
    party,
    platform_link,
    police_post,
    population_cell,
    property_company,
    railway,
    road,
    service_point,
    studio,
    volunteer,
    water,
    waterway,
    whistle,
)
from geodata.layers.layer import Layer

LAYERS: tuple[Layer, ...] = (
    # places that people look for
    compound.LAYER,
    alias.LAYER,
    police_post.LAYER,
    service_point.LAYER,
    hazard.LAYER,
    hazard.HAZARD_EVENT,
    micro_project.LAYER,
    micro_project.FUNDING_LINE,
    gate.LAYER,
    area.LAYER,
    # what is known of areas
    incident_count.LAYER,
    area_population.LAYER,
    population_cell.LAYER,
    # how compounds are looked after
    compound_status.LAYER,
    compound_status.MANAGEMENT_MODE,
    property_company.LAYER,
    property_company.ENGAGEMENT,
    property_company.ASSESSMENT,
    committee.LAYER,
    committee.TERM,
    party.LAYER,
    party.BRANCH_COVERS_COMPOUND,
    meeting.LAYER,
    meeting.MEETING_ISSUE,
    meeting.RESOLUTION,
    whistle.LAYER,
    whistle.RESPONSE,
    dispute.LAYER,
    studio.LAYER,
    studio.CLINIC_SESSION,
    studio.TRAINING,
    studio.CONSULTATION,
    platform_link.LAYER,
    volunteer.LAYER,
    volunteer.VOLUNTEER_TEAM,
    volunteer.ACTIVITY,
    # the base map
    locality.LAYER,
    green.LAYER,
    water.LAYER,
    waterway.LAYER,
    railway.LAYER,
    barrier.LAYER,
    building.LAYER,
    road.LAYER,
    road.TURN_RESTRICTION,
)


def get_layer(layer_id: str) -> Layer:
    """Return the layer of that id.

    Raises:
        NotFound: there is none; the message lists those that there are.
    """
    for layer in LAYERS:
        if layer.id == layer_id:
            return layer
    known = [layer.id for layer in LAYERS]
    raise NotFound(
        f"no layer {layer_id!r}; there are {', '.join(known)}", zh=f"没有图层 {layer_id!r}；可选：{'、'.join(known)}"
    )
