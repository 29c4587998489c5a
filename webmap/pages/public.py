"""The pages that anyone may open: map, list, a record, search, about."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, send_from_directory

from geodata.errors import NotFound, NotPublished
from geodata.layers.layer import Layer
from geodata.queries.areas import area_of_id, get_area
from geodata.queries.facts import facts_of, layer_facts
from geodata.queries.features import get, page
from geodata.queries.hazard_photos import OPENED_BY, list_photos
from geodata.queries.narrowing import belonging, both
from geodata.queries.profile import profile
from geodata.queries.reading import Reading
from geodata.queries.search import find
from webmap import ageing, built, hits, telling
from webmap.access import reading, settings
from webmap.archive import TILES_TYPE, archive_addresses
from webmap.cartography.looks import LOOKS, Look
from webmap.cartography.style import map_style
from webmap.governance.asked import added_up, of_figure, records_of
from webmap.languages import language
from webmap.list_page import PAGE_SIZE, Narrowed, Part, list_page, pages_of
from webmap.map_page import about_page, boxes_of, drawn_layers, is_subject, map_page, subjects_of
from webmap.naming import pinyin_of
from webmap.page_words import credits_of, wording, words
from webmap.record import Told, tell
from webmap.resident.answer import local_now
from webmap.resident.pages import community_page, compound_page

blueprint = Blueprint("public", __name__, static_folder="../frontend/styles", static_url_path="/styles")
"""The style sheets are served as they are written, so that lists look right where nothing could be built."""

HIGHEST_PAGE = 10**7
"""No list has more; the database counts rows that are skipped in 64 bits."""

blueprint.app_context_processor(words)
blueprint.after_app_request(built.send_packed)


@blueprint.get("/")
def show_map() -> str:
    """Answer with the map, and with the first records of each layer for readers without scripts."""
    return map_page(reading())


@blueprint.get("/list")
def show_list() -> str:
    """Answer with a page of one layer's records: `?layer=&area=&of=&q=&page=`; of names a record that they hang on.

    `&figure=` with `&year=`, of staff `&from=&to=`, shows what a figure of the sub-district's year counts.
    """
    asked = reading()
    facts = layer_facts(asked)
    layer = _asked_layer(asked, subjects_of(asked, facts))
    area = get_area(asked, request.args["area"]) if request.args.get("area") else None
    counted = of_figure(asked)
    if counted and counted.figure.listed != layer.id:
        raise NotFound(f"{counted.figure.key} doesn't count records of {layer.id}")
    owner = _owner(asked)
    text = request.args.get("q", "")
    number = _page_number()
    narrowed: dict[str, Any] = {
        "area": area.id if area else None,
        "of": both(_hanging_on(asked, layer, owner), records_of(asked, counted)),
        "text": text,
        "limit": PAGE_SIZE,
    }
    found = page(asked, layer, **narrowed, offset=(number - 1) * PAGE_SIZE)
    last = pages_of(found.matched)
    if number > last:
        number, found = last, page(asked, layer, **narrowed, offset=(last - 1) * PAGE_SIZE)
    together = None if owner or text else added_up(asked, counted, area)
    return list_page(
        asked, facts, layer, Part(found.records, found.matched, number), Narrowed(area, owner, text, counted, together)
    )


@blueprint.get("/places/<layer_id>/<key:record_id>")
def show_place(layer_id: str, record_id: int) -> str:
    """Answer with one record as a page of its own."""
    asked = reading()
    told = _tell(asked, layer_id, record_id)
    has_place = is_subject(asked.layer(layer_id))
    stale = _stale(asked, layer_id)
    photos = list_photos(asked, record_id) if layer_id == "hazard" else ()
    return render_template(
        "place.html",
        told=told,
        stale=stale,
        has_place=has_place,
        photos=photos,
        opens_photos=asked.reader.audience in OPENED_BY,
        credits=credits_of(asked),
    )


@blueprint.get("/panel/<layer_id>/<key:record_id>")
def show_panel(layer_id: str, record_id: int) -> str:
    """Answer with one record as a fragment for the panel beside the map; of a compound or an area, the first answer."""
    asked = reading()
    now = local_now(asked)
    if layer_id == "compound":
        return compound_page(asked, record_id, now=now, is_panel=True)
    if layer_id == "area":
        area = area_of_id(asked, record_id)
        return community_page(asked, area, code=area.code or str(area.id), now=now, is_panel=True)
    told = _tell(asked, layer_id, record_id)
    return render_template("record.html", told=told, stale=_stale(asked, layer_id), level=2)


@blueprint.get("/search")
def search() -> Response:
    """Answer with the places of a name or alias, and with compounds on a street: `?q=`."""
    asked, said_in = reading(), wording()
    found = [
        (hit, hits.name_of(hit, asked.layer(hit.layer_id), said_in)) for hit in find(asked, request.args.get("q", ""))
    ]
    return jsonify(
        hits=[
            {
                "layer": hit.layer_id,
                "id": hit.id,
                "name": name,
                "spelled": pinyin_of(name),
                "detail": hits.detail_of(hit, asked.layer(hit.layer_id), said_in),
                "lon": hit.lon,
                "lat": hit.lat,
                "bbox": hit.bbox,
            }
            for hit, name in found
        ]
    )


@blueprint.get("/style.json")
def show_style() -> Response:
    """Answer with the map's style, made from the registry for this reader: `?look=care-dark`."""
    boundary = settings().boundary.simplify(1e-5).__geo_interface__
    asked = reading()
    return jsonify(
        map_style(
            drawn_layers(asked),
            language=language(),
            base=request.script_root,
            boundary=boundary,
            audience=asked.reader.audience,
            archives=archive_addresses(asked),
            boxes=boxes_of(asked),
            look=LOOKS.get(request.args.get("look", ""), Look()),
        )
    )


