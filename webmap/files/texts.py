"""CSV and GeoJSON, sent as they are read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from geodata.queries.download import BETWEEN, batches, csv_header, geojson_batches
from geodata.queries.reading import Reading
from webmap.files.wish import Wish

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula; in wide signs, too."""


def csv_lines(view: Reading, wish: Wish) -> Iterator[str]:
    """Yield a layer as CSV with a byte order mark, so that spreadsheets read it as UTF-8.

    What has to be said stands in columns of every row: a line above the head would be taken for the head.
    """
    day = wish.facts.data_date
    beside = {"notice": wish.notice, "credit": wish.facts.credit, "data_date": day.isoformat() if day else ""}
    said = {name: value for name, value in beside.items() if value}
    yield "\ufeff" + csv_line([*csv_header(view, wish.layer), *said])
    for rows in batches(view, wish.layer, wish.conditions):
        yield "".join(csv_line([safe_cell(value) for value in (*row, *said.values())]) for row in rows)


def csv_line(cells: list[object]) -> str:
    """Return a line of CSV; who writes texts of records takes each through `safe_cell` first."""
    sink = io.StringIO()
    csv.writer(sink).writerow(cells)
    return sink.getvalue()


def safe_cell(value: object) -> object:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    if isinstance(value, list):
        value = BETWEEN.join(str(part) for part in value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def geojson_parts(view: Reading, wish: Wish) -> Iterator[str]:
    """Yield a layer as GeoJSON with its notice, credit and date inside."""
    head = {
        "type": "FeatureCollection",
        "name": wish.layer.id,
        "title": wish.title,
        "notice": wish.notice,
        "credit": wish.facts.credit,
        "data_date": wish.facts.data_date.isoformat() if wish.facts.data_date else None,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "features": ['
    between = "\n"
    for features in geojson_batches(view, wish.layer, wish.conditions):
        yield between + ",\n".join(features)
        between = ",\n"
    yield "\n]}\n"
