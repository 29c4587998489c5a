"""Shapes of marks as matplotlib has them."""

from __future__ import annotations

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

Marker = str | Path
"""A marker's name, or its outline around the middle."""

MARKERS: dict[str, Marker] = {
    "circle": "o",
    "square": "s",
    "bar": Path([(-1, -0.42), (1, -0.42), (1, 0.42), (-1, 0.42), (-1, -0.42)], closed=True),
    "triangle": "^",
    "diamond": "D",
    "cross": "X",
    "hexagon": "h",
    "plus": "P",
}
"""The marker of each of `webmap.planning.words.MARKS`."""

_CORNERS = 48


def _round(radius: float, *, turns: int = 1) -> Path:
    angles = np.linspace(0, 2 * np.pi * turns, _CORNERS)
    return Path(radius * np.column_stack([np.cos(angles), np.sin(angles)]), closed=True)


def _bar(angle_deg: float) -> Path:
    bar = Path([(-1, -0.16), (1, -0.16), (1, 0.16), (-1, 0.16), (-1, -0.16)], closed=True)
    return Affine2D().rotate_deg(angle_deg).transform_path(bar)


RING = Path.make_compound_path(_round(1), _round(0.78, turns=-1))
"""A circle with nothing inside it: the inner edge runs the other way round."""
CROSSED = Path.make_compound_path(_bar(45), _bar(-45))
"""A cross: what stands there is gone."""