@blueprint.get("/archives/<name>")
def send_archive(name: str) -> Response:
    """Send a part of a file of residents' tiles; its name holds the publication, so that it may be kept for ever."""
    folder = settings().archives_folder
    if folder is None or not name.endswith(".pmtiles"):
        raise NotFound(f"no file of tiles {name!r}")
    # Who asks for several parts at once gets all of it: no answer of many parts is written here.
    is_one_part = "," not in request.headers.get("Range", "")
    response = send_from_directory(folder, name, mimetype=TILES_TYPE, conditional=is_one_part)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@blueprint.get("/about")
def show_about() -> str:
    """Answer with where the data comes from, how old it is and what is invented."""
    return about_page(reading())


def _asked_layer(asked: Reading, subjects: tuple[Layer, ...]) -> Layer:
    """Return the layer of `?layer=`, which may be any; the first subject where none is named."""
    if request.args.get("layer"):
        return asked.layer(request.args["layer"])
    if not subjects:
        raise NotPublished("nothing has been published yet")
    return subjects[0]


def _owner(asked: Reading) -> telling.Place | None:
    """Return the record of `?of=layer/id`, whose records the list is to show."""
    stated = request.args.get("of", "")
    if not stated:
        return None
    name, _, number = stated.partition("/")
    layer = asked.layer(name)
    if not (number.isascii() and number.isdecimal()) or len(number) > 15:
        raise NotFound(f"no {layer.id} {number!r}")
    return telling.place(layer, get(asked, layer, int(number)), wording())


def _hanging_on(asked: Reading, layer: Layer, owner: telling.Place | None) -> Any:
    """Return the condition that a layer's records hang on one record.

    Raises:
        NotFound: records of that layer never do.
    """
    if owner is None:
        return None
    condition = belonging(asked, layer, asked.layer(owner.layer_id), owner.id)
    if condition is None:
        raise NotFound(f"no {layer.id} hangs on a {owner.layer_id}")
    return condition


def _page_number() -> int:
    """Return the page of `?page=`, the first where it is none; a page after the last is for the caller to see."""
    stated = request.args.get("page", "1")
    return min(max(1, int(stated[:9])), HIGHEST_PAGE) if stated.isascii() and stated.isdecimal() else 1


def _stale(asked: Reading, layer_id: str) -> str:
    layer = asked.layer(layer_id)
    return ageing.warning(layer, facts_of(asked, layer), settings().today(), wording())


def _tell(asked: Reading, layer_id: str, record_id: int) -> Told:
    layer = asked.layer(layer_id)
    return tell(asked, layer, profile(asked, layer, record_id), wording())
