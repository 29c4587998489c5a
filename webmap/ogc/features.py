"""OGC API - Features: collections and their items as GeoJSON."""

from __future__ import annotations

import json
import math
from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from geodata.errors import InvalidInput, NotFound
from geodata.layers.layer import Layer
from geodata.queries import features
from geodata.queries.areas import get_area
from geodata.queries.facts import LayerFacts, layer_facts
from geodata.queries.features import Bbox
from webmap import notice
from webmap.access import reading, settings
from webmap.headers import keep_until_published
from webmap.languages import language
from webmap.ogc.formats import JSON, check_format
from webmap.ogc.links import link

blueprint = Blueprint("ogc_features", __name__)
blueprint.before_request(partial(check_format, *JSON))

GEOJSON = "application/geo+json"
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
)
DEFAULT_LIMIT = 100
HIGHEST_LIMIT = 10_000
KNOWN = frozenset({"bbox", "limit", "offset", "area", "lang", "f"})


@blueprint.get("")
@blueprint.get("/")
def landing() -> Response:
    """Say what there is."""
    links = [
        link("", "self"),
        link("/conformance", "conformance"),
        link("/collections", "data"),
    ]
    return _json({"title": settings().name, "description": notice.sentence(), "links": links})


@blueprint.get("/conformance")
def conformance() -> Response:
    """Say which parts of the standards hold."""
    return _json({"conformsTo": CONFORMANCE})


@blueprint.get("/collections")
def collections() -> Response:
    """List the layers that the reader has."""
    view = reading()
    facts = layer_facts(view)
    listed = [_collection(layer, facts[layer.id]) for layer in view.layers]
    return _json({"collections": listed, "links": [link("/collections", "self")]})


@blueprint.get("/collections/<layer_id>")
def collection(layer_id: str) -> Response:
    """Describe one layer."""
    view = reading()
    layer = view.layer(layer_id)
    return _json(_collection(layer, layer_facts(view)[layer.id]))


@blueprint.get("/collections/<layer_id>/items")
def items(layer_id: str) -> Response:
    """Return a page of a layer's records."""
    view = reading()
    layer = view.layer(layer_id)
    unknown = sorted(request.args.keys() - KNOWN)
    if unknown:
        raise InvalidInput(f"{unknown[0]!r} is no parameter of items; known are {', '.join(sorted(KNOWN))}")
    limit, offset = _whole("limit", DEFAULT_LIMIT, 1), _whole("offset", 0, 0)
    limit = min(limit, HIGHEST_LIMIT)
    area = request.args.get("area")
    page = features.geojson(
        view,
        layer,
        bbox=_bbox(request.args.get("bbox")),
        area=get_area(view, area).id if area else None,
        limit=limit,
        offset=offset,
    )
    path = f"/collections/{layer.id}/items"
    asked = {"bbox": request.args.get("bbox"), "area": area, "limit": limit}
    links = [link(path, "self", GEOJSON, "", **asked, offset=offset or None)]
    if offset + len(page.features) < page.matched:
        links.append(link(path, "next", GEOJSON, "", **asked, offset=offset + limit))
    if offset:
        links.append(link(path, "prev", GEOJSON, "", **asked, offset=max(0, offset - limit) or None))
    head = {
        "type": "FeatureCollection",
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "notice": notice.sentence(),
        "links": links,
    }
    # The features are JSON already, written by the database: they are put in as they are.
    body = json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [' + ",\n".join(page.features) + "]}"
    return keep_until_published(Response(body, mimetype=GEOJSON))


@blueprint.get("/collections/<layer_id>/items/<int:record_id>")
def item(layer_id: str, record_id: int) -> Response:
    """Return one record."""
    view = reading()
    layer = view.layer(layer_id)
    page = features.geojson(view, layer, record_id=record_id, limit=1)
    if not page.features:
        raise NotFound(f"no {layer.id} {record_id}")
    path = f"/collections/{layer.id}"
    links = [link(f"{path}/items/{record_id}", "self", GEOJSON), link(path, "collection")]
    body = page.features[0][:-1] + ', "links": ' + json.dumps(links) + "}"
    return keep_until_published(Response(body, mimetype=GEOJSON))


def _collection(layer: Layer, facts: LayerFacts) -> dict[str, Any]:
    path = f"/collections/{layer.id}"
    links = [link(path, "self"), link(f"{path}/items", "items", GEOJSON)]
    if layer.geometry:
        links.append(link(f"{path}/tiles/WebMercatorQuad", "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"))
    return {
        "id": layer.id,
        "title": layer.title.get(language()),
        "description": " ".join(part for part in (facts.credit, notice.sentence()) if part),
        "itemType": "feature",
        "extent": {"spatial": {"bbox": [list(settings().boundary.bounds)]}},
        "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
        "numberMatched": facts.count,
        "links": links,
    }


def _json(document: dict[str, Any]) -> Response:
    return keep_until_published(Response(json.dumps(document, ensure_ascii=False), mimetype="application/json"))


def _whole(name: str, default: int, least: int) -> int:
    """Return a whole number from the query."""
    stated = request.args.get(name)
    if stated is None:
        return default
    if not (stated.isascii() and stated.isdecimal() and len(stated) <= 12 and int(stated) >= least):
        raise InvalidInput(f"{name} is {stated[:40]!r}; wanted is a whole number from {least}")
    return int(stated)


def _bbox(stated: str | None) -> Bbox | None:
    """Return the box of the query in WGS 84 degrees."""
    if stated is None:
        return None
    wanted = "wanted is west,south,east,north in degrees"
    try:
        west, south, east, north = (float(part) for part in stated.split(","))
    except ValueError:
        raise InvalidInput(f"bbox is {stated[:60]!r}; {wanted}") from None
    if not all(map(math.isfinite, (west, south, east, north))) or west > east or south > north:
        raise InvalidInput(f"bbox is {stated[:60]!r}; {wanted}")
    return west, south, east, north
