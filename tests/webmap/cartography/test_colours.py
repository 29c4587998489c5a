"""Inks can be read on their grounds, by the ratio that the accessibility guidelines define."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.layers import LAYERS
from webmap.cartography.basemap import GROUND
from webmap.cartography.colours import READABLE, contrast, ink_of, mixed
from webmap.cartography.symbols import choice_symbols, plain_symbol
from webmap.planning.words import BAND_COLOURS, BEYOND_COLOUR, causes
from webmap.reports import words

EYES = {
    "all colours": np.eye(3),
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "no blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}
"""How eyes see linear RGB: Machado, Oliveira & Fernandes 2009, doi:10.1109/TVCG.2009.113, at full severity."""
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


def _seen(colour: str, eyes: str) -> npt.NDArray[np.float64]:
    """Return a colour's place in Oklab (Ottosson 2020), where equal steps look equally far apart; lightness 0..1."""
    rgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = EYES[eyes] @ np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    seen: npt.NDArray[np.float64] = lab @ np.cbrt(cones @ linear.clip(0, 1))
    return seen


@pytest.mark.parametrize("eyes", EYES)
def test_closed_posts_gaps_are_told_from_all_else(eyes: str) -> None:
    colours = {cause: told.colour for cause, told in causes().items()}
    closed = _seen(colours.pop("hours"), eyes)
    others = [*colours.values(), *BAND_COLOURS, BEYOND_COLOUR, words.SITE_COLOUR]
    # Below 0.1 dots side by side begin to look alike.
    assert [other for other in others if np.linalg.norm(closed - _seen(other, eyes)) < 0.1] == []


@pytest.mark.parametrize("eyes", ["all colours", "no red", "no green"])
def test_causes_and_minutes_are_told_from_each_other(eyes: str) -> None:
    told = causes()
    colours = {**{cause: told[cause].colour for cause in told}, **{band: band for band in BAND_COLOURS}}
    near = [
        (one, other)
        for one, other in combinations(colours, 2)
        if {one, other} & told.keys() and np.linalg.norm(_seen(colours[one], eyes) - _seen(colours[other], eyes)) < 0.1
    ]
    assert near == []
    # Whoever sees no colours tells causes by their shapes.
    assert len({cause.mark for cause in told.values()}) == len(told)
