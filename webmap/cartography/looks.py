"""The same map for other eyes: on dark ground, and with larger names and symbols.

Both are worked out from the one style by rules, so that a layer that is declared has its place on each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from webmap.cartography.basemap import GROUND, Expression, MapLayer
from webmap.cartography.colours import READABLE, contrast, in_oklab, mixed, of_oklab

SEEN = 3.0
"""The least contrast of a line or a fill to its ground (WCAG 2.1, 1.4.11)."""
LARGER = 1.6
"""So much larger names and symbols are in care mode."""
_COLOUR = re.compile(r"#[0-9a-f]{6}")

Rule = Callable[[str], str]


@dataclass(frozen=True)
class Look:
    """How a reader wants the map."""

    is_dark: bool = False
    is_care: bool = False


LOOKS = {"": Look(), "dark": Look(is_dark=True), "care": Look(is_care=True), "care-dark": Look(True, True)}
"""The looks by the words that addresses have for them."""


def flipped(colour: str) -> str:
    """Return a colour of the base map for dark ground: what was light is dark, its hue stays and is quieter."""
    lightness, a, b = in_oklab(colour)
    return of_oklab((0.21 + (1 - lightness) * 0.75, a * 0.7, b * 0.7))


NIGHT_GROUND = flipped(GROUND)


def night_ink(colour: str) -> str:
    """Return the colour of words for dark ground."""
    lightness, a, b = in_oklab(colour)
    return _lightened(of_oklab((0.45 + (1 - lightness) * 0.6, a * 0.7, b * 0.7)), READABLE)


def night_line(colour: str) -> str:
    """Return the colour of a line that is no part of the base map: its own, as light as dark ground needs."""
    return _lightened(colour, SEEN)


def night_road(colour: str) -> str:
    """Return the colour of a road: it stays lighter than the ground."""
    lightness, a, b = in_oklab(colour)
    return of_oklab((lightness * 0.42, a * 0.8, b * 0.8))


def night_casing(colour: str) -> str:
    """Return the colour of a road's edge: it stays darker than the road."""
    lightness, a, b = in_oklab(colour)
    return of_oklab((lightness * 0.22, a * 0.4, b * 0.4))


def _lightened(colour: str, wanted: float) -> str:
    shares = (step / 20 for step in range(21))
    found = (mixed(colour, "#ffffff", share) for share in shares)
    return next(each for each in found if contrast(each, NIGHT_GROUND) >= wanted)


def darkened(layer: MapLayer, *, is_base: bool) -> MapLayer:
    """Return a map layer for dark ground."""
    paint = layer.get("paint", {})
    night = {name: _recoloured(value, _rule(layer, name, is_base=is_base)) for name, value in paint.items()}
    return {**layer, "paint": night} if night else layer


def _rule(layer: MapLayer, name: str, *, is_base: bool) -> Rule:
    if name == "text-color":
        return night_ink
    if layer["id"] == "road-path" or name == "text-halo-color":
        return flipped
    if layer.get("source-layer") == "road":
        return night_road if layer["id"].endswith("fill") else night_casing
    if is_base:
        return flipped
    # What lies on the ground in part lets it shine through, and is dark with it.
    return night_line if name == "line-color" or name.startswith("circle") else str


def _recoloured(value: Any, rule: Rule) -> Any:
    if isinstance(value, str):
        return rule(value) if _COLOUR.fullmatch(value) else value
    return [_recoloured(part, rule) for part in value] if isinstance(value, list) else value


def enlarged(layer: MapLayer) -> MapLayer:
    """Return a map layer with larger names; symbols are larger by their images."""
    sizes = {name: _scaled(layer["layout"][name]) for name in ("text-size",) if name in layer.get("layout", {})}
    return {**layer, "layout": {**layer["layout"], **sizes}} if sizes else layer


def _scaled(size: Expression) -> Expression:
    """Return the expression of a size with each of its sizes larger; where zoom decides it has to stay outermost."""
    if isinstance(size, int | float):
        return round(size * LARGER, 2)
    match size:
        case ["interpolate", how, by, *stops]:
            return ["interpolate", how, by, *(part if at % 2 == 0 else _scaled(part) for at, part in enumerate(stops))]
        case ["step", by, first, *stops]:
            rest = (part if at % 2 == 0 else _scaled(part) for at, part in enumerate(stops))
            return ["step", by, _scaled(first), *rest]
    return ["*", LARGER, size]


def looked_at(style: dict[str, Any], look: Look, base: Collection[str], *, layer_key: str, images: str) -> None:
    """Give a style document a look, in place.

    Args:
        style: as `map_style` makes it.
        look: what is wanted.
        base: ids of the declared layers that are the ground.
        layer_key: the word of a map layer's metadata that names the declared layer.
        images: the word of the document's metadata that has its images.
    """
    if look.is_dark:
        style["layers"] = [darkened(each, is_base=_is_ground(each, base, layer_key)) for each in style["layers"]]
        for image in style["metadata"][images].values():
            # On dark ground a symbol keeps its colour within its light edge; what has none is part of the ground.
            if image.get("flat"):
                image["colour"] = flipped(image["colour"])
        style["metadata"].update(_night_words(style["metadata"]))
    if look.is_care:
        style["layers"] = [enlarged(each) for each in style["layers"]]
        for image in style["metadata"][images].values():
            image["size"] = round(image["size"] * LARGER, 1)


def _night_words(metadata: dict[str, Any]) -> dict[str, Any]:
    return {name: {part: flipped(colour) for part, colour in metadata[name].items()} for name in ("csmap:pill",)}


def _is_ground(layer: MapLayer, base: Collection[str], layer_key: str) -> bool:
    name = layer.get("metadata", {}).get(layer_key)
    return name in base if name else layer.get("source") not in {"selected", "here"}
