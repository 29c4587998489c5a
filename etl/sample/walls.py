"""Walls and gates as mappers draw them: a closed way barrier=wall that shares a node with each way through a gate."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from etl.sample.city import City
from etl.sample.compounds import Compound
from etl.sample.earth import to_wgs84
from etl.sample.extract import Extract, Tags
from etl.sample.gates import ALWAYS, CLOSED, EMERGENCY, FOOT, MAIN, NEVER, SIDE, VEHICLE, Gate

_GATE_TAGS: Mapping[str, Tags] = {
    MAIN: {"barrier": "lift_gate", "access": "private"},
    SIDE: {"barrier": "gate", "access": "private"},
    FOOT: {"barrier": "gate", "access": "private", "motor_vehicle": "no"},
    VEHICLE: {"barrier": "lift_gate", "access": "private", "foot": "no"},
    EMERGENCY: {"barrier": "gate", "access": "no", "emergency": "yes"},
    CLOSED: {"barrier": "gate", "access": "no"},
}


def add_walls(extract: Extract, city: City, numbers: Mapping[int, int]) -> int:
    """Add the walls of the compounds that have gates; return how many.

    Args:
        extract: has the streets already.
        city: the town.
        numbers: the extract's id of each of the network's nodes that a way uses.
    """
    nodes = list(numbers)
    tree = shapely.STRtree(shapely.points([city.network.places[node] for node in nodes]))
    walled = [compound for compound in city.compounds if compound.gates]
    for compound in walled:
        at_gates = []
        for gate in compound.gates:
            node = numbers[nodes[int(tree.nearest(gate.place))]]
            extract.tag_node(node, _tags(gate))
            at_gates.append((compound.wall.exterior.project(gate.place), node))
        extract.add_way(
            _ring(extract, compound, at_gates), {"barrier": "fence" if compound.kind == "tower" else "wall"}
        )
    return len(walled)


def _tags(gate: Gate) -> Tags:
    tags = dict(_GATE_TAGS[gate.kind])
    if gate.hours not in (ALWAYS, NEVER):
        tags["opening_hours"] = gate.hours.removeprefix("每天 ").replace("6:00", "06:00").replace("5:30", "05:30")
    return tags


def _ring(extract: Extract, compound: Compound, at_gates: list[tuple[float, int]]) -> list[int]:
    """The wall's nodes in order, those of the gates where they lie on it; closed."""
    ring = compound.wall.exterior
    corners = shapely.get_coordinates(ring)[:-1]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    flat = shapely.get_coordinates(to_wgs84([ring])[0])[:-1].tolist()
    stops = [(float(at), extract.add_node(x, y, {})) for at, (x, y) in zip(along, flat, strict=True)]
    refs = [node for _, node in sorted([*stops, *at_gates])]
    return [*refs, refs[0]]
