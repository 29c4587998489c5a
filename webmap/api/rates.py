"""Rates of areas for programs, for maps, and as tables to take away."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import xlsxwriter
from flask import Blueprint, Response, jsonify

from geodata.analyses.rates import Rates, drawn_rates, frame_of_rates, rates_as_json
from geodata.errors import NotFound
from webmap.access import for_planners, settings
from webmap.bodies import words_of_address
from webmap.files.texts import csv_line, safe_cell
from webmap.languages import language
from webmap.planning.rates_asked import WORDS, rates_asked

blueprint = Blueprint("rates", __name__)
blueprint.before_request(for_planners)

_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@blueprint.get("")
@words_of_address(*WORDS)
def show_rates() -> Response:
    """Answer with every area in every period: `?what=&level=&span=`, and of coverage the words of its question."""
    return jsonify(rates_as_json(rates_asked()))


@blueprint.get("/map")
@words_of_address(*WORDS)
def show_map() -> Response:
    """Answer with the areas of the same question and their classes in each period, as GeoJSON."""
    return jsonify(drawn_rates(rates_asked()))


@blueprint.get("/table.<ending>")
@words_of_address(*WORDS)
def show_table(ending: str) -> Response:
    """Answer with the numbers behind the map as a table: csv or xlsx."""
    if ending not in _TYPES:
        raise NotFound(f"no table.{ending}", zh=f"没有 table.{ending}")
    found = rates_asked()
    lines = list(_lines(found))
    body = _sheet(found, lines) if ending == "xlsx" else _text(lines)
    response = Response(body, mimetype=_TYPES[ending])
    name = f"rates-{settings().today().isoformat()}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _lines(found: Rates) -> Iterable[list[Any]]:
    frame = frame_of_rates(found)
    yield list(frame.columns)
    for row in frame.itertuples(index=False, name=None):
        yield [None if isinstance(cell, float) and not np.isfinite(cell) else cell for cell in row]


def _text(lines: Iterable[list[Any]]) -> str:
    """Return lines as CSV with a byte order mark, so that spreadsheets read it as UTF-8."""
    return "\ufeff" + "".join(csv_line([safe_cell(cell) for cell in line]) for line in lines)


def _sheet(found: Rates, lines: Iterable[list[Any]]) -> bytes:
    """Return lines as a workbook, with a sheet that says what they are; no text becomes a formula."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_urls": False})
    for title, rows in (("rates", lines), ("about", _about(found))):
        sheet = book.add_worksheet(title)
        sheet.set_column(0, 2, 18)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell)
    book.close()
    return sink.getvalue()


def _about(found: Rates) -> Iterable[list[Any]]:
    """Give what the numbers are: definition, limits, breaks, day and code."""
    for name in ("definition", "too_few", "small_counts"):
        text = found.receipt.get(name)
        if isinstance(text, dict):
            yield [name, text[language()]]
    yield ["breaks", *found.breaks]
    yield from ([name, str(found.receipt[name])] for name in ("as_of", "code") if name in found.receipt)
