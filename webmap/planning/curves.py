"""Curves as pages draw them: where points, ticks and bars lie in a picture of so many units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """The ground of a drawing, in its own units from its top left: the plot lies between these edges."""

    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Axis:
    """One direction of a drawing: values from least to most on the way from begin to end."""

    least: float
    most: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value lies, to a tenth of a unit; in the middle where there is only one value."""
        span = self.most - self.least
        share = (value - self.least) / span if span else 0.5
        return round(self.begin + share * (self.end - self.begin), 1)


@dataclass(frozen=True)
class Curve:
    """A line through points, with the ticks of both axes.

    Attributes:
        path: of the line, as SVG has it.
        points: each point's place: x, y.
        x_ticks, y_ticks: value and place of each tick.
    """

    path: str
    points: tuple[tuple[float, float], ...]
    x_ticks: tuple[tuple[float, float], ...]
    y_ticks: tuple[tuple[float, float], ...]


def curve(xs: Sequence[float], ys: Sequence[float], frame: Frame, *, whole_x: bool = False, inset: float = 0) -> Curve:
    """Return a line through points.

    The vertical axis goes from the round number at or below the least value to the one at or above the greatest.

    Args:
        xs, ys: the points in order, at least one.
        frame: where the plot lies.
        whole_x: every x is a count and has a tick of its own, as far as there is room.
        inset: so far from the sides the first and the last point lie, as bars stand astride their places.
    """
    rounds = ticks(min(ys), max(ys))
    across = Axis(min(xs), max(xs), frame.left + inset, frame.right - inset)
    up = Axis(rounds[0], rounds[-1], frame.bottom, frame.top)
    points = tuple((across.at(x), up.at(y)) for x, y in zip(xs, ys, strict=True))
    step = math.ceil(len(xs) / _MOST_TICKS)
    stated = xs[::step] if whole_x else ticks(min(xs), max(xs))
    return Curve(
        path=path_of(points),
        points=points,
        x_ticks=tuple((x, across.at(x)) for x in stated if min(xs) <= x <= max(xs)),
        y_ticks=tuple((y, up.at(y)) for y in rounds),
    )


_MOST_TICKS = 11
_LEAST_SPAN = 1e-9


def path_of(points: Sequence[tuple[float, float]]) -> str:
    """Return the SVG path through points."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def ticks(least: float, most: float, wanted: int = 4) -> list[float]:
    """Return round numbers at equal steps, about as many as wanted, from at or below the least to at or above the most.

    Steps are 1, 2 or 5 times a power of ten.
    """
    # What is next to no span at all is drawn as one: its power of ten can't be told.
    span = next(each for each in (most - least, abs(most), 1.0) if each >= _LEAST_SPAN)
    rough = span / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough * (1 - 1e-9))
    first, last = math.floor(least / step + 1e-9), math.ceil(most / step - 1e-9)
    return [round(number * step, 12) for number in range(first, max(last, first + 1) + 1)]
