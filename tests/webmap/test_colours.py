"""Inks can be read on their grounds, by the ratio that the accessibility guidelines define."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.layers import LAYERS
from webmap.basemap import GROUND
from webmap.colours import READABLE, contrast, ink_of, mixed
from webmap.symbols import choice_symbols, plain_symbol

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_known_ratios() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#ffffff", "#ffffff") == 1
    # The grey that guidelines name as the lightest readable one on white.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@given(COLOURS, COLOURS)
def test_contrast_has_no_direction(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one) >= 1


@given(COLOURS)
def test_any_colour_becomes_an_ink_on_the_ground(colour: str) -> None:
    assert contrast(ink_of(colour, GROUND), GROUND) >= READABLE


def test_what_can_be_read_stays_as_it_is() -> None:
    assert ink_of("#0b4ea2", "#ffffff") == "#0b4ea2"
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"


def test_every_symbol_stands_out_from_the_ground() -> None:
    points = [layer for layer in LAYERS if layer.geometry == "point"]
    looks = [look for layer in points for look in (plain_symbol(layer), *choice_symbols(layer).values()) if look]
    assert [look for look in looks if contrast(look.colour, GROUND) < 3] == []
