"""Sends a tile of one layer or several: to residents the one that is kept on disk, to staff one made for them alone."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import partial

from flask import Response, request

from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.queries.current import current_stamp
from geodata.queries.reading import Reading, ask_published, layers_for
from geodata.queries.tiles import tile, tile_of_all
from webmap.access import is_public, reading, settings
from webmap.headers import WORTH_COMPRESSING, keep_of, keep_until_published
from webmap.ogc.formats import MVT_TYPE
from webmap.ogc.tilesets import drawn
from webmap.packing import unpacked
from webmap.tile_cache import packed_tile


class Several(Enum):
    """What has several layers in a tile: all that a reader has, or the base map's, as the map draws them."""

    ALL = "ALL"
    BASE = "BASE"


class _Published(Exception):
    """Meanwhile another publication is served than the one whose tiles were looked for."""


def tile_answer(which: str | Several, z: int, x: int, y: int) -> Response:
    """Return the answer to a request for a tile that can exist.

    Args:
        which: a layer by its id, or several.
        z: zoom.
        x: column.
        y: row.

    Raises:
        NotFound: the reader has no such layer.
        InvalidInput: the layer has no places.
    """
    if not is_public():
        view = reading()
        own = _those(which, view.layers) if isinstance(which, Several) else (view.layer(which),)
        body = _drawn(view, own, which, z, x, y)
        return keep_until_published(Response(body, mimetype=MVT_TYPE))
    stamp = current_stamp(settings())
    layers = _those(which, layers_for(Audience.RESIDENT)) if stamp else ()
    if stamp is None or not layers:
        # Says in the words of every other address that there is nothing.
        layers = () if isinstance(which, Several) else (reading().layer(which),)
        stamp = reading().stamp
    if request.if_none_match.contains_weak(stamp):
        return keep_of(Response(mimetype=MVT_TYPE), stamp)
    try:
        body = _packed(stamp, layers, which, z, x, y)
    except _Published:
        stamp = reading().stamp
        body = _packed(stamp, layers, which, z, x, y)
    return keep_of(_sent(body), stamp)


def _those(which: str | Several, layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Return those of a reader's layers that are asked for and have tiles; none where there is no such one."""
    placed = drawn(layers)
    if which is Several.ALL:
        return placed
    return tuple(layer for layer in placed if (layer.is_base if which is Several.BASE else layer.id == which))


def _packed(stamp: str, layers: Sequence[Layer], which: str | Several, z: int, x: int, y: int) -> bytes:
    # No layer's id has a capital letter.
    name = f"{which.value if isinstance(which, Several) else which}-{z}-{x}-{y}"
    return packed_tile(settings(), stamp, name, partial(_made, stamp, layers, which, z, x, y))


def _made(stamp: str, layers: Sequence[Layer], which: str | Several, z: int, x: int, y: int) -> bytes:
    if layers:
        found = ask_published(settings(), stamp, partial(_drawn, layers=layers, which=which, z=z, x=x, y=y))
        if found is not None:
            return found
    view = reading()
    if view.stamp != stamp:
        raise _Published
    return _drawn(view, layers, which, z, x, y)


def _drawn(view: Reading, layers: Sequence[Layer], which: str | Several, z: int, x: int, y: int) -> bytes:
    if isinstance(which, Several):
        return tile_of_all(view, layers, z, x, y, as_drawn=which is Several.BASE)
    return tile(view, layers[0], z, x, y)


def _sent(packed: bytes) -> Response:
    """Return a packed tile as its reader takes it."""
    if len(packed) < WORTH_COMPRESSING or not request.accept_encodings["gzip"]:
        return Response(unpacked(packed), mimetype=MVT_TYPE)
    response = Response(packed, mimetype=MVT_TYPE)
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response
