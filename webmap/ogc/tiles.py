"""OGC API - Tiles: vector tiles of a layer, and their TileJSON."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, jsonify

from geodata.queries.facts import layer_facts
from geodata.queries.tiles import tile
from webmap.access import reading, settings
from webmap.headers import keep_until_published
from webmap.ogc.formats import JSON, MVT, MVT_TYPE, check_format, check_parameters
from webmap.ogc.links import link, url

blueprint = Blueprint("ogc_tiles", __name__)
blueprint.before_request(partial(check_format, MVT, JSON))
blueprint.before_request(check_parameters)


MATRIX_SET = "WebMercatorQuad"


@blueprint.get(f"/collections/<layer_id>/tiles/{MATRIX_SET}")
def tileset(layer_id: str) -> Response:
    """Return the TileJSON of a layer."""
    view = reading()
    layer = view.layer(layer_id)
    path = f"/collections/{layer.id}/tiles/{MATRIX_SET}"
    document = {
        "tilejson": "3.0.0",
        "name": layer.id,
        "tiles": [url(path) + "/{z}/{y}/{x}"],
        "minzoom": layer.zooms[0],
        "maxzoom": layer.zooms[1],
        "bounds": list(settings().boundary.bounds),
        "attribution": layer_facts(view)[layer.id].credit,
        "vector_layers": [
            {"id": layer.id, "fields": {field.name: field.kind for field in view.fields(layer) if field.is_listed}}
        ],
        "links": [link(path, "self")],
    }
    return keep_until_published(jsonify(document))


@blueprint.get(f"/collections/<layer_id>/tiles/{MATRIX_SET}/<int:z>/<int:row>/<int:column>")
def one_tile(layer_id: str, z: int, row: int, column: int) -> Response:
    """Return one tile; the standard's order is zoom, row, column."""
    view = reading()
    layer = view.layer(layer_id)
    return keep_until_published(Response(tile(view, layer, z, column, row), mimetype=MVT_TYPE))
