"""OGC API - Features: a layer's records, as GeoJSON or as a page."""

from __future__ import annotations

import json
from functools import partial

from flask import Blueprint, Response

from geodata.errors import NotFound
from geodata.layers.layer import Layer
from geodata.queries.facts import facts_of
from geodata.queries.geojson import GeojsonPage, geojson
from geodata.queries.narrowing import with_id
from geodata.queries.reading import Reading
from webmap import notice
from webmap.access import is_public
from webmap.ogc.answers import as_json, as_page
from webmap.ogc.asked import Asked, of_item, of_items, reading_asked
from webmap.ogc.formats import GEOJSON_TYPE, HTML, JSON, check_format, wants_page
from webmap.ogc.links import both, link
from webmap.ogc.schema import titles

blueprint = Blueprint("ogc_items", __name__)
blueprint.before_request(partial(check_format, JSON, HTML))


@blueprint.get("/collections/<layer_id>/items")
def items(layer_id: str) -> Response:
    """Return a page of a layer's records."""
    view = reading_asked()
    layer = view.layer(layer_id)
    asked = of_items(view, layer)
    # How many there are in all is written down with a publication: it needs no counting.
    known = facts_of(view, layer).count if is_public() and not asked.conditions and not view.asof else None
    page = geojson(
        view,
        layer,
        *asked.conditions,
        system=asked.system,
        after=asked.after,
        limit=asked.limit,
        offset=asked.offset,
        matched=known,
    )
    head = {
        "type": "FeatureCollection",
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "notice": notice.sentence(),
        "links": _links(layer, asked, page),
    }
    if wants_page():
        read = [json.loads(each) for each in page.features]
        return as_page("ogc_items.html", layer=layer, titles=titles(view, layer), document=head, features=read)
    # The features are JSON already, written by the database: they are put in as they are.
    body = json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [' + ",\n".join(page.features) + "]}"
    return _placed(as_json(body, GEOJSON_TYPE), asked)


@blueprint.get("/collections/<layer_id>/items/<key:record_id>")
def item(layer_id: str, record_id: int) -> Response:
    """Return one record."""
    view = reading_asked()
    layer = view.layer(layer_id)
    asked = of_item(view)
    text = _one(view, layer, record_id, asked)
    path = f"/collections/{layer.id}"
    links = [*both(f"{path}/items/{record_id}", GEOJSON_TYPE, **asked.stated), link(path, "collection")]
    if wants_page():
        said = {"titles": titles(view, layer), "feature": json.loads(text), "document": {"links": links}}
        return as_page("ogc_item.html", layer=layer, **said)
    more = json.dumps({"notice": notice.sentence(), "links": links}, ensure_ascii=False)
    return _placed(as_json(f"{text[:-1]}, {more[1:]}", GEOJSON_TYPE), asked)


def _one(view: Reading, layer: Layer, record_id: int, asked: Asked) -> str:
    page = geojson(view, layer, with_id(view, layer, record_id), system=asked.system, limit=1)
    if page.features:
        return page.features[0]
    raise NotFound(f"no {layer.id} {record_id}")


def _links(layer: Layer, asked: Asked, page: GeojsonPage) -> list[dict[str, str]]:
    """Return the links of a page of records: itself, the same for people, its layer, and the next page."""
    path = f"/collections/{layer.id}/items"
    here = {**asked.stated, "offset": asked.offset or None, "after": asked.after or None}
    links = [*both(path, GEOJSON_TYPE, **here), link(f"/collections/{layer.id}", "collection")]
    if page.last_id is not None:
        links.append(link(path, "next", GEOJSON_TYPE, **asked.stated, after=page.last_id))
    return links


def _placed(response: Response, asked: Asked) -> Response:
    response.headers["Content-Crs"] = f"<{asked.system}>"
    return response
