"""Shapes of marks as matplotlib has them."""

from __future__ import annotations

from matplotlib.path import Path

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
"""The marker of each of `webmap.planning_words.MARKS`."""
