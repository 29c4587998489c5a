"""OGC API - Tiles: vector tiles of a layer or of all, and what they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from geodata.queries.tiles import check_tile
from webmap.access import reading, settings
from webmap.headers import keep_until_published
from webmap.languages import language
from webmap.ogc import tilesets
from webmap.ogc.formats import JSON, MVT, check_format, check_parameters
from webmap.ogc.tile_answers import Several, tile_answer
from webmap.ogc.tilesets import MATRIX_SET

blueprint = Blueprint("ogc_tiles", __name__)
blueprint.before_request(check_parameters)


@blueprint.before_request
def check_kind() -> None:
    """Refuse a tile as JSON, and a document as a tile: the address of a tile alone has a column."""
    check_format(MVT if "column" in (request.view_args or {}) else JSON)


@blueprint.get("/tileMatrixSets")
def matrix_sets() -> Response:
    """List the tile matrix sets."""
    return _told(tilesets.matrix_sets())


@blueprint.get(f"/tileMatrixSets/{MATRIX_SET}")
def matrix_set() -> Response:
    """Define the tile matrix set."""
    return _told(tilesets.matrix_set())


@blueprint.get("/tiles")
def tilesets_of_all() -> Response:
    """List the tile sets that have all layers."""
    return _told(tilesets.tilesets("", settings().name))


@blueprint.get(f"/tiles/{MATRIX_SET}")
def tileset_of_all() -> Response:
    """Describe the tiles that have all layers, as the standard has it and as TileJSON."""
    view = reading()
    return _told(tilesets.tileset(view, tilesets.drawn(view.layers), "", settings().name))


@blueprint.get(f"/tiles/{MATRIX_SET}/<int:z>/<int:row>/<int:column>")
def one_tile_of_all(z: int, row: int, column: int) -> Response:
    """Return one tile with a layer of its own for each of the reader's."""
    check_tile(z, column, row)
    return tile_answer(Several.ALL, z, column, row)


@blueprint.get(f"/base/tiles/{MATRIX_SET}/<int:z>/<int:row>/<int:column>")
def one_tile_of_base(z: int, row: int, column: int) -> Response:
    """Return one tile with all layers of the base map, of each no more than the map's drawing reads.

    It is the map's own: programs find the same things, with all their fields, in the tile sets.
    """
    check_tile(z, column, row)
    return tile_answer(Several.BASE, z, column, row)


@blueprint.get("/collections/<layer_id>/tiles")
def tilesets_of_layer(layer_id: str) -> Response:
    """List the tile sets of a layer."""
    layer = tilesets.with_tiles(reading(), layer_id)
    return _told(tilesets.tilesets(f"/collections/{layer.id}", layer.title.get(language())))


@blueprint.get(f"/collections/<layer_id>/tiles/{MATRIX_SET}")
def tileset(layer_id: str) -> Response:
    """Describe the tiles of a layer, as the standard has it and as TileJSON."""
    view = reading()
    layer = tilesets.with_tiles(view, layer_id)
    return _told(tilesets.tileset(view, [layer], f"/collections/{layer.id}", layer.title.get(language())))


@blueprint.get(f"/collections/<layer_id>/tiles/{MATRIX_SET}/<int:z>/<int:row>/<int:column>")
def one_tile(layer_id: str, z: int, row: int, column: int) -> Response:
    """Return one tile; the standard's order is zoom, row, column."""
    check_tile(z, column, row)
    return tile_answer(layer_id, z, column, row)


def _told(document: Mapping[str, Any]) -> Response:
    return keep_until_published(jsonify(document))
