"""The planner's page of rates: areas coloured by class, period beside period, with map, table and picture linked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from geodata.analyses.hotspots import HAZARDS, is_hazard
from geodata.analyses.rates import COVERAGE, Rates, levels_of, spans_of, usual_level, usual_span
from geodata.errors import InvalidInput, NotFound
from geodata.layers import get_layer
from geodata.queries.incidents import list_told_kinds
from webmap import built
from webmap.access import for_planners, reading, settings
from webmap.languages import language
from webmap.map_config import base_map_config
from webmap.page_words import credits_of, wording
from webmap.planning.question import told
from webmap.planning.rate_charts import BARS, FUNNEL, bars_of, funnel_of
from webmap.planning.rate_words import column_said, heads, question_said, rows_of, steps_of, tick_said, unit_said
from webmap.planning.rates_asked import WORDS, rates_asked, rates_kept, what_asked
from webmap.planning.refusals import refused
from webmap.planning.table_files import CALLED

blueprint = Blueprint("rates_page", __name__)
blueprint.before_request(for_planners)


@blueprint.get("/planner/rates")
def show_rates() -> str:
    """Answer with rates of areas: `?what=&level=&span=&when=&beside=`, and of coverage the words of its question."""
    form = _form()
    try:
        found, runs = rates_kept()
        column = _column(found)
    except (InvalidInput, NotFound) as error:
        return render_template("rates.html", **form, found=None, **refused(error))
    names = [column_said(each, wording()) for each in found.columns]
    return render_template(
        "rates.html",
        **form,
        found=found,
        **_told(found, column),
        names=names,
        runs=[told(run) for run in runs],
        bars=bars_of(found),
        bars_frame=BARS,
        addresses=[url_for(".show_rates", **{**_query(), "when": each}) for each in _keys(found)],
        is_beside=request.args.get("beside") == "1",
        files={url_for("rates.show_table", ending=end, **_query()): name for end, name in CALLED.items()},
        is_built=built.is_built(),
        config=_config(found, column, names),
        credits=credits_of(reading()),
    )


@blueprint.get("/planner/rates/told")
def show_told() -> str:
    """Answer with the piece of the page that tells one period: legend, picture and table."""
    found = rates_asked()
    return render_template("rates_told.html", found=found, **_told(found, _column(found)))


def _told(found: Rates, column: int) -> dict[str, Any]:
    rows = rows_of(found, column, wording())
    return {
        "column": column,
        "title": _whats()[found.what],
        "name": column_said(found.columns[column], wording()),
        "rows": rows,
        "row_at": {row.at: row for row in rows},
        "steps": steps_of(found, column),
        "funnel": funnel_of(found, column),
        "frame": FUNNEL,
        "heads": heads(found),
        "unit": unit_said(found.what),
        "question": question_said(found, wording()),
        "tick_said": lambda value: tick_said(found, value),
        "is_reach": found.what == COVERAGE,
    }


def _keys(found: Rates) -> list[str]:
    """Return the words by which an address names the columns."""
    return [str(column) for column in found.columns]


def _column(found: Rates) -> int:
    """Return the column that `?when=` names; the last one where it names none.

    Raises:
        NotFound: there is no such column.
    """
    keys, stated = _keys(found), request.args.get("when") or None
    if stated is not None and stated not in keys:
        raise NotFound(
            f"there is no period {stated!r}; wanted is one of {', '.join(keys)}",
            zh=f"没有时段 {stated!r}；可选：{'、'.join(keys)}",
        )
    return len(keys) - 1 if stated is None else keys.index(stated)


def _query() -> dict[str, Any]:
    return {name: request.args[name] for name in (*WORDS, "lang") if request.args.get(name)}


def _form() -> dict[str, Any]:
    what, whats = what_asked(), _whats()
    levels = levels_of(settings(), what) if what in whats else ()
    said = {choice.value: wording().say(choice.label) for choice in _level_choices()}
    spans = spans_of(settings(), what) if is_hazard(what) else {}
    names = {"quarter": gettext("by quarter"), "year": gettext("by year")}
    kept = ("service", "mode", "minutes", "at", "demand", "weight", "period", "kind", "scenario")
    return {
        "what": what,
        "whats": whats,
        "levels": {level: said.get(level, level) for level in levels},
        "level": request.args.get("level") or (usual_level(settings(), what) if levels else ""),
        "spans": {span: names[span] for span in spans},
        "span": request.args.get("span") or (usual_span(spans) if spans else ""),
        "kept": {name: request.args[name] for name in kept if request.args.get(name)} if what == COVERAGE else {},
    }


def _whats() -> dict[str, str]:
    """Return what can be measured, by the words of addresses."""
    return {
        HAZARDS: gettext("Hazards found, by household"),
        COVERAGE: gettext("People within reach"),
        **{kind: gettext("%(kind)s, by resident", kind=kind) for kind in list_told_kinds(settings())},
    }


def _level_choices() -> Any:
    return next(field.choices for field in get_layer("area").fields if field.name == "kind")


def _config(found: Rates, column: int, names: list[str]) -> dict[str, Any]:
    """Return what the page's script has to know."""
    words = {
        "drawn": gettext("{places:area|areas} on the map"),
        "failed": gettext("The map could not be loaded. The list has everything."),
        "not_told": gettext("That period could not be loaded: the one before is still shown."),
        "beside": gettext("Map of {name}, beside that of {other}"),
    }
    return {
        **base_map_config(words),
        "map": url_for("rates.show_map", **_query()),
        "told": url_for(".show_told", **{**_query(), "lang": language()}),
        "subjects": [layer.id for layer in reading().layers if not layer.is_base],
        "keys": _keys(found),
        "names": names,
        "column": column,
    }
