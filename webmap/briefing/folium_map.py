"""The folium map of a briefing: layers, looks and controls from the registry.

No text of a record gets into it: the scripts know records by number only and find the words in the page's lists.
folium writes names raw into HTML and template literals, and compiles scripts as Jinja templates: there is no way of
escaping that suits all three.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import folium
import numpy as np
import shapely
from branca.element import MacroElement
from folium.features import Control
from folium.map import CustomPane
from folium.template import Template
from folium.utilities import JsCode
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from webmap import sheets
from webmap.briefing import words
from webmap.briefing.base import BaseMap, base_looks
from webmap.briefing.content import Briefing
from webmap.briefing.points import Points
from webmap.briefing.subjects import BriefedLayer
from webmap.cartography.basemap import OUTSIDE
from webmap.cartography.borders import UPPER
from webmap.cartography.symbols import Symbol
from webmap.wording import Wording

GRID_DEG = 1e-6
HIGHEST_ZOOM = 19
GRID_ZOOM, AREA_ZOOM = 15.5, 12
"""From where the names of grids, and of the areas above them, are written, as on the main map."""
LOWEST_PANE = 400


class BriefingMap(folium.Map):
    """A folium map that links local files only; `tiles=None` takes the highest zoom with it, so it is said here."""

    default_js = [("leaflet", "leaflet.js"), ("briefing", "briefing.js")]  # noqa: RUF012 - folium's own form
    default_css = [  # noqa: RUF012
        ("leaflet_css", "leaflet.css"),
        *((name, name) for name in sheets.SHARED),
        ("briefing_css", "briefing.css"),
    ]

    def __init__(self) -> None:
        super().__init__(
            location=[0, 0],
            tiles=None,
            zoom_control=False,
            maxZoom=HIGHEST_ZOOM,
            zoomSnap=0.25,
            # The credits stand in the page; Leaflet's own line has a link to an outside host.
            attributionControl=False,
        )
        named(self, "briefing")


AnyElement = TypeVar("AnyElement", bound=MacroElement)


def named(element: AnyElement, name: str) -> AnyElement:
    """Give an element a name of its own in place of a random one: the same briefing is the same bytes."""
    element._id = name
    return element


def build_map(briefing: Briefing, notes: list[str]) -> BriefingMap:
    """Return the map of a briefing; what the base map leaves out is added to the notes."""
    drawn = BriefingMap()
    # A map of a coverage has posts and places by the thousand, and no names to search.
    drawn.default_js = [*BriefingMap.default_js, ("search", "search.js")]
    drawn.default_css = [*BriefingMap.default_css, ("search_css", "search.css")]
    say = briefing.wording.say
    drawn.add_child(named(BaseMap(base_looks(briefing.base, briefing.wording, notes)), "base"))
    if briefing.outline is not None and not briefing.outline.is_empty:
        drawn.add_child(outside(briefing.outline))
    groups = {}
    for briefed in briefing.subjects:
        groups[briefed.layer.id] = drawn_layer(briefed)
        # A pane each: a layer that is switched off and on again stays in its place.
        pane = CustomPane(_pane(briefed), LOWEST_PANE + min(_order(briefed), 99), pointer_events=True)
        drawn.add_child(named(pane, briefed.layer.id))
        drawn.add_child(groups[briefed.layer.id])
    # In their usual corners: with a position, folium 0.20 passes the options as the wrong argument.
    zoom = Control("Zoom", zoom_in_title=say(words.ZOOM_IN), zoom_out_title=say(words.ZOOM_OUT))
    drawn.add_child(named(zoom, "zoom"))
    drawn.add_child(named(Control("Scale", imperial=False, max_width=120), "scale"))
    control = named(folium.LayerControl(collapsed=False), "layers")
    drawn.add_child(control)
    # By towns and villages one finds the way: their names come before those of single things in them.
    labels = list(dict.fromkeys(name.layer.id for name in briefing.names))
    labels += [briefed.layer.id for briefed in sorted(briefing.subjects, key=_order, reverse=True)]
    start = Start(groups, control, bounds=extent(briefing), labels=labels, wording=briefing.wording)
    drawn.add_child(named(start, "start"))
    return drawn


def _order(briefed: BriefedLayer) -> int:
    return briefed.layer.style.order if briefed.layer.style else 0


def drawn_layer(briefed: BriefedLayer) -> folium.map.Layer:
    """Return a layer's shapes as a folium layer; one without records is there all the same, to be seen empty."""
    name = layer_name(briefed)
    show = briefed.layer.is_on_at_first
    if len(briefed.places) == 0:
        return named(folium.FeatureGroup(name=name, show=show), briefed.layer.id)
    if briefed.layer.geometry == "point":
        return named(Points(briefed, name), briefed.layer.id)
    levels, looks = briefed.places["level"], briefed.places["look"]

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        return _shape_style(briefed, looks[feature["id"]], levels[feature["id"]])

    found = folium.GeoJson(
        {"type": "FeatureCollection", "features": _features(briefed)},
        name=name,
        show=show,
        style_function=style,
        on_each_feature=JsCode(f"briefing.each({json.dumps(briefed.layer.id)})"),
        smooth_factor=0.5,
        pane=_pane(briefed),
    )
    return named(found, briefed.layer.id)


