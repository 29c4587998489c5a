"""The planner's page of hot spots: where hazards and incidents gather, and what has changed since a year before."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from geodata.analyses.hotspots import (
    HAZARDS,
    OPEN,
    Change,
    Spots,
    change_question,
    changed,
    classes_of,
    is_hazard,
    parse_months,
    spots_of,
    surface_of,
    years_of,
)
from geodata.analyses.hotspots.kept import change_run, spots_run
from geodata.analyses.hotspots.periods import last_year
from geodata.analyses.hotspots.question import HOUSEHOLDS
from geodata.analyses.runs import Lately
from geodata.errors import InvalidInput
from geodata.queries.incidents import list_told_kinds
from geodata.queries.runs import Run
from webmap import built
from webmap.access import for_planners, reading, settings
from webmap.languages import language
from webmap.map_config import base_map_config
from webmap.page_words import credits_of, wording
from webmap.planning import words as planning_words
from webmap.planning.gathering import per_asked, radius_asked, spots_asked, what_asked
from webmap.planning.question import told
from webmap.planning.rate_words import column_said
from webmap.planning.refusals import refused
from webmap.planning.table_files import CALLED

blueprint = Blueprint("hotspots_page", __name__)
blueprint.before_request(for_planners)

RADII_M = (150, 300, 600, 1500, 3000)
HOT, COLD = "#b3261e", "#2f6db5"
DENSITY = tuple(f"density-{step}" for step in range(1, 5))
"""From the lowest step to the densest: tokens, as dark ground has other colours."""
COUNTS = tuple(f"count-{step}" for step in range(1, 5))
"""Areas from the class of the fewest incidents to that of the most."""
COLOURS = {"hot": HOT, "cold": COLD, "density": DENSITY, "counts": COUNTS}


@blueprint.get("/planner/hotspots")
def show_hotspots() -> str:
    """Answer with what stands out and what has changed: `?what=&months=&radius=`, or `&from=&to=` for months."""
    what = what_asked()
    form = _form(what)
    try:
        months = _months()
        question = spots_asked(months, per=per_asked() if is_hazard(what) else None)  # the form keeps what is chosen
        answer = Lately(lambda: spots_of(settings(), question))
        runs = [spots_run(settings(), question, answer)]
        spots, surface = answer.found, surface_of(answer.found)
    except InvalidInput as error:
        return render_template("hotspots.html", **form, spots=None, change=None, **refused(error))
    change, trouble, compared = _change(what, months)
    return render_template(
        "hotspots.html",
        **form,
        spots=spots,
        surface=surface,
        hot=spots.order(spots.found.is_hot),
        cold=spots.order(spots.found.is_cold),
        classes=classes_of(spots),
        rest=_rest(spots),
        files={url_for("hotspots.show_table", ending=end, **_query(spots)): name for end, name in CALLED.items()},
        boxes=[shape.bounds for shape in spots.shapes],
        change=change,
        trouble=trouble,
        runs=[told(run) for run in (*runs, *compared)],
        percent=_percent,
        amount_said=planning_words.amount_said,
        is_built=built.is_built(),
        config=_config(spots),
        credits=credits_of(reading()),
    )


def _months() -> str | None:
    """Return the period of the form, whose two months stand apart where any are allowed."""
    query = request.args
    apart = "..".join(query.get(name, "") for name in ("from", "to"))
    return query.get("months") or (apart if apart != ".." else None)


def _change(what: str, months: str | None) -> tuple[Change | None, str, list[Run]]:
    """Return the comparison with the year before, or why there is none, and where it is kept."""
    if what == OPEN:
        trouble = gettext(
            "Open hazards are those of %(day)s. Choose hazards found in a period to compare it with another.",
            day=wording().date(settings().today()),
        )
        return None, trouble, []
    if what == HAZARDS and months == str(last_year(settings().today())):
        months = None  # the form states what is usual, too
    try:
        question = change_question(settings(), what, request.args.get("before") or None, months)
        answer = Lately(lambda: changed(settings(), question))
        run = change_run(settings(), question, answer)
    except InvalidInput as error:
        return None, error.told(language()), []
    return answer.found, "", [run]


def _rest(spots: Spots) -> list[int]:
    """Return the areas of incidents that don't stand out, the most incidents first; of compounds there are too many."""
    if is_hazard(spots.what):
        return []
    others = [n for n in range(len(spots.values)) if not (spots.found.is_hot[n] or spots.found.is_cold[n])]
    # Withheld ones by their name alone: their order would tell which is larger.
    return sorted(others, key=lambda n: (bool(spots.is_withheld[n]), 0 if spots.is_withheld[n] else -spots.values[n]))


def _form(what: str) -> dict[str, Any]:
    kinds = list_told_kinds(settings())
    stated = _months()
    usual = last_year(settings().today())
    try:
        period = parse_months(stated) if stated else usual
    except InvalidInput:
        period = usual
    first, last = str(period).split("..")
    years = years_of(settings(), what) if what in kinds else []
    radius = request.args.get("radius") or ("300" if is_hazard(what) else "1500")
    return {
        "what": what,
        "whats": {
            OPEN: gettext("Open hazards"),
            HAZARDS: gettext("Hazards found in a period"),
            **{k: k for k in kinds},
        },
        "is_open": what == OPEN,
        "per": per_asked() or "",
        "pers": {"": gettext("counts"), HOUSEHOLDS: gettext("rates by household")} if is_hazard(what) else {},
        "years": {str(year): column_said(year, wording()) for year in reversed(years)},
        "months": stated or "",
        "first": first,
        "last": last,
        "radii": planning_words.offered(RADII_M, radius, gettext("m")),
        "radius": radius,
        "span": _span,
        "colours": COLOURS,
    }


def _percent(share: float) -> str:
    """Return a change as people read it, with its sign."""
    return wording().percent(share, 0, signed=True)


def _span(months: object) -> str:
    """Return a period as people read it."""
    return str(months).replace("..", " – ")


def _config(spots: Spots) -> dict[str, Any]:
    """Return what the page's script has to know."""
    words = {
        "drawn": gettext("{places:place|places} on the map"),
        "failed": gettext("The map could not be loaded. The list has everything."),
        "spot": gettext("{name}: {count}"),
        "withheld": gettext("withheld"),
    }
    return {
        **base_map_config(words),
        "map": url_for("hotspots.show_map", **_query(spots)),
        "subjects": [layer.id for layer in reading().layers if not layer.is_base],
        "colours": COLOURS,
    }


def _query(spots: Spots) -> dict[str, Any]:
    """Return the words by which programs ask the same."""
    return {
        "what": spots.what,
        "months": None if spots.period is None else str(spots.period),
        "radius": radius_asked() and f"{spots.radius_m:g}",
        "level": request.args.get("level") or None,
        "per": None if spots.households is None else HOUSEHOLDS,
    }
