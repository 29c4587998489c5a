"""Which posts each place reaches, and the way to the one that it belongs to."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
import shapely

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.way_lines import WayLines, tree_of
from geodata.coverage.causes import NOTHING
from geodata.coverage.pairs import site_times
from geodata.coverage.streets import DS_A_MINUTE
from geodata.crs import STORAGE_SRID, from_metric
from geodata.settings import Settings


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
    ways, own = _ways(answer), np.flatnonzero(answer.post >= 0)
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
    return _ways(answer).to(place) if answer.post[place] >= 0 else None


def _ways(answer: Answer) -> WayLines:
    ground = answer.ground
    times, owners = ground.times()
    return WayLines(ground, tree_of(ground.stage(NOTHING).streets, times, owners), ground.arrival())
