"""The OpenAPI 3.0 description of the interface, made from the registry for this reader."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from geodata.crs.axes import offered_systems
from geodata.layers.layer import Layer
from geodata.queries.cql import GEOMETRY, LANGUAGES
from geodata.queries.reading import Reading
from geodata.version import VERSION
from webmap import notice
from webmap.access import is_below_staff, session_cookie, settings
from webmap.languages import language
from webmap.ogc import openapi_tiles
from webmap.ogc.asked import DEFAULT_LIMIT, HIGHEST_LIMIT, OF_ITEM, OF_ITEMS
from webmap.ogc.links import url
from webmap.ogc.schema import asked_of

MIMETYPE = "application/vnd.oai.openapi+json;version=3.0"
_TEXT: dict[str, Any] = {"type": "string"}
_SESSION = "session"
_KEPT = ("type", "format", "enum")
_WHOLE: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 10**12 - 1}


def document(view: Reading) -> dict[str, Any]:
    """Return the description of every path below /ogc, with the layers that the reader has."""
    return {
        "openapi": "3.0.3",
        "info": {"title": settings().name, "description": notice.sentence(), "version": VERSION},
        "servers": [{"url": url("")}],
        **({"security": [{_SESSION: []}]} if is_below_staff(request) else {}),
        "paths": {**_paths(), **_by_field(view)},
        "components": {
            "parameters": {
                **_parameters([layer.id for layer in view.layers]),
                **{key: each for layer in view.layers for key, each in _fields(view, layer).items()},
            },
            "responses": {
                "wrong": _answer(
                    gettext("A parameter that can't be understood"), "problem", "application/problem+json"
                ),
                "missing": _answer(gettext("Nothing there"), "problem", "application/problem+json"),
                "failed": _answer(gettext("Anything else that goes wrong"), "problem", "application/problem+json"),
                "known": {"description": gettext("What the asker has, by its ETag, is still so")},
            },
            **_sessions(),
            "schemas": {**_SCHEMAS, **openapi_tiles.SCHEMAS},
        },
    }


def _sessions() -> dict[str, Any]:
    """Return how staff say who they are; residents say nothing."""
    if not is_below_staff(request):
        return {}
    return {"securitySchemes": {_SESSION: {"type": "apiKey", "in": "cookie", "name": session_cookie(request)}}}


def _paths() -> dict[str, Any]:
    layer, record = "/collections/{layer}", "/collections/{layer}/items/{record}"
    common = ("lang", "f")
    return {
        "/": _get(gettext("What there is"), "landing", common),
        "/conformance": _get(gettext("Standards that hold"), "conformance", common),
        "/api": _get(gettext("This description"), "object", common),
        "/collections": _get(gettext("The layers"), "collections", common),
        layer: _get(gettext("One layer"), "collection", ("layer", *common)),
        f"{layer}/queryables": _get(
            gettext("What can be asked of it"), "object", ("layer", *common), "application/schema+json"
        ),
        f"{layer}/items": _get(
            gettext("Its records, as far as they fit what is asked"),
            "features",
            ("layer", *OF_ITEMS),
            "application/geo+json",
        ),
        record: _get(gettext("One record"), "feature", ("layer", "record", *OF_ITEM), "application/geo+json"),
        **openapi_tiles.paths(_get),
    }


def _by_field(view: Reading) -> dict[str, Any]:
    """Return the path of each layer's records, its fields as parameters: there programs look for what may be asked."""
    found = {}
    for layer in view.layers:
        asked = (*OF_ITEMS, *_fields(view, layer))
        found[f"/collections/{layer.id}/items"] = {
            **_get(layer.title.get(language()), "features", asked, "application/geo+json"),
            "x-layer": layer.id,
        }
    return found


def _fields(view: Reading, layer: Layer) -> dict[str, Any]:
    """Return the parameters that are named after a layer's fields; of a list one value is asked for."""
    found = {}
    for name, schema in asked_of(view, layer).items():
        if name not in {*OF_ITEMS, GEOMETRY}:
            one = schema.get("items", schema)
            kept = {key: one[key] for key in _KEPT if key in one}
            found[f"{layer.id}.{name}"] = _in_query(name, schema.get("title", name), kept)
    return found


