"""The form by which a hazard is recorded: where, of what kind and level; and what is known near by already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext

from geodata.errors import InvalidInput, NotFound
from geodata.layers.hazard import KINDS, LEVELS
from geodata.queries.features import Row
from geodata.queries.hazard_writing import Spot
from geodata.queries.hazards_near import Near, own_compounds, own_spot
from geodata.queries.reading import Reading
from geodata.remarks import LONGEST
from webmap import built
from webmap.access import settings
from webmap.cartography.symbols import choice_symbols
from webmap.map_config import base_map_config
from webmap.officer.deadlines import items
from webmap.officer.list_page import new_key
from webmap.officer.spots import GCJ02, stated_degrees, stated_number
from webmap.page_words import credits_of, wording

SEEN = ("compound", "hazard")
"""Layers beside the base map by which an officer knows where the pin stands."""
METHODS = ("phone", "pin")


def record_page(asked: Reading, form: Mapping[str, str], *, problem: str = "", near: Sequence[Near] = ()) -> str:
    """Return the form.

    Args:
        asked: what the reader may see.
        form: what is filled in already.
        problem: why it couldn't be recorded, in words.
        near: hazards that may be the same one, of which the reader has to decide.
    """
    said_in, compounds = wording(), own_compounds(asked)
    chosen = stated_number(form.get("compound"))
    start = _start(asked, form, chosen)
    symbol = choice_symbols(asked.layer("hazard")).get("reported")
    return render_template(
        "officer_record.html",
        compounds=[(row.id, row.name) for row in compounds],
        chosen=chosen,
        kinds=[(each.value, said_in.say(each.label)) for each in KINDS],
        levels=[(each.value, said_in.say(each.label)) for each in LEVELS],
        form=form,
        most_words=LONGEST,
        key=form.get("key") or new_key(),
        start=start,
        near=near_words(asked, near),
        symbol=symbol,
        problem=problem,
        is_built=built.is_built(),
        config={
            **base_map_config(_script_words()),
            "place": url_for("hazards_api.show_place"),
            "near": url_for("hazards_api.show_near"),
            "start": start,
            "bounds": _ground(compounds) or settings().boundary.bounds,
            "subjects": [layer.id for layer in asked.layers if not layer.is_base and layer.id not in SEEN],
        },
        credits=credits_of(asked),
    )


def near_words(asked: Reading, near: Sequence[Near]) -> list[dict[str, Any]]:
    """Return hazards near by in words, each with the address of its record."""
    said_in = wording()
    told = items(asked, [each.row for each in near], said_in)
    return [
        {
            "id": item.id,
            "title": item.kind,
            "detail": said_in.join(filter(None, [item.status, item.compound, said_in.distance(each.away_m)])),
            "address": url_for("public.show_place", layer_id="hazard", record_id=item.id),
        }
        for item, each in zip(told, near, strict=True)
    ]


def spot_of(asked: Reading, form: Mapping[str, str]) -> tuple[Spot | None, int | None, tuple[float, float]]:
    """Return where a form puts a hazard: its spot (None to put it on its compound), its compound, the point meant.

    Raises:
        InvalidInput: neither a spot nor a compound is stated.
        NotFound: no part of the compound lies in the reader's areas.
    """
    lon, lat, compound = (
        stated_degrees(form.get("lon")),
        stated_degrees(form.get("lat")),
        stated_number(form.get("compound")),
    )
    if lon is not None and lat is not None:
        x, y = stated_degrees(form.get("said_x")), stated_degrees(form.get("said_y"))
        method = form.get("method", "")
        return (
            Spot(
                lon,
                lat,
                lon if x is None else x,
                lat if y is None else y,
                GCJ02 if form.get("system") == GCJ02 else None,
                method if method in METHODS else METHODS[1],
            ),
            compound,
            (lon, lat),
        )
    if compound is None:
        raise InvalidInput("say where it is: choose a compound or use your position", zh="请选择小区或使用当前位置")
    lon, lat, is_whole = own_spot(asked, compound)
    return (None if is_whole else Spot(lon, lat, lon, lat, None, METHODS[1])), compound, (lon, lat)


def _start(asked: Reading, form: Mapping[str, str], compound: int | None) -> dict[str, float] | None:
    """Return where the pin stands when the page opens; None to ask the phone."""
    lon, lat = stated_degrees(form.get("lon")), stated_degrees(form.get("lat"))
    if lon is not None and lat is not None:
        return {"lon": lon, "lat": lat}
    if compound is not None:
        try:
            lon, lat, _ = own_spot(asked, compound)
        except NotFound:
            return None
        return {"lon": lon, "lat": lat}
    return None


def _ground(compounds: Sequence[Row]) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of where compounds are, WGS 84 degrees; None where none is."""
    spots = [(row.lon, row.lat) for row in compounds if row.lon is not None and row.lat is not None]
    if not spots:
        return None
    lon, lat = zip(*spots, strict=True)
    return min(lon), min(lat), max(lon), max(lat)


def _script_words() -> dict[str, str]:
    return {
        "failed": gettext("The map could not be loaded. Choose the compound from the list."),
        "looking": gettext("Looking for your position …"),
        "no_position": gettext("Your position can't be told. Choose the compound, or move the pin."),
        "insecure": gettext("Browsers tell a position over HTTPS alone. Choose the compound, or move the pin."),
        "at": gettext("At {compound}"),
        "nowhere": gettext("At no known compound"),
        "outside": gettext("This spot lies outside your areas: move the pin."),
        "accuracy": gettext("your position, give or take {metres} m"),
        "moved": gettext("moved by hand"),
        "pin": gettext("Pin: where the hazard is"),
        "unplaced": gettext("No network: where this lies is looked up when it is sent."),
        "near_title": gettext("Known already near by: is it one of these?"),
    }
