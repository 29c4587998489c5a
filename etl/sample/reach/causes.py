"""Why a compound isn't covered: the fewest constraints that have to be lifted before it would be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import shapely

from etl.sample.city import City
from etl.sample.compounds import Compound
from etl.sample.earth import as_written
from etl.sample.gates import LETS_IN, Gate
from etl.sample.posts import Post
from etl.sample.reach.graph import Graph, Seed, Times, build_graph, snap, travel
from etl.sample.reach.standard import BORDERLINE_SHARE, NEAR_WALL_M, TIMES, Mode
from geodata.layers.hours import canonical_hours, is_open

LIFTS = ("gate", "one_way", "barrier", "hours")
Lifted = frozenset[str]
NOTHING: Lifted = frozenset()


def open_at(hours: str, when: str) -> bool:
    """Tell whether an office's words for hours include a moment of TIMES."""
    written = canonical_hours(hours)
    return written is not None and is_open(written, *TIMES[when])


@dataclass(frozen=True)
class Finding:
    """A compound that one mode doesn't cover at one time.

    Attributes:
        compound: its index.
        lifted: what has to be lifted, the cause first; ("distance",) and ("unroutable",) stand alone.
        seconds: how long it takes as things are; None where there is no way.
        post: the index of the nearest open post, None where there is no way.
    """

    compound: int
    when: str
    lifted: tuple[str, ...]
    seconds: float | None
    post: int | None


