"""A layer to take away, streamed: CSV for spreadsheets, GeoJSON for maps."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from flask import Blueprint, Response, request, stream_with_context

from geodata.queries.download import csv_header, csv_rows, geojson_texts
from geodata.queries.facts import LayerFacts, layer_facts
from geodata.queries.reading import Reading
from webmap import notice
from webmap.access import reading
from webmap.headers import keep_until_published

blueprint = Blueprint("downloads", __name__)

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@blueprint.get("/download/<layer_id>.csv")
def as_csv(layer_id: str) -> Response:
    """Return a layer as CSV with a byte order mark, so that spreadsheets read it as UTF-8."""
    view = reading()
    layer = view.layer(layer_id)
    response = Response(stream_with_context(_csv(view, layer_id)), mimetype="text/csv")
    return _named(response, f"{layer.id}.csv")


@blueprint.get("/download/<layer_id>.geojson")
def as_geojson(layer_id: str) -> Response:
    """Return a layer as GeoJSON with its notice, credit and date inside."""
    view = reading()
    layer = view.layer(layer_id)
    facts = layer_facts(view)[layer.id]
    response = Response(stream_with_context(_geojson(view, layer_id, facts)), mimetype="application/geo+json")
    return _named(response, f"{layer.id}.geojson")


def _named(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response if request.method == "HEAD" else keep_until_published(response)


def _csv(view: Reading, layer_id: str) -> Iterator[str]:
    layer = view.layer(layer_id)
    said = notice.sentence()
    yield "\ufeff" + _line([*csv_header(view, layer), *(["notice"] if said else [])])
    for row in csv_rows(view, layer):
        yield _line([*(_cell(value) for value in row), *([said] if said else [])])


def _line(cells: list[object]) -> str:
    sink = io.StringIO()
    csv.writer(sink).writerow(cells)
    return sink.getvalue()


def _cell(value: object) -> object:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    if isinstance(value, list):
        value = "、".join(str(part) for part in value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _geojson(view: Reading, layer_id: str, facts: LayerFacts) -> Iterator[str]:
    head = {
        "type": "FeatureCollection",
        "name": layer_id,
        "notice": notice.sentence(),
        "credit": facts.credit,
        "data_date": facts.data_date.isoformat() if facts.data_date else None,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "features": ['
    between = "\n"
    for feature in geojson_texts(view, view.layer(layer_id)):
        yield between + feature
        between = ",\n"
    yield "\n]}\n"