def _get(
    summary: str, schema: str, parameters: tuple[str, ...], mimetype: str = "application/json", *, name: str = ""
) -> dict[str, Any]:
    return {
        "get": {
            **({"operationId": name} if name else {}),
            "summary": summary,
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in parameters],
            "responses": {
                "200": _answer(summary, schema, mimetype, with_page="f" in parameters),
                "400": {"$ref": "#/components/responses/wrong"},
                "404": {"$ref": "#/components/responses/missing"},
                "default": {"$ref": "#/components/responses/failed"},
                **({} if is_below_staff(request) else {"304": {"$ref": "#/components/responses/known"}}),
            },
        }
    }


def _answer(description: str, schema: str, mimetype: str, *, with_page: bool = False) -> dict[str, Any]:
    content = {
        mimetype.split(";")[0] if schema != "object" else mimetype: {
            "schema": {"$ref": f"#/components/schemas/{schema}"}
        }
    }
    if with_page:
        content["text/html"] = {"schema": _TEXT}
    return {"description": description, "content": content}


def _parameters(layers: list[str]) -> dict[str, Any]:
    systems = {"type": "string", "format": "uri", "enum": list(offered_systems(settings().metric_crs))}
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    return {
        "layer": _in_path("layer", gettext("The layer's id"), {"type": "string", "enum": layers}),
        "record": _in_path("record", gettext("The record's id"), _WHOLE),
        **openapi_tiles.parameters(_in_path),
        "bbox": _in_query("bbox", gettext("Only what touches this box: west,south,east,north"), numbers),
        "bbox-crs": _in_query("bbox-crs", gettext("The system of the box"), systems),
        "crs": _in_query("crs", gettext("The system of the answer"), systems),
        "limit": _in_query(
            "limit",
            gettext("At most so many, and never more than %(most)s", most=HIGHEST_LIMIT),
            {"type": "integer", "minimum": 1, "maximum": HIGHEST_LIMIT, "default": DEFAULT_LIMIT},
        ),
        "offset": _in_query("offset", gettext("After skipping so many"), {**_WHOLE, "default": 0}),
        "after": _in_query(
            "after", gettext("Only records with a greater id, as links to the next page have it"), _WHOLE
        ),
        "datetime": _in_query(
            "datetime", gettext("Only what holds then: a day, a moment, or two of them as in 2025-01-01/.."), _TEXT
        ),
        "filter": _in_query("filter", gettext("Only what fits this condition in CQL2"), _TEXT),
        "filter-lang": _in_query(
            "filter-lang",
            gettext("How the condition is written"),
            {"type": "string", "enum": LANGUAGES, "default": LANGUAGES[0]},
        ),
        "filter-crs": _in_query("filter-crs", gettext("The system of the condition's coordinates"), systems),
        "area": _in_query("area", gettext("Only what touches the area of this code or name"), _TEXT),
        "asof": _in_query(
            "asof",
            gettext("What was known, or published, at this moment, or at the end of this day; without it, now"),
            _TEXT,
        ),
        "lang": _in_query(
            "lang", gettext("The language of titles"), {"type": "string", "enum": list(settings().languages)}
        ),
        "f": _in_query("f", gettext("The format of the answer"), {"type": "string", "enum": ["json", "html"]}),
    }


def _in_path(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _in_query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter of the query; of a list the values stand beside each other, with commas."""
    how = {"required": False, "style": "form", "explode": False}
    return {"name": name, "in": "query", **how, "description": description, "schema": schema}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


def _many(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


_LINKS = _many({"$ref": "#/components/schemas/link"})
_SCHEMAS: dict[str, Any] = {
    "object": {"type": "object"},
    "binary": {"type": "string", "format": "binary"},
    "link": _object("href rel", href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT),
    "problem": _object("type title status", type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT),
    "landing": _object("links", title=_TEXT, description=_TEXT, links=_LINKS),
    "conformance": _object("conformsTo", conformsTo=_many(_TEXT)),
    "collection": _object(
        "id links", id=_TEXT, title=_TEXT, description=_TEXT, extent={"type": "object"}, links=_LINKS
    ),
    "collections": _object(
        "collections links", collections=_many({"$ref": "#/components/schemas/collection"}), links=_LINKS
    ),
    "feature": _object(
        "type id geometry properties",
        type={"type": "string", "enum": ["Feature"]},
        id={"type": "integer"},
        geometry={"type": "object", "nullable": True},
        properties={"type": "object", "nullable": True},
        notice=_TEXT,
        links=_LINKS,
    ),
    "features": _object(
        "type features",
        type={"type": "string", "enum": ["FeatureCollection"]},
        numberMatched={"type": "integer"},
        numberReturned={"type": "integer"},
        notice=_TEXT,
        links=_LINKS,
        features=_many({"$ref": "#/components/schemas/feature"}),
    ),
}
