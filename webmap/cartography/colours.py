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
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _rgb(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
