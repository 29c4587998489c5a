"""What OGC API - Tiles says of tiles: the tile matrix set, and the tile sets of a layer and of all layers together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from geodata.crs.axes import CRS84
from geodata.crs.tile_matrices import TILE_CRS, WELL_KNOWN_SCALES, tile_matrices
from geodata.errors import NotFound
from geodata.layers.layer import Layer
from geodata.queries.extents import box_around
from geodata.queries.facts import layer_facts
from geodata.queries.reading import Reading
from geodata.queries.tile_contents import Fields, tile_layers
from geodata.queries.tiles import HIGHEST_ZOOM
from webmap import notice
from webmap.access import settings
from webmap.languages import language
from webmap.ogc.formats import MVT_TYPE
from webmap.ogc.links import link, url
from webmap.ogc.schema import titles

MATRIX_SET = "WebMercatorQuad"
MATRIX_SET_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}"
MATRIX_SET_TITLE = "Google Maps Compatible for the World"
TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
TILING_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
TILING_SCHEMES = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
_TEMPLATE = "{tileMatrix}/{tileRow}/{tileCol}"
_MATRIX_SET_PATH = f"/tileMatrixSets/{MATRIX_SET}"
_DIMENSIONS = {"point": 0, "line": 1, "area": 2}


def matrix_sets() -> dict[str, Any]:
    """Return the list of tile matrix sets: there is one."""
    one = {"id": MATRIX_SET, "title": MATRIX_SET_TITLE, "uri": MATRIX_SET_URI, "crs": TILE_CRS}
    here = link("/tileMatrixSets", "self")
    return {"tileMatrixSets": [{**one, "links": [link(_MATRIX_SET_PATH, "self")]}], "links": [here]}


def matrix_set() -> dict[str, Any]:
    """Return the definition of WebMercatorQuad, up to the closest zoom that is answered."""
    return {
        "id": MATRIX_SET,
        "title": MATRIX_SET_TITLE,
        "uri": MATRIX_SET_URI,
        "crs": TILE_CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": WELL_KNOWN_SCALES,
        "tileMatrices": tile_matrices(HIGHEST_ZOOM),
        "links": [link(_MATRIX_SET_PATH, "self")],
    }


def drawn(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Return the layers that have tiles."""
    return tuple(layer for layer in layers if layer.geometry)


def with_tiles(view: Reading, layer_id: str) -> Layer:
    """Return a layer that has tiles.

    Raises:
        NotFound: the reader has none of that name.
    """
    layer = view.layer(layer_id)
    if not layer.geometry:
        raise NotFound(f"no tiles of {layer_id!r}")
    return layer


def tilesets(path: str, title: str) -> dict[str, Any]:
    """Return the list of the tile sets of a layer, or of all of them.

    Args:
        path: of what has the tiles, below /ogc; "" for all.
        title: what people call it.
    """
    here = link(f"{path}/tiles", "self")
    return {"tilesets": [_summary(path, title)], "links": [here]}


def tileset(view: Reading, layers: Sequence[Layer], path: str, title: str) -> dict[str, Any]:
    """Return what is known of a tile set, in the words of the standard and in those of TileJSON at once.

    Programs read the one or the other at the same address; no word means two things.

    Args:
        view: who asks.
        layers: what is in a tile.
        path: as of `tilesets`.
        title: what people call it.
    """
    known = layer_facts(view)
    thanks = sorted({known[layer.id].credit for layer in layers} - {""})
    # Not the district's outline: streets lead out of it, and programs ask for no tile beyond.
    bounds = list(box_around(view, layers))
    at = f"{path}/tiles/{MATRIX_SET}"
    tile = link(at, "item", MVT_TYPE)
    summary = _summary(path, title)
    parts = [(layer, name, fields) for layer in layers for name, fields in tile_layers(view, layer).items()]
    return {
        **summary,
        "tilejson": "3.0.0",
        "name": layers[0].id if path else settings().name,
        "tiles": [url(at) + "/{z}/{y}/{x}"],
        "minzoom": min((layer.zooms[0] for layer in layers), default=0),
        "maxzoom": max((layer.zooms[1] for layer in layers), default=0),
        "bounds": bounds,
        "attribution": " ".join(part for part in ("; ".join(thanks), notice.sentence()) if part),
        "vector_layers": [
            {"id": name, "fields": fields, "minzoom": layer.zooms[0], "maxzoom": layer.zooms[1]}
            for layer, name, fields in parts
        ],
        "boundingBox": {"lowerLeft": bounds[:2], "upperRight": bounds[2:], "crs": CRS84},
        "layers": [_layer(view, *part) for part in parts],
        "links": [*summary["links"], {**tile, "href": f"{url(at)}/{_TEMPLATE}", "templated": True}],
    }


def _summary(path: str, title: str) -> dict[str, Any]:
    links = [link(f"{path}/tiles/{MATRIX_SET}", "self"), link(_MATRIX_SET_PATH, TILING_SCHEME)]
    above = link(path, "http://www.opengis.net/def/rel/ogc/1.0/geodata") if path else link("/", "service")
    return {
        "title": gettext("%(title)s, as vector tiles", title=title),
        "dataType": "vector",
        "crs": TILE_CRS,
        "tileMatrixSetURI": MATRIX_SET_URI,
        "links": [*links, above],
    }


def _layer(view: Reading, layer: Layer, name: str, fields: Fields) -> dict[str, Any]:
    called = titles(view, layer)
    schema = {each: {"type": kind.lower(), "title": called.get(each, each)} for each, kind in fields.items()}
    return {
        "id": name,
        "title": layer.title.get(language()),
        "dataType": "vector",
        "geometryDimension": _DIMENSIONS[str(layer.geometry)] if name == layer.id else 0,
        "minTileMatrix": str(layer.zooms[0]),
        "maxTileMatrix": str(layer.zooms[1]),
        "propertiesSchema": {"type": "object", "properties": schema},
    }
