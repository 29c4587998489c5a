"""OGC API - Common: the landing page, what it conforms to, and the description of the interface."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response

from webmap import notice
from webmap.access import reading, settings
from webmap.ogc import openapi
from webmap.ogc.answers import either
from webmap.ogc.formats import HTML, JSON, check_format, check_parameters
from webmap.ogc.links import both, link
from webmap.ogc.tilesets import TILESETS, TILING_SCHEMES

blueprint = Blueprint("ogc", __name__)
blueprint.before_request(partial(check_format, JSON, HTML))
blueprint.before_request(check_parameters)

_FEATURES_1, _FEATURES_2 = (f"http://www.opengis.net/spec/ogcapi-features-{part}/1.0/conf/" for part in (1, 2))
_FEATURES_3, _CQL2 = (f"http://www.opengis.net/spec/{name}/1.0/conf/" for name in ("ogcapi-features-3", "cql2"))
_TILES, _COMMON = (f"http://www.opengis.net/spec/{name}/1.0/conf/" for name in ("ogcapi-tiles-1", "ogcapi-common-1"))
_TMS = "http://www.opengis.net/spec/tms/2.0/conf/"
CONFORMANCE = (
    f"{_COMMON}core",
    *(_FEATURES_1 + part for part in ("core", "oas30", "html", "geojson")),
    f"{_FEATURES_2}crs",
    *(_FEATURES_3 + part for part in ("queryables", "queryables-query-parameters", "filter", "features-filter")),
    *(
        _CQL2 + part
        for part in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
            "array-functions",
            "property-property",
            "arithmetic",
        )
    ),
    *(
        _TILES + part
        for part in ("core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "mvt", "oas30")
    ),
    *(_TMS + part for part in ("tilematrixset", "json-tilematrixset", "tilesetmetadata", "json-tilesetmetadata")),
)


@blueprint.get("")
@blueprint.get("/")
def landing() -> Response:
    """Say what there is."""
    links = [
        *both("/"),
        link("/api", "service-desc", openapi.MIMETYPE),
        link("/api", "service-doc", "text/html", f="html"),
        link("/conformance", "conformance"),
        link("/collections", "data"),
        link("/tiles", TILESETS),
        link("/tileMatrixSets", TILING_SCHEMES),
    ]
    document = {"title": settings().name, "description": notice.sentence(), "links": links}
    return either(document, "ogc_landing.html")


@blueprint.get("/conformance")
def conformance() -> Response:
    """Say which parts of the standards hold."""
    return either({"conformsTo": CONFORMANCE}, "ogc_conformance.html")


@blueprint.get("/api")
def description() -> Response:
    """Describe the interface, as OpenAPI 3.0 has it."""
    return either(openapi.document(reading()), "ogc_api.html", mimetype=openapi.MIMETYPE)
