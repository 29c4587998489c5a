"""Rates of areas for programs, for maps, and as tables to take away."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from geodata.analyses.rates import COVERAGE, drawn_rates, rates_as_json
from webmap.access import for_planners
from webmap.api.tables import as_table
from webmap.bodies import words_of_address
from webmap.languages import language
from webmap.planning.question import told
from webmap.planning.rate_files import rates_file
from webmap.planning.rates_asked import WORDS, rates_asked, rates_kept

blueprint = Blueprint("rates", __name__)
blueprint.before_request(for_planners)


@blueprint.get("")
@words_of_address(*WORDS)
def show_rates() -> Response:
    """Answer with every area in every period: `?what=&level=&span=`, and of coverage the words of its question."""
    found, runs = rates_kept()
    kept = [told(run) for run in runs]
    return jsonify({**rates_as_json(found), **({"runs": kept} if found.what == COVERAGE else {"run": kept[0]})})


@blueprint.get("/map")
@words_of_address(*WORDS)
def show_map() -> Response:
    """Answer with the areas of the same question and their classes in each period, as GeoJSON."""
    return jsonify(drawn_rates(rates_asked()))


@blueprint.get("/table.<ending>")
@words_of_address(*WORDS)
def show_table(ending: str) -> Response:
    """Answer with the numbers behind the map as a table: csv or xlsx."""
    return as_table("rates", ending, lambda kind: rates_file(rates_asked(), kind, language()))
