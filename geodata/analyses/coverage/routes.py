"""Which posts each place reaches, and the way to the one that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.question import DS_A_MINUTE
from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.causes import NOTHING
from geodata.coverage.pairs import site_times
from geodata.coverage.paths import first_edge, last_node, predecessors, shared_edge
from geodata.coverage.snapping import Snapped
from geodata.coverage.streets import Streets
from geodata.crs import STORAGE_SRID, from_metric
from geodata.settings import Settings

Spot = tuple[float, float]


def od_frame(answer: Answer) -> pd.DataFrame:
    """Return the pairs of places and open posts: all within the limit, and the nearest one however far it is.

    A row a pair, by place and then by time: `layer`, `code`, `name` of the place, `post` and `post_name`, `minutes`,
    `is_nearest`, `is_covered`. A place without a way to any post has no row.
    """
    ground, limit_ds = answer.ground, answer.asked.limit_ds
    entries, site = ground.entries_now()
    posts = np.flatnonzero(ground.open_posts().is_joined)
    starts = ground.open_posts().those(posts)
    streets = ground.stage(NOTHING).streets
    times = site_times(streets, starts, entries, site_count=ground.site_count, limit_ds=limit_ds)[site].tocoo()
    place, post, time_ds = times.row.astype(np.int64), posts[times.col], times.data.astype(np.float64)
    # The nearest one is the answer's, which also says which of two equally near ones it is.
    is_other = post != answer.post[place]
    own = np.flatnonzero(answer.post >= 0)
    place, post = np.concatenate([own, place[is_other]]), np.concatenate([answer.post[own], post[is_other]])
    time_ds = np.concatenate([answer.time_ds[own], time_ds[is_other]])
    order = np.lexsort((post, np.arange(len(place)) >= len(own), time_ds, place))
    rows, layers, known = answer.places.rows, answer.places.layers, answer.posts
    return pd.DataFrame({
        "layer": [layers[number] for number in place[order].tolist()],
        "code": [rows[number].code for number in place[order].tolist()],
        "name": [rows[number].name for number in place[order].tolist()],
        "post": [known[number].code for number in post[order].tolist()],
        "post_name": [known[number].called for number in post[order].tolist()],
        "minutes": time_ds[order] / DS_A_MINUTE,
        "is_nearest": order < len(own),
        "is_covered": time_ds[order] <= limit_ds,
    })  # fmt: skip


def route_frame(settings: Settings, answer: Answer) -> geopandas.GeoDataFrame:
    """Return the way of each place to its nearest open post, or from there, as a line in the direction of travel.

    WGS 84; `length_m` is along the line, the walk from door to street included; `minutes` as the answer has it. Places
    behind one gate share its way. A place without a way has no row.
    """
    ways, own = _Ways(answer), np.flatnonzero(answer.post >= 0)
    lines = np.asarray([ways.to(place) for place in own.tolist()], dtype=object)
    rows, layers, posts = answer.places.rows, answer.places.layers, answer.posts
    columns = {
        "layer": [layers[number] for number in own.tolist()],
        "code": [rows[number].code for number in own.tolist()],
        "name": [rows[number].name for number in own.tolist()],
        "post": [posts[number].code for number in answer.post[own].tolist()],
        "minutes": answer.time_ds[own] / DS_A_MINUTE,
        "length_m": shapely.length(lines) if len(lines) else np.zeros(0),
        "is_covered": answer.is_covered[own],
    }
    shapes = from_metric(list(lines), settings.metric_crs)
    frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=STORAGE_SRID)
    frame.attrs["receipt"] = dict(answer.receipt)
    return frame


def way_of(answer: Answer, place: int) -> shapely.LineString | None:
    """Return the way of one place to its nearest open post, or from there, as a line in metres; None for no way."""
    return _Ways(answer).to(place) if answer.post[place] >= 0 else None


@dataclass(frozen=True, eq=False)
class _Tree:
    """What all ways share: the streets as they are searched, the times, and the node before each."""

    streets: Streets
    times: Floats
    owners: Ints
    before: Ints


class _Ways:
    """The ways of an answer, those of one entry once."""

    def __init__(self, answer: Answer) -> None:
        self._ground: Ground = answer.ground
        self._best, self._homes = answer.ground.arrival(), answer.ground.places.points
        stage = answer.ground.stage(NOTHING)
        times, owners = answer.ground.times()
        self._tree = _Tree(stage.streets, times, owners, predecessors(stage.streets.network, times, owners))
        self._known: dict[int, shapely.LineString] = {}

    def to(self, place: int) -> shapely.LineString:
        """Return the way of a place that has one."""
        entry = int(self._best.entry[place])
        if entry not in self._known:
            spots = self._spots(place, entry)
            turned = spots[::-1] if self._ground.asked.is_to_post else spots
            self._known[entry] = shapely.LineString(turned if len(turned) > 1 else turned * 2)
        return self._known[entry]

    def _spots(self, place: int, entry: int) -> list[Spot]:
        """Return where the way leads from the post's door to the entry, each spot once."""
        ground, streets = self._ground, self._tree.streets
        stage, owner = ground.stage(NOTHING), int(self._best.owner[place])
        post = stage.posts.those(np.array([owner]))
        tree = self._tree
        if entry >= len(stage.gate):
            node, end = int(stage.entries.node[entry - len(stage.gate)]), list[Spot]()
        else:
            at, took = stage.entries.at.those(np.array([entry])), float(self._best.time_ds[place])
            time_ds, node, last = last_node(streets, tree.times, tree.owners, at, owner)
            if time_ds > took:  # on an edge of the post's
                node, (post, last) = -1, shared_edge(streets, post, at)
            gate = int(stage.gate[entry])
            end = [_on_edge(streets, last), _point(ground.gate_points[gate] if gate >= 0 else self._homes[place])]
        nodes = [] if node < 0 else self._nodes(node)
        first = first_edge(streets, tree.times, post, nodes[0]) if nodes else post
        spots = [_point(ground.post_points[owner]), _on_edge(streets, first), *map(self._spot, nodes), *end]
        return [spot for number, spot in enumerate(spots) if not number or spot != spots[number - 1]]

    def _nodes(self, node: int) -> list[int]:
        """Return the nodes from where the search began to one."""
        found = []
        while node >= 0:
            found.append(node)
            node = int(self._tree.before[node])
        return found[::-1]

    def _spot(self, node: int) -> Spot:
        network = self._tree.streets.network
        return float(network.x_m[node]), float(network.y_m[node])


def _on_edge(streets: Streets, at: Snapped) -> Spot:
    return _point(shapely.line_interpolate_point(streets.lines[at.edge[0]], at.share[0], normalized=True))


def _point(point: npt.NDArray[np.object_] | shapely.Point) -> Spot:
    x, y = shapely.get_coordinates(point)[0].tolist()
    return x, y
