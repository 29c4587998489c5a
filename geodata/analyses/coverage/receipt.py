"""What an answer stands on: definition, speeds, data and code, so that it can be judged and asked again."""

from __future__ import annotations

from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.question import layers_read
from geodata.analyses.coverage.stage import BESIDE_M, SNAP_LIMIT_M
from geodata.analyses.coverage.weights import period_of
from geodata.analyses.facts import both, ground_facts
from geodata.coverage.arrays import Floats
from geodata.coverage.causes import NOTHING
from geodata.coverage.crossings import CROSSING_M
from geodata.layers.text import Text
from geodata.queries.versions import layer_versions

CAVEAT = Text("模型估计，非出警承诺", "A model's estimate, no promise of response")
CLOCK = {
    "to_post": Text(
        "从小区门口（或住处最近的街道）到服务点门口",
        "from the compound's gate, or the street by the home, to the post's door",
    ),
    "from_post": Text(
        "从服务点门口到小区门口（或住处最近的街道）",
        "from the post's door to the compound's gate, or the street by the home",
    ),
}


def receipt_of(ground: Ground, snap_m: Floats) -> dict[str, object]:
    """Return the facts of an answer, as JSON can hold them."""
    asked, streets = ground.asked, ground.stage(NOTHING).streets
    roads = layer_versions(ground.settings, ["road"])["road"].recorded
    own = [post for post in ground.posts if asked.at is not None and asked.at.holds(post.hours) is None]
    return {
        "definition": both(asked.service.definition),
        "direction": asked.service.direction,
        "clock": both(CLOCK[asked.service.direction]),
        "caveat": both(CAVEAT),
        "speeds_kmh": dict(asked.mode.kmh),
        "keeps_turns": asked.mode.keeps_turns,
        "forbidden_turns": streets.turns.forbidden,
        "turn_restrictions": {
            "kept": streets.turns.kept,
            "over_ways": streets.turns.over_ways,
            "left_out": dict(streets.turns.left_out),
        },
        "limit_ds": asked.limit_ds,
        "limit_is": "inclusive",
        "demand_source": ground.places.kind,
        "weight": asked.weight,
        "weight_kind": asked.kind,
        "weight_period": _period(ground),
        "weight_left_out": ground.places.left_out,
        "network_date": None if roads is None else roads.date().isoformat(),
        "network": {
            "nodes": streets.network.node_count,
            "edges": len(streets.tail),
            "nodes_cut_off": streets.cut_off.nodes,
            "pieces_cut_off": streets.cut_off.pieces,
        },
        "posts": {
            "known": len(ground.posts),
            "open": int(ground.is_open.sum()),
            "hours_unknown": len(own),
            "off_network": int((~ground.stage(NOTHING).posts.is_joined).sum()),
        },
        "snap": {
            "limit_m": SNAP_LIMIT_M,
            "longest_m": round(float(snap_m.max(initial=0.0)), 1),
            "beside_m": BESIDE_M,
            "crossing_m": CROSSING_M,
        },
        **ground_facts(ground.settings, layers_read(asked)),
    }


def _period(ground: Ground) -> list[str] | None:
    if ground.asked.weight not in ("hazards", "incidents"):
        return None
    return [day.isoformat() for day in period_of(ground.settings, ground.asked)]
