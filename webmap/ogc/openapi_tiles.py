"""The part of the OpenAPI description that is about tiles; its operations have the names of OGC 20-057."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext

from geodata.queries.tiles import HIGHEST_ZOOM
from webmap.ogc.formats import MVT_TYPE
from webmap.ogc.tilesets import MATRIX_SET

_TEXT = {"type": "string"}
_LINKS = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
_ZOOM = {"type": "integer", "minimum": 0, "maximum": HIGHEST_ZOOM}
_PLACE = {"type": "integer", "minimum": 0, "maximum": 2**HIGHEST_ZOOM - 1}


def paths(get: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Return the paths of tile matrix sets, tile sets and tiles.

    Args:
        get: describes an operation: summary, schema, parameters, media type, and its name.
    """
    set_of, place = "/{tileMatrixSetId}", "/{tileMatrix}/{tileRow}/{tileCol}"
    listed, said = "getTileMatrixSetsList", "getTileMatrixSet"
    found = {
        "/tileMatrixSets": get(gettext("Tile matrix sets"), "matrixSets", ("lang",), name=listed),
        f"/tileMatrixSets{set_of}": get(
            gettext("One tile matrix set"), "matrixSet", ("tileMatrixSetId", "lang"), name=said
        ),
    }
    for above, kind, first in (("", "dataset", ()), ("/collections/{layer}", "collection", ("layer",))):
        of_set, name = (*first, "tileMatrixSetId"), f".{kind}.vector"
        found |= {
            f"{above}/tiles": get(gettext("Tile sets"), "tileSets", (*first, "lang"), name=f"{name}.getTileSetsList"),
            f"{above}/tiles{set_of}": get(
                gettext("One tile set; it is TileJSON, too"), "tileSet", (*of_set, "lang"), name=f"{name}.getTileSet"
            ),
            f"{above}/tiles{set_of}{place}": get(
                gettext("One vector tile"),
                "binary",
                (*of_set, "tileMatrix", "tileRow", "tileCol"),
                MVT_TYPE,
                name=f"{name}.getTile",
            ),
        }
    return found


def parameters(in_path: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Return what the paths of tiles hold.

    Args:
        in_path: describes a part of a path: name, description, schema.
    """
    return {
        "tileMatrixSetId": in_path(
            "tileMatrixSetId", gettext("The tile matrix set"), {"type": "string", "enum": [MATRIX_SET]}
        ),
        "tileMatrix": in_path("tileMatrix", gettext("Zoom"), _ZOOM),
        "tileRow": in_path("tileRow", gettext("Row from the north"), _PLACE),
        "tileCol": in_path("tileCol", gettext("Column from the west"), _PLACE),
    }


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


_NUMBERS = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_COUNT = {"type": "integer", "minimum": 1}
_MATRIX = _object(
    "id scaleDenominator cellSize pointOfOrigin tileWidth tileHeight matrixWidth matrixHeight",
    id=_TEXT,
    scaleDenominator={"type": "number"},
    cellSize={"type": "number"},
    cornerOfOrigin={"type": "string", "enum": ["topLeft", "bottomLeft"]},
    pointOfOrigin=_NUMBERS,
    tileWidth=_COUNT,
    tileHeight=_COUNT,
    matrixWidth=_COUNT,
    matrixHeight=_COUNT,
)
_SUMMARY = {
    "title": _TEXT,
    "dataType": {"type": "string", "enum": ["map", "vector", "coverage"]},
    "crs": _TEXT,
    "tileMatrixSetURI": {"type": "string", "format": "uri"},
    "links": _LINKS,
}
_LAYER = _object(
    "id dataType",
    id=_TEXT,
    title=_TEXT,
    dataType=_SUMMARY["dataType"],
    geometryDimension={"type": "integer", "minimum": 0, "maximum": 3},
    propertiesSchema={"type": "object"},
)
SCHEMAS: dict[str, Any] = {
    "matrixSets": _object(
        "tileMatrixSets",
        tileMatrixSets={"type": "array", "items": _object("id links", id=_TEXT, title=_TEXT, uri=_TEXT, links=_LINKS)},
    ),
    "matrixSet": _object(
        "crs tileMatrices",
        id=_TEXT,
        title=_TEXT,
        uri=_TEXT,
        crs=_TEXT,
        orderedAxes={"type": "array", "items": _TEXT},
        wellKnownScaleSet={"type": "string", "format": "uri"},
        tileMatrices={"type": "array", "items": _MATRIX},
    ),
    "tileSets": _object("tilesets", tilesets={"type": "array", "items": _object("dataType crs links", **_SUMMARY)}),
    "tileSet": _object(
        "dataType crs links tilejson tiles vector_layers",
        **_SUMMARY,
        layers={"type": "array", "items": _LAYER},
        boundingBox=_object("lowerLeft upperRight", lowerLeft=_NUMBERS, upperRight=_NUMBERS, crs=_TEXT),
        tilejson=_TEXT,
        tiles={"type": "array", "items": _TEXT},
        minzoom={"type": "integer"},
        maxzoom={"type": "integer"},
        bounds={"type": "array", "items": {"type": "number"}},
        vector_layers={"type": "array", "items": _object("id fields", id=_TEXT, fields={"type": "object"})},
    ),
}
"""After the JSON Schemas of the Two Dimensional Tile Matrix Set standard (17-083r4), and TileJSON 3.0.0."""
