"""Colours as numbers: how far apart two are, and one's ink that can be read on another."""

from __future__ import annotations

DARKEST = "#1f1c18"
READABLE = 4.5


def mixed(colour: str, other: str, share: float) -> str:
    """Return "#rrggbb" that is `share` (0..1) of `other` and the rest of `colour`."""
    parts = [round(one * (1 - share) + two * share) for one, two in zip(_rgb(colour), _rgb(other), strict=True)]
    return "#" + "".join(f"{part:02x}" for part in parts)


def contrast(colour: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1..21, as WCAG 2 defines it."""
    light, dark = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_of(colour: str, ground: str) -> str:
    """Return the colour made as dark as text on `ground` needs, and no darker."""
    shares = (step / 20 for step in range(21))
    inks = (mixed(colour, DARKEST, share) for share in shares)
    return next((ink for ink in inks if contrast(ink, ground) >= READABLE), DARKEST)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _luminance(colour: str) -> float:
    linear = [_linear(value / 255) for value in _rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def in_oklab(colour: str) -> tuple[float, float, float]:
    """Return a colour's lightness (0..1), green to red and blue to yellow, as Ottosson 2020 has them."""
    red, green, blue = (_linear(value / 255) for value in _rgb(colour))
    cones = [(row[0] * red + row[1] * green + row[2] * blue) ** (1 / 3) for row in _TO_CONES]
    lightness, a, b = (sum(weight * cone for weight, cone in zip(row, cones, strict=True)) for row in _TO_LAB)
    return lightness, a, b


def of_oklab(lab: tuple[float, float, float]) -> str:
    """Return "#rrggbb" of a place in Oklab; what no screen shows is cut to what it can."""
    cones = [sum(weight * part for weight, part in zip(row, lab, strict=True)) ** 3 for row in _FROM_LAB]
    linear = [sum(weight * cone for weight, cone in zip(row, cones, strict=True)) for row in _FROM_CONES]
    return "#" + "".join(f"{round(255 * _gamma(min(max(part, 0.0), 1.0))):02x}" for part in linear)


def _gamma(linear: float) -> float:
    return float(linear * 12.92 if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055)


_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_CONES = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
