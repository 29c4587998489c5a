"""A layer to take away: for spreadsheets, for maps, for programs."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import IO, Any

from flask import Blueprint, Response, request

from geodata.queries.download import count_of
from geodata.queries.facts import facts_of
from geodata.queries.own_words import told_fields
from geodata.queries.reading import Reading, open_reading
from webmap import notice
from webmap.access import settings
from webmap.files.formats import Format, formats_of, get_format
from webmap.files.packing import packed
from webmap.files.spool import own_turn, spooled, told_if_full
from webmap.files.wish import Wish
from webmap.headers import keep_until_published
from webmap.ogc.asked import of_file, reading_asked
from webmap.page_words import wording

blueprint = Blueprint("downloads", __name__)

PIECE = 256 * 1024
"""So many bytes of a file are in memory while it is sent."""


@blueprint.app_context_processor
def words() -> dict[str, Any]:
    """Return what templates say of the files to take away."""
    return {"formats_of": formats_of}


@blueprint.get("/download/<layer_id>.<ending>")
def take_away(layer_id: str, ending: str) -> Response:
    """Return a layer as a file: xlsx, csv, gpkg, zip (Shapefile), geojson, fgb.

    `?bbox=&area=&datetime=&filter=` and names of fields narrow it as they do items of the OGC API; `asof` asks of what
    was known then; `crs` is the system of its coordinates where the format says one; `lang` the language of its labels.
    """
    view = reading_asked()
    layer = view.layer(layer_id)
    form = get_format(layer, ending)
    asked = of_file(view, layer, keeps_system=form.keeps_system)
    known = keep_until_published(Response())
    if known.status_code == 304:
        return known
    stated = [f"{name}={value}" for name, value in request.args.items() if name not in ("lang", "crs")]
    wish = Wish(
        settings=settings(),
        layer=layer,
        fields=told_fields(view, layer),
        conditions=asked.conditions,
        count=count_of(view, layer, asked.conditions),
        system=asked.system,
        facts=facts_of(view, layer),
        wording=wording(),
        notice=notice.sentence(),
        asked=" & ".join(stated),
    )
    response = _written(view, wish, form.write) if form.write else _streamed(view, wish, form)
    if form.lines:
        response.vary.add("Accept-Encoding")
    response.mimetype = form.mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{layer.id}.{form.ending}"'
    return keep_until_published(response)


def _streamed(view: Reading, wish: Wish, form: Format) -> Response:
    """Return a text that is sent as it is read: a stream outlives the view that begins it, and reads by itself."""
    reader, asof = view.reader, view.asof

    def body() -> Generator[str]:
        with open_reading(wish.settings, reader, asof=asof) as again:
            yield from form.lines(again, wish) if form.lines else ()

    if not request.accept_encodings["gzip"]:
        return Response(body())
    response = Response(packed(body()))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _written(view: Reading, wish: Wish, write: Callable[[Reading, Wish, Path], Path]) -> Response:
    """Return a file that is written first. It has lost its name when it is sent, so that it goes with its reader."""
    home = wish.settings.home
    with own_turn(), told_if_full(home), spooled(wish.settings) as folder, told_if_full(folder):
        handle = write(view, wish, folder).open("rb")
    response = Response(_pieces(handle))
    response.content_length = os.fstat(handle.fileno()).st_size
    # A reader who goes away before the first piece never begins it.
    response.call_on_close(handle.close)
    return response


def _pieces(handle: IO[bytes]) -> Iterator[bytes]:
    with handle:
        while piece := handle.read(PIECE):
            yield piece
