"""The map of a paper: streets and water in quiet colours, places by their minutes or their cause, posts, sites."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians

import geopandas
import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Ellipse, PathPatch
from matplotlib.path import Path as Outline
from shapely.geometry.polygon import orient

from geodata.crs import METRES_A_DEGREE
from geodata.layers.layer import Layer
from geodata.layers.style import Style
from webmap.briefing.base import CLASS, PATH_WIDTHS
from webmap.cartography import basemap
from webmap.cartography.colours import mixed
from webmap.reports import words
from webmap.reports.dots import Dots, Spots, band_dots, by_size, cause_dots, extent_of
from webmap.reports.paper.changes import draw_changes
from webmap.reports.paper.fonts import Face
from webmap.reports.paper.marks import MARKERS
from webmap.reports.report_map import closed_symbol, post_symbol
from webmap.reports.told import Report

MOST_VECTORS = 20_000
"""More places than these are printed as a picture: a viewer would draw them one by one."""
_MARGIN = 0.04
_WIDTHS_AT = 2
"""Roads are as wide as at this one of the base map's zooms, times `_THINNER`."""
_THINNER = 0.42
_BARS_M = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
Base = Sequence[tuple[Layer, geopandas.GeoDataFrame]]
Box = tuple[float, float, float, float]


def draw(axes: Axes, report: Report, base: Base, spots: Spots, face: Face) -> None:
    """Draw the map of a report."""
    axes.set_facecolor(basemap.GROUND)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_edgecolor("#bdb6aa")
    west, south, east, north = _view(axes, report, spots)
    axes.set(xlim=(west, east), ylim=(south, north))
    _draw_base(axes, base, (west, south, east, north))
    _draw_circles(axes, report, _squeeze(south, north))
    has_many = len(spots) > MOST_VECTORS
    for look in band_dots(report, spots)[::-1]:
        _draw_dots(axes, look, size=3.2, order=4, is_picture=has_many)
    for look in cause_dots(report, spots)[::-1]:
        _draw_dots(axes, look, size=4.2, order=5, is_picture=has_many)
    for symbol, is_wanted in ((closed_symbol(report), False), (post_symbol(report), True)):
        known = zip(report.answer.posts, report.answer.is_open, strict=True)
        posts = [(post.lon, post.lat) for post, is_open in known if bool(is_open) is is_wanted]
        _draw_marks(axes, posts, "s", symbol.colour, 30, "#ffffff" if is_wanted else symbol.outline)
    if report.plan is not None:
        _draw_marks(axes, [(site.lon, site.lat) for site in report.plan.sites], "*", words.SITE_COLOUR, 150, "#ffffff")
    draw_changes(axes, report)
    _draw_bar(axes, report, (west, south, east, north), face)


def _view(axes: Axes, report: Report, spots: Spots) -> Box:
    """Return what the map shows: all that is drawn, in the shape of the axes."""
    west, south, east, north = extent_of(report, spots)
    squeeze, box = _squeeze(south, north), axes.get_window_extent()
    wide, high = (east - west) * squeeze * (1 + 2 * _MARGIN), (north - south) * (1 + 2 * _MARGIN)
    ratio = box.width / box.height
    wide, high = max(wide, high * ratio, 1e-4), max(high, wide / ratio, 1e-4)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return middle_x - wide / squeeze / 2, middle_y - high / 2, middle_x + wide / squeeze / 2, middle_y + high / 2


def _squeeze(south: float, north: float) -> float:
    """Return how long a degree of longitude is by one of latitude."""
    return max(0.05, cos(radians((south + north) / 2)))


def _draw_base(axes: Axes, base: Base, box: Box) -> None:
    areas_first = sorted(base, key=lambda pair: pair[0].geometry != "area")
    for layer, frame in areas_first:
        if layer.style is None:
            continue
        inside = frame[frame.geometry.intersects(shapely.box(*box))]
        if layer.geometry == "area":
            _draw_areas(axes, inside, layer.style)
        elif CLASS in inside.columns:
            _draw_roads(axes, inside, layer.style)
        else:
            _draw_lines(axes, inside.geometry.to_numpy(), layer.style.colour, layer.style.size_px * _THINNER, 2)


