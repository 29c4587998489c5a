"""OGC API - Features: the layers, and what may be asked of each."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from geodata.crs.axes import CRS84, offered_systems
from geodata.layers.layer import Layer
from geodata.queries.extents import Extent, layer_extents
from geodata.queries.facts import LayerFacts, facts_of, layer_facts
from webmap import notice
from webmap.access import reading, settings
from webmap.languages import language
from webmap.ogc.answers import either
from webmap.ogc.formats import GEOJSON_TYPE, HTML, JSON, check_format, check_parameters
from webmap.ogc.links import both, link, url
from webmap.ogc.schema import asked_of
from webmap.ogc.tilesets import TILESETS

blueprint = Blueprint("ogc_collections", __name__)
blueprint.before_request(partial(check_format, JSON, HTML))
blueprint.before_request(check_parameters)

SCHEMA_TYPE = "application/schema+json"


@blueprint.get("/collections")
def collections() -> Response:
    """List the layers that the reader has."""
    view = reading()
    facts, extents = layer_facts(view), layer_extents(view, view.layers)
    listed = [describe(layer, facts[layer.id], extents[layer.id]) for layer in view.layers]
    systems = list(offered_systems(settings().metric_crs))
    return either({"collections": listed, "crs": systems, "links": both("/collections")}, "ogc_collections.html")


@blueprint.get("/collections/<layer_id>")
def collection(layer_id: str) -> Response:
    """Describe one layer."""
    view = reading()
    layer = view.layer(layer_id)
    document = describe(layer, facts_of(view, layer), layer_extents(view, [layer])[layer.id])
    return either(document, "ogc_collection.html", fields=asked_of(view, layer))


@blueprint.get("/collections/<layer_id>/queryables")
def queryables(layer_id: str) -> Response:
    """Say what may be asked of a layer, as JSON Schema."""
    view = reading()
    layer = view.layer(layer_id)
    path = f"/collections/{layer.id}/queryables"
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": url(path),
        "type": "object",
        "title": layer.title.get(language()),
        "properties": asked_of(view, layer),
        "additionalProperties": False,
    }
    return either(document, "ogc_queryables.html", mimetype=SCHEMA_TYPE, layer=layer)


def describe(layer: Layer, facts: LayerFacts, extent: Extent) -> dict[str, Any]:
    """Return the description of a layer."""
    path = f"/collections/{layer.id}"
    links = [
        *both(path),
        link(f"{path}/items", "items", GEOJSON_TYPE),
        link(f"{path}/items", "items", "text/html", f="html"),
        link(f"{path}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA_TYPE),
    ]
    systems = {}
    if layer.geometry:
        links.append(link(f"{path}/tiles", TILESETS))
        systems = {"crs": list(offered_systems(settings().metric_crs)), "storageCrs": CRS84}
    return {
        "id": layer.id,
        "title": layer.title.get(language()),
        "description": " ".join(part for part in (facts.credit, notice.sentence()) if part),
        "itemType": "feature",
        **_extent(extent),
        **systems,
        "numberMatched": facts.count,
        "links": links,
    }


def _extent(extent: Extent) -> dict[str, Any]:
    """Return where and when the records are, as far as any of them says."""
    found: dict[str, Any] = {}
    if extent.box is not None:
        found["spatial"] = {"bbox": [list(extent.box)], "crs": CRS84}
    if extent.days is not None:
        first, last = extent.days
        ends = [_moment(first, time.min), _moment(last, _LAST)]
        found["temporal"] = {"interval": [ends]}
    return {"extent": found} if found else {}


_LAST = time(23, 59, 59)


def _moment(day: date | None, of_day: time) -> str | None:
    """Return a moment of a day of the deployment's; None for an open end."""
    if day is None:
        return None
    return datetime.combine(day, of_day, ZoneInfo(settings().time_zone)).isoformat()
