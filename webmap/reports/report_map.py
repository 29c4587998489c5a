"""The folium map of a report: minutes as colours, gaps by cause, posts, proposed sites, circles to compare.

As in briefings no text of a record gets into it: its scripts know rows of the page by number only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import folium
import geopandas
import shapely
from branca.element import MacroElement
from folium.features import Control, DivIcon
from folium.template import Template
from folium.utilities import JsCode
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from geodata.layers import get_layer
from geodata.layers.layer import Layer
from webmap.briefing import words as briefing_words
from webmap.briefing.base import UNITS_PER_DEGREE, BaseMap, base_looks
from webmap.briefing.folium_map import BriefingMap, Start, named, outside
from webmap.cartography.symbols import Symbol, plain_symbol
from webmap.planning import words as planning_words
from webmap.reports import words
from webmap.reports.dots import Dots, Spots, band_dots, by_size, cause_dots, extent_of, packed
from webmap.reports.supposed import look_svg
from webmap.reports.told import Report

BAND_PANE, GAP_PANE = 380, 390
MARK_PX = 26
LISTED_RADIUS_PX = 9


class DotLayer(folium.map.Layer):
    """Places by the thousand, as one layer that can be switched off."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = briefing.dots({{ this.map_name }}, {{ this.get_name()|tojson }}, "
        "{{ this.order }}, {{ this.looks }}, {{ this.factor }});"
        "{% endmacro %}"
    )

    def __init__(self, map_name: str, looks: Sequence[Dots], *, order: int, factor: float, outline: str | None) -> None:
        super().__init__(control=False)
        self._name = "Dots"
        self.map_name, self.order, self.factor = map_name, order, factor
        # Colours and shapes that are declared and whole numbers: nothing in it comes from a file.
        self.looks = json.dumps(
            [
                {
                    "colour": look.colour,
                    "outline": outline or look.colour,
                    "weight": 1 if outline else 0,
                    "mark": planning_words.MARKS[look.shape] if look.shape != "circle" else "",
                    "size": size,
                    "spots": packed(spots, UNITS_PER_DEGREE),
                }
                for look in looks
                for size, spots in by_size(look)
            ],
            separators=(",", ":"),
        )


def build_map(
    report: Report, base: Sequence[tuple[Layer, geopandas.GeoDataFrame]], spots: Spots, notes: list[str]
) -> BriefingMap:
    """Return the map of a report; what the base map leaves out is added to the notes."""
    drawn = BriefingMap()
    say, name = report.wording.say, drawn.get_name()
    drawn.add_child(named(BaseMap(base_looks(base, report.wording, notes)), "base"))
    drawn.add_child(outside(report.settings.boundary))
    groups = {
        "band": _group(report, "band", _dots(name, band_dots(report, spots)[::-1], BAND_PANE, "band_dots")),
        "gap": _group(report, "gap", _gap_dots(name, report, spots), _listed(report)),
        "line": _group(report, "line", *_circles(report), show=False),
        "post": _group(report, "post", _marks("post", _post_spots(report), _post_looks(report))),
    }
    if report.plan is not None and report.plan.sites:
        at = [(site.lon, site.lat) for site in report.plan.sites]
        groups["site"] = _group(report, "site", _marks("site", at, [site_symbol().svg(MARK_PX + 4)] * len(at)))
    if report.changes:
        groups["change"] = _group(report, "change", *_changes(report))
    for group in groups.values():
        drawn.add_child(group)
    zoom = Control("Zoom", zoom_in_title=say(briefing_words.ZOOM_IN), zoom_out_title=say(briefing_words.ZOOM_OUT))
    drawn.add_child(named(zoom, "zoom"))
    drawn.add_child(named(Control("Scale", imperial=False, max_width=120), "scale"))
    control = named(folium.LayerControl(collapsed=False), "layers")
    drawn.add_child(control)
    labels = [layer for layer in ("site", "post", "gap") if layer in groups]
    start = Start(groups, control, bounds=_bounds(report, spots), labels=labels, wording=report.wording)
    drawn.add_child(named(start, "start"))
    return drawn


def titles(report: Report) -> Mapping[str, tuple[str, Symbol]]:
    """Return what the layers of the map are called, each with its look, in the order of the legend."""
    say, asked = report.wording.say, report.answer.asked
    found = {
        "band": (say(words.TIMES if asked.is_to_post else words.TIMES_FROM), _round(planning_words.BAND_COLOURS[1])),
        "gap": (say(report.missed), _round(planning_words.causes()["distance"].colour)),
        "line": (say(words.LINES), Symbol("circle", "#ffffff", "#43403a", 20, 0.2)),
        "post": (say(words.POSTS), post_symbol(report)),
    }
    if report.plan is not None and report.plan.sites:
        found["site"] = say(words.SITES), site_symbol()
    if report.changes:
        found["change"] = say(words.CHANGES), Symbol("diamond", planning_words.CHANGE_COLOUR, "#ffffff", MARK_PX)
    return found


def post_symbol(report: Report) -> Symbol:
    """Return the look of the service's posts: that of their layer."""
    return plain_symbol(get_layer(report.answer.asked.service.layer)) or _round("#23211d")


def closed_symbol(report: Report) -> Symbol:
    """Return the look of posts that don't count at the moment that was asked about."""
    fill, edge = planning_words.CLOSED_POST
    return replace(post_symbol(report), colour=fill, outline=edge)


def site_symbol() -> Symbol:
    """Return the look of proposed sites."""
    return Symbol("star", words.SITE_COLOUR, "#ffffff", 22)


def _round(colour: str) -> Symbol:
    return Symbol("circle", colour, "#ffffff", 12)


