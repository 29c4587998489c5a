"""One vector tile of one layer, or of several together, with named columns only."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Integer, Select, bindparam

from geodata.errors import InvalidInput
from geodata.layers.layer import Layer
from geodata.queries import kept, tile_drawings
from geodata.queries.cells import ALWAYS_DRAWN, HIGHEST_COUNTED, MOST_SPOTS, has_cells
from geodata.queries.gathered import SQUARES
from geodata.queries.reading import Reading
from geodata.queries.tile_drawings import layer_of_names, mvt

HIGHEST_ZOOM = 22
HIGHEST_STORED = 16
"""Closer up the tiles of this zoom are enlarged."""
MOST_BYTES = 400_000
"""A larger tile, before it is packed, is drawn coarser; where that isn't enough, its records are counted."""
COARSER = 4
"""So many times coarser: the shapes, and the side of the squares that stand for areas too small to be seen."""
FEWER_SQUARES = 16
"""So many stand side by side where even squares are too many: a few thousand bytes a layer."""


def check_tile(z: int, x: int, y: int) -> None:
    """Refuse a tile that can't exist, before the database is asked.

    Raises:
        InvalidInput: z is not 0..22, or x or y is not 0..2**z - 1.
    """
    if not 0 <= z <= HIGHEST_ZOOM or not (0 <= x < 2**z and 0 <= y < 2**z):
        raise InvalidInput(f"no tile {z}/{y}/{x}: zooms are 0 to {HIGHEST_ZOOM}, rows and columns 0 to 2^zoom - 1")


def tile(
    reading: Reading, layer: Layer, z: int, x: int, y: int, *, most_bytes: int | None = None, as_drawn: bool = False
) -> bytes:
    """Return a Mapbox Vector Tile with one layer of that name; empty outside the layer's zooms.

    An area layer with a label has a second layer, `<id>_label`: one point inside each area, in the one tile that holds
    it, so that a name is written once however many tiles its area reaches over.

    Each feature has its id, the reader's listed fields, `name_text`, and, for points, `stacked`: how many stand on
    the same spot. Of those the one that matters most is drawn: the first in the order of the style's choices.

    Up to zoom 13, and where a tile holds too many spots, points are counted by the cells of a grid. A cell with
    several records is one feature with `records`, how many they are, `west`, `south`, `east`, `north` (WGS 84
    degrees), `n_<choice>` where the style counts choices apart, and `amount` where it sums a field. None is left out:
    the numbers of a zoom's tiles sum to the layer's. What a layer of the base map leaves out at a zoom is declared
    (`Layer.thinning`); its shapes are simplified to a pixel. Areas that aren't of the base map never vanish: those too
    small for the zoom are squares. Of a layer of names a tile has those that are written at its zoom.

    A tile that would be larger than `most_bytes` is coarser, which its features tell by `coarser`; where that isn't
    enough, its records are counted by cells, or by squares of lines and areas, as features with `records`.

    Args:
        reading: who asks.
        layer: one that the reader has.
        z: zoom.
        x: column.
        y: row.
        most_bytes: MOST_BYTES unless it is given.
        as_drawn: of lines, areas and names alone what their drawing reads (`Style.reads`), without ids.

    Raises:
        InvalidInput: there is no such tile, or the layer has no places.
    """
    check_tile(z, x, y)
    if not layer.geometry:
        raise InvalidInput(f"{layer.id} has no places to draw")
    if not layer.zooms[0] <= z:
        return b""
    ask, most = _Asked(reading, layer, z, x, y, as_drawn=as_drawn), MOST_BYTES if most_bytes is None else most_bytes
    if layer.is_name_only:
        return ask.told("written", tile_drawings.written)
    return _points(ask, most) if layer.geometry == "point" else _lines_or_areas(ask, most)


