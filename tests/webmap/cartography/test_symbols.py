"""What a layer looks like: every choice apart from the others, by more than its colour."""

from __future__ import annotations

import pytest

from geodata.layers import LAYERS, get_layer
from geodata.layers.layer import Layer
from webmap.cartography.symbols import MARKS, PATHS, choice_symbols, coloured_by, plain_symbol

DRAWN = [layer for layer in LAYERS if layer.style]


def test_hazards_differ_by_shape_and_mark_where_their_colours_differ() -> None:
    looks = choice_symbols(get_layer("hazard"))
    # Open ones are triangles: plain when new, with a dot once being mended, with a bar when put off.
    assert (looks["reported"].shape, looks["reported"].mark) == ("triangle", "")
    assert looks["in_progress"].mark == MARKS[1]
    assert looks["suspended"].mark == MARKS[2]
    assert looks["closed"].shape == "circle"
    assert looks["reported"] == looks["confirmed"]


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.id)
def test_colour_never_tells_values_apart_alone(layer: Layer) -> None:
    apart: dict[tuple[str, str], str] = {}
    for look in choice_symbols(layer).values():
        assert apart.setdefault((look.shape, look.mark), look.colour) == look.colour


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.id)
def test_a_swatch_needs_no_inline_style(layer: Layer) -> None:
    look = plain_symbol(layer)
    assert look is not None
    drawn = look.svg()
    assert "style=" not in drawn
    assert 'aria-hidden="true"' in drawn
    assert look.path in drawn


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.id)
def test_what_nothing_is_known_of_looks_like_no_known_kind(layer: Layer) -> None:
    field = coloured_by(layer)
    if field is not None and layer.model.__table__.c[field.name].nullable:
        assert plain_symbol(layer) not in choice_symbols(layer).values()


def test_every_shape_has_a_path() -> None:
    assert {layer.style.shape for layer in DRAWN if layer.style} <= set(PATHS)
