"""All layers, in the order in which people meet them. A layer that isn't in this list doesn't exist."""

from geodata.errors import NotFound
from geodata.layers import area, building, compound, hazard, micro_project, police_post, road
from geodata.layers.layer import Layer

LAYERS: tuple[Layer, ...] = (
    compound.LAYER,
    police_post.LAYER,
    hazard.LAYER,
    hazard.HAZARD_EVENT,
    micro_project.LAYER,
    micro_project.FUNDING_LINE,
    area.LAYER,
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
    known = ", ".join(layer.id for layer in LAYERS)
    raise NotFound(f"no layer {layer_id!r}; there are {known}")


def list_children(layer: Layer) -> tuple[Layer, ...]:
    """Return the layers whose records belong to records of `layer`."""
    return tuple(child for child in LAYERS if child.parent == layer.id)