def tile_of_all(reading: Reading, layers: Sequence[Layer], z: int, x: int, y: int, *, as_drawn: bool = False) -> bytes:
    """Return a tile with a layer of its own for each of some layers, together no larger than MOST_BYTES.

    Those that take more than their share of it are drawn coarser, or counted, as in a tile of theirs alone. What
    features have is as of `tile`.
    """
    drawn_of = partial(tile, reading, z=z, x=x, y=y, as_drawn=as_drawn)
    bodies = [drawn_of(layer) for layer in layers]
    if sum(map(len, bodies)) <= MOST_BYTES:
        return b"".join(bodies)
    left, drawn = MOST_BYTES, {}
    order = sorted(range(len(layers)), key=lambda number: len(bodies[number]))
    for place, number in enumerate(order):
        share = left // (len(order) - place)
        body = bodies[number]
        drawn[number] = body if len(body) <= share else drawn_of(layers[number], most_bytes=share)
        left = max(0, left - len(drawn[number]))
    return b"".join(drawn[number] for number in range(len(layers)))


@dataclass(frozen=True)
class _Asked:
    """A tile of a layer that somebody asks for."""

    reading: Reading
    layer: Layer
    z: int
    x: int
    y: int
    as_drawn: bool = False

    def told(self, which: str, query: Callable[..., Select[Any]], name: str = "", **more: int) -> bytes:
        """Return what a query draws that is told which columns features have; `more` is told, too."""
        columns = tile_drawings.drawn_columns if self.as_drawn else tile_drawings.all_columns
        return self.drawn((which, self.as_drawn, *more.values()), partial(query, columns=columns, **more), name)

    def drawn(self, which: Hashable, query: Callable[[Reading, Layer, int], Select[Any]], name: str = "") -> bytes:
        """Return what a query of `tile_drawings` draws, as the tile's layer of that name, the layer's own unless given.

        Args:
            which: tells the query from others.
            query: of reading, layer and zoom.
            name: of the layer in the tile.
        """
        return bytes(self._told(which, lambda: mvt(name or self.layer.id, query(self.reading, self.layer, self.z))))

    def known_or_spots(self) -> bytes:
        """Return the cells that the publication has of a crowded tile, else the layer's spots."""
        compose = partial(tile_drawings.known_or_spots, self.reading, self.layer, self.z)
        return bytes(self._told("known or spots", compose))

    def few_spots(self, most: int) -> bytes | None:
        """Return the layer's spots; None where there are more."""
        number = bindparam("most", 0, type_=Integer)
        compose = partial(tile_drawings.few_spots, self.reading, self.layer, self.z, number)
        body = self._told("few spots", compose, most=most)
        return None if body is None else bytes(body)

    def _told(self, which: Hashable, compose: Callable[[], Select[Any]], **more: int) -> Any:
        return kept.scalar(self.reading, self.layer, (which, self.z), compose, {"x": self.x, "y": self.y, **more})


def _points(ask: _Asked, most_bytes: int) -> bytes:
    """Return points as they are, or counted where they are too many."""
    body: bytes | None = None
    if HIGHEST_COUNTED < ask.z < ALWAYS_DRAWN and has_cells(ask.reading):
        body = ask.known_or_spots()
    elif HIGHEST_COUNTED < ask.z < ALWAYS_DRAWN:
        body = ask.few_spots(MOST_SPOTS)
    elif ask.z >= ALWAYS_DRAWN:
        body = ask.drawn("spots", tile_drawings.spots)
    if body is not None and len(body) <= most_bytes:
        return body
    return ask.drawn("counted", tile_drawings.counted)


def _lines_or_areas(ask: _Asked, most_bytes: int) -> bytes:
    """Return lines or areas, in the first way that isn't too large; the last one whatever it is."""
    named = layer_of_names(ask.layer)
    for coarser in (1, COARSER):
        body = ask.told("shapes", tile_drawings.shapes, coarser=coarser)
        if named is not None and len(body) <= most_bytes:
            body += ask.told("names", tile_drawings.names, named)
        if len(body) <= most_bytes:
            return body
    for side in (SQUARES, FEWER_SQUARES):
        body = ask.drawn(("squares", side), partial(tile_drawings.gathered, side=side))
        if len(body) <= most_bytes:
            break
    return body
