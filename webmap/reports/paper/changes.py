"""The changes that a report supposes, on its printed map and in the map's legend."""

from __future__ import annotations

import shapely
from matplotlib.axes import Axes

from webmap.planning.words import CHANGE_COLOUR, GONE_POST, SHUT_COLOUR
from webmap.reports.paper.marks import CROSSED, RING
from webmap.reports.paper.sheets import Mark
from webmap.reports.told import Report

_MARKS = {
    "ring": (Mark(CHANGE_COLOUR, RING), 110.0),
    "gone": (Mark(GONE_POST[1], CROSSED), 70.0),
    "gate": (Mark(CHANGE_COLOUR, "D", "#ffffff"), 34.0),
    "shut": (Mark(SHUT_COLOUR, "o", "#ffffff"), 26.0),
}
"""The mark of each look that is a spot, and its size on the map."""
_LINES = {"crossing": (CHANGE_COLOUR, 1.8, "-"), "road": (CHANGE_COLOUR, 1.4, "--"), "barrier": (SHUT_COLOUR, 1.4, "-")}


def draw_changes(axes: Axes, report: Report) -> None:
    """Draw them above places and posts."""
    for each in report.changes:
        if each.line:
            look, shape = each.line
            colour, width, dashes = _LINES[look]
            for part in shapely.get_parts(shape):
                x, y = shapely.get_coordinates(part.exterior if part.geom_type == "Polygon" else part).T
                # What is seen is all that is drawn: a barrier may be much wider.
                axes.plot(x, y, color=colour, linewidth=width, linestyle=dashes, zorder=5.5, scalex=False, scaley=False)
        for look, (lon, lat) in each.marks:
            mark, size = _MARKS[look]
            style = {"marker": mark.kind, "color": mark.colour, "edgecolors": mark.edge or mark.colour}
            axes.scatter([lon], [lat], s=size, linewidths=0.8 if mark.edge else 0, zorder=6.5, **style)  # type: ignore[arg-type]


def legend_mark(look: str) -> Mark:
    """Return the mark of a look in a legend."""
    if look in _MARKS:
        return _MARKS[look][0]
    colour, _, dashes = _LINES[look]
    return Mark(colour, "_" if dashes == "-" else "$--$", colour)
