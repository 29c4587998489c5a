"""A layer to take away, streamed: CSV for spreadsheets, GeoJSON for maps."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, request

from geodata.layers.layer import Layer
from geodata.queries.download import csv_header, csv_rows, geojson_texts
from geodata.queries.facts import LayerFacts, layer_facts
from geodata.queries.reading import Reader, Reading, open_reading
from geodata.settings import Settings
from webmap import notice
from webmap.access import audience, reading, settings
from webmap.headers import keep_until_published

blueprint = Blueprint("downloads", __name__)

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class _Wish:
    """What a download needs once the request is over: a stream outlives the view that begins it."""

    settings: Settings
    reader: Reader
    layer: Layer
    facts: LayerFacts
    notice: str


@blueprint.get("/download/<layer_id>.csv")
def as_csv(layer_id: str) -> Response:
    """Return a layer as CSV with a byte order mark, so that spreadsheets read it as UTF-8."""
    return _answer(_wish(layer_id), _csv, "csv", "text/csv")


@blueprint.get("/download/<layer_id>.geojson")
def as_geojson(layer_id: str) -> Response:
    """Return a layer as GeoJSON with its notice, credit and date inside."""
    return _answer(_wish(layer_id), _geojson, "geojson", "application/geo+json")


def _wish(layer_id: str) -> _Wish:
    view = reading()
    layer = view.layer(layer_id)
    return _Wish(settings(), audience(request), layer, layer_facts(view)[layer.id], notice.sentence())


def _answer(wish: _Wish, write: Callable[[Reading, _Wish], Iterator[str]], ending: str, mimetype: str) -> Response:
    def body() -> Iterator[str]:
        with open_reading(wish.settings, wish.reader) as view:
            yield from write(view, wish)

    response = Response(body(), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{wish.layer.id}.{ending}"'
    return keep_until_published(response)


def _csv(view: Reading, wish: _Wish) -> Iterator[str]:
    said = [wish.notice] if wish.notice else []
    yield "\ufeff" + _line([*csv_header(view, wish.layer), *(["notice"] if said else [])])
    for row in csv_rows(view, wish.layer):
        yield _line([*(_cell(value) for value in row), *said])


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


def _geojson(view: Reading, wish: _Wish) -> Iterator[str]:
    head = {
        "type": "FeatureCollection",
        "name": wish.layer.id,
        "notice": wish.notice,
        "credit": wish.facts.credit,
        "data_date": wish.facts.data_date.isoformat() if wish.facts.data_date else None,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "features": ['
    between = "\n"
    for feature in geojson_texts(view, wish.layer):
        yield between + feature
        between = ",\n"
    yield "\n]}\n"