def _pane(briefed: BriefedLayer) -> str:
    return f"pane-{briefed.layer.id}"


def layer_name(briefed: BriefedLayer) -> str:
    """Return the layer's line in the layer control, which Leaflet takes as HTML: symbol, title and count, escaped."""
    return str(
        Markup('{}<span class="legend-title">{}</span><span class="count">{}</span>').format(
            briefed.symbol.svg(), briefed.title, briefed.count
        )
    )


def _features(briefed: BriefedLayer) -> list[dict[str, Any]]:
    """Return a layer's lines or areas as GeoJSON features with the id of their record and a place for the name."""
    places = briefed.places
    shapes = shapely.set_precision(np.asarray(places.geometry.array, dtype=object), GRID_DEG, mode="pointwise")
    found = []
    for record, shape, level in zip(places.index, shapes, places["level"], strict=True):
        stated: dict[str, Any] = {"records": [int(record)]}
        zoom = _label_zoom(briefed, level)
        if zoom is not None:
            point = shapely.point_on_surface(shape)
            stated |= {"at": [round(point.x, 6), round(point.y, 6)], "zoom": zoom}
        geometry = shape.__geo_interface__
        found.append({"type": "Feature", "id": int(record), "properties": stated, "geometry": geometry})
    return found


def _label_zoom(briefed: BriefedLayer, level: str) -> float | None:
    """Return from where a record's name is written; None for never: what is larger than the map needs no name."""
    style = briefed.layer.style
    if style is None or style.label is None or level in UPPER:
        return None
    if level:
        return GRID_ZOOM if level == "grid" else AREA_ZOOM
    return style.label_zoom


def _shape_style(briefed: BriefedLayer, look: Symbol, level: str) -> dict[str, Any]:
    """Return a line's or an area's style in Leaflet's words; an area without a fill is only its border."""
    is_line = briefed.layer.geometry == "line"
    border: dict[str, Any] = {}
    if level == "grid":
        border = {"dashArray": "2 3", "weight": 1, "opacity": 0.6}
    elif level:
        border = {"dashArray": "8 3 2 3"}
    return {
        "color": look.colour if is_line else look.outline,
        "weight": look.size_px,
        "opacity": 0.9,
        "fill": not is_line and look.opacity > 0,
        "fillColor": look.colour,
        "fillOpacity": look.opacity,
        **border,
    }


def outside(outline: BaseGeometry) -> folium.GeoJson:
    """Return the world less the outline, paler, with a line around what the briefing is about."""
    shape = shapely.simplify(shapely.set_precision(outline, GRID_DEG), GRID_DEG)
    world = shapely.box(-180, -85, 180, 85).difference(shape)
    feature = {"type": "Feature", "id": 0, "properties": {}, "geometry": world.__geo_interface__}
    look = {"color": "#8d8577", "weight": 2.5, "opacity": 0.9, "fillColor": OUTSIDE, "fillOpacity": 0.7}
    return named(
        folium.GeoJson(
            {"type": "FeatureCollection", "features": [feature]},
            control=False,
            style_function=lambda _: look,
            interactive=False,
            pane="outside",
        ),
        "outside",
    )


class Start(MacroElement):
    """Hands the finished map to the page's script: the extent, the layers, their labels and a few words."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "briefing.start({{ this._parent.get_name() }}, {{ this.control.get_name() }}, "
        "{ {%- for id, group in this.groups.items() %}{{ id|tojson }}: {{ group.get_name() }}, {% endfor -%} }, "
        "{{ this.stated|tojson }});"
        "{% endmacro %}"
    )

    def __init__(
        self,
        groups: Mapping[str, folium.map.Layer],
        control: MacroElement,
        *,
        bounds: list[list[float]],
        labels: Sequence[str],
        wording: Wording,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Start"
        self.groups = groups
        self.control = control
        self.stated = {
            "bounds": bounds,
            "labels": list(labels),
            "words": {
                "close": wording.say(words.CLOSE),
                "show": wording.say(words.SHOW_ON_MAP),
                "inList": wording.say(words.IN_THE_LIST),
                "several": wording.say(words.SEVERAL_HERE),
                "shown": wording.say(words.SHOWN),
                "hits": wording.say(words.HITS),
                "no_hits": wording.say(words.NO_HITS),
                "apart": wording.join(["", ""]),
                "onStreet": wording.say(words.ON_STREET),
            },
        }


def extent(briefing: Briefing) -> list[list[float]]:
    """Return [[south, west], [north, east]]: the outline's, else that of all records with a place."""
    shapes: list[BaseGeometry] = [] if briefing.outline is None else [briefing.outline]
    if not shapes:
        shapes = [shape for briefed in briefing.subjects for shape in briefed.places.geometry]
    west, south, east, north = (
        shapely.total_bounds(np.asarray(shapes, dtype=object)) if shapes else briefing.settings.boundary.bounds
    )
    return [[round(float(south), 6), round(float(west), 6)], [round(float(north), 6), round(float(east), 6)]]
