"""How an analysis says how far it is, in the languages of the pages, and is told to stop."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

from geodata.layers.text import Text

Progress = Callable[[float, Text], object]
"""Told now and then how much is done, 0..1, and what comes next in a few words; what it raises ends the work."""

READING = Text("读取人口、服务点和道路", "reading people, posts and streets")
READING_HOMES = Text("读取住户和道路", "reading homes and streets")
CANDIDATES = Text("查找候选位置", "looking for candidates")
WAYS = Text("计算路程", "measuring ways")
CAUSES = Text("分析未覆盖的原因", "looking for causes")
BALANCING = Text("划分网格", "balancing")
SOLVING = Text("求解", "solving")


def solving(gap: float) -> Text:
    """Return how far a solver is: by what share the best may still be beaten; NaN where it doesn't know yet."""
    if isnan(gap):
        return SOLVING
    return Text(f"{SOLVING.zh}：最多还能改进 {gap:.1%}", f"{SOLVING.en}: at most {gap:.1%} better")


def nobody(share: float, message: Text) -> None:
    """Tell nobody."""


def part(progress: Progress, begins: float, ends: float) -> Progress:
    """Return how a part of the work says how far it is: its 0..1 are from `begins` to `ends` of the whole."""

    def tell(share: float, message: Text) -> None:
        progress(begins + share * (ends - begins), message)

    return tell