def _group(report: Report, name: str, *children: MacroElement, show: bool = True) -> folium.FeatureGroup:
    title, symbol = titles(report)[name]
    # Leaflet takes the line of its control as HTML.
    line = Markup('{}<span class="legend-title">{}</span>').format(symbol.svg(), title)
    group = named(folium.FeatureGroup(name=str(line), show=show), name)
    for child in children:
        group.add_child(child)
    return group


def _dots(map_name: str, looks: Sequence[Dots], order: int, name: str) -> DotLayer:
    return named(DotLayer(map_name, looks, order=order, factor=1, outline=None), name)


def _gap_dots(map_name: str, report: Report, spots: Spots) -> DotLayer:
    looks = cause_dots(report, spots)[::-1]
    return named(DotLayer(map_name, looks, order=GAP_PANE, factor=0.8, outline="#ffffff"), "gap_dots")


def _listed(report: Report) -> folium.GeoJson:
    """Return a ring on each gap of the list, which leads to its line."""
    features = [_feature(gap.number, gap.lon, gap.lat) for gap in report.gaps]
    colours = {gap.number: gap.colour for gap in report.gaps}
    found = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        marker=folium.CircleMarker(radius=LISTED_RADIUS_PX, weight=2.5, fill=True),
        style_function=lambda feature: {
            "color": colours[feature["id"]],
            "fillColor": "#ffffff",
            "fillOpacity": 0.35,
            "opacity": 1,
        },
        on_each_feature=JsCode('briefing.each("gap")'),
        control=False,
    )
    return named(found, "listed")


def _circles(report: Report) -> list[folium.Circle]:
    answer = report.answer
    return [
        named(
            folium.Circle(
                location=[round(post.lat, 6), round(post.lon, 6)],
                radius=round(answer.straight_limit_m, 1),
                color="#23211d",
                weight=1.5,
                dash_array="4 4",
                fill=True,
                fill_color="#23211d",
                fill_opacity=0.05,
                interactive=False,
            ),
            f"line{number}",
        )
        for number, (post, is_open) in enumerate(zip(answer.posts, answer.is_open, strict=True))
        if is_open
    ]


def _post_spots(report: Report) -> list[tuple[float, float]]:
    return [(post.lon, post.lat) for post in report.answer.posts]


def _post_looks(report: Report) -> list[Markup]:
    open_post, closed_post = (look.svg(MARK_PX) for look in (post_symbol(report), closed_symbol(report)))
    return [open_post if is_open else closed_post for is_open in report.answer.is_open]


def _marks(name: str, spots: Sequence[tuple[float, float]], looks: Sequence[Markup]) -> folium.GeoJson:
    return _spot_marks(name, [(number, *each) for number, each in enumerate(zip(spots, looks, strict=True), start=1)])


def _spot_marks(name: str, spots: Sequence[tuple[int, tuple[float, float], Markup]]) -> folium.GeoJson:
    """Return marks at spots, each with the number of its row on the page."""
    features = [{**_feature(number, *at, zoom=14), "look": place} for place, (number, at, _) in enumerate(spots)]
    icon = DivIcon(icon_size=(MARK_PX, MARK_PX), class_name=f"spot spot-{name}")
    found = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        marker=folium.Marker(icon=icon, keyboard=False, riseOnHover=True),
        style_function=lambda feature: {"html": str(spots[feature["look"]][2])},
        on_each_feature=JsCode(f"briefing.each({json.dumps(name)})"),
        control=False,
    )
    return named(found, f"{name}_marks")


def _changes(report: Report) -> list[MacroElement]:
    """Return what is supposed: lines and areas below, spots above."""
    drawn = [(each.supposed.number, *each.line) for each in report.changes if each.line]
    looks = {number: look for number, look, _ in drawn}
    features = [
        {"type": "Feature", "id": number, "properties": {"records": [number]}, "geometry": _rounded(shape)}
        for number, _, shape in drawn
    ]
    lines = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda feature: _CHANGE_STYLES[looks[feature["id"]]],
        on_each_feature=JsCode('briefing.each("change")'),
        control=False,
    )
    spots = [
        (each.supposed.number, at, look_svg(look, MARK_PX + (10 if look == "ring" else 0)))
        for each in report.changes
        for look, at in each.marks
    ]
    marks = _spot_marks("change", spots)
    return [*([named(lines, "change_lines")] if features else []), *([marks] if spots else [])]


_CHANGE_STYLES = {
    "crossing": {"color": planning_words.CHANGE_COLOUR, "weight": 4, "opacity": 1},
    "road": {"color": planning_words.CHANGE_COLOUR, "weight": 3, "opacity": 1, "dashArray": "6 4"},
    "barrier": {"color": planning_words.SHUT_COLOUR, "weight": 3, "opacity": 1, "fillOpacity": 0.08},
}


def _rounded(shape: BaseGeometry) -> object:
    return json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-6, mode="pointwise")))


def _feature(number: int, lon: float, lat: float, *, zoom: float | None = None) -> dict[str, object]:
    at = [round(lon, 6), round(lat, 6)]
    stated: dict[str, object] = {"records": [number]}
    if zoom is not None:
        stated |= {"at": at, "zoom": zoom}
    return {"type": "Feature", "id": number, "properties": stated, "geometry": {"type": "Point", "coordinates": at}}


def _bounds(report: Report, spots: Spots) -> list[list[float]]:
    """Return [[south, west], [north, east]] of all that is drawn."""
    west, south, east, north = (round(edge, 6) for edge in extent_of(report, spots))
    return [[south, west], [north, east]]
