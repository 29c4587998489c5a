"""Posts, gates and places on the streets of one mode: the time to every place, as things are or with rules lifted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array

from geodata.analyses.coverage.changes import AS_IT_IS, Changes
from geodata.analyses.coverage.places import Places
from geodata.analyses.coverage.question import Asked
from geodata.analyses.coverage.stage import BESIDE_M, GATES, ON_WAY_M, SNAP_LIMIT_M, Stage, snapped, spots_of
from geodata.analyses.streets import streets_of
from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.causes import LIFTS, NOTHING, Lifted
from geodata.coverage.crossings import with_crossings
from geodata.coverage.entries import Arrival, Entries, nodes_beside, soonest
from geodata.coverage.pairs import site_times
from geodata.coverage.reach import nearest
from geodata.coverage.snapping import Snapped, arrive, sources_of
from geodata.coverage.streets import Streets
from geodata.crs import to_metric
from geodata.queries.demand import read_compounds
from geodata.queries.gates import read_gates
from geodata.queries.obstacles import read_obstacles
from geodata.queries.posts import PostRow
from geodata.settings import Settings


class Ground:
    """Everything that decides how long it takes to a place.

    Attributes:
        asked: the question.
        posts: those that give the service.
        places: the demand.
        gates: of the compounds that the demand lies in.
        is_open: (m,) whether each post counts at the moment; unknown hours don't.
        snap_limit_m: how far from a street posts, gates and places may be.
        roads_on: the moment of which the roads are, as the store knew them; None for now.
    """

    def __init__(
        self,
        settings: Settings,
        asked: Asked,
        posts: Sequence[PostRow],
        places: Places,
        changes: Changes = AS_IT_IS,
        *,
        snap_limit_m: float = SNAP_LIMIT_M,
        roads_on: datetime | None = None,
    ) -> None:
        self.settings, self.asked, self.posts, self.places = settings, asked, posts, places
        self.changes, self.snap_limit_m, self.roads_on = changes, snap_limit_m, roads_on
        rows, outlines = read_compounds(settings)
        self._compounds = {row.id: number for number, row in enumerate(rows)}
        self._outlines = to_metric(list(outlines), settings.metric_crs)
        self.gates = [g for g in changes.gates(read_gates(settings)) if g.compound_id in self._compounds]
        self.is_open = np.array(
            [asked.at is None or asked.at.holds(post.hours) is True for post in posts], dtype=np.bool_
        )
        self._stages: dict[Lifted, Stage] = {}
        self._times: dict[Lifted, tuple[Floats, Ints]] = {}
        self._arrivals: dict[Lifted, Arrival] = {}

    @cached_property
    def place_site(self) -> Ints:
        """(n,) the site that each place is entered by: a compound's number, else its own after all compounds'."""
        own = len(self._compounds) + np.arange(len(self.places.rows))
        compound = np.array([self._compounds.get(each, -1) for each in self.places.compound.tolist()], dtype=np.int64)
        is_shared = (compound >= 0) & (self._is_gated[compound] | (self.places.kind == "compound"))
        return np.where(is_shared, compound, own)

    @property
    def site_count(self) -> int:
        """How many sites there are: one for each compound, one for each place."""
        return len(self._compounds) + len(self.places.rows)

    @cached_property
    def _is_gated(self) -> Mask:
        """(c,) whether any gate of a compound is known."""
        found = np.zeros(max(1, len(self._compounds)), dtype=np.bool_)
        found[self._gate_site] = True
        return found

    @cached_property
    def _gate_site(self) -> Ints:
        return np.array([self._compounds[gate.compound_id] for gate in self.gates], dtype=np.int64)

    @cached_property
    def post_points(self) -> npt.NDArray[np.object_]:
        """(m,) where the posts are, metres."""
        return spots_of(self.settings, self.posts)

    @cached_property
    def gate_points(self) -> npt.NDArray[np.object_]:
        """(g,) where the gates are, metres."""
        return spots_of(self.settings, self.gates)

    @cached_property
    def lifts(self) -> tuple[str, ...]:
        """The rules that bind this question: one who minds no one-ways can't have them lifted."""
        streets = self.stage(NOTHING).streets
        # What is closed both ways is no one-way street.
        is_bound = bool(((streets.ahead_ds == 0) != (streets.back_ds == 0)).any())
        without = (set() if is_bound else {"one_way"}) | (set() if self.asked.at else {"hours"})
        return tuple(lift for lift in LIFTS if lift not in without)

    def stage(self, lifted: Lifted) -> Stage:
        """Return the streets without one-ways or barriers, with posts and entries on them."""
        key = lifted & {"one_way", "barrier"}
        if key not in self._stages:
            self._stages[key] = self._crossed(self.stage(key - {"barrier"})) if "barrier" in key else self._laid(key)
        return self._stages[key]

    def _laid(self, key: Lifted) -> Stage:
        mode = replace(self.asked.mode, oneway=()) if "one_way" in key else self.asked.mode
        laid = self.changes.streets(
            streets_of(self.settings, mode, both_ways=self.changes.both_ways, on=self.roads_on),
            self.settings.metric_crs,
        )
        streets = laid.against if self.asked.is_to_post else laid
        return Stage(streets, snapped(streets, self.post_points, self.snap_limit_m), *self._entries(streets))

    def _crossed(self, stage: Stage) -> Stage:
        crs = self.settings.metric_crs
        obstacles = to_metric(list(read_obstacles(self.settings)), crs)
        if self.changes.barriers:
            obstacles = np.concatenate([obstacles, shapely.boundary(self.changes.grounds(crs))])
        return replace(stage, streets=with_crossings(stage.streets, obstacles, kmh=self.asked.mode.kmh["residential"]))

    def _entries(self, streets: Streets) -> tuple[Entries, Ints]:
        """Return all ways into all sites, open or not, and whose gate each point is."""
        spots = spots_of(self.settings, self.gates)
        way_m = np.array([np.inf if gate.way_m is None else gate.way_m for gate in self.gates], dtype=np.float64)
        gates = snapped(streets, spots, np.minimum(way_m + ON_WAY_M, self.snap_limit_m))
        wanted = np.unique(self.place_site[self.place_site < len(self._compounds)])
        outline, node = nodes_beside(streets.network, self._outlines[wanted], within_m=BESIDE_M)
        node_site = wanted[outline]
        # A place of its own; so is a compound without gates and without any node beside it.
        alone = (self.place_site >= len(self._compounds)) | ~(
            self._is_gated[np.minimum(self.place_site, len(self._is_gated) - 1)] | np.isin(self.place_site, node_site)
        )
        own = np.flatnonzero(alone)
        shapes = self.places.points[own]
        reach_m = self.places.room_m[own] + np.sqrt(shapely.area(self.places.shape[own]) / np.pi)
        own_at = snapped(streets, shapes, self.snap_limit_m + reach_m)
        entries = Entries(
            site=np.concatenate([self._gate_site, self.place_site[own]]),
            at=gates.followed_by(own_at),
            node_site=node_site,
            node=node,
        )
        return entries, np.concatenate([np.arange(len(self.gates)), np.full(len(own), -1, dtype=np.int64)])

    @cached_property
    def gate_is_open(self) -> Mask:
        """(g,) whether each gate lets the mode in at the moment; one whose hours nobody has said is taken as open."""
        at, kinds = self.asked.at, GATES[self.asked.mode.id]
        return np.array([g.kind in kinds and (at is None or at.holds(g.hours) is not False) for g in self.gates])

    def arrival(self, lifted: Lifted = NOTHING) -> Arrival:
        """Return the soonest way to each place, with some rules lifted; entries are numbered as those of `entries`."""
        if lifted not in self._arrivals:
            self._arrivals[lifted] = self._per_place(lifted, self._open_entries(lifted))
        return self._arrivals[lifted]

    def times(self, lifted: Lifted = NOTHING) -> tuple[Floats, Ints]:
        """Return the times to all nodes of the stage, and whose they are."""
        key = lifted - {"gate"}
        if key not in self._times:
            stage = self.stage(key)
            self._times[key] = nearest(stage.streets.network, sources_of(stage.streets, self.open_posts(key)))
        return self._times[key]

    def open_posts(self, lifted: Lifted = NOTHING) -> Snapped:
        """Return where the posts are that count; the others are joined to no street."""
        posts = self.stage(lifted).posts
        return posts if "hours" in lifted else replace(posts, edge=np.where(self.is_open, posts.edge, -1))

    def _open_entries(self, lifted: Lifted) -> tuple[Mask, Mask]:
        stage = self.stage(lifted)
        is_gate = stage.gate >= 0
        gates_open = self.gate_is_open if "gate" not in lifted else np.ones(len(self.gates), dtype=np.bool_)
        point = np.ones(len(stage.gate), dtype=np.bool_)
        point[is_gate] = gates_open[stage.gate[is_gate]]
        return point, ~self._is_gated[stage.entries.node_site] | ("gate" in lifted)

    def entries_now(self) -> tuple[Entries, Ints]:
        """Return the ways in that are open as things are, and the site of each place."""
        return self.stage(NOTHING).entries.those(*self._open_entries(NOTHING)), self.place_site

    def gates_now(self) -> Ints:
        """Return the gate of each point among the ways in that are open as things are; -1 for a place's own."""
        return self.stage(NOTHING).gate[self._open_entries(NOTHING)[0]]

    @cached_property
    def in_reach(self) -> tuple[Ints, Ints, Floats]:
        """The pairs within the limit of each other: (k,) the place, (k,) the open post, (k,) whole deciseconds."""
        streets, (entries, site) = self.stage(NOTHING).streets, self.entries_now()
        limit_ds = self.asked.limit_ds
        times = site_times(streets, self.open_posts(), entries, site_count=self.site_count, limit_ds=limit_ds)
        ways = csr_array(times[site]).tocoo()
        return ways.coords[0].astype(np.int64), ways.coords[1].astype(np.int64), ways.data.astype(np.float64)

    def _per_place(self, lifted: Lifted, is_open: tuple[Mask, Mask]) -> Arrival:
        return self._soonest(self.stage(lifted), self.times(lifted), self.open_posts(lifted), is_open)

    def arrival_from(self, posts: Snapped, times: tuple[Floats, Ints]) -> Arrival:
        """Return the soonest way to each place as things are, in a search from some of the posts.

        Args:
            posts: all posts of the stage, those joined to no street that the search leaves out.
            times: and whose they are, as `nearest` gives them.
        """
        return self._soonest(self.stage(NOTHING), times, posts, self._open_entries(NOTHING))

    def _soonest(self, stage: Stage, times: tuple[Floats, Ints], posts: Snapped, is_open: tuple[Mask, Mask]) -> Arrival:
        entries = stage.entries.those(*is_open)
        best = soonest(stage.streets, *times, entries, posts, site_count=self.site_count)
        number = np.concatenate([np.flatnonzero(is_open[0]), len(stage.gate) + np.flatnonzero(is_open[1]), [-1]])
        site = self.place_site
        return Arrival(best.time_ds[site], best.owner[site], number[best.entry[site]])

    @cached_property
    def has_route(self) -> Mask:
        """(n,) whether any post at any hour has a way to any entry of a place, gates of whatever kind included."""
        stage = self.stage(NOTHING)
        every = np.ones(len(stage.gate), dtype=np.bool_), ~self._is_gated[stage.entries.node_site]
        found = self._per_place(frozenset({"hours"}), every)
        return np.isfinite(found.time_ds)

    def gates_of(self, place: int) -> list[int]:
        """Return the numbers of the gates by which a place is entered, in `gates`."""
        return np.flatnonzero(self._gate_site == self.place_site[place]).tolist()

    def gate_times(self, lifted: Lifted = NOTHING) -> Floats:
        """Return (g,) the time to each gate, open or not; inf where no way of the mode leads to it."""
        stage, (times, owners) = self.stage(lifted), self.times(lifted)
        gates = stage.entries.at.those(np.flatnonzero(stage.gate >= 0))
        return arrive(stage.streets, times, owners, gates, self.open_posts(lifted))[0]