def _draw_areas(axes: Axes, frame: geopandas.GeoDataFrame, style: Style) -> None:
    # Holes run the other way round: so the fill leaves them out.
    parts = [orient(part) for part in shapely.get_parts(frame.geometry.to_numpy()) if part.geom_type == "Polygon"]
    rings = [Outline(shapely.get_coordinates(ring), closed=True) for ring in shapely.get_rings(np.array(parts))]
    if rings:
        fill = mixed(basemap.GROUND, style.colour, style.opacity)
        axes.add_patch(PathPatch(Outline.make_compound_path(*rings), facecolor=fill, edgecolor="none", zorder=1))


def _draw_roads(axes: Axes, frame: geopandas.GeoDataFrame, style: Style) -> None:
    """Draw roads by rank, the small ones below."""
    classes, shapes = frame[CLASS].to_numpy(dtype=object), frame.geometry.to_numpy()
    ranked = [(rank, np.isin(classes, basemap.classes(rank)), widths) for rank, _, widths in basemap.RANKS]
    rest = ~np.any([members for _, members, _ in ranked], axis=0)
    _draw_lines(axes, shapes[rest], basemap.PATH_COLOUR, PATH_WIDTHS[_WIDTHS_AT] * _THINNER, 2)
    for order, (rank, members, widths) in enumerate(reversed(ranked)):
        width = widths[_WIDTHS_AT] * _THINNER
        casing, fill = basemap.CASINGS.get(rank, style.outline), basemap.FILLS.get(rank, style.colour)
        _draw_lines(axes, shapes[members], casing, width + 0.5, 2 + order / 20)
        _draw_lines(axes, shapes[members], fill, width, 2.01 + order / 20)


def _draw_lines(axes: Axes, shapes: npt.NDArray[np.object_], colour: str, width: float, order: float) -> None:
    lines = [shapely.get_coordinates(line) for line in shapely.get_parts(shapes)]
    if lines:
        drawn = LineCollection(lines, colors=[colour], linewidths=[width], capstyle="round", zorder=order)
        axes.add_collection(drawn, autolim=False)


def _draw_circles(axes: Axes, report: Report, squeeze: float) -> None:
    """Draw the straight-line circles of open posts, to compare."""
    high = 2 * report.answer.straight_limit_m / METRES_A_DEGREE
    for post, is_open in zip(report.answer.posts, report.answer.is_open, strict=True):
        if is_open:
            look = {"fill": False, "edgecolor": "#57524a", "linewidth": 0.6, "linestyle": (0, (3, 3)), "zorder": 3}
            axes.add_patch(Ellipse((post.lon, post.lat), high / squeeze, high, **look))  # type: ignore[arg-type]


def _draw_dots(axes: Axes, look: Dots, *, size: float, order: float, is_picture: bool) -> None:
    for factor, spots in by_size(look):
        x, y = spots.T
        style = {"marker": MARKERS[look.shape], "c": look.colour, "linewidths": 0, "rasterized": is_picture}
        axes.scatter(x, y, s=size * factor**2, zorder=order, **style)  # type: ignore[arg-type]


def _draw_marks(
    axes: Axes, spots: Sequence[tuple[float, float]], kind: str, colour: str, size: float, edge: str
) -> None:
    if spots:
        x, y = zip(*spots, strict=True)
        axes.scatter(x, y, s=size, marker=kind, c=colour, edgecolors=edge, linewidths=0.8, zorder=6)


def _draw_bar(axes: Axes, report: Report, box: Box, face: Face) -> None:
    """Draw a scale bar of a round length, at most a quarter of the width."""
    west, south, east, north = box
    metres = (east - west) * _squeeze(south, north) * METRES_A_DEGREE
    bar = max((length for length in _BARS_M if length <= metres / 4), default=_BARS_M[0])
    wide, left, down = bar / metres, 0.03, 0.035
    corners = [left, left, left + wide, left + wide], [down + 0.012, down, down, down + 0.012]
    axes.plot(*corners, color="#23211d", linewidth=1.2, transform=axes.transAxes, zorder=7)
    said = report.wording.distance(bar)
    style = {"ha": "center", "fontsize": 7, "fontproperties": face.properties, "zorder": 7, "transform": axes.transAxes}
    axes.text(left + wide / 2, down + 0.014, said, **style)  # type: ignore[arg-type]