class Reach:
    """The town seen by one mode: times to every compound as things are, and with constraints lifted."""

    def __init__(self, city: City, posts: Sequence[Post], mode: Mode) -> None:
        self.city, self.posts, self.mode = city, posts, mode
        self.graph = build_graph(city.network, mode)
        self._barriers = (city.ground.river_line, city.ground.rail)
        self._times: dict[tuple[str, Lifted], Times] = {}
        self._graphs: dict[Lifted, Graph] = {}
        self._seeds: dict[Lifted, list[Seed]] = {}

    @cached_property
    def gate_nodes(self) -> dict[str, int]:
        """The network's node of each gate, by the gate's code; gates in no way of this mode are left out."""
        numbers = sorted({node for way in self.city.network.ways for node in way.nodes})
        tree = shapely.STRtree(shapely.points([self.city.network.places[node] for node in numbers]))
        nodes = {
            gate.code: numbers[int(tree.nearest(gate.place))] for each in self.city.compounds for gate in each.gates
        }
        return {code: node for code, node in nodes.items() if node in self.graph.arcs}

    @cached_property
    def beside(self) -> list[list[int]]:
        """For each compound the nodes of public ways near its outline."""
        numbers = sorted(self.graph.arcs)
        tree = shapely.STRtree(shapely.points([self.graph.places[node] for node in numbers]))
        walls = [compound.wall for compound in self.city.compounds]
        found: list[list[int]] = [[] for _ in walls]
        for wall, node in zip(*tree.query(walls, predicate="dwithin", distance=NEAR_WALL_M), strict=True):
            found[wall].append(numbers[node])
        return [sorted(nodes) for nodes in found]

    def times(self, when: str, lifted: Lifted = NOTHING) -> Times:
        """Return the times from the posts that are open at `when`; without hours from all.

        With one-ways or barriers lifted they end a little above the limit.
        """
        key = ("" if "hours" in lifted else when, lifted - {"hours", "gate"})
        if key not in self._times:
            within = (1 + BORDERLINE_SHARE) * self.mode.limit_s if key[1] else math.inf
            self._times[key] = travel(self.graph_with(lifted), self.seeds(when, lifted), within)
        return self._times[key]

    def forget(self) -> None:
        """Forget all times: the graph has changed."""
        self._times.clear()

    def graph_with(self, lifted: Lifted) -> Graph:
        """Return the graph without one-ways or barriers."""
        key = lifted & {"one_way", "barrier"}
        if key not in self._graphs:
            graph = self.graph.both_ways() if "one_way" in key else self.graph
            self._graphs[key] = graph.with_crossings(self._barriers) if "barrier" in key else graph
        return self._graphs[key]

    def seeds(self, when: str, lifted: Lifted = NOTHING) -> list[Seed]:
        """Return where the posts that are open at `when` put people on the ways."""
        key = lifted & {"one_way"}
        if key not in self._seeds:
            # As the list has them: a decimetre decides which of two streets is the nearest.
            posts = as_written([post.place for post in self.posts], self.city.district.shift_m)
            self._seeds[key] = snap(self.graph_with(key), posts)
        are_open = ["hours" in lifted or open_at(post.hours, when) for post in self.posts]
        return [seed for seed in self._seeds[key] if are_open[seed.post]]

    def doors(self, number: int, when: str, lifted: Lifted = NOTHING) -> list[int]:
        """Return the nodes at which a compound can be entered."""
        compound = self.city.compounds[number]
        if not compound.gates:
            return self.beside[number]
        found = [self.gate_nodes[gate.code] for gate in self._open_gates(compound, when, lifted)]
        return [*found, *self.beside[number]] if "gate" in lifted else found

    def _open_gates(self, compound: Compound, when: str, lifted: Lifted) -> Iterator[Gate]:
        for gate in compound.gates:
            lets_in = self.mode.id in LETS_IN.get(gate.kind, ()) and open_at(gate.hours, when)
            if gate.code in self.gate_nodes and (lets_in or "gate" in lifted):
                yield gate

    def nearest(self, number: int, when: str, lifted: Lifted = NOTHING) -> tuple[float, int] | None:
        """Return the seconds to a compound and the node that is reached; None where there is no way."""
        times = self.times(when, lifted)
        reached = [(times.seconds[node], node) for node in self.doors(number, when, lifted) if node in times.seconds]
        return min(reached, default=None)

    def is_covered(self, number: int, when: str, lifted: Lifted = NOTHING, share: float = 1.0) -> bool:
        """Tell whether a compound is within a share of the limit, which is inclusive."""
        best = self.nearest(number, when, lifted)
        return best is not None and best[0] <= share * self.mode.limit_s

    def has_no_route(self, number: int, when: str) -> bool:
        """Tell whether no post at any hour has a way to any gate, whatever its kind."""
        times = self.times(when, frozenset({"hours"}))
        gates = [self.gate_nodes.get(gate.code, -1) for gate in self.city.compounds[number].gates]
        return not any(node in times.seconds for node in (gates or self.beside[number]))

    def findings(self, when: str) -> Iterator[Finding]:
        """Yield the compounds of known population that aren't covered at a time, with their causes."""
        for number, compound in enumerate(self.city.compounds):
            if compound.is_counted and not self.is_covered(number, when):
                best = self.nearest(number, when)
                post = None if best is None else self.times(when).post[best[1]]
                yield Finding(number, when, self._cause(number, when), None if best is None else best[0], post)

    def _cause(self, number: int, when: str, share: float = 1.0) -> tuple[str, ...]:
        if self.has_no_route(number, when):
            return ("unroutable",)
        lifts = [lift for lift in LIFTS if lift != "one_way" or self.mode.keeps_one_ways]
        for count in range(1, len(lifts) + 1):
            for lifted in combinations(lifts, count):
                if self.is_covered(number, when, frozenset(lifted), share):
                    return lifted
        return ("distance",)

    def borderline(self, when: str) -> Iterator[int]:
        """Yield the compounds that a slightly different limit, or another rounding, would judge otherwise."""
        for number, compound in enumerate(self.city.compounds):
            if compound.is_counted:
                told = [
                    () if self.is_covered(number, when, share=share) else self._cause(number, when, share)
                    for share in (1 - BORDERLINE_SHARE, 1, 1 + BORDERLINE_SHARE)
                ]
                if len(set(told)) > 1:
                    yield number
